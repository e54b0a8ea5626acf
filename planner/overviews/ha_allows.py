"""What actions do to a pool's failure capacity, one behind the other, and whether the toolstack would refuse them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from planner.errors import GoalError
from planner.facts.failover_capacity import exact_capacity
from planner.facts.failover_guard import Guard, Planner, plan_exists_for
from planner.facts.failover_problem import PoolProblem, Problems, as_configured, is_on_a_usable_host, problems
from planner.facts.failure_limit import FailureLimit, failure_limit, most_asked
from planner.facts.high_availability import enabled, failures_wanted, matters, to_be_restarted
from planner.facts.lacking import Lacking, each_once
from planner.facts.obstacles import Answer
from planner.facts.toolstack_plan import covers_all, lacking_for_plan, most_failures, planned_for
from planner.failover.answers import FailureCapacity, ToolstackCapacity
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.overviews.ha_actions import Action, action
from planner.overviews.ha_ways import Way, ways
from planner.plans.applying import applied, reference, tolerating
from planner.plans.changes import Change, ChangeError, FieldChange


@dataclass(frozen=True, slots=True)
class Standing:
    """What a pool survives in one state."""

    configured: int | None
    """The failures that are to be tolerated; None where nobody says."""
    exact: FailureCapacity
    limit: FailureLimit | None
    """What bounds the failures whatever the memory; None while that is unknown."""
    toolstack: ToolstackCapacity | None
    """None while a fact is lacking that it would have."""
    plan_exists_for: int | None
    """For how many failures the toolstack says it has a plan; None where high availability is off, or it is unknown."""
    lacking: tuple[Lacking, ...]

    @property
    def lower(self) -> int:
        """So many failures are survived."""
        return self.exact.lower if self.limit is None else min(self.exact.lower, self.limit.number)

    @property
    def upper(self) -> int:
        """One more is not."""
        return self.exact.upper if self.limit is None else min(self.exact.upper, self.limit.number)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way in which an action could come about: whether it is possible, and what the toolstack's planner says."""

    host: Host | None
    """The host that it is about."""
    answer: Answer
    """What stands in the way, the planner apart."""
    guard: Guard

    @property
    def allowed(self) -> bool | None:
        """Whether the toolstack would do it; None while that is unknown."""
        verdicts = {self.answer.can, None if self.guard.refuses is None else not self.guard.refuses}
        return False if False in verdicts else None if None in verdicts else True


@dataclass(frozen=True, slots=True)
class Judgement:
    """One action, and what it comes to."""

    action: Action
    outcomes: tuple[Outcome, ...]
    """By host where the toolstack draws one; else there is one."""
    before: Standing
    after: Standing
    """As if it were done, whether or not it is refused."""
    host: Host | None
    """The host that `after` is about: of several the worst, or the likeliest where all do."""
    falls_short: bool | None
    """Whether it may leave less than is to be tolerated, and less of it than there was; None while that is unknown."""

    @property
    def allowed(self) -> bool | None:
        """Whether the toolstack would do it; None while that is unknown, or depends on the host that it draws."""
        verdicts = {each.allowed for each in self.outcomes}
        return verdicts.pop() if len(verdicts) == 1 else None

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
    view = wished.view
    before, planner = _standing(inventory, view, _problem(view)), Planner(view)
    found = [(way, Outcome(way.host, way.answer, planner.guard(way.supposed))) for way in ways(wished)]
    if not found:
        raise GoalError(f"{wished.text}: no host of {view.name} is described")
    states = []
    for way in _to_be_followed(wished, before, found):
        state, problem = _done(inventory, wished, way)
        after = _standing(state, state.pools[_position(inventory, view)], problem)
        states.append((_falls_short(view, before, after), after, way.host, state))
    short, after, host, state = min(states, key=lambda each: (_WORST.index(each[0]), each[1].lower))
    outcomes = sorted((outcome for _, outcome in found), key=lambda each: each.host.name if each.host else "")
    return Judgement(wished, tuple(outcomes), before, after, host, short), state


_WORST = (True, None, False)


def _to_be_followed(wished: Action, before: Standing, found: list[tuple[Way, Outcome]]) -> list[Way]:
    """The ways whose end has to be looked at: one where no other can be worse in what matters.

    A VM without a promise that starts on one host costs one failure at most: what is survived for that host and any
    others is survived for those others without using it. That holds unless protected VMs have to be started first.
    """
    following = [way for way, outcome in found if outcome.allowed is not False] or [found[0][0]]
    promised = wished.vm is not None and to_be_restarted(wished.vm)
    settled = all(is_on_a_usable_host(wished.view, vm) for vm in as_configured(wished.view))
    enough = settled and not promised and before.lower - 1 >= (before.configured or 0)
    return following[:1] if enough else following


def _done(inventory: Inventory, wished: Action, way: Way) -> tuple[Inventory, Problems]:
    """The inventory after an action, with what the toolstack makes of its plan then; and the problem that it has."""
    asked = inventory if wished.failures is None else tolerating(inventory, wished.view, wished.failures)
    try:
        after = applied(asked, way.changes)
        view = after.pools[_position(inventory, wished.view)]
        found = _problem(view)
        return applied(after, _plan_state(view, found)), found
    except ChangeError as error:
        raise GoalError(f"{wished.text}: {error}; give it a UUID of its own") from None


def _position(inventory: Inventory, view: PoolView) -> int:
    return next(number for number, each in enumerate(inventory.pools) if each is view)


def _problem(view: PoolView) -> Problems:
    return problems(PoolProblem(view), as_configured(view))


def _plan_state(view: PoolView, found: Problems) -> Iterator[Change]:
    wanted = view.pool.ha.failures_to_tolerate if view.pool.ha else None
    if not enabled(view):
        return
    covered = None if wanted is None else covers_all(found, wanted)
    planned = None if wanted is None else planned_for(found, most_asked(view), wanted)
    yield FieldChange(reference(view), (), "ha.plan_exists_for", planned)
    yield FieldChange(reference(view), (), "ha.overcommitted", None if covered is None else not covered)


def _standing(inventory: Inventory, view: PoolView, found: Problems) -> Standing:
    asked = most_asked(view)
    limit = failure_limit(inventory, view)
    planned = plan_exists_for(view, found) if enabled(view) else None
    return Standing(
        failures_wanted(view),
        exact_capacity(found),
        limit if isinstance(limit, FailureLimit) else None,
        most_failures(found, asked),
        planned if isinstance(planned, int) else None,
        each_once((*lacking_for_plan(found), *((asked,) if isinstance(asked, Lacking) else ()))),
    )


def _falls_short(view: PoolView, before: Standing, after: Standing) -> bool | None:
    """Whether what is left is less than is to be tolerated, and by more than it was before."""
    unchanged = after.configured == before.configured and after.lower >= before.upper
    if matters(view) is False or unchanged:
        return False
    if after.configured is None:
        return None
    wanted, was_wanted = after.configured, before.configured or 0
    if after.lower >= wanted or after.lower - wanted >= before.upper - was_wanted:
        return False
    if after.upper < wanted and after.upper - wanted < before.lower - was_wanted:
        return True
    return None
