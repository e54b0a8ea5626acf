"""The wish that VMs be placed, and which VMs it means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from planner.errors import GoalError
from planner.goals.grow import Size
from planner.goals.moves.conditions import Conditions
from planner.goals.pools import suggestion
from planner.model.guest import VM, Memory, Vcpus
from planner.model.inventory import PoolView
from planner.units import format_size


@dataclass(frozen=True, slots=True)
class Place:
    """Find a host for VMs: for all that run, or for some, and for new ones."""

    only: tuple[str, ...] = ()
    """By name or UUID, the VMs that are placed."""
    new: tuple[Size, ...] = ()
    """VMs that do not exist yet; they need nothing but memory."""
    pool: str | None = None
    others: bool = False
    """All that run may move, even where some are named or new; where none are they may anyway."""
    halted: bool = False
    """All that are halted or suspended are placed too."""
    start: bool = False
    """The steps start VMs that exist and do not run; else only their hosts are told."""
    conditions: Conditions = field(default_factory=Conditions)
    move_disks: bool = False
    """Local disks of VMs that run are first moved to repositories that other hosts have too, where it is better."""


@dataclass(frozen=True, slots=True)
class Meant:
    """The VMs of a pool that are to be placed, by name."""

    running: tuple[VM, ...]
    starting: tuple[VM, ...]
    """Those that are on no host: halted, suspended or new."""
    new: frozenset[str]
    """The names of those that do not exist yet."""
    partly: bool
    """There are others, and they stay where they are."""


def meant(goal: Place, view: PoolView, added: tuple[VM, ...]) -> Meant:
    """The VMs that a wish means; `added` are the new ones. Raises GoalError where it names what is not there."""
    chosen = [_named(name, view) for name in dict.fromkeys(goal.only)]
    new = frozenset(vm.name for vm in added)
    guests = [vm for vm in view.vms.records if vm.name not in new and not vm.driver_domain]
    partly = bool(goal.only or goal.new) and not goal.others
    running = [vm for vm in (chosen if partly else [*chosen, *guests]) if not _off(vm)]
    off = [vm for vm in (*chosen, *(guests if goal.halted else ())) if _off(vm)]
    off += [vm for vm in view.vms.records if vm.name in new]
    return Meant(_by_name(running), _by_name(off), new, partly)


def _by_name(vms: list[VM]) -> tuple[VM, ...]:
    return tuple(sorted({id(vm): vm for vm in vms}.values(), key=lambda vm: (vm.name, vm.uuid or "")))


def _off(vm: VM) -> bool:
    return vm.power_state in ("halted", "suspended")


def _named(name: str, view: PoolView) -> VM:
    found = [vm for vm in view.vms.records if name in (vm.name, vm.uuid)]
    if not found:
        raise GoalError(f"no VM of {view.name} is called {name}{suggestion(name, sorted(_names(view)))}")
    if len(found) > 1:
        raise GoalError(f"several VMs are called {name}; give the UUID of one")
    if found[0].driver_domain:
        raise GoalError(f"{name} serves its host, so it runs nowhere else")
    return found[0]


def _names(view: PoolView) -> Iterator[str]:
    return (vm.name for vm in view.vms.records)


def added(goal: Place, view: PoolView) -> Iterator[VM]:
    """The new VMs, halted as yet: they need nothing but memory. Raises GoalError where a size makes no sense."""
    if any(size.memory <= 0 or size.vcpus <= 0 for size in goal.new):
        raise GoalError("a new VM needs memory and virtual CPUs; give a size such as 8GiB or 8GiB:4")
    taken, number = set(_names(view)), 0
    for size in goal.new:
        number += 1
        while f"new VM {number}" in taken:
            number += 1
        yield _vm(f"new VM {number} ({format_size(size.memory)})", size)


def _vm(name: str, size: Size) -> VM:
    return VM(
        name=name,
        power_state="halted",
        domain_type="hvm",
        hardware_platform_version=0,
        memory=Memory(static_min=size.memory, dynamic_min=size.memory, dynamic_max=size.memory, static_max=size.memory),
        vcpus=Vcpus(max=size.vcpus, at_startup=size.vcpus),
        drives=(),
        nics=(),
        vgpus=(),
        usb_groups=(),
        pci_devices=(),
    )
