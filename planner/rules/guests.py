"""What is wrong with where guests are said to run."""

from __future__ import annotations

from collections.abc import Iterator

from planner.findings import Problem, Severity, Unknown
from planner.model.guest import VM
from planner.model.inventory import Inventory, PoolView
from planner.rules import rule
from planner.rules.wording import uuid_of, xe


@rule("VM002", Severity.ERROR, since="0.1")
def running_vm_without_host(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A VM runs, but nobody says on which host, though it is said of others.

    It takes memory and devices of a host all the same, so what is said about the room on every host of the pool
    is wrong.
    """
    for view in inventory.pools:
        said = any(vm.runs_on is not None for vm in view.vms.records)
        for vm in view.vms.records:
            if vm.power_state not in ("running", "paused") or vm.runs_on is not None:
                continue
            if said:
                yield _without_host(view, vm)
            else:
                yield Unknown(vm, "runs_on")


def _without_host(view: PoolView, vm: VM) -> Problem:
    ask = xe("vm-list", uuid=uuid_of("vm", vm), params="resident-on")
    return Problem(
        vm,
        "runs_on",
        message=f"{vm.name} is {vm.power_state}, but nobody says on which host of {view.name}",
        remedy=f"say which host runs {vm.name}; the pool tells it: {ask}",
    )


@rule("VM003", Severity.WARNING, since="0.1")
def halted_vm_with_host(inventory: Inventory) -> Iterator[Problem]:
    """A VM that does not run is said to run on a host.

    Only one of the two can be true. If it runs, it takes memory that counts as free.
    """
    for view in inventory.pools:
        for vm in view.vms.records:
            if vm.runs_on is not None and vm.power_state in ("halted", "suspended"):
                yield Problem(
                    vm,
                    "runs_on",
                    message=f"{vm.name} is {vm.power_state}, but is said to run on {vm.runs_on}",
                    remedy=f"leave out the host, or correct the power state of {vm.name}; "
                    f"the host it should start on is its home",
                )
