"""What actions do to a pool's failure capacity, one behind the other, and whether the toolstack would refuse them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from planner.errors import GoalError
from planner.facts.failover_capacity import exact_capacity
from planner.facts.failover_guard import Guard, guard, plan_exists_for
from planner.facts.failover_problem import PoolProblem, as_configured, problems
from planner.facts.failure_limit import failure_limit
from planner.facts.high_availability import enabled, failures_wanted, matters
from planner.facts.lacking import Lacking, each_once
from planner.facts.obstacles import Answer
from planner.facts.toolstack_plan import covers_all, lacking_for_plan, most_failures, planned_for
from planner.failover.answers import FailureCapacity, ToolstackCapacity
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.overviews.ha_actions import Action, action
from planner.overviews.ha_ways import Way, ways
from planner.plans.applying import ChangeError, applied, reference, tolerating
from planner.plans.changes import Change, FieldChange


@dataclass(frozen=True, slots=True)
class Standing:
    """What a pool survives in one state."""

    configured: int | None
    """The failures that are to be tolerated; None where nobody says."""
    exact: FailureCapacity
    toolstack: ToolstackCapacity | None
    """None while a fact is lacking that it would have."""
    plan_exists_for: int | None
    """For how many failures the toolstack says it has a plan; None where high availability is off, or it is unknown."""
    lacking: tuple[Lacking, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One action in one way: whether it is possible, what the toolstack's planner says, and what it comes to."""

    host: Host | None
    """The host that it is about."""
    answer: Answer
    """What stands in the way, the planner apart."""
    guard: Guard
    after: Standing
    """As if it were done, whether or not it is refused."""
    allowed: bool | None
    """Whether the toolstack would do it; None while that is unknown."""
    falls_short: bool | None
    """Whether it leaves less than is to be tolerated, and less of it than there was; None while that is unknown."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One action, and what it comes to."""

    action: Action
    before: Standing
    worst: Outcome
    """The only one, unless the toolstack draws a host."""
    outcomes: tuple[Outcome, ...]
    """All of them, by host."""
    allowed: bool | None
    """Whether the toolstack would do it; None while that is unknown, or depends on the host that it draws."""

    @property
    def falls_short(self) -> bool | None:
        """Whether it may leave less than is to be tolerated; None while that is unknown."""
        return self.worst.falls_short

    @property
    def drawn(self) -> bool:
        """Whether the toolstack chooses the host."""
        return self.action.kind == "start" and self.action.host is None


def ha_allows(inventory: Inventory, actions: Iterable[str]) -> tuple[Judgement, ...]:
    """What each action comes to when those before it are done.

    Raises `planner.errors.GoalError` when an action means nothing in these pools.
    """
    found = []
    for text in actions:
        judgement, inventory = _judged(inventory, action(inventory, text))
        found.append(judgement)
    return tuple(found)


def _judged(inventory: Inventory, wished: Action) -> tuple[Judgement, Inventory]:
    before = _standing(inventory, wished.view)
    found = [_outcome(inventory, wished, before, way) for way in ways(wished)]
    if not found:
        raise GoalError(f"{wished.text}: no host of {wished.view.name} is described")
    outcomes = tuple(sorted((outcome for outcome, _ in found), key=lambda each: each.host.name if each.host else ""))
    verdicts = {each.allowed for each in outcomes}
    worst, after = min(found, key=lambda each: _worst_first(each[0]))
    return Judgement(wished, before, worst, outcomes, verdicts.pop() if len(verdicts) == 1 else None), after


def _worst_first(outcome: Outcome) -> tuple[int, int, int]:
    rank = {False: 0, None: 1, True: 2}
    short = {True: 0, None: 1, False: 2}
    return rank[outcome.allowed], short[outcome.falls_short], outcome.after.exact.lower


def _outcome(inventory: Inventory, wished: Action, before: Standing, way: Way) -> tuple[Outcome, Inventory]:
    judged = guard(inventory, wished.view, way.supposed)
    try:
        asked = inventory if wished.failures is None else tolerating(inventory, wished.view, wished.failures)
        after = _replanned(applied(asked, way.changes), inventory, wished.view)
    except ChangeError as error:
        raise GoalError(f"{wished.text}: {error}; give it a UUID of its own") from None
    view = after.pools[_position(inventory, wished.view)]
    then = _standing(after, view)
    verdicts = {way.answer.can, None if judged.refuses is None else not judged.refuses}
    allowed = False if False in verdicts else None if None in verdicts else True
    short = _falls_short(view, before, then)
    return Outcome(way.host, way.answer, judged, then, allowed, short), after


def _position(inventory: Inventory, view: PoolView) -> int:
    return next(number for number, each in enumerate(inventory.pools) if each is view)


def _replanned(after: Inventory, before: Inventory, old: PoolView) -> Inventory:
    """The inventory with the state that the toolstack has of its plan after it has planned anew."""
    return applied(after, _plan_state(after, after.pools[_position(before, old)]))


def _plan_state(inventory: Inventory, view: PoolView) -> Iterator[Change]:
    wanted = view.pool.ha.failures_to_tolerate if view.pool.ha else None
    if not enabled(view):
        return
    found = problems(PoolProblem(view), as_configured(view))
    covered = None if wanted is None else covers_all(found, wanted)
    planned = None if wanted is None else planned_for(found, failure_limit(inventory, view), wanted)
    yield FieldChange(reference(view), (), "ha.plan_exists_for", planned)
    yield FieldChange(reference(view), (), "ha.overcommitted", None if covered is None else not covered)


def _standing(inventory: Inventory, view: PoolView) -> Standing:
    found = problems(PoolProblem(view), as_configured(view))
    planned = plan_exists_for(inventory, view, found) if enabled(view) else None
    return Standing(
        failures_wanted(view),
        exact_capacity(found),
        most_failures(found, failure_limit(inventory, view)),
        planned if isinstance(planned, int) else None,
        each_once((*found.lacking, *lacking_for_plan(found))),
    )


def _falls_short(view: PoolView, before: Standing, after: Standing) -> bool | None:
    """Whether what is left is less than is to be tolerated, and by more than it was before."""
    unchanged = after.configured == before.configured and after.exact.lower >= before.exact.upper
    if matters(view) is False or unchanged:
        return False
    if after.configured is None:
        return None
    wanted, was_wanted = after.configured, before.configured or 0
    if after.exact.lower >= wanted or after.exact.lower - wanted >= before.exact.upper - was_wanted:
        return False
    if after.exact.upper < wanted and after.exact.upper - wanted < before.exact.lower - was_wanted:
        return True
    return None
