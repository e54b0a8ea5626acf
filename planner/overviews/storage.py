"""Which host has, or will have, which repository."""

from __future__ import annotations

from dataclasses import dataclass

from planner.facts.access import Access, missing_access
from planner.facts.inheritance import inherited
from planner.facts.prospects import after_join
from planner.facts.reachability import Reach, State, reaches
from planner.model.host import Host
from planner.model.inventory import Inventory, Joining, PoolView
from planner.model.storage import Repository


@dataclass(frozen=True, slots=True)
class StorageCell:
    """One host and one repository."""

    host: str
    joining: bool
    """The host is to join the pool; the cell tells how it will be then."""
    reach: Reach
    access: Access | None
    """What would give the host a way, where it will fail for the lack of one."""


@dataclass(frozen=True, slots=True)
class StorageRow:
    """One repository on all hosts."""

    repository: Repository
    cells: tuple[StorageCell, ...]


@dataclass(frozen=True, slots=True)
class StorageOverview:
    """All repositories of a pool on all its hosts, and on those that are to join it."""

    pool: str
    hosts: tuple[str, ...]
    rows: tuple[StorageRow, ...]


def storage(inventory: Inventory) -> tuple[StorageOverview, ...]:
    """The storage of every pool that has a repository described."""
    return tuple(_overview(inventory, view) for view in inventory.pools if view.repositories.records)


def _overview(inventory: Inventory, view: PoolView) -> StorageOverview:
    joinings = [joining for joining in inventory.joins if joining.pool is view]
    rows = tuple(_row(inventory, view, repository, joinings) for repository in view.repositories.records)
    hosts = tuple(cell.host for cell in rows[0].cells)
    return StorageOverview(view.name, hosts, rows)


def _row(inventory: Inventory, view: PoolView, repository: Repository, joinings: list[Joining]) -> StorageRow:
    members = reaches(inventory, view, repository)
    cells = [_cell(inventory, view, reach, members, joining=False) for reach in members]
    for joining in joinings:
        prospect, host = after_join(joining)
        found = reaches(inventory, prospect, repository)
        cells.append(_joiner(inventory, prospect, host, found, inherits=inherited(joining, repository)))
    return StorageRow(repository, tuple(cells))


def _joiner(
    inventory: Inventory, view: PoolView, host: Host, found: tuple[Reach, ...], *, inherits: bool
) -> StorageCell:
    mine = next(each for each in found if each.link.host is host)
    if not inherits:
        mine = Reach(mine.link, State.NOT_CONNECTED, mine.demand)
    return _cell(inventory, view, mine, found, joining=True)


def _cell(
    inventory: Inventory, view: PoolView, reach: Reach, others: tuple[Reach, ...], *, joining: bool
) -> StorageCell:
    fails = reach.state is State.WILL_FAIL
    access = missing_access(inventory, view, reach, others) if fails else None
    return StorageCell(reach.link.host.name, joining, reach, access)
