"""How many hosts may fail before the steps of a plan, while they are carried out, and once they are.

Where it does not have to hold at every moment, rounds of moves are judged several at a time, as if all their VMs were
on both hosts at once. Only where that does not tell are they looked at one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner import patience
from planner.facts.failover_capacity import capacity_at_a_glance, exact_capacity
from planner.facts.failover_problem import Known, PoolProblem, Problems, as_configured, problems
from planner.facts.lacking import Lacking
from planner.failover.answers import FailureCapacity
from planner.failover.capacity import glance, survives
from planner.failover.in_transit import on_both
from planner.failover.problem import FailoverProblem
from planner.goals.moves.outcome import view_of
from planner.model.inventory import Inventory
from planner.plans import Phase, Step
from planner.plans.applying import carried_out
from planner.plans.midst import midst, moments, moved_by, moves, rounds
from planner.plans.moving import Survival, Survivals

Rounds = Sequence[tuple[Step, ...]]

_TOGETHER = 8
"""So many rounds of moves are judged at once."""
_FEW_HOSTS, _MOST_OPEN, _EFFORT = 16, 8, 0.1
"""In pools of more hosts, so many questions on the way may stay open, each after so much effort."""


def survivals(reference: str, start: Inventory, steps: tuple[Step, ...], *, always: bool, keep: int = 0) -> Survivals:
    """How many hosts may fail before, at the worst moment, and in the end.

    Where it has to hold `always`, the number is as exact as can be for each moment by itself. Whoever waits no longer
    gets what is soon told, and whether `keep` hosts may fail.
    """
    seen = _Seen(reference, start)
    before = seen.worst
    after = seen.exactly(carried_out(start, steps), keep) if steps else before
    state = start
    for together in _judged_at_once(steps, 1 if always else _TOGETHER):
        if always:
            for moment in moments(state, together[0]):
                seen.exactly(moment, keep)
        else:
            seen.meanwhile(state, together)
        state = carried_out(state, _steps(together))
    if not seen.anybody:
        return Survivals(None, None, None)
    if seen.lacking:
        return Survivals(None, None, None, tuple(sorted(seen.lacking)))
    return Survivals(before, seen.worst, after)


def _judged_at_once(steps: Sequence[Step], most: int) -> Iterator[Rounds]:
    """Rounds one after the other, so many together in which no VM is moved again."""
    pending: list[tuple[Step, ...]] = []
    for together in rounds(steps):
        if pending and (len(pending) >= most or moved_by(together) & moved_by(_steps(pending))):
            yield pending
            pending = []
        pending.append(together)
    if pending:
        yield pending


def _steps(together: Rounds) -> tuple[Step, ...]:
    return tuple(step for each in together for step in each)


class _Seen:
    """What is found of one moment of a pool after the other."""

    def __init__(self, reference: str, start: Inventory) -> None:
        self._reference, self._left = reference, _MOST_OPEN
        self._known: Known = {}
        self._disks: object = None
        self.lacking: set[str] = set()
        self.anybody = False
        self.worst = _survival(exact_capacity(self._problems(start)[1]))

    def exactly(self, state: Inventory, keep: int) -> Survival:
        """Note a moment, as exactly as can be; in haste, at least as exactly as what is to be kept asks for."""
        problem = self._problems(state)[1]
        found = exact_capacity(problem)
        if found.lower < keep <= found.upper:
            with patience.unhurried():
                found = exact_capacity(problem)
        self._note(found.lower, found.upper)
        return _survival(found)

    def meanwhile(self, state: Inventory, together: Rounds) -> None:
        """Note the moments of rounds: all at once where no fewer hosts may fail then than at worst, or one by one."""
        if (bound := self._at_once(state, together)) is not None:
            self._note(bound, self.worst.upper)
        elif len(together) == 1:
            for moment in moments(state, together[0]):
                self._look(moment)
        else:
            half = len(together) // 2
            self.meanwhile(state, together[:half])
            self.meanwhile(carried_out(state, _steps(together[:half])), together[half:])

    def _at_once(self, state: Inventory, together: Rounds) -> int | None:
        """So many hosts may fail at every moment; None where it has to be looked at more closely."""
        steps = _steps(together)
        under_way = midst(state, steps) if all(step.phase is Phase.MOVE for step in steps) else None
        if under_way is None:
            return None
        pool, found = self._problems(under_way)
        least, both = self.worst.lower, self._on_both(pool, found, steps)
        if both is None:
            return None
        if not self._asks(pool):
            return min(least, glance(both).lower)
        told = survives(both, least, effort=_EFFORT if len(together) == 1 else _EFFORT / 2)
        if told is None:
            self._left -= 1
        return least if told else None

    def _on_both(self, pool: PoolProblem, found: Problems, steps: Sequence[Step]) -> FailoverProblem | None:
        """The problem that is no easier than any moment; None where something is lacking, or VMs are on no host."""
        view = pool.view
        if found.lacking or found.undecided or any(each.host is None for each in found.guarded):
            return None
        arrivals: list[tuple[str, str]] = []
        for change in moves(steps):
            vm, target = view.vms.find(change.way[0][1]), view.hosts.find(str(change.value))
            source = view.hosts.find(vm.runs_on) if vm else None
            if vm is None or target is None or source is None:
                return None
            if not {pool.host_keys[id(source)], pool.host_keys[id(target)]} <= found.exact.free.keys():
                return None
            arrivals.append((pool.vm_keys[id(vm)], pool.host_keys[id(target)]))
        return on_both(found.exact, arrivals)

    def _look(self, state: Inventory) -> None:
        """Note a moment: exactly, or where a glance tells that it is no worse than the worst so far, so much."""
        pool, found = self._problems(state)
        told = capacity_at_a_glance(found)
        if told.lower < self.worst.lower and self._asks(pool):
            told = exact_capacity(found, effort=1.0 if _small(pool) else _EFFORT)
            self._left -= not told.proven
        self._note(told.lower, told.upper)

    def _asks(self, pool: PoolProblem) -> bool:
        """Whether more than a glance is worth it: not for whoever waits no longer."""
        return _small(pool) or (self._left > 0 and not patience.ended())

    def _problems(self, state: Inventory) -> tuple[PoolProblem, Problems]:
        view = view_of(state, self._reference)
        if view.pool.disks is not self._disks:
            self._known, self._disks = {}, view.pool.disks
        pool = PoolProblem(view, known=self._known)
        found = problems(pool, as_configured(view))
        self.anybody = self.anybody or bool(found.guarded)
        self.lacking.update(_told(lack) for lack in found.lacking)
        return pool, found

    def _note(self, lower: int, upper: int) -> None:
        lower, upper = min(lower, self.worst.lower), min(upper, self.worst.upper)
        self.worst = Survival(lower, upper, proven=lower == upper)


def _survival(found: FailureCapacity) -> Survival:
    return Survival(found.lower, found.upper, found.proven)


def _small(pool: PoolProblem) -> bool:
    return len(pool.view.hosts.records) <= _FEW_HOSTS


def _told(lack: Lacking) -> str:
    return f"{lack.record.label}: {lack.field}"
