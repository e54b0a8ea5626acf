"""What must hold of the guests of a host before it may join a pool."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planner.facts.join import counts_at_join, runs
from planner.findings import Problem, Severity, Unknown
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory, Joining
from planner.model.pool import Pool
from planner.rules import rule
from planner.rules.wording import joining_to, listed, uuid_of, xe


@rule("JN012", Severity.ERROR, since="0.1", api_error="JOINING_HOST_CANNOT_HAVE_RUNNING_VMS")
def running_vms_on_joining_host(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host that is to join a pool still runs VMs.

    A join replaces the host's own database by that of the pool, so the toolstack refuses it
    while any guest runs on that host.
    """
    for joining in inventory.joins:
        software = joining.joiner.software(joining.host)
        for vm in _own_vms(joining):
            if isinstance(vm, Unknown):
                yield vm
            elif (running := runs(vm)) is None:
                yield Unknown(vm, "power_state")
            elif running and (counts := counts_at_join(vm, software)) is None:
                yield Unknown(joining.host, "software.product_version")
            elif running and counts:
                yield Problem(
                    vm,
                    "power_state" if vm.runs_on is None else "runs_on",
                    f"{vm.name} runs on {joining_to(joining)}",
                    f"shut it down before the join with {xe('vm-shutdown', uuid=uuid_of('vm', vm))}",
                    (joining.join, joining.host),
                )


def _own_vms(joining: Joining) -> Iterator[VM | Unknown]:
    """The VMs of a host that joins, less those that another host of its pool runs."""
    view = joining.joiner
    if view.pool.vms is None:
        yield Unknown(view.pool, "vms")
    for vm in view.vms.records:
        runner = view.hosts.find(vm.runs_on)
        if runner is None or runner is joining.host:
            yield vm


@rule("JN013", Severity.ERROR, since="0.1", api_error="JOINING_HOST_CANNOT_HAVE_VMS_WITH_CURRENT_OPERATIONS")
def operations_on_joining_host(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """Something is under way on a host that is to join a pool.

    The join replaces the host's database; an operation that began before it could not end well.
    The toolstack refuses the join while a VM, a template or a snapshot has an operation under way.
    Operations on the host or on its own pool should have ended as well.
    """
    for joining in inventory.joins:
        pool = joining.joiner.pool
        for guests, field in ((pool.vms, "vms"), (pool.templates, "templates"), (pool.snapshots, "snapshots")):
            if guests is None:
                yield Unknown(pool, field)
            for guest in guests or ():
                yield from _under_way(joining, guest, "operations", guest.name, guest.operations)
        host, domain = joining.host, joining.host.control_domain
        control = domain.operations if domain else None
        yield from _under_way(joining, host, "control_domain.operations", f"the control domain of {host.name}", control)
        yield from _under_way(joining, host, "operations", f"host {host.name}", host.operations)
        yield from _under_way(joining, pool, "operations", f"pool {pool.name}", pool.operations)


def _under_way(
    joining: Joining, subject: VM | Host | Pool, field: str, name: str, operations: Iterable[str] | None
) -> Iterator[Problem | Unknown]:
    if operations is None:
        yield Unknown(subject, field)
    elif names := listed(sorted(set(operations))):
        of_guest = isinstance(subject, VM) or field.startswith("control_domain")
        unchecked = "" if of_guest or "apply_updates" in operations else "; the toolstack itself looks at VMs only"
        yield Problem(
            subject,
            field,
            f"{names} is under way on {name}; {joining.host.name} is to join {joining.pool.name}{unchecked}",
            f"wait for the end of {names} before the join, or find it with {xe('task-list')}"
            f" and end it with {xe('task-cancel')}",
            (joining.join,),
            "NOT_SUPPORTED_DURING_UPGRADE" if "apply_updates" in operations else "",
        )


@rule("JN049", Severity.WARNING, since="0.1")
def suspended_vms_on_joining_host(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host that is to join a pool has suspended or paused VMs.

    The toolstack itself lets them pass, though the documentation asks that there be none.
    Such a VM is taken into the pool, but it may never be resumed: it has seen the CPU
    and the storage that the host had before.
    """
    for joining in inventory.joins:
        for vm in _own_vms(joining):
            if isinstance(vm, Unknown):
                yield vm
            elif vm.power_state is None and vm.runs_on is None:
                yield Unknown(vm, "power_state")
            elif vm.power_state in ("suspended", "paused"):
                wake = "vm-resume" if vm.power_state == "suspended" else "vm-unpause"
                uuid = uuid_of("vm", vm)
                yield Problem(
                    vm,
                    "power_state",
                    f"{vm.name} is {vm.power_state} on {joining_to(joining)}; the toolstack itself lets this pass",
                    f"before the join, wake it with {xe(wake, uuid=uuid)} and shut it down"
                    f" with {xe('vm-shutdown', uuid=uuid)}",
                    (joining.join, joining.host),
                )
