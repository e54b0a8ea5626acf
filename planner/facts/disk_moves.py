"""Whether a disk of a running guest can be moved to another repository while the guest stays on its host."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.footprint import Question, footprint
from planner.facts.lacking import Lacking
from planner.facts.memory import charged
from planner.facts.migration import WITH_DISKS, Moves
from planner.facts.obstacles import Answer, Cause, Kind, Obstacle, answer
from planner.facts.storage import Attachment, driver
from planner.model.guest import VM, Drive
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.storage import Disk, Repository

_INTO = ({"VDI_SNAPSHOT", "VDI_MIRROR"}, {"VDI_SNAPSHOT", "VDI_MIRROR_IN"})
"""What a driver can do to whose repositories disks are moved: either of these."""


def into(moves: Moves, vm: VM, drive: Drive, repository: Repository) -> Answer:
    """What stands in the way. The guest needs its memory twice on its host for that time."""
    view = moves.placement.view
    host, (disk, _) = view.hosts.find(vm.runs_on), view.disk_and_repository(drive)
    causes: list[Cause] = [*moves.gates(vm, WITH_DISKS), *moves.movable(drive)]
    causes += (*_shared(view, vm, drive, disk), *_fits(view, disk, repository)) if disk else [Lacking(drive, "disk")]
    causes += _takes(view, repository, drive)
    causes += _there(moves, vm, host, drive, repository) if host else [Lacking(vm, "runs_on")]
    return answer(causes)


def _shared(view: PoolView, vm: VM, drive: Drive, disk: Disk) -> Iterator[Cause]:
    """Other guests that would be left without the disk."""
    others = [each for each in users(view, disk) if each is not vm]
    if others:
        yield Obstacle(Kind.DISK_SHARED, (drive, disk, *others), details=tuple(each.name for each in others))


def space(view: PoolView, disk: Disk) -> int:
    """The bytes that a disk and its snapshots, which go with it, may hold, whatever they hold today; as far as told."""
    return sum(each.size or 0 for each in _with_snapshots(view, disk))


def _with_snapshots(view: PoolView, disk: Disk) -> tuple[Disk, ...]:
    return (disk, *(each for each in view.disks.records if view.disks.find(each.snapshot_of) is disk))


def free_space(repository: Repository) -> int | None:
    """The bytes that are free in a repository, below zero where more is used than it has; None where not known."""
    if repository.size is None or repository.used is None:
        return None
    return repository.size - repository.used


def _fits(view: PoolView, disk: Disk, repository: Repository) -> Iterator[Cause]:
    yield from (Lacking(each, "size") for each in _with_snapshots(view, disk) if each.size is None)
    free = free_space(repository)
    if free is None:
        yield Lacking(repository, "size" if repository.size is None else "used")
    elif (needed := space(view, disk)) > free:
        yield Obstacle(Kind.NO_SPACE, (disk, repository), needed=needed, available=max(0, free))


def _takes(view: PoolView, repository: Repository, drive: Drive) -> Iterator[Cause]:
    if repository.content_type == "iso" or driver(repository) == "iso" or repository.tools:
        yield Obstacle(Kind.NOT_FOR_DISKS, (repository,))
    features = [
        each.features.keys()
        for each in view.pool.drivers or ()
        if each.type in (driver(repository), repository.type) and each.features is not None
    ]
    if features and not any(needed <= each for each in features for needed in _INTO):
        yield Obstacle(Kind.NO_MIRRORING, (drive, repository))


def _there(moves: Moves, vm: VM, host: Host, drive: Drive, repository: Repository) -> Iterator[Cause]:
    """What of the host that runs the guest stands in the way."""
    if host.enabled is None:
        yield Lacking(host, "enabled")
    elif not host.enabled:
        yield Obstacle(Kind.HOST_DISABLED, (host,))
    attachment = moves.placement.storage.has(repository, host)
    if attachment is Attachment.UNKNOWN:
        yield Lacking(repository, "connections")
    elif attachment is not Attachment.ATTACHED:
        disk, _ = moves.placement.view.disk_and_repository(drive)
        yield Obstacle(Kind.REPOSITORY_NOT_ATTACHED, (drive, *([disk] if disk else []), repository))
    room = moves.placement.memory.free(host)
    need = footprint(vm, Question.START, vcpus_charged=charged(moves.placement.view, host) is not False)
    if room.most is not None and need.least > room.most:
        yield Obstacle(Kind.MEMORY_TWICE, (vm, host), needed=need.least, available=room.most)
    yield from (*room.lacking, *need.lacking)


def users(view: PoolView, disk: Disk) -> tuple[VM, ...]:
    """The guests that have a disk in a drive, by name."""
    found = [vm for vm in view.guests if any(view.disks.find(drive.disk) is disk for drive in vm.drives or ())]
    return tuple(sorted(found, key=lambda vm: (vm.name, vm.uuid or "")))
