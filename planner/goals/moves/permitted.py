"""Whether high availability lets the steps of a plan be done, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.failover_guard import WOULD_BREAK, Planner, Supposed
from planner.facts.failover_problem import Known
from planner.facts.high_availability import enabled
from planner.goals.moves.outcome import view_of
from planner.model.inventory import Inventory, PoolView
from planner.plans import Cause, Phase, Step
from planner.plans.applying import applied
from planner.plans.changes import FieldChange
from planner.rules.wording import listed, uuid_of, xe


def forbidden(reference: str, state: Inventory, steps: tuple[Step, ...]) -> tuple[Cause, ...]:
    """The steps that the toolstack would refuse, because its restart plan would break; the first of them alone."""
    if enabled(view_of(state, reference)) is False:
        return ()
    known: Known = {}
    for step, moment in _moments(state, steps):
        view = view_of(moment, reference)
        for change in step.changes:
            found = _refusal(view, step, change, known) if isinstance(change, FieldChange) else None
            if found is not None:
                return (found,)
    return ()


def _moments(state: Inventory, steps: tuple[Step, ...]) -> Iterator[tuple[Step, Inventory]]:
    """Each step with the pool as it is when it begins: those of its round before it are under way."""
    start, number = state, None
    for step in steps:
        if step.round is None or step.round != number:
            start, number = state, step.round
        yield step, start
        on_the_way = [
            FieldChange(change.pool, change.way, "scheduled_on", change.value)
            for change in step.changes
            if step.phase is Phase.MOVE and isinstance(change, FieldChange)
        ]
        start = applied(start, on_the_way)
        state = applied(state, step.changes)


def _refusal(view: PoolView, step: Step, change: FieldChange, known: Known) -> Cause | None:
    host = view.hosts.find(change.way[0][1] if change.field == "enabled" else str(change.value))
    vm = view.vms.find(change.way[0][1])
    if change.field == "enabled" and change.value is False and host:
        supposed = Supposed(disabled=host)
    elif change.field == "runs_on" and vm and host:
        supposed = Supposed(arriving=(vm, host))
    else:
        return None
    found = Planner(view, known).guard(supposed)
    if found.refuses is False:
        return None
    if found.refuses:
        lower = xe("pool-param-set", uuid=uuid_of("pool", view.pool), ha_host_failures_to_tolerate="0")
        told = f"the toolstack refuses to {step.what}, because its restart plan would break ({WOULD_BREAK})"
        return Cause("", f"{told}; tolerate fewer failures for that time: {lower}", proven=change.field == "enabled")
    facts = listed(dict.fromkeys(f"{lack.field} of {lack.record.label}" for lack in found.lacking), 6)
    return Cause("", f"whether high availability lets you {step.what} is not known: {facts}", proven=False)
