"""Which guests are taken by the same hosts: those that are alike in all that decides it are looked at once."""

from __future__ import annotations

from collections.abc import Hashable

from planner.facts.guest_devices import virtual_cpus
from planner.facts.guest_settings import settings
from planner.facts.lacking import Lacking
from planner.model.guest import VM
from planner.model.inventory import PoolView


def likeness(view: PoolView, vm: VM) -> Hashable | None:
    """What decides to which hosts a guest can be moved, or where it can be started, memory aside.

    None where it has something of its own that decides it, so that it is looked at by itself.
    """
    own = vm.vgpus or vm.usb_groups or vm.driver_domain or vm.suspend_disk
    number, drives, nics = virtual_cpus(vm), _drives(view, vm), _nics(view, vm)
    if own or drives is None or nics is None or isinstance(number, Lacking) or any(True for _ in settings(vm)):
        return None
    flags = vm.last_boot_cpu
    source = view.hosts.find(vm.runs_on) if view.pool.rolling_upgrade else None
    return (
        (vm.power_state, vm.domain_type, vm.hardware_platform_version, number),
        (vm.vgpus, vm.usb_groups, (flags.vendor, flags.features) if flags else None),
        (drives, nics, id(source)),
    )


def _drives(view: PoolView, vm: VM) -> Hashable | None:
    """The repositories of a guest, by identity; None where one is not known."""
    if vm.drives is None:
        return None
    found = set()
    for drive in vm.drives:
        if drive.disk is None and drive.repository is None and drive.empty:
            continue
        _, repository = view.disk_and_repository(drive)
        if repository is None:
            return None
        found.add(id(repository))
    return frozenset(found)


def _nics(view: PoolView, vm: VM) -> Hashable | None:
    """The networks of a guest, by identity, each with whether a virtual function is held; None where one is unknown."""
    if vm.nics is None:
        return None
    found = []
    for nic in vm.nics:
        network = view.networks.find(nic.network)
        if network is None:
            return None
        found.append((id(network), bool(nic.reserved_function)))
    return tuple(sorted(found))
