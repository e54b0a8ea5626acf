"""Whether high availability lets the steps of a plan be done, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.facts.failover_guard import WOULD_BREAK, Guard, Planner, Supposed
from planner.facts.failover_problem import Known
from planner.facts.high_availability import enabled
from planner.goals.moves.outcome import view_of
from planner.model.inventory import Inventory, PoolView
from planner.plans import Cause, Step
from planner.plans.applying import carried_out
from planner.plans.changes import FieldChange
from planner.plans.midst import rounds
from planner.rules.wording import listed, uuid_of, xe


def forbidden(reference: str, state: Inventory, steps: tuple[Step, ...]) -> tuple[Cause, ...]:
    """The steps that the toolstack would refuse, because its restart plan would break; the first of them alone."""
    if enabled(view_of(state, reference)) is False:
        return ()
    known: Known = {}
    for together in rounds(steps):
        view = view_of(state, reference)
        planner = Planner(view, known)
        for step, change in _changes(together):
            supposed = _supposed(view, change)
            found = _refusal(view, step, change, planner.guard(supposed)) if supposed else None
            if found is not None:
                return (found,)
            if supposed and supposed.arriving:
                planner = planner.while_arriving(*supposed.arriving)
        state = carried_out(state, together)
    return ()


def _changes(steps: Sequence[Step]) -> Iterator[tuple[Step, FieldChange]]:
    for step in steps:
        yield from ((step, change) for change in step.changes if isinstance(change, FieldChange))


def _supposed(view: PoolView, change: FieldChange) -> Supposed | None:
    """What the toolstack supposes when a change is made; None where it does not ask its planner."""
    host = view.hosts.find(change.way[0][1] if change.field == "enabled" else str(change.value))
    vm = view.vms.find(change.way[0][1])
    if change.field == "enabled" and change.value is False and host:
        return Supposed(disabled=host)
    return Supposed(arriving=(vm, host)) if change.field == "runs_on" and vm and host else None


def _refusal(view: PoolView, step: Step, change: FieldChange, found: Guard) -> Cause | None:
    if found.refuses is False:
        return None
    if found.refuses:
        lower = xe("pool-param-set", uuid=uuid_of("pool", view.pool), ha_host_failures_to_tolerate="0")
        told = f"the toolstack refuses to {step.what}, because its restart plan would break ({WOULD_BREAK})"
        return Cause("", f"{told}; tolerate fewer failures for that time: {lower}", proven=change.field == "enabled")
    facts = listed(dict.fromkeys(f"{lack.field} of {lack.record.label}" for lack in found.lacking), 6)
    return Cause("", f"whether high availability lets you {step.what} is not known: {facts}", proven=False)
