"""Which host has, or will have, which repository."""

from __future__ import annotations

from dataclasses import dataclass

from planner.facts.access import Access, Accesses
from planner.facts.dependents import Dependents
from planner.facts.inheritance import inherited
from planner.facts.prospects import after_join
from planner.facts.reachability import Reach, State, reaches
from planner.facts.routes import Routes
from planner.model.host import Host
from planner.model.inventory import Inventory, Joining, PoolView
from planner.model.storage import Repository


@dataclass(frozen=True, slots=True)
class StorageCell:
    """One host and one repository."""

    host: str
    joining: bool
    """The host is to join the pool; the cell tells how it will be then."""
    off: bool
    """The host is known to be off: what is expected of it is expected once it is back."""
    reach: Reach
    access: Access | None
    """What would give the host a way, where it will fail for the lack of one."""


@dataclass(frozen=True, slots=True)
class StorageRow:
    """One repository on all hosts."""

    repository: Repository
    cells: tuple[StorageCell, ...]
    vms: tuple[str, ...]
    """The VMs that have something on it."""


@dataclass(frozen=True, slots=True)
class StorageOverview:
    """All repositories of a pool on all its hosts, and on those that are to join it."""

    pool: str
    hosts: tuple[str, ...]
    rows: tuple[StorageRow, ...]


@dataclass(frozen=True, slots=True)
class _Prospect:
    """A pool as a join will leave it."""

    joining: Joining
    view: PoolView
    host: Host
    routes: Routes


def storage(inventory: Inventory) -> tuple[StorageOverview, ...]:
    """The storage of every pool that has a repository described."""
    accesses = Accesses(inventory)
    return tuple(_overview(inventory, view, accesses) for view in inventory.pools if view.repositories.records)


def _overview(inventory: Inventory, view: PoolView, accesses: Accesses) -> StorageOverview:
    joinings = (joining for joining in inventory.joins if joining.pool is view)
    prospects = [_prospect(joining) for joining in joinings]
    dependents, routes = Dependents(view), Routes(view)
    rows = []
    for repository in view.repositories.records:
        members = reaches(inventory, view, repository, routes)
        cells = [_cell(view, reach, members, accesses) for reach in members]
        cells += [_joiner(inventory, prospect, repository, accesses) for prospect in prospects]
        rows.append(StorageRow(repository, tuple(cells), tuple(vm.name for vm in dependents.of(repository))))
    hosts = tuple(cell.host for cell in rows[0].cells)
    return StorageOverview(view.name, hosts, tuple(rows))


def _prospect(joining: Joining) -> _Prospect:
    view, host = after_join(joining)
    return _Prospect(joining, view, host, Routes(view))


def _joiner(inventory: Inventory, prospect: _Prospect, repository: Repository, accesses: Accesses) -> StorageCell:
    found = reaches(inventory, prospect.view, repository, prospect.routes)
    mine = next(each for each in found if each.link.host is prospect.host)
    if not inherited(prospect.joining, repository):
        mine = Reach(mine.link, State.NOT_CONNECTED, mine.demand)
    return _cell(prospect.view, mine, found, accesses, joining=True)


def _cell(
    view: PoolView, reach: Reach, others: tuple[Reach, ...], accesses: Accesses, *, joining: bool = False
) -> StorageCell:
    access = accesses.missing(view, reach, others) if reach.state is State.WILL_FAIL else None
    return StorageCell(reach.link.host.name, joining, reach.link.host.live is False, reach, access)
