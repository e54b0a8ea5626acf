"""What high availability does with guests that nobody asked it for, or fails to do that somebody expects."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.ha_guests import (
    Hosts,
    Unnoticed,
    runs_without_protection,
    switched_on_without_promise,
    unprotected_by_host,
    will_be_started,
)
from planner.facts.high_availability import BEST_EFFORT, RESTART, pool_software, protected
from planner.facts.storage import hosts_by_name
from planner.facts.versions import rolling
from planner.findings import Problem, Severity, Unknown
from planner.model.guest import VM
from planner.model.inventory import Inventory, PoolView
from planner.rules import rule
from planner.rules.ha_wanted import if_wanted
from planner.rules.wording import counted, listed, plural, uuid_of, xe

_MOST_NAMED = 5


def _set_priority(vm: VM, priority: str) -> str:
    return xe("vm-param-set", uuid=uuid_of("vm", vm), ha_restart_priority=priority)


def _protect(vm: VM) -> str:
    """What protects a VM that runs: only a change of its priority does."""
    anew = f"{_set_priority(vm, BEST_EFFORT)}, then " if vm.ha_restart_priority == RESTART else ""
    return f"{anew}{_set_priority(vm, RESTART)}"


@rule("HA029", Severity.WARNING, since="0.1")
def running_vm_not_protected(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A VM runs with the priority `restart`, but is not protected.

    A VM is protected by its priority and a switch together. The switch, `ha-always-run`, is set when a VM is started
    or its priority is changed while it runs. This VM was not; if its host fails, it stays down.
    """
    for view in inventory.pools:
        yield from if_wanted(view, _not_protected(view))


def _not_protected(view: PoolView) -> Iterator[Problem]:
    for vm in view.vms.records:
        if runs_without_protection(vm):
            yield Problem(
                vm,
                "ha_always_run",
                message=f"{vm.name} runs with the priority {vm.ha_restart_priority}, but is not protected",
                remedy=f"set its priority anew while it runs: {_protect(vm)}",
            )


@rule("HA030", Severity.NOTE, since="0.1")
def switch_without_priority(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A VM has the old switch of high availability on, but no restart priority.

    `ha-always-run` looks like a promise, and by itself is none: without the priority `restart` the VM stays down
    when its host fails.
    """
    for view in inventory.pools:
        yield from if_wanted(view, _switched_on(view))


def _switched_on(view: PoolView) -> Iterator[Problem]:
    for vm in view.vms.records:
        if switched_on_without_promise(vm):
            yield Problem(
                vm,
                "ha_restart_priority",
                message=f"{vm.name} is set to run always, but has no restart priority, so it is not protected",
                remedy=f"protect it, {_set_priority(vm, RESTART)}, or set `ha-always-run` to false",
            )


@rule("HA031", Severity.NOTE, since="0.1")
def halted_vm_started_unasked(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A VM is shut down, but high availability will start it.

    Whenever a host comes back, and as soon as high availability is enabled, all VMs with the priority `best-effort`
    are started that are down, also those that somebody shut down on purpose.
    """
    for view in inventory.pools:
        yield from if_wanted(view, _started_unasked(view))


def _started_unasked(view: PoolView) -> Iterator[Problem]:
    for vm in view.vms.records:
        if will_be_started(vm):
            yield Problem(
                vm,
                "ha_restart_priority",
                message=f"{vm.name} is shut down, and will be started when a host comes back or high availability"
                " is enabled",
                remedy=f"if it is to stay down, promise nothing: {_set_priority(vm, '')}",
            )


@rule("HA032", Severity.WARNING, since="0.1", api_error="HOST_EVACUATE_VM_NOT_HA_PROTECTED")
def evacuation_blocked_by_unprotected_vms(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host runs unprotected VMs, so that high availability lets nobody evacuate it.

    Best effort is no protection either. The toolstack refuses the evacuation, older ones with the misleading answer
    that memory is short. When such a host is shut down, it shuts these VMs down instead of moving them.
    """
    for view in inventory.pools:
        yield from if_wanted(view, _blocked(view))


def _blocked(view: PoolView) -> Iterator[Problem]:
    if len(view.hosts.records) <= 1:
        return
    unprotected = unprotected_by_host(view)
    for host in hosts_by_name(view):
        vms = unprotected.get(id(host), ())
        if vms:
            names = listed((vm.name for vm in vms), _MOST_NAMED)
            yield Problem(
                host,
                "",
                message=f"{host.name} cannot be evacuated while high availability is on:"
                f" {counted(len(vms), 'VM')} on it {plural(vms, 'is', 'are')} not protected, {names}",
                remedy=f"protect {plural(vms, 'it', 'them')}, first {_protect(vms[0])},"
                f" or disable high availability before the evacuation: {xe('pool-ha-disable')}",
                related=vms[:_MOST_NAMED],
                api_error="HOST_NOT_ENOUGH_FREE_MEMORY" if rolling(pool_software(view)) is False else "",
            )


@rule("HA033", Severity.WARNING, since="0.1")
def protected_vm_bound_unnoticed(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A protected VM cannot be started on every host, and the toolstack does not notice.

    It looks at disks, networks, graphics processors and USB devices when it decides whether a VM can be restarted
    anywhere. PCI devices, the number of CPUs and hardware virtualisation are not looked at. The plan counts on
    hosts that will refuse the VM.
    """
    for view in inventory.pools:
        yield from if_wanted(view, _bound_unnoticed(view))


def _bound_unnoticed(view: PoolView) -> Iterator[Problem]:
    hosts = Hosts(view)
    for vm in view.vms.records:
        if protected(view, vm) and (found := hosts.unnoticed(vm)):
            yield Problem(
                vm,
                "ha_restart_priority",
                message=f"{vm.name} is to be restarted on any host, but {'; '.join(_reasons(vm, found))};"
                " the toolstack does not notice",
                remedy=f"{', '.join(_actions(vm, found))}, or promise nothing: {_set_priority(vm, BEST_EFFORT)}",
                related=tuple(
                    {id(host): host for host in (*found.too_few_cpus, *found.without_virtualisation)}.values()
                ),
            )


def _reasons(vm: VM, found: Unnoticed) -> Iterator[str]:
    if found.pci:
        yield f"it has {counted(len(vm.pci_devices or ()), 'PCI device')} of its host"
    if found.too_few_cpus and vm.vcpus:
        names = listed(host.name for host in found.too_few_cpus)
        yield f"has {vm.vcpus.max} virtual CPUs, more than the CPUs of {names}"
    if found.without_virtualisation:
        names = listed(host.name for host in found.without_virtualisation)
        yield f"needs hardware virtualisation, which {names} {plural(found.without_virtualisation, 'lacks', 'lack')}"


def _actions(vm: VM, found: Unnoticed) -> Iterator[str]:
    if found.pci:
        yield f"take the PCI {plural(vm.pci_devices or (), 'device', 'devices')} from it"
    if found.too_few_cpus:
        yield "give it fewer virtual CPUs"
    if found.without_virtualisation:
        yield f"turn virtualisation on in the firmware of {listed(host.name for host in found.without_virtualisation)}"
