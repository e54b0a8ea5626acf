"""All pools of a run, with the look-ups that rules and goals ask for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, Protocol, TypeVar

from planner.model.guest import VM, Appliance, Drive, Group
from planner.model.host import Host, Software
from planner.model.network import Network
from planner.model.pool import Pool, Update
from planner.model.site import Site
from planner.model.storage import Connection, Disk, Repository
from planner.model.wishes import Change, HaPlan, HostLimit, Join, PlacementRule, Wishes


class Named(Protocol):
    """What can be referred to: by its name, or by its UUID."""

    @property
    def name(self) -> str:
        """What a person calls it."""

    @property
    def uuid(self) -> str | None:
        """What the toolstack calls it."""


N = TypeVar("N", bound=Named)


class Index(Generic[N]):
    """Records of one kind, found by name or UUID. A name or UUID that several bear finds none of them."""

    def __init__(self, records: Iterable[N]) -> None:
        self.records = tuple(records)

    @cached_property
    def by_name(self) -> dict[str, tuple[N, ...]]:
        """The records that bear each name."""
        bearers: defaultdict[str, list[N]] = defaultdict(list)
        for record in self.records:
            bearers[record.name].append(record)
        return {name: tuple(all_of_them) for name, all_of_them in bearers.items()}

    @cached_property
    def _found(self) -> dict[str, N]:
        named = {name: bearers[0] for name, bearers in self.by_name.items() if len(bearers) == 1}
        uuids = Counter(record.uuid for record in self.records if record.uuid is not None)
        known = {record.uuid: record for record in self.records if record.uuid is not None}
        return named | {uuid: record for uuid, record in known.items() if uuids[uuid] == 1}

    def find(self, reference: str | None) -> N | None:
        """The record of that name or UUID; None when there is none, or more than one."""
        return None if reference is None else self._found.get(reference)

    def bearers(self, reference: str) -> tuple[N, ...]:
        """All records that a reference could mean: more than one when it is a name that several bear."""
        found = self._found.get(reference)
        return self.by_name.get(reference, ()) if found is None else (found,)


class PoolView:
    """One pool with its look-ups. A look-up passes over what is not there: family RF reports it."""

    def __init__(self, pool: Pool, wishes: tuple[Wishes, ...] = ()) -> None:
        self.pool = pool
        self.name = pool.name
        self._wished = (pool, *wishes)
        self.hosts = Index[Host](pool.hosts or ())
        self.networks = Index[Network](pool.networks or ())
        self.repositories = Index[Repository](pool.repositories or ())
        self.disks = Index[Disk](pool.disks or ())
        self.vms = Index[VM](pool.vms or ())
        self.templates = Index[VM](pool.templates or ())
        self.snapshots = Index[VM](pool.snapshots or ())
        self.groups = Index[Group](pool.groups or ())
        self.appliances = Index[Appliance](pool.appliances or ())
        self.updates = Index[Update](pool.updates or ())

    def with_pool(self, pool: Pool) -> PoolView:
        """Another state of the pool, with the same wishes for it."""
        return PoolView(pool, tuple(each for each in self._wished[1:] if isinstance(each, Wishes)))

    @cached_property
    def joins(self) -> tuple[Join, ...]:
        """Every join that is wished of this pool."""
        return tuple(join for wished in self._wished for join in wished.joins)

    @cached_property
    def ha_plans(self) -> tuple[HaPlan, ...]:
        """Every wish for high availability: one, unless documents disagree."""
        return tuple(wished.ha_plan for wished in self._wished if wished.ha_plan)

    @cached_property
    def placement(self) -> tuple[PlacementRule, ...]:
        """Every wish of where VMs are to run."""
        return tuple(rule for wished in self._wished for rule in wished.placement)

    @cached_property
    def host_limits(self) -> tuple[HostLimit, ...]:
        """Every wish of what is to be left free on hosts."""
        return tuple(limit for wished in self._wished for limit in wished.host_limits)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Every change that is wished of this pool."""
        return tuple(change for wished in self._wished for change in wished.changes)

    @cached_property
    def coordinator(self) -> Host | None:
        """The host that manages the pool; the only host, where there is one."""
        if self.pool.coordinator is None and len(self.hosts.records) == 1:
            return self.hosts.records[0]
        return self.hosts.find(self.pool.coordinator)

    def software(self, host: Host) -> Software | None:
        """What a host runs: what it says itself, else what the pool says."""
        return host.software or self.pool.software

    @cached_property
    def guests(self) -> tuple[VM, ...]:
        """VMs, templates and snapshots: all that has the shape of a guest."""
        return (*self.vms.records, *self.templates.records, *self.snapshots.records)

    def vms_on(self, host: Host) -> tuple[VM, ...]:
        """The VMs that a host runs."""
        return self._vms_by_host.get(id(host), ())

    @cached_property
    def _vms_by_host(self) -> dict[int, tuple[VM, ...]]:
        running: defaultdict[int, list[VM]] = defaultdict(list)
        for vm in self.vms.records:
            if host := self.hosts.find(vm.runs_on):
                running[id(host)].append(vm)
        return {key: tuple(vms) for key, vms in running.items()}

    def disk_and_repository(self, drive: Drive) -> tuple[Disk | None, Repository | None]:
        """What is in a drive, and the repository that holds it."""
        disk = self.disks.find(drive.disk)
        return disk, self.repositories.find(disk.repository if disk else drive.repository)

    def connection(self, repository: Repository, host: Host) -> Connection | None:
        """A host's connection to a repository."""
        return self._connections.get((id(repository), id(host)))

    @cached_property
    def _connections(self) -> dict[tuple[int, int], Connection]:
        return {
            (id(repository), id(host)): connection
            for repository in self.repositories.records
            for connection in repository.connections or ()
            if (host := self.hosts.find(connection.host))
        }


@dataclass(frozen=True, slots=True)
class Joining:
    """A join that is wished, with both sides found."""

    join: Join
    pool: PoolView
    joiner: PoolView
    """The pool that the host makes up by itself today."""
    host: Host


class Inventory:
    """All pools of a run."""

    def __init__(self, pools: Iterable[Pool], wishes: Iterable[Wishes] = (), site: Site | None = None) -> None:
        self.site = site or Site()
        self.wishes = tuple(wishes)
        self.pools = tuple(
            PoolView(pool, tuple(wish for wish in self.wishes if wish.pool in (pool.name, pool.uuid))) for pool in pools
        )

    def pools_describing(self, join: Join, pool: PoolView) -> tuple[PoolView, ...]:
        """The pools, other than the one to be joined, that describe the host of a join."""
        return tuple(
            view
            for view in self.pools
            if view is not pool and join.pool in (None, view.name, view.pool.uuid) and view.hosts.find(join.host)
        )

    @cached_property
    def joins(self) -> tuple[Joining, ...]:
        """Every wished join whose host is described, once."""
        return tuple(self._joins())

    def _joins(self) -> Iterator[Joining]:
        for pool in self.pools:
            for join in pool.joins:
                describing = self.pools_describing(join, pool)
                if len(describing) == 1 and (host := describing[0].hosts.find(join.host)):
                    yield Joining(join, pool, describing[0], host)

    @cached_property
    def counts(self) -> Counter[str]:
        """How many objects of each kind there are; templates, snapshots and driver domains are no VMs."""
        total: Counter[str] = Counter()
        for view in self.pools:
            total.update(_counts(view.pool))
        return total


def _counts(pool: Pool) -> Counter[str]:
    vms = pool.vms or ()
    guests = (*vms, *(pool.templates or ()), *(pool.snapshots or ()))
    driver_domains = sum(vm.driver_domain is True for vm in vms)
    return Counter(
        {
            "pool": 1,
            "host": len(pool.hosts or ()),
            "VM": len(vms) - driver_domains,
            "repository": len(pool.repositories or ()),
            "connection": sum(len(each.connections or ()) for each in pool.repositories or ()),
            "network": len(pool.networks or ()),
            "interface": sum(len(each.interfaces or ()) for each in pool.hosts or ()),
            "disk": len(pool.disks or ()),
            "drive": sum(len(each.drives or ()) for each in guests),
            "virtual interface": sum(len(each.nics or ()) for each in guests),
            "template": len(pool.templates or ()),
            "snapshot": len(pool.snapshots or ()),
            "driver domain": driver_domains,
        }
    )
