"""Whether high availability lets the steps of a plan be done, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.failover_problem import Known
from planner.facts.ha_operations import API_ERROR, refuses_arrival, refuses_to_disable
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
    if change.field == "enabled" and change.value is False:
        host = view.hosts.find(change.way[0][1])
        found = refuses_to_disable(view, host, known) if host else False
    elif change.field == "runs_on":
        vm, target = view.vms.find(change.way[0][1]), view.hosts.find(str(change.value))
        found = refuses_arrival(view, vm, target, known) if vm and target else False
    else:
        return None
    if found is False:
        return None
    if found is True:
        lower = xe("pool-param-set", uuid=uuid_of("pool", view.pool), ha_host_failures_to_tolerate="0")
        told = f"the toolstack refuses to {step.what}, because its restart plan would break ({API_ERROR})"
        return Cause("", f"{told}; tolerate fewer failures for that time: {lower}", proven=change.field == "enabled")
    facts = listed(dict.fromkeys(f"{lack.field} of {lack.record.label}" for lack in found), 6)
    return Cause("", f"whether high availability lets you {step.what} is not known: {facts}", proven=False)
