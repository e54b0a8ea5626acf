"""Which repositories hold the heartbeat of high availability, or are to hold it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.facts.high_availability import enabled
from planner.facts.lacking import Lacking
from planner.model.fields import Record
from planner.model.inventory import Inventory, PoolView
from planner.model.storage import Disk, Repository

STATEFILE = "ha_statefile"
METADATA = ("redo_log", "metadata")
"""The disk with the log of the pool's database; releases up to 5.6 call it metadata."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A repository that holds the heartbeat or is to hold it, and where that is said."""

    view: PoolView
    repository: Repository
    subject: Record
    field: str


def chosen(inventory: Inventory) -> Iterator[Chosen]:
    """Every repository that is to hold a heartbeat by a wish, or holds one now."""
    for view in inventory.pools:
        yield from chosen_in(view)


def chosen_in(view: PoolView) -> Iterator[Chosen]:
    """The repositories of one pool's heartbeat: as wished, and as it is now."""
    for plan in view.ha_plans:
        if repository := view.repositories.find(plan.heartbeat):
            yield Chosen(view, repository, plan, "heartbeat")
    if enabled(view):
        for field, repository in _present(view):
            yield Chosen(view, repository, view.pool, field)


def _present(view: PoolView) -> Iterator[tuple[str, Repository]]:
    """The repositories of the heartbeat that is there now, each once, and the field that leads to each."""
    ha = view.pool.ha
    seen: set[int] = set()
    found = [("ha.heartbeat", view.repositories.find(ha.heartbeat if ha else None))]
    found += [("ha.statefiles", view.repositories.find(disk.repository)) for disk in statefiles(view)]
    for field, repository in found:
        if repository and id(repository) not in seen:
            seen.add(id(repository))
            yield field, repository


def statefiles(view: PoolView) -> tuple[Disk, ...]:
    """The heartbeat disks that a pool names and describes."""
    references = (view.pool.ha.statefiles if view.pool.ha else None) or ()
    return tuple(disk for reference in references if (disk := view.disks.find(reference)))


def disks_on(view: PoolView, repository: Repository) -> tuple[Disk, ...] | Lacking:
    """The disks of a repository, by name."""
    if view.pool.disks is None:
        return Lacking(view.pool, "disks")
    found = (disk for disk in view.disks.records if view.repositories.find(disk.repository) is repository)
    return tuple(sorted(found, key=lambda disk: (disk.name, disk.uuid or "")))


def other_disks(view: PoolView, repository: Repository) -> tuple[Disk, ...] | Lacking:
    """What a repository holds besides the disks of high availability."""
    found = disks_on(view, repository)
    if isinstance(found, Lacking):
        return found
    return tuple(disk for disk in found if disk.type not in (STATEFILE, *METADATA))
