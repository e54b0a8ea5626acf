"""When high availability matters, whom it protects, and what its heartbeat repository has to offer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict

from planner.facts.lacking import Lacking
from planner.facts.limits import limits
from planner.facts.storage import driver
from planner.facts.versions import Version, release, toolstack
from planner.model.guest import VM
from planner.model.host import Software
from planner.model.inventory import PoolView
from planner.model.storage import Disk, Repository

RESTART, BEST_EFFORT = "restart", "best-effort"
PRIORITIES = (RESTART, BEST_EFFORT, "")
DIGITS = ("0", "1", "2", "3")
"""How releases up to 5.6 wrote `restart` together with an order."""

_LAST_WITH_DIGITS: Version = (5, 6)


def enabled(view: PoolView) -> bool | None:
    """Whether a pool has high availability on."""
    return view.pool.ha.enabled if view.pool.ha else None


def matters(view: PoolView) -> bool | None:
    """Whether high availability is on or wished."""
    return True if view.ha_plans else enabled(view)


def failures_wanted(view: PoolView) -> int | None:
    """How many hosts may fail: as wished, else as the pool has it now; None where nobody says."""
    wishes = [plan.failures_to_tolerate for plan in view.ha_plans if plan.failures_to_tolerate is not None]
    return wishes[0] if wishes else view.pool.ha.failures_to_tolerate if view.pool.ha else None


def digits_allowed(software: Software | None) -> bool | None:
    """Whether a restart priority may be a digit."""
    found = release(software)
    return None if found is None else found[:2] <= _LAST_WITH_DIGITS


def pool_software(view: PoolView) -> Software | None:
    """What the pool's coordinator runs, or all its hosts where nobody says which one that is."""
    return view.software(view.coordinator) if view.coordinator else view.pool.software


def to_be_restarted(vm: VM) -> bool:
    """Whether a restart is promised to a VM by its priority, whichever release it is written for."""
    return vm.ha_restart_priority == RESTART or vm.ha_restart_priority in DIGITS


def protected(view: PoolView, vm: VM) -> bool:
    """Whether high availability restarts a VM on another host: always if it is wished, else unless it was shut down."""
    return to_be_restarted(vm) and (bool(view.ha_plans) or vm.ha_always_run is not False)


class _Limits(BaseModel):
    """A part of the file of limits."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class HeartbeatSizes(_Limits):
    """How large the disks for heartbeat and metadata are."""

    until_toolstack: Version | None = None
    until_release: Version | None = None
    statefile: int
    metadata: int
    free: int


class _Drivers(_Limits):
    heartbeat: frozenset[str]
    no_heartbeat: frozenset[str]
    heartbeat_features: frozenset[str]


class _File(BaseModel):
    """What of the file is about high availability; sizes of the oldest versions come first."""

    heartbeat: tuple[HeartbeatSizes, ...]
    drivers: _Drivers


@cache
def _limits() -> _File:
    return _File.model_validate(limits())


def heartbeat_sizes(software: Software | None) -> tuple[HeartbeatSizes, ...]:
    """The sizes that count for a version; several where it is not known well enough."""
    found, rolling = release(software), toolstack(software)
    sizes = _limits().heartbeat
    if found is not None and (oldest := sizes[0].until_release) and found < oldest:
        return sizes[:1]
    if rolling is not None:
        return next((each,) for each in sizes if each.until_toolstack is None or rolling < each.until_toolstack)
    return sizes if found is None else sizes[1:]


def can_hold_heartbeat(view: PoolView, repository: Repository) -> bool | Lacking:
    """Whether the driver of a repository can attach a disk while the toolstack is down."""
    drivers = _limits().drivers
    kind = driver(repository)
    for each in view.pool.drivers or ():
        if each.type in (kind, repository.type) and each.features is not None:
            return not drivers.heartbeat_features.isdisjoint(each.features)
    if kind in drivers.heartbeat:
        return True
    if kind in drivers.no_heartbeat:
        return False
    return Lacking(repository, "type") if kind is None else Lacking(view.pool, "drivers")


@dataclass(frozen=True, slots=True)
class Room:
    """How much is free on a repository, and how much high availability needs there."""

    enough: bool | None
    free: int | None
    needed: int
    lacking: tuple[Lacking, ...] = ()


def room_for_heartbeat(view: PoolView, repository: Repository) -> Room:
    """Whether a repository has the disks for heartbeat and metadata, or room for them."""
    answers = [_room(view, repository, sizes) for sizes in heartbeat_sizes(pool_software(view))]
    if len({answer.enough for answer in answers}) == 1:
        return answers[0]
    software = Lacking(view.pool, "software")
    return Room(None, answers[0].free, answers[0].needed, (software,))


def _room(view: PoolView, repository: Repository, sizes: HeartbeatSizes) -> Room:
    own = [disk for disk in view.disks.records if view.repositories.find(disk.repository) is repository]
    has_both = _has(own, "ha_statefile", sizes.statefile) and _has(own, "redo_log", sizes.metadata)
    if not repository.size or repository.used is None:
        lacking = Lacking(repository, "used" if repository.size else "size")
        return Room(enough=has_both or None, free=None, needed=sizes.free, lacking=() if has_both else (lacking,))
    free = repository.size - repository.used
    if has_both or free >= sizes.free:
        return Room(enough=True, free=free, needed=sizes.free)
    unsaid = _unsaid(view, own)
    return Room(enough=None if unsaid else False, free=free, needed=sizes.free, lacking=unsaid)


def _has(disks: list[Disk], kind: str, least: int) -> bool:
    return any(disk.type == kind and disk.size is not None and disk.size >= least for disk in disks)


def _unsaid(view: PoolView, disks: list[Disk]) -> tuple[Lacking, ...]:
    """What could still tell that the two disks are there already."""
    if view.pool.disks is None:
        return (Lacking(view.pool, "disks"),)
    return tuple(
        Lacking(disk, "size") for disk in disks if disk.type in ("ha_statefile", "redo_log") and disk.size is None
    )
