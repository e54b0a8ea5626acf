"""On which hosts a VM can be started and to which it can be moved, and what would have to change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from planner.errors import ConfigError
from planner.facts.evacuation import Evacuation
from planner.facts.footprint import largest_dynamic_min, largest_fixed
from planner.facts.guest_settings import must_be_fixed
from planner.facts.host_choice import Ranked, ranking
from planner.facts.host_memory import MemoryFit
from planner.facts.join import runs
from planner.facts.migration import Moves
from planner.facts.movable import can_move_without_disks
from planner.facts.obstacles import Answer
from planner.facts.placement import Placement
from planner.facts.prospective_storage import Failing, prospect
from planner.facts.storage import hosts_by_name
from planner.model.guest import VM, Drive
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView


@dataclass(frozen=True, slots=True)
class Lower:
    """To what the memory of a guest would have to be lowered to fit."""

    fixed: int | None
    """Bytes of all its limits; None where it cannot be told."""
    dynamic_min: int | None
    """Bytes of its dynamic minimum alone; None where it cannot be told or the guest cannot be ballooned."""


@dataclass(frozen=True, slots=True)
class HostCell:
    """One host, and what the VM can do there."""

    host: str
    joining: bool
    """The host is to join the pool; the cell tells how it will be then."""
    runs_here: bool
    start: Answer
    fit: MemoryFit
    lower: Lower | None
    """None where the memory is enough, or nobody knows."""
    live: Answer | None
    """None where the VM does not run, or runs here."""
    with_disks: Answer | None
    """The same when disks that the host lacks come along."""
    to_move: tuple[str, ...]
    """The disks that would have to come along."""
    failing: tuple[Failing, ...]
    """What of the pool's storage the host will fail to attach."""


@dataclass(frozen=True, slots=True)
class VmOverview:
    """One VM on all hosts of its pool, and on those that are to join it."""

    pool: str
    vm: VM
    home: Host | None
    stays_on_storage: bool | None
    """All it has in its drives is on shared storage, so that a move takes its memory and CPU state only."""
    local: tuple[str, ...]
    """What it has on storage that is not shared, each with its repository."""
    anti_affine: tuple[str, ...]
    """The groups whose members are to run on different hosts."""
    cells: tuple[HostCell, ...]
    evacuation: Answer | None
    """Whether it can leave when its host is emptied; None where it runs nowhere."""
    ranking: tuple[Ranked, ...]
    """The members of the pool that can run it, in the order in which they are tried; of unknown memory none."""


def vm_overviews(inventory: Inventory, name: str) -> tuple[VmOverview, ...]:
    """Every VM of that name or UUID; a ConfigError tells that there is none."""
    found = tuple(_overview(inventory, view, vm) for view in inventory.pools for vm in view.vms.bearers(name))
    if found:
        return found
    names = sorted({vm.name for view in inventory.pools for vm in view.vms.records})
    close = get_close_matches(name[:80], names, n=1)
    hint = f'; did you mean "{close[0]}"?' if close else f"; {len(names)} VMs are described"
    raise ConfigError(f'no VM has the name or UUID "{name}"{hint}')


def _overview(inventory: Inventory, view: PoolView, vm: VM) -> VmOverview:
    groups = [view.groups.find(each) for each in vm.groups or ()]
    placement = Placement(view)
    able = [host for host in hosts_by_name(view) if placement.start(vm, host).can is not False]
    return VmOverview(
        view.name,
        vm,
        view.hosts.find(vm.home),
        can_move_without_disks(view, vm),
        tuple(_local(view, vm)),
        tuple(each.name for each in groups if each and each.placement == "anti_affinity"),
        tuple(_cells(inventory, placement, vm)),
        _evacuation(Moves(placement), vm),
        ranking(view, placement.memory, vm, able),
    )


def _evacuation(moves: Moves, vm: VM) -> Answer | None:
    host = moves.placement.view.hosts.find(vm.runs_on)
    return Evacuation(moves, host).stands_in_the_way(vm) if host else None


def _cells(inventory: Inventory, placement: Placement, vm: VM) -> Iterator[HostCell]:
    view, moves = placement.view, Moves(placement)
    yield from (_cell(moves, vm, host, (), joining=False) for host in hosts_by_name(view))
    for joining in inventory.joins:
        if joining.pool is view:
            after = prospect(inventory, joining)
            yield _cell(Moves(Placement(after.view)), vm, after.host, after.failing, joining=True)


def _cell(moves: Moves, vm: VM, host: Host, failing: tuple[Failing, ...], *, joining: bool) -> HostCell:
    view, placement = moves.placement.view, moves.placement
    here = view.hosts.find(vm.runs_on) is host
    fit = placement.memory.fit(vm, host)
    moving = runs(vm) and not here
    drives = moves.disks_to_move(vm, host) if moving else ()
    return HostCell(
        host.name,
        joining,
        here,
        placement.start(vm, host),
        fit,
        _lower(vm, fit),
        moves.live(vm, host) if moving else None,
        moves.with_disks(vm, host) if drives else None,
        tuple(_content(view, drive) for drive in drives),
        failing,
    )


def _local(view: PoolView, vm: VM) -> Iterator[str]:
    for drive in vm.drives or ():
        _, repository = view.disk_and_repository(drive)
        if repository and repository.shared is False:
            yield f"{_content(view, drive)} on {repository.name}"


def _content(view: PoolView, drive: Drive) -> str:
    disk = view.disks.find(drive.disk)
    return disk.name if disk else drive.label


def _lower(vm: VM, fit: MemoryFit) -> Lower | None:
    if fit.enough is not False or fit.free.most is None:
        return None
    charged = fit.vcpus_charged
    dynamic = None if must_be_fixed(vm) else largest_dynamic_min(vm, fit.free.most, vcpus_charged=charged)
    return Lower(largest_fixed(vm, fit.free.most, vcpus_charged=charged), dynamic)
