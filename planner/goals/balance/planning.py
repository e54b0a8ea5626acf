"""The plan of moves that even out loads: what each gains, when to stop, and no more moves than keep what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from planner.facts.evenness import worthwhile
from planner.facts.lasting import breaches, has_preferences, may_stay
from planner.facts.load_tally import LoadTally
from planner.facts.vcpu_loads import vcpu_loads
from planner.goals.balance.finding import Finder, Found
from planner.goals.balance.gathering import Gathered
from planner.goals.balance.goal import Balance
from planner.goals.balance.guarding import Guard
from planner.goals.balance.telling import costs_told, why
from planner.goals.moves.conditions import Conditions
from planner.goals.moves.ordering import rounds
from planner.goals.moves.outcome import host_name, view_of
from planner.goals.moves.planning import Case, planned
from planner.goals.moves.shunting import Move
from planner.goals.moves.surviving import Surviving
from planner.goals.moves.wanted import Assigned, Item, Wanted
from planner.goals.naming import name_of, sets
from planner.model.inventory import Inventory, PoolView
from planner.plans import Cause, NoPlan, Plan
from planner.plans.applying import applied, reference
from planner.plans.balancing import Balancing, Gain, VcpuLoad
from planner.plans.costs import BREACHES, BYTES, MOVES
from planner.plans.moving import Cost, MovesOutcome

_REMAIN = "preferences are broken, though none more than today; `planner plan place` looks for what breaks fewer"
_MOST_TRIES = 8
_MOST_MOVES = 40
"""Of more moves it is not tried again what could be made in place of one that cannot."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, and of which pool."""

    told: str
    goal: Balance
    inventory: Inventory
    gathered: Gathered
    notes: tuple[str, ...]


def balanced(asked: Asked, finder: Finder) -> Plan | NoPlan:
    """The plan of all moves; of others, or of the first of them, where some cannot be made."""
    best: Plan | None = None
    for _ in range(_MOST_TRIES):
        making = _Making(asked, finder.found(), finder.guard)
        answer, refused = making.most()
        if refused is None or isinstance(answer, NoPlan):
            return answer
        if best is None or _worth(answer) < _worth(best):
            best = answer
        if making.number > _MOST_MOVES:
            break
        finder.ban(refused)
    if best is None:
        raise AssertionError("nothing was tried")
    return best


def _worth(plan: Plan) -> tuple[int, ...]:
    """What comes before the bytes that are moved."""
    return tuple(cost.value for cost in _of_moves(plan).costs if cost.name not in {BYTES, MOVES})


def _of_moves(plan: Plan) -> MovesOutcome:
    if not isinstance(plan.outcome, MovesOutcome):
        raise TypeError("a plan of moves has another outcome")
    return plan.outcome


class _Making:
    """What plans of more or fewer moves have in common."""

    def __init__(self, asked: Asked, found: Found, guard: Guard | None) -> None:
        self._told = asked.told
        self._goal = asked.goal
        self._inventory = asked.inventory
        self._gathered = asked.gathered
        self._stand = asked.gathered.stand
        self._found = found
        self._notes = asked.notes
        self.number = len(found.moves)
        self._keep = guard.failures if guard else asked.goal.keep_failures
        moved = {move.vm for move in found.moves}
        items = (self._stand.item(self._stand.vm_of[key]) for key in sorted(moved))
        self._items = {item.key: item for item in items if isinstance(item, Item)}

    def most(self) -> tuple[Plan | NoPlan, Move | None]:
        """The plan of all moves, or of the best first ones that can be made, and the move that cannot."""
        whole = self.plan(self.number, single=self._goal.always)
        if isinstance(whole, NoPlan) and not self._goal.always:
            whole = self.plan(self.number, single=True)
        if isinstance(whole, Plan):
            return whole, None
        none = self.plan(0, single=True)
        if isinstance(none, NoPlan):
            because = tuple(replace(cause, proven=False) for cause in whole.because)
            way = f"`planner ha improve --failures {self._keep}` first"
            return replace(whole, because=because, ways_out=(way,)), None
        made, refused = 0, self.number
        while refused - made > 1:
            middle = (made + refused) // 2
            part = self.plan(middle, single=True)
            made, refused = (middle, refused) if isinstance(part, Plan) else (made, middle)
        return self._best(made, none, whole.because[0].told), self._found.moves[made]

    def _best(self, made: int, none: Plan, why_no_more: str) -> Plan:
        """The best plan of so many moves or fewer."""
        gained = self._gained(self._found.moves[:made])
        states = [(each.peaks.highest, each.peaks.unevenness) for each in gained.gains]
        before = gained.before.highest, gained.before.unevenness
        choices = sorted((state, number) for number, state in enumerate(states, start=1) if state < before)
        parts = (self.plan(number, single=True) for _, number in choices)
        best = next((part for part in parts if isinstance(part, Plan)), none)
        left = f"no further moves, for of those that were found one cannot be made: {why_no_more}"
        outcome = _of_moves(best)
        return replace(best, outcome=replace(outcome, notes=(*outcome.notes, left)))

    def plan(self, number: int, *, single: bool) -> Plan | NoPlan:
        """The plan of the first moves, each by itself or as many at once as may be."""
        moves = self._found.moves[:number]
        gained = self._gained(moves)
        if number and not self._may_stay(number, soon=False):
            return NoPlan(self._told, (Cause("", "the pool could not stay as it is then", proven=False),))
        peaks = [each.peaks for each in gained.gains]
        enough = worthwhile(gained.before, peaks, len(gained.hosts), self._may_stay)
        gained = replace(gained, enough=enough)
        stops = range(number) if single else (enough,)
        free = self._stand.rooms()
        together = tuple(rounds(moves, self._items, free, stops))
        conditions = Conditions(self._keep, self._goal.always, self._goal.limit_moves, self._goal.seconds)
        case = Case(self._told, conditions, self._inventory, self._stand, "", returns=False, rounds=together)
        targets = {move.vm: move.target for move in moves}
        items = tuple(self._items[key] for key in sorted(targets))
        answer = planned(case, Surviving(Assigned(targets, proven=False), Wanted(items, (), frozenset()), 0, 0))
        return answer if isinstance(answer, NoPlan) else self._told_of(answer, gained)

    def _told_of(self, plan: Plan, gained: Balancing) -> Plan:
        """A plan with what its moves gain."""
        outcome = _of_moves(plan)
        steps = tuple(
            replace(step, why=why(gain, worth_it=number < gained.enough))
            for number, (step, gain) in enumerate(zip(plan.steps, gained.gains, strict=True))
        )
        after = gained.gains[-1].peaks if gained.gains else gained.before
        values = (after.highest, after.unevenness, sum(each.memory for each in outcome.moved), len(outcome.moved))
        wished = self._breaches(len(gained.gains))
        told = replace(
            outcome,
            costs=(
                *(Cost(BREACHES, broken, 0) for broken in wished),
                *costs_told(values, self._found.bounds, together=after.vcpus is not None),
            ),
            notes=(*outcome.notes, *([_REMAIN] if any(wished) else []), *self._notes),
            balancing=gained,
        )
        return replace(plan, steps=steps, outcome=told)

    def _after(self, number: int) -> PoolView:
        """The pool after the first moves."""
        view = self._stand.view
        changes = [
            change
            for move in self._found.moves[:number]
            for change in sets(
                view,
                (("vms", name_of(self._stand.vm_of[move.vm])),),
                runs_on=name_of(self._stand.host_of[move.target]),
            )
        ]
        return view_of(applied(self._inventory, changes), reference(view))

    def _may_stay(self, number: int, *, soon: bool = True) -> bool:
        return may_stay(self._stand.view, self._after(number), self._keep, soon=soon)

    def _breaches(self, number: int) -> tuple[int, ...]:
        """By how much preferences are not kept after the first moves; nothing where there are none."""
        view = self._stand.view
        return (breaches(self._after(number), view),) if has_preferences(view) else ()

    def _gained(self, moves: Sequence[Move]) -> Balancing:
        """What the moves gain, one after the other."""
        stand, hosts = self._stand, self._gathered.hosts
        tally = LoadTally(stand.view, hosts)
        before, gains = tally.peaks(), list[Gain]()
        for move in moves:
            vm, source, target = stand.vm_of[move.vm], stand.host_of[move.source], stand.host_of[move.target]
            was = tally.of(source), tally.of(target)
            tally.move(vm, source, target)
            now = tally.of(source), tally.of(target)
            names = host_name(stand.view, source), host_name(stand.view, target)
            gains.append(Gain(vm.name, *names, *was, *now, tally.peaks()))
        counted_hosts = tuple(sorted(host_name(stand.view, host) for host in hosts))
        return Balancing(counted_hosts, before, tuple(gains), 0, self._keep, self._vcpus(len(moves)))

    def _vcpus(self, number: int) -> tuple[VcpuLoad, ...]:
        first, last = self._stand.view, self._after(number)
        before, after = vcpu_loads(first), vcpu_loads(last)
        then = {host_name(last, host): after[id(host)] for host in last.hosts.records}
        named = sorted((host_name(first, host), before[id(host)]) for host in first.hosts.records)
        return tuple(VcpuLoad(name, load, then[name]) for name, load in named)
