"""The cluster of a pool: whether a host takes part in it, and over which network its members talk."""

from __future__ import annotations

from dataclasses import dataclass

from planner.facts.addresses import address
from planner.facts.interfaces import interfaces_named
from planner.facts.lacking import Lacking
from planner.facts.storage import driver
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.network import Interface
from planner.model.pool import ClusterMember


def cluster_untold(view: PoolView) -> bool:
    """Whether a pool must have a cluster that nobody describes: it has a repository that needs one."""
    return view.pool.cluster is None and any(driver(each) == "gfs2" for each in view.repositories.records)


def cluster_members(view: PoolView) -> tuple[ClusterMember, ...] | None:
    """The hosts of a pool's cluster, the coordinator first; None where they are not described."""
    if view.pool.cluster is None:
        return ()
    if view.pool.cluster.members is None:
        return None
    return tuple(
        sorted(
            view.pool.cluster.members,
            key=lambda each: (view.hosts.find(each.host) is not view.coordinator, each.host, each.uuid or ""),
        )
    )


@dataclass(frozen=True, slots=True)
class ClusterNetwork:
    """Where the members of a cluster talk: an interface of one of them, and the bridges below it."""

    host: Host
    interface: Interface
    bridges: frozenset[str]


def cluster_network(view: PoolView) -> ClusterNetwork | Lacking | None:
    """The network that a new member has to have an address on; None where there is no such demand."""
    cluster, members = view.pool.cluster, cluster_members(view)
    if cluster_untold(view):
        return Lacking(view.pool, "cluster")
    if cluster is None or cluster.pool_auto_join is False:
        return None
    if members is None:
        return Lacking(cluster, "members")
    if not members or (host := view.hosts.find(members[0].host)) is None:
        return None
    if cluster.pool_auto_join is None:
        return Lacking(cluster, "pool_auto_join")
    found = interfaces_named(host, members[0].interface)
    return _bridges(view, host, found[0]) if len(found) == 1 else Lacking(members[0], "interface")


def _bridges(view: PoolView, host: Host, interface: Interface) -> ClusterNetwork | Lacking:
    below = [each for name in (interface.bond.members or () if interface.bond else ()) for each in _named(host, name)]
    networks = [view.networks.find(each.network) for each in below or [interface]]
    bridges = frozenset(network.bridge for network in networks if network and network.bridge)
    return ClusterNetwork(host, interface, bridges) if bridges else Lacking(interface, "network")


def _named(host: Host, name: str) -> tuple[Interface, ...]:
    return tuple(each for each in interfaces_named(host, name) if each.physical)


def addressed_on(view: PoolView, host: Host, bridges: frozenset[str]) -> tuple[Interface, ...] | Lacking:
    """The interfaces of a host that have an address on networks with these bridges."""
    if host.interfaces is None:
        return Lacking(host, "interfaces")
    found = []
    for interface in host.interfaces:
        network = view.networks.find(interface.network)
        if network is None or network.bridge is None:
            if address(interface) or interface.mode is None:
                return Lacking(network or interface, "bridge" if network else "network")
        elif network.bridge in bridges:
            if interface.mode != "none" and interface.address is None:
                return Lacking(interface, "address" if interface.mode else "mode")
            if address(interface):
                found.append(interface)
    return tuple(found)
