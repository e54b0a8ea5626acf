"""Records that cannot be told apart: of one UUID, or of one name where that is all they have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from planner.model.fields import Record
from planner.model.inventory import PoolView

Repeated = tuple[Record, ...]


def _repeated(records: Iterable[Record], field: str) -> Iterator[Repeated]:
    each = tuple(records)
    values = [value for record in each if (value := getattr(record, field)) is not None]
    if len(set(values)) == len(values):
        return
    bearers: defaultdict[str, list[Record]] = defaultdict(list)
    for record in each:
        value = getattr(record, field)
        if value is not None:
            bearers[value].append(record)
    yield from (tuple(alike) for alike in bearers.values() if len(alike) > 1)


def repeated_uuids(view: PoolView) -> Iterator[Repeated]:
    """Records of one kind in a pool that have one UUID."""
    hosts, guests, repositories = view.hosts.records, view.guests, view.repositories.records
    kinds: tuple[Iterable[Record], ...] = (
        guests,
        (drive for vm in guests for drive in vm.drives or ()),
        (nic for vm in guests for nic in vm.nics or ()),
        (interface for host in hosts for interface in host.interfaces or ()),
        repositories,
        (connection for repository in repositories for connection in repository.connections or ()),
        view.disks.records,
        view.networks.records,
        view.groups.records,
        view.appliances.records,
        view.updates.records,
    )
    for records in kinds:
        yield from _repeated(records, "uuid")


def repeated_hosts_and_pools(views: Iterable[PoolView]) -> Iterator[Repeated]:
    """Hosts, or pools, of all pools that have one UUID: copies of each other."""
    each = tuple(views)
    yield from _repeated((view.pool for view in each), "uuid")
    yield from _repeated((host for view in each for host in view.hosts.records), "uuid")


def repeated_names(view: PoolView) -> Iterator[Repeated]:
    """Hosts, networks or repositories of a pool that have one name, and one of them no UUID to tell it by."""
    records: tuple[tuple[Record, ...], ...] = (view.hosts.records, view.networks.records, view.repositories.records)
    for kind in records:
        for alike in _repeated(kind, "name"):
            if any(getattr(record, "uuid", None) is None for record in alike):
                yield alike
