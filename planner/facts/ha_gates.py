"""What the toolstack looks at before it enables high availability, besides the heartbeat repository."""

from __future__ import annotations

from planner.facts.clusters import cluster_untold
from planner.facts.high_availability import enabled
from planner.facts.interfaces import bonded
from planner.facts.lacking import Lacking
from planner.facts.storage import driver, hosts_by_name
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.network import Interface
from planner.model.pool import ClusterMember
from planner.model.storage import Repository

XHAD, COROSYNC = "xhad", "corosync"
_CLUSTERED_DRIVER = "gfs2"


def to_be_enabled(view: PoolView) -> bool:
    """Whether high availability is wished of a pool that does not have it yet."""
    return bool(view.ha_plans) and enabled(view) is not True


def licensed(view: PoolView) -> bool | None:
    """Whether the licence of a pool allows high availability; None where nobody tells. One host can forbid it."""
    told = [view.pool.restrictions] if view.pool.restrictions is not None else _restrictions_of_hosts(view)
    allowed = {None if each is None else each.get("enable_xha") for each in told}
    if "false" in allowed:
        return False
    return True if allowed == {"true"} else None


def _restrictions_of_hosts(view: PoolView) -> list[dict[str, str] | None]:
    return [host.licence.restrictions if host.licence else None for host in view.hosts.records]


def unplugged_though_required(host: Host) -> tuple[Interface, ...]:
    """The interfaces of a host that must stay up, but are not attached."""
    return tuple(each for each in host.interfaces or () if each.disallow_unplug and each.attached is False)


def may_be_unplugged(host: Host) -> tuple[Interface, ...]:
    """The interfaces of a host that have an address and are not kept from being unplugged."""
    members = bonded(host)
    return tuple(
        each
        for each in host.interfaces or ()
        if each.mode in ("dhcp", "static")
        and each.management is False
        and each.disallow_unplug is False
        and id(each) not in members
    )


def demanding(view: PoolView) -> tuple[tuple[Repository, tuple[str, ...]], ...]:
    """The repositories on the coordinator that demand a cluster stack, each with those that would do."""
    told = {each.type: each.required_cluster_stack for each in view.pool.drivers or ()}
    needed = ((each, _stacks(told, each)) for each in view.repositories.records if _may_be_on_coordinator(view, each))
    found = ((repository, stacks) for repository, stacks in needed if stacks)
    return tuple(sorted(found, key=lambda each: (each[0].name, each[0].uuid or "")))


def _may_be_on_coordinator(view: PoolView, repository: Repository) -> bool:
    """Whether the coordinator has a repository attached, or nobody says that it has not."""
    if view.coordinator is None or repository.connections is None:
        return True
    connection = view.connection(repository, view.coordinator)
    return connection is not None and connection.attached is not False


def _stacks(told: dict[str, tuple[str, ...] | None], repository: Repository) -> tuple[str, ...]:
    stacks = told.get(repository.type or "")
    if stacks is None:
        return (COROSYNC,) if driver(repository) == _CLUSTERED_DRIVER else ()
    return stacks


def cluster_stacks(view: PoolView) -> tuple[str, ...]:
    """The cluster stacks that high availability could use, the one it takes first; none where repositories disagree."""
    demands = [stacks for _, stacks in demanding(view)]
    if demands:
        return tuple(stack for stack in demands[0] if all(stack in each for each in demands))
    cluster = view.pool.cluster
    return ((cluster.stack or COROSYNC) if cluster else XHAD,)


def without_cluster(view: PoolView) -> dict[str, tuple[Host, ...]] | Lacking:
    """The hosts that take no full part in the pool's cluster, by what the toolstack answers; empty where all do."""
    cluster = view.pool.cluster
    if cluster is None:
        return Lacking(view.pool, "cluster") if cluster_untold(view) else {}
    if cluster.members is None:
        return Lacking(cluster, "members")
    parts: dict[int, ClusterMember] = {}
    for member in cluster.members:
        if host := view.hosts.find(member.host):
            parts[id(host)] = member
    found: dict[str, list[Host]] = {}
    for host in hosts_by_name(view):
        if answer := _no_part(parts.get(id(host))):
            found.setdefault(answer, []).append(host)
    return {answer: tuple(hosts) for answer, hosts in found.items()}


def _no_part(member: ClusterMember | None) -> str:
    if member is None:
        return "NO_COMPATIBLE_CLUSTER_HOST"
    if member.enabled is False:
        return "CLUSTERING_DISABLED"
    return "CLUSTER_HOST_NOT_JOINED" if member.joined is False else ""
