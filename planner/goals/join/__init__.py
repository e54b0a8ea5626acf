"""How a host comes into a pool: what stands in the way, what mends it, and what is to do afterwards."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.management import management_interface
from planner.findings import Named
from planner.goals.join.aftermath import outcome
from planner.goals.join.aftersteps import steps_after
from planner.goals.join.case import Case
from planner.goals.join.mends.settings import PASSWORD
from planner.goals.join.resolving import Join, Meant, meant, wish
from planner.goals.join.search import Asked, Found, asked, search
from planner.goals.naming import name_of, shell
from planner.model.inventory import Inventory
from planner.plans import Cause, NoPlan, Phase, Plan, Step, Violation
from planner.plans.applying import applied, reference
from planner.plans.changes import HostJoined
from planner.rules import CATALOGUE
from planner.rules.errors import Key, brought, errors, key
from planner.rules.wording import UNTOLD

__all__ = ["Join", "join"]


def join(goal: Join, inventory: Inventory) -> Plan | NoPlan:
    """The steps to a join and behind it, or why there are none. Raises GoalError where the wish is not clear."""
    found = meant(goal, inventory)
    told = f"{goal.host} joins {found.pool.name}" + (", forced" if found.force else "")
    if found.joiner is None:
        return NoPlan(told, (Cause("JN011", f"{goal.host} is a member of {found.pool.name} already"),))
    wished = (wish(inventory, found, found.joiner),)
    start = applied(inventory, wished)
    said, way = asked(start), search(start)
    if way.causes:
        return NoPlan(told, _reasons(way.causes), _violations(start, said))
    (joining,) = way.state.joins
    coordinator = joining.pool.coordinator
    if coordinator is None:
        raise AssertionError(f"nothing says that the coordinator of {found.pool.name} is not known")
    case = Case(way.state, joining, coordinator)
    joins = _join(case, found)
    joined = applied(way.state, joins.changes)
    after, state = steps_after(case, joined, with_ha=_had_ha(found))
    if causes := tuple(_brought(case, start, way.state, joined, state)):
        return NoPlan(told, _reasons(causes), _violations(start, said))
    steps = (*way.steps, joins, *after)
    (start_pool,) = (each.pool for each in start.joins)
    return Plan(told, wished, _violations(start, said, way, steps), steps, outcome(start_pool, case, state))


def _reasons(causes: tuple[Cause, ...]) -> tuple[Cause, ...]:
    """What is proven to be in the way, alone where there is such; else all that is open."""
    proven = tuple(cause for cause in causes if cause.proven)
    return tuple(sorted(proven or causes, key=lambda each: (each.code, each.told)))


def _brought(case: Case, *states: Inventory) -> Iterator[Cause]:
    """The errors that the join, or what follows on it, would bring."""
    suffix = f" ({case.host.name})"
    known = errors(states[0]) | errors(states[1])
    for state in states[2:]:
        found = errors(state)
        for (code, *_), problem in sorted(brought(known, found, suffix).items(), key=lambda each: each[0]):
            told = f"once {case.host.name} has joined: {problem.message}; {problem.remedy}"
            yield Cause(code, told, proven=False)
        known |= found


def _had_ha(found: Meant) -> bool:
    ha = found.pool.pool.ha
    return ha is not None and ha.enabled is True


def _join(case: Case, found: Meant) -> Step:
    """The join itself."""
    theirs = management_interface(case.coordinator)
    address = case.coordinator.address or (theirs and theirs.address and theirs.address.partition("/")[0]) or UNTOLD
    credentials = {"master-username": "root", "master-password": PASSWORD}
    force = {"force": "true"} if found.force else {}
    return Step(
        Phase.JOIN,
        f"let {case.host.name} join {case.pool.name}",
        "its toolstack restarts as that of a member, and takes over the database of the pool",
        case.host.name,
        (shell("pool-join", **{"master-address": address}, **credentials, **force),),
        changes=(HostJoined(reference(case.pool), name_of(case.host)),),
    )


def _violations(
    start: Inventory, said: Asked, way: Found | None = None, steps: tuple[Step, ...] = ()
) -> tuple[Violation, ...]:
    """What the rules see today, each with the step of a plan after which it is gone."""
    pools = {id(record): view.name for view in start.pools for record in (view.pool, *view.hosts.records)}
    found = []
    for code, problems in said.problems.items():
        rule = CATALOGUE[code]
        for each in problems:
            about = Named(type(each.subject).__name__.lower(), each.subject.label, pools.get(id(each.subject)))
            found.append(
                Violation(
                    code,
                    rule.name,
                    rule.severity,
                    each.message,
                    each.remedy,
                    each.api_error or rule.api_error,
                    about,
                    each.field,
                    _mended_by(key(code, each), way, steps) if way else (),
                )
            )
    return tuple(
        sorted(found, key=lambda each: (-each.severity.weight, each.code, each.about, each.field, each.message))
    )


def _is_in(wanted: Key, keys: frozenset[Key], first: frozenset[Key]) -> bool:
    """Whether a problem is there still, be it told of another object that gives the field now."""
    moved = {(code, field) for code, _, _, field in keys - first}
    return wanted in keys or (wanted[0], wanted[3]) in moved


def _mended_by(wanted: Key, way: Found, steps: tuple[Step, ...]) -> tuple[int, ...]:
    """The step after which a problem is gone for good; that after the join which mends its kind."""
    present = [number for number, keys in enumerate(way.states) if _is_in(wanted, keys, way.states[0])]
    if present and present[-1] + 1 < len(way.states):
        return (present[-1] + 1,)
    return tuple(
        number for number, step in enumerate(steps, start=1) if step.phase is Phase.AFTER and wanted[0] in step.mends
    )
