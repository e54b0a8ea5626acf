"""Every field that names another object, and what it can name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from planner.model.fields import Record
from planner.model.guest import VM, Drive, Nic
from planner.model.host import Host
from planner.model.inventory import Named, PoolView
from planner.model.network import Bond, Interface, Sriov, Tunnel, Vlan
from planner.model.pool import Certificate, Cluster, ClusterMember, HighAvailability, Pool
from planner.model.storage import Connection, Disk
from planner.model.wishes import Change, HaPlan, HostLimit, Join, PlacementRule, Wishes


class Target(Enum):
    """What a reference names. The value is the word for it."""

    HOST = "host"
    NETWORK = "network"
    REPOSITORY = "repository"
    DISK = "disk"
    VM = "VM"
    ORIGIN = "VM or template"
    GROUP = "group"
    APPLIANCE = "appliance"
    UPDATE = "update"
    INTERFACE = "interface"
    POOL = "pool"


@dataclass(frozen=True, slots=True)
class ReferenceField:
    """A field whose value, or each of whose values, names another object."""

    holder: type[Record]
    name: str
    target: Target


def _fields(target: Target, *places: tuple[type[Record], str]) -> tuple[ReferenceField, ...]:
    return tuple(ReferenceField(holder, name, target) for holder, names in places for name in names.split())


REFERENCE_FIELDS: tuple[ReferenceField, ...] = (
    *_fields(
        Target.HOST,
        (Pool, "coordinator"),
        (Host, "ha_network_peers"),
        (VM, "runs_on scheduled_on home"),
        (Connection, "host"),
        (Certificate, "host"),
        (ClusterMember, "host"),
        (PlacementRule, "hosts not_hosts"),
        (HostLimit, "hosts"),
        (Change, "host"),
    ),
    *_fields(Target.NETWORK, (Interface, "network"), (Nic, "network")),
    *_fields(
        Target.REPOSITORY,
        (Pool, "default_repository suspend_repository crash_dump_repository"),
        (Host, "suspend_repository crash_dump_repository local_cache_repository"),
        (VM, "suspend_repository"),
        (Drive, "repository"),
        (Disk, "repository"),
        (HighAvailability, "heartbeat"),
        (HaPlan, "heartbeat"),
        (Change, "repository"),
    ),
    *_fields(
        Target.DISK,
        (Pool, "redo_log_disk"),
        (Host, "ha_statefiles"),
        (VM, "suspend_disk"),
        (Drive, "disk"),
        (Disk, "snapshot_of"),
        (HighAvailability, "statefiles"),
    ),
    *_fields(Target.VM, (Connection, "driver_domain"), (PlacementRule, "vms"), (Change, "vm")),
    *_fields(Target.ORIGIN, (VM, "snapshot_of")),
    *_fields(Target.GROUP, (VM, "groups")),
    *_fields(Target.APPLIANCE, (VM, "appliance")),
    *_fields(Target.UPDATE, (Host, "updates updates_requiring_reboot")),
    *_fields(
        Target.INTERFACE,
        (Bond, "members primary"),
        (Vlan, "on"),
        (Tunnel, "on"),
        (Sriov, "on"),
        (ClusterMember, "interface"),
        (Change, "interface"),
    ),
    *_fields(Target.POOL, (Join, "host pool"), (Wishes, "pool")),
)
"""All of them. The host of a join is looked for in the other pools, hence it counts as a pool's."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One name or UUID that a record gives for another object."""

    record: Record
    field: str
    text: str


Scope = PoolView | Host
"""Where the named object has to be: interfaces in their host, all else in its pool."""

_HOLDERS: dict[type[Record], Callable[[PoolView], Iterable[Record]]] = {
    Pool: lambda view: (view.pool,),
    Host: lambda view: view.hosts.records,
    VM: lambda view: view.guests,
    Drive: lambda view: (drive for vm in view.guests for drive in vm.drives or ()),
    Nic: lambda view: (nic for vm in view.guests for nic in vm.nics or ()),
    Interface: lambda view: (interface for host in view.hosts.records for interface in host.interfaces or ()),
    Connection: lambda view: (
        each for repository in view.repositories.records for each in repository.connections or ()
    ),
    Disk: lambda view: view.disks.records,
    Certificate: lambda view: view.pool.certificates or (),
    ClusterMember: lambda view: (view.pool.cluster or Cluster()).members or (),
    HighAvailability: lambda view: (view.pool.ha,) if view.pool.ha else (),
    HaPlan: lambda view: view.ha_plans,
    PlacementRule: lambda view: view.placement,
    HostLimit: lambda view: view.host_limits,
    Change: lambda view: view.changes,
}

_LISTS: dict[Target, tuple[str, ...]] = {
    Target.HOST: ("hosts",),
    Target.NETWORK: ("networks",),
    Target.REPOSITORY: ("repositories",),
    Target.DISK: ("disks",),
    Target.VM: ("vms",),
    Target.ORIGIN: ("vms", "templates"),
    Target.GROUP: ("groups",),
    Target.APPLIANCE: ("appliances",),
    Target.UPDATE: ("updates",),
}


def lists_of(target: Target) -> tuple[str, ...]:
    """The lists of a pool in which what a reference names can be; none for interfaces and pools."""
    return _LISTS.get(target, ())


def targets(view: PoolView, target: Target) -> tuple[Named, ...]:
    """All records of a pool that such a reference can name."""
    return tuple(record for field in lists_of(target) for record in getattr(view.pool, field) or ())


def unknown_lists(view: PoolView, target: Target) -> tuple[str, ...]:
    """The lists of a pool that are not given, so that nobody can say whether a reference leads anywhere."""
    return tuple(field for field in lists_of(target) if getattr(view.pool, field) is None)


def references(view: PoolView, target: Target) -> Iterator[Reference]:
    """Every reference of a pool to objects of one kind; to hosts and pools, less those of joins and wishes."""
    for field in REFERENCE_FIELDS:
        if field.target is target and field.holder in _HOLDERS:
            yield from _given(_HOLDERS[field.holder](view), field.name)


def _given(holders: Iterable[Record], name: str) -> Iterator[Reference]:
    for record in holders:
        value = getattr(record, name)
        if value is None:
            continue
        for text in (value,) if isinstance(value, str) else value:
            yield Reference(record, name, text)


def astray(view: PoolView, target: Target) -> tuple[Reference, ...]:
    """The references of a pool to objects of one kind that name none of them."""
    known = {record.name for record in targets(view, target)}
    return tuple(_outside(view, target, known | _uuids(view, target)))


def _outside(view: PoolView, target: Target, known: set[str]) -> Iterator[Reference]:
    """The references to none of the known names: the loop that has to be fast."""
    for field in REFERENCE_FIELDS:
        if field.target is not target:
            continue
        name = field.name
        for record in _HOLDERS[field.holder](view):
            value = getattr(record, name)
            if value is None or (isinstance(value, str) and value in known):
                continue
            for text in (value,) if isinstance(value, str) else value:
                if text not in known:
                    yield Reference(record, name, text)


def _uuids(view: PoolView, target: Target) -> set[str]:
    return {record.uuid for record in targets(view, target) if record.uuid is not None}


def ambiguous(view: PoolView, target: Target) -> Iterator[tuple[Reference, tuple[Named, ...]]]:
    """The references of a pool to objects of one kind that could mean several, each with these."""
    names = [record.name for record in targets(view, target)]
    if len(set(names)) == len(names):
        return
    shared = {name for name, bearers in Counter(names).items() if bearers > 1} - _uuids(view, target)
    bearers: defaultdict[str, list[Named]] = defaultdict(list)
    for record in (each for each in targets(view, target) if each.name in shared):
        bearers[record.name].append(record)
    for reference in references(view, target):
        if reference.text in shared:
            yield reference, tuple(bearers[reference.text])


def interface_references(view: PoolView) -> Iterator[tuple[Host, Reference]]:
    """Every reference of a pool to an interface, with the host to which that has to belong."""
    for host in view.hosts.records:
        for interface in host.interfaces or ():
            for part, name in (
                (interface.bond, "members"),
                (interface.bond, "primary"),
                (interface.vlan, "on"),
                (interface.tunnel, "on"),
                (interface.sriov, "on"),
            ):
                if part is not None:
                    yield from ((host, reference) for reference in _given((part,), name))
    members: tuple[ClusterMember | Change, ...] = (view.pool.cluster or Cluster()).members or ()
    for each in (*members, *view.changes):
        if host_of := view.hosts.find(each.host):
            yield from ((host_of, reference) for reference in _given((each,), "interface"))


def interface_names(host: Host) -> frozenset[str]:
    """Everything by which an interface of a host can be referred to."""
    interfaces = host.interfaces or ()
    return frozenset(name for each in interfaces for name in (each.label, each.uuid) if name is not None)


def plain_interface_names(host: Host) -> tuple[str, ...]:
    """The names of a host's interfaces, without virtual functions: these repeat the name of their NIC."""
    return tuple(each.label for each in host.interfaces or () if not each.sriov)


def interfaces_meant(host: Host, text: str) -> tuple[Interface, ...]:
    """The interfaces of a host that a reference could mean; virtual functions repeat the name of their NIC."""
    found = tuple(each for each in host.interfaces or () if text in (each.label, each.uuid))
    return tuple(each for each in found if not each.sriov) or found
