"""The cheapest changes after which so many hosts may fail, with every protected VM restarted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from planner.errors import GoalError
from planner.facts.failover_problem import Known, PoolProblem, Problems
from planner.facts.failure_limit import most_asked
from planner.facts.lacking import Lacking, each_once
from planner.facts.survival import survival
from planner.facts.toolstack_plan import covers_all, lacking_for_plan
from planner.failover.answers import FailureCapacity
from planner.goals.improve import hardware
from planner.goals.improve.moving import Moving, by_moves, moves_told, moving, with_promises
from planner.goals.improve.promising import TakenBack, taken_back, taken_told
from planner.goals.improve.running import Running, Today
from planner.goals.improve.shrinking import Shrinking
from planner.goals.improve.ways import By
from planner.goals.pools import one_pool
from planner.model.inventory import Inventory, PoolView
from planner.plans import Cause, NoPlan, Plan
from planner.rules.wording import counted, listed

__all__ = ["By", "Improve", "improve"]

_MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Improve:
    """Let so many hosts fail with every protected VM restarted, whichever they are."""

    failures: int
    pool: str | None = None
    """Name or UUID; where several could be meant."""
    for_toolstack: bool = False
    """Until the toolstack's own planner accepts it too."""
    by: By | None = None
    """None: moves, where they are enough; else promises, beside moves where fewer are enough then."""


def improve(goal: Improve, inventory: Inventory) -> Plan | NoPlan:
    """Moves where they are enough, else the fewest promises to take back; GoalError for a wish that is unclear.

    Other ways are told beside: what hardware or less memory for VMs would do, and the kind of change that is not the
    plan.
    """
    view = one_pool(goal.pool, inventory)
    known: Known = {}
    capacity, found = survival(view, known)
    hosts = len(found.exact.free)
    if not 0 <= goal.failures <= hosts:
        there = f"{view.name}, of which {counted(hosts, 'host')} can be used"
        raise GoalError(f"{goal.failures} failures are asked of {there}")
    told = f"let {counted(goal.failures, 'host')} of {view.name} fail"
    today = Today(inventory, view, goal.failures, goal.for_toolstack, capacity, found, known)
    if causes := tuple(_open(found, view, goal)):
        ways = _less(today) if found.homeless and not found.lacking else ()
        return NoPlan(told, tuple(each for each in causes if each.proven) or causes, ways_out=ways)
    refused = found if goal.for_toolstack else None
    if not found.guarded or _holds(capacity, refused, goal.failures):
        return _as_it_is(told, goal, inventory, found)
    names = PoolProblem(view).names
    bought = (*_less(today), *hardware.told(found, goal.failures, names, for_toolstack=goal.for_toolstack))
    asked = moving(told, inventory, view, goal.failures)
    moves = by_moves(asked, refused)
    if goal.by is By.MOVES:
        return replace(moves, others=bought) if isinstance(moves, Plan) else replace(moves, ways_out=bought)
    taken = taken_back(told, goal, inventory, found)
    if isinstance(moves, NoPlan):
        return _without_moves_alone(asked, goal, taken, moves, found, bought)
    if goal.by is By.PROMISES:
        return replace(taken.plan, others=(moves_told(moves), *bought))
    return replace(moves, others=(*bought, taken_told(taken, found)))


def _less(today: Today) -> tuple[str, ...]:
    """With how much less memory it is so: for VMs that are down, or for one that runs."""
    down = Shrinking(today.inventory, today.view, today.found, today.failures, for_toolstack=today.for_toolstack)
    return (*down.told(), *Running(today).told())


def _without_moves_alone(  # noqa: PLR0913, PLR0917 - what is known by then
    asked: Moving, goal: Improve, taken: TakenBack, moves: NoPlan, found: Problems, bought: tuple[str, ...]
) -> Plan:
    """Promises taken back; beside moves, where fewer are enough then."""
    lost = len(found.guarded) - len(taken.outcome.promise.vms)
    mixed = None if goal.by or goal.for_toolstack else with_promises(asked, lost)
    if mixed is not None:
        return replace(mixed, others=(*bought, taken_told(taken, found)))
    why = tuple(f"moves: {cause.told}" for cause in moves.because)
    outcome = replace(taken.outcome, notes=(*taken.outcome.notes, *why))
    return replace(taken.plan, outcome=outcome, others=bought)


def _holds(capacity: FailureCapacity, refused: Problems | None, failures: int) -> bool:
    """Whether it is so already."""
    return capacity.lower >= failures and (refused is None or covers_all(refused, failures) is True)


def _as_it_is(told: str, goal: Improve, inventory: Inventory, found: Problems) -> Plan:
    """The plan without a step."""
    return taken_back(told, goal, inventory, found).plan


def _open(found: Problems, view: PoolView, goal: Improve) -> Iterator[Cause]:
    """What keeps the question from being answered, or any change from being enough."""
    most = most_asked(view)
    if goal.for_toolstack and not isinstance(most, Lacking) and most < goal.failures:
        yield Cause("", f"the cluster would lose its quorum: no more than {counted(most, 'failure')} can be tolerated")
    lacking = (*lacking_for_plan(found), *([most] if isinstance(most, Lacking) else ()))
    for each in each_once(lacking if goal.for_toolstack else found.lacking):
        yield Cause("", f"{each.field} of {each.record.label}", proven=False)
    if found.homeless or found.undecided:
        names = listed(sorted(each.vm.name for each in found.guarded if each.host is None), _MOST_NAMED)
        yield Cause("", f"where {names}, which are to be protected and are down, would be started", proven=False)
