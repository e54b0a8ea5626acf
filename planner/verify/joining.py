"""Whether the plan of a join keeps its promises: each step is applied, and the rules are asked about every state."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.merging import reach_after_join
from planner.facts.reachability import State, reaches
from planner.findings import Severity, Unknown
from planner.model.inventory import Inventory, Joining, PoolView
from planner.plans import Phase, Plan, Step
from planner.plans.applying import applied, unwished
from planner.plans.changes import FieldChange, HostJoined
from planner.plans.outcomes import JoinOutcome, RepositoryOutcome
from planner.rules import all_rules
from planner.rules.errors import brought, errors, of_join


def broken_join(plan: Plan, outcome: JoinOutcome, inventory: Inventory) -> Iterator[str]:
    """What is wrong with a plan for a join; nothing where it keeps what it promises. Raises ChangeError."""
    state = applied(inventory, plan.wish)
    first = seen = errors(state)
    joined = False
    for number, step in enumerate(plan.steps, start=1):
        yield from (f"step {number}: {each}" for each in _out_of_order(step, joined=joined))
        if step.phase is Phase.JOIN:
            yield from _not_ready(state)
            yield from _not_as_promised(outcome, state)
            joined = True
        yield from (f"step {number}: {each}" for each in _too_early(step, state))
        state = applied(state, step.changes)
        now = errors(state)
        suffix = f" ({outcome.host})" if step.phase is Phase.JOIN else ""
        yield from (f"step {number} brings {code} {label}" for code, _, label, _ in brought(first | seen, now, suffix))
        seen = now
    if not joined:
        yield "the join is not among the steps"
    yield from _in_the_end(outcome, state)


def _out_of_order(step: Step, *, joined: bool) -> Iterator[str]:
    """A step before the join stands before it, and there is one join."""
    if joined is not (step.phase is Phase.AFTER):
        yield f"it is to be done {step.phase.value}, and stands {'behind' if joined else 'before'} the join"
    if any(isinstance(change, HostJoined) for change in step.changes) is not (step.phase is Phase.JOIN):
        yield "the join is made by the step of the join, and by no other"


def _not_ready(state: Inventory) -> Iterator[str]:
    """The wish may bring no error, and no rule of joins may lack a fact, when the join is asked for."""
    without_wish = errors(unwished(state))
    for key, problem in errors(state).items():
        if key not in without_wish:
            yield f"before the join {key[0]} is left: {problem.message}"
    for rule in all_rules():
        if rule.check and rule.severity is Severity.ERROR and of_join(rule.code):
            for each in rule.check(state):
                if isinstance(each, Unknown):
                    yield f"before the join {rule.code} lacks {each.field} of {each.subject.label}"


def _not_as_promised(outcome: JoinOutcome, state: Inventory) -> Iterator[str]:
    """What is promised of the repositories is what the facts say just before the join."""
    joinings = [each for each in state.joins if outcome.host in (each.host.name, each.host.uuid)]
    if len(joinings) != 1:
        yield f"{len(joinings)} joins of {outcome.host} are wished before it"
        return
    expected = _states(state, joinings[0])
    promised = {each.name: each.state for each in outcome.repositories if each.inherited}
    if promised != expected:
        yield f"promised of the repositories is {promised}, to be expected is {expected}"


def _states(state: Inventory, joining: Joining) -> dict[str, State]:
    return {repository.name: mine.state for repository, _, mine in reach_after_join(state, joining)}


def _too_early(step: Step, state: Inventory) -> Iterator[str]:
    """What a step attaches can be attached in the state before it."""
    for change in step.changes:
        if not (isinstance(change, FieldChange) and change.field == "attached" and len(change.way) > 1):
            continue
        (inside, repository), (_, host) = change.way[:2]
        if inside != "repositories":
            continue
        reached = {_final(state, view, repository, host) for view in state.pools if change.pool in _names(view)}
        if reached != {State.WOULD_ATTACH}:
            yield f"{repository} cannot be attached on {host} yet"


def _names(view: PoolView) -> tuple[str | None, str]:
    return view.pool.uuid, view.name


def _final(state: Inventory, view: PoolView, repository: str, host: str) -> State | None:
    found = view.repositories.find(repository)
    for each in reaches(state, view, found) if found else ():
        if host in (each.link.host.name, each.link.host.uuid):
            return each.state
    return None


def _in_the_end(outcome: JoinOutcome, state: Inventory) -> Iterator[str]:
    """The host is a member of just that pool, with the repositories as promised."""
    homes = [view for view in state.pools if view.hosts.find(outcome.member)]
    if [view.name for view in homes] != [outcome.pool]:
        yield f"in the end {outcome.host} is in {', '.join(view.name for view in homes) or 'no pool'}"
        return
    for each in outcome.repositories:
        if each.inherited and _differs(each, state, homes[0], outcome.member):
            yield f"in the end {each.name} is not {each.final.value} on {outcome.host}"


def _differs(promised: RepositoryOutcome, state: Inventory, view: PoolView, host: str) -> bool:
    return _final(state, view, promised.reference, host) is not promised.final
