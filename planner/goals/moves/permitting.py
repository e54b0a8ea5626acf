"""Moves that high availability lets through, one after the other, where it refuses those that were planned.

What it refuses depends on where all VMs are by then: another order may be let through, or other hosts, or a detour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from planner import patience
from planner.facts.failover_guard import Planner, Supposed
from planner.facts.failover_problem import Known
from planner.goals.moves.assignment import cheapest
from planner.goals.moves.conditions import Conditions
from planner.goals.moves.emptying import with_everybody
from planner.goals.moves.outcome import view_of
from planner.goals.moves.shunting import Move
from planner.goals.moves.stand import Stand
from planner.goals.moves.surviving import Surviving
from planner.goals.moves.wanted import Assigned
from planner.goals.naming import name_of, sets
from planner.model.inventory import Inventory
from planner.plans.applying import applied, reference
from planner.plans.moving import Cost

_QUESTIONS, _OF_VMS = 2_000, 60_000
"""So often the toolstack's planner is asked at most, and no more often than that number divided by the VMs."""
_MOST_ENDS = 20
"""So many other ends are held to what else has to be kept."""
_DEEPEST = 400


@dataclass(frozen=True, slots=True)
class Way:
    """Rounds of one move each, and where everybody is then."""

    rounds: tuple[tuple[Move, ...], ...]
    found: Surviving


def permitted_way(stand: Stand, found: Surviving, asked: Conditions, *, elsewhere: bool) -> Way | None:
    """A way on which nothing is refused, to the same targets; or to others, `elsewhere`, for those that have to go.

    Others are moved too only where there is no way without.
    """
    tries = (
        [(found, False), (found, True), (_with_others(stand, found, asked), True)] if elsewhere else [(found, False)]
    )
    for wished, flexible in tries:
        walk = _Walk(stand, wished, asked.limit_moves, flexible=flexible)
        if walk.run():
            return Way(tuple((move,) for move in walk.moves), walk.reached)
    return None


def _with_others(stand: Stand, found: Surviving, asked: Conditions) -> Surviving:
    """The same where all others may be moved too."""
    wanted, must_go = found.wanted, tuple(item for item in found.wanted.items if item.key in found.wanted.must_go)
    everybody = replace(with_everybody(asked, stand, must_go), failing=wanted.failing)
    targets = {item.key: item.source for item in everybody.items} | dict(found.assigned.targets or {})
    return replace(found, wanted=everybody, assigned=replace(found.assigned, targets=targets))


class _Walk:
    """A search through the moves, the direct ones first, that begins with VMs where they are."""

    def __init__(self, stand: Stand, found: Surviving, most_moved: int | None, *, flexible: bool) -> None:
        self._stand, self._found, self._most_moved, self._flexible = stand, found, most_moved, flexible
        self._targets: Mapping[str, str] = found.assigned.targets or {}
        self._items = {item.key: item for item in found.wanted.items}
        self._at = {key: item.source for key, item in self._items.items()}
        self._reference = reference(stand.view)
        self._known: Known = {}
        self._left = min(_QUESTIONS, _OF_VMS // max(1, len(stand.view.vms.records)))
        self._ends, self._seen = _MOST_ENDS, set[tuple[str, ...]]()
        self.moves: list[Move] = []
        self.reached = found

    def run(self) -> bool:
        """Whether all are brought to where they are to be, or those away that have to go."""
        if not self._go(self._start, self._stand.rooms()):
            return False
        self._take_straight_ways()
        return True

    @property
    def _start(self) -> Inventory:
        return Inventory([self._stand.view.pool])

    def _take_straight_ways(self) -> None:
        """Leave out detours without which nothing is refused either: those of each VM, from the last to the first."""
        for vm in dict.fromkeys(move.vm for move in reversed(self.moves)):
            theirs = [number for number, move in enumerate(self.moves) if move.vm == vm]
            for at in theirs if len(theirs) > 1 else ():
                fewer = list(self._straight(vm, theirs, at))
                if self._let_through(fewer):
                    self.moves = fewer
                    break

    def _straight(self, vm: str, theirs: Sequence[int], at: int) -> Iterator[Move]:
        """The moves with one of a VM in the place of all of them, or with none where it comes back."""
        source, target = self.moves[theirs[0]].source, self.moves[theirs[-1]].target
        for number, move in enumerate(self.moves):
            if move.vm != vm:
                yield move
            elif number == at and source != target:
                yield Move(vm, source, target)

    def _let_through(self, moves: Sequence[Move]) -> bool:
        """Whether all these moves have room, and none is refused."""
        state, free = self._start, dict(self._stand.rooms())
        for move in moves:
            fits = self._items[move.vm].comes[move.target] <= free[move.target]
            then = self._permitted(Planner(view_of(state, self._reference), self._known), state, move) if fits else None
            if then is None:
                return False
            state, free = then, self._freed(move, free)
        return True

    def _permitted(self, planner: Planner, state: Inventory, move: Move) -> Inventory | None:
        """The pool after a move; None where it is refused, or may be, or enough has been asked."""
        if self._left <= 0 or patience.ended():
            return None
        self._left -= 1
        view = view_of(state, self._reference)
        vm = view.vms.find(name_of(self._stand.vm_of[move.vm]))
        host = view.hosts.find(name_of(self._stand.host_of[move.target]))
        if vm is None or host is None or planner.guard(Supposed(arriving=(vm, host))).refuses is not False:
            return None
        return applied(state, sets(view, (("vms", name_of(vm)),), runs_on=name_of(host)))

    def _go(self, state: Inventory, free: Mapping[str, int]) -> bool:
        if self._there():
            return True
        where = tuple(self._at.values())
        if where in self._seen or len(self.moves) >= min(_DEEPEST, 2 * len(self._items) + 2):
            return False
        self._seen.add(where)
        planner = Planner(view_of(state, self._reference), self._known)
        for move in self._choices(free):
            then = self._permitted(planner, state, move)
            if then is not None and self._gone(move, then, free):
                return True
        return False

    def _gone(self, move: Move, then: Inventory, free: Mapping[str, int]) -> bool:
        """Whether the goal is reached after a move."""
        self.moves.append(move)
        self._at[move.vm] = move.target
        if self._go(then, self._freed(move, free)):
            return True
        self.moves.pop()
        self._at[move.vm] = move.source
        return False

    def _freed(self, move: Move, free: Mapping[str, int]) -> dict[str, int]:
        """What is free after a move."""
        stays, left = self._items[move.vm].stays, dict(free)
        left[move.source] += stays[move.source]
        left[move.target] -= stays[move.target]
        return left

    def _choices(self, free: Mapping[str, int]) -> Iterator[Move]:
        """Moves that have room: to targets, then of those that have to go to other hosts, then detours."""
        waiting = [key for key in self._at if self._at[key] != self._targets[key]]
        waiting.sort(key=lambda key: (-self._items[key].moves, key))
        direct = [(key, self._targets[key]) for key in waiting]
        leaving = [key for key in waiting if key in self._found.wanted.must_go and self._at[key] == self._source(key)]
        others = [(key, host) for key in (*leaving, *waiting, *self._at) for host in self._hosts(key, free)]
        gone = {move.vm for move in self.moves}
        full = self._most_moved is not None and len(gone) >= self._most_moved
        for key, host in dict.fromkeys((*direct, *others)):
            fits = host in free and self._items[key].comes[host] <= free[host] and (key in gone or not full)
            if fits and host != self._at[key] and (self._flexible or key in waiting):
                yield Move(key, self._at[key], host)

    def _hosts(self, key: str, free: Mapping[str, int]) -> list[str]:
        """The other hosts that a VM may be on, the ones with most free first."""
        gone = {self._source(key)} if key in self._found.wanted.must_go else set()
        able = self._items[key].stays.keys() & free.keys() - gone
        return sorted(able, key=lambda host: (-free[host], host))

    def _source(self, key: str) -> str:
        return self._items[key].source

    def _there(self) -> bool:
        """Whether everybody is where it is to be; or those are away that have to go, and the rest is kept as well."""
        if all(self._at[key] == self._targets[key] for key in self._at):
            return True
        away = all(self._at[key] != self._source(key) for key in self._found.wanted.must_go)
        if not self._flexible or not away or self._ends <= 0:
            return False
        self._ends -= 1
        other = self._elsewhere()
        self.reached = other or self.reached
        return other is not None

    def _elsewhere(self) -> Surviving | None:
        """What is found with everybody where it is now; None where something that has to be kept is not."""
        found = self._found
        items = tuple(item.within({self._at[item.key]}) for item in found.wanted.items)
        assigned = cheapest(replace(found.wanted, items=items))
        if assigned.targets is None:
            return None
        planned, holds, costs = {cost.name: cost for cost in found.assigned.costs}, True, list[Cost]()
        for cost in assigned.costs:
            before = planned.get(cost.name)
            bound = before.bound if before is not None and holds else 0
            costs.append(replace(cost, bound=min(cost.value, bound)))
            holds = holds and before is not None and cost.value <= before.value
        return replace(found, assigned=Assigned(dict(self._at), proven=False, costs=tuple(costs)))
