"""Whether VMs can be started where a plan says, one after the other, by its steps or by hand when they are done."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.placement import Placement
from planner.model.inventory import Inventory, PoolView
from planner.plans import Phase, Step
from planner.plans.applying import applied
from planner.plans.changes import FieldChange
from planner.plans.moving import MovesOutcome
from planner.verify.subjects import pool_of, why_not


def started_by(step: Step, state: Inventory, outcome: MovesOutcome) -> Iterator[str]:
    """What is wrong with a step that is no move: it may start a VM, and else it leaves VMs where they are."""
    changes = [each for each in step.changes if isinstance(each, FieldChange) and each.way and each.way[0][0] == "vms"]
    placed = [each for each in changes if each.field == "runs_on"]
    if placed and step.phase is not Phase.GUESTS:
        yield "a VM is moved by a step that is no move"
    elif placed:
        view = pool_of(state, outcome)
        states = [each.value for each in changes if each.field == "power_state" and each.way == placed[0].way]
        if len(placed) > 1 or states != ["running"]:
            yield "to start a VM is that one VM runs on a host after it"
        else:
            yield from _start(view, placed[0].way[0][1], str(placed[0].value))


def with_starts(outcome: MovesOutcome, state: Inventory) -> tuple[Inventory, list[str]]:
    """The pool with all VMs started that are told to be, and what is wrong with that."""
    wrong: list[str] = []
    for each in outcome.placing.starts if outcome.placing else ():
        view = pool_of(state, outcome)
        name, host = each.vm_uuid or each.vm, each.host_uuid or each.host
        vm, there = view.vms.find(name), view.hosts.find(host)
        if vm is not None and there is not None and view.hosts.find(vm.runs_on) is there:
            continue
        wrong.extend(_start(view, name, host))
        way = (("vms", name),)
        pool = outcome.pool_reference
        changes = [FieldChange(pool, way, "power_state", "running"), FieldChange(pool, way, "runs_on", host)]
        state = applied(state, changes)
    return state, wrong


def _start(view: PoolView, name: str, target: str) -> Iterator[str]:
    vm, host = view.vms.find(name), view.hosts.find(target)
    if vm is None or host is None:
        yield f"{name} or {target} is not just one VM and one host"
        return
    if vm.power_state not in ("halted", "suspended"):
        yield f"{vm.name} is not to be started: it is {vm.power_state or 'in no known state'}"
        return
    found = Placement(view).start(vm, host)
    if not found.can:
        yield f"{vm.name} cannot be started on {host.name}: {why_not(found)}"
