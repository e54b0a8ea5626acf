"""What is wrong with guests, apart from their memory and their disks."""

from __future__ import annotations

from collections.abc import Iterator

from planner.findings import Problem, Severity, Unknown
from planner.model.guest import VM
from planner.model.inventory import Inventory, PoolView
from planner.rules import rule
from planner.rules.wording import uuid_of, xe


def _guests(inventory: Inventory) -> Iterator[VM]:
    """All VMs and templates; snapshots are as they were, right or wrong."""
    for view in inventory.pools:
        yield from view.vms.records
        yield from view.templates.records


@rule("VM001", Severity.ERROR, since="0.1", api_error="VALUE_NOT_SUPPORTED")
def vcpus_out_of_order(inventory: Inventory) -> Iterator[Problem]:
    """A guest has no virtual CPU, or more at startup than it may ever have.

    The toolstack refuses to start such a guest. At least one is needed, and no more than the maximum.
    """
    for vm in _guests(inventory):
        if vm.vcpus is None:
            continue
        highest, first = vm.vcpus.max, vm.vcpus.at_startup
        if highest is not None and highest < 1:
            yield _too_few(vm, "max", "VCPUs-max", highest)
        if first is not None and first < 1:
            yield _too_few(vm, "at_startup", "VCPUs-at-startup", first)
        if highest is not None and first is not None and first > max(highest, 1):
            yield Problem(
                vm,
                "vcpus.at_startup",
                message=f"{vm.name} has {first} virtual CPUs at startup, more than its maximum of {highest}",
                remedy=f"lower them to the maximum, {_set(vm, 'VCPUs-at-startup', max(highest, 1))}, "
                f"or raise the maximum, {_set(vm, 'VCPUs-max', first)}",
            )


def _too_few(vm: VM, field: str, parameter: str, number: int) -> Problem:
    return Problem(
        vm,
        f"vcpus.{field}",
        message=f"the number {parameter} of {vm.name} is {number}",
        remedy=f"give it at least one: {_set(vm, parameter, 1)}",
        api_error="INVALID_VALUE",
    )


def _set(vm: VM, parameter: str, value: float) -> str:
    return xe("vm-param-set", uuid=uuid_of("vm", vm), **{parameter: str(value)})


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


@rule("VM004", Severity.NOTE, since="0.1")
def home_server_disabled(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """The home server of a VM is disabled.

    The VM is started on another host for as long as that lasts.
    """
    for view in inventory.pools:
        unsaid = {id(host): host for host in view.hosts.records if host.enabled is None}
        homes: set[int] = set()
        for vm in (*view.vms.records, *view.templates.records):
            host = view.hosts.find(vm.home) if vm.home is not None else None
            if host is None or host.enabled:
                continue
            if host.enabled is False:
                yield Problem(
                    vm,
                    "home",
                    message=f"{host.name}, the home server of {vm.name}, is disabled",
                    remedy=f"enable it, {xe('host-enable', uuid=uuid_of('host', host))}, "
                    f"or give {vm.name} another home server",
                    related=(host,),
                )
            homes.add(id(host))
        yield from (Unknown(host, "enabled") for key, host in unsaid.items() if key in homes)


@rule("VM005", Severity.ERROR, since="0.1", api_error="INVALID_VALUE")
def shadow_multiplier_below_one(inventory: Inventory) -> Iterator[Problem]:
    """The shadow multiplier of a guest is less than one.

    The memory for its page tables would be too small, so the toolstack refuses to start it.
    """
    for vm in _guests(inventory):
        if vm.shadow_multiplier is not None and vm.shadow_multiplier < 1:
            yield Problem(
                vm,
                "shadow_multiplier",
                message=f"the shadow multiplier of {vm.name} is {vm.shadow_multiplier}",
                remedy=f"set it to 1: {_set(vm, 'HVM-shadow-multiplier', 1)}",
            )
