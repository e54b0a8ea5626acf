"""What must hold of licences for pools and of clusters before a host may join a pool."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.clusters import ClusterNetwork, addressed_on, cluster_members, cluster_network, cluster_untold
from planner.facts.join import feature_off, manages
from planner.facts.join_gates import from_release, from_rolling
from planner.facts.lacking import Lacking
from planner.findings import Problem, Severity, Unknown
from planner.model.inventory import Inventory, Joining
from planner.model.network import Interface
from planner.rules import rule
from planner.rules.join.gates import checked
from planner.rules.wording import UNTOLD, joining_to, listed, xe


@rule("JN002", Severity.ERROR, since="0.1", api_error="LICENCE_RESTRICTION")
def pooling_restricted_on_joining_host(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """The licence of a host that is to join a pool does not allow it to be in one.

    Since 7.0 this is what the toolstack asks first, before it even calls the pool. The licence of the pool
    does not matter for it, only what the joining host may do by itself.
    """
    for joining in inventory.joins:
        yield from checked(joining, from_release(joining, (7, 0)), _pooling(joining))


def _pooling(joining: Joining) -> Iterator[Problem | Unknown]:
    match feature_off(joining.joiner, "restrict_pooling"):
        case None:
            yield Unknown(joining.joiner.pool, "restrictions")
        case True:
            yield Problem(
                joining.joiner.pool,
                "restrictions",
                f"the licence of {joining_to(joining)}, does not allow pools",
                f"apply an edition that allows pools to {joining.host.name} with"
                f" {xe('host-apply-edition', edition=UNTOLD)}",
                (joining.join, joining.host),
            )


@rule("JN007", Severity.ERROR, since="0.1", api_error="CLUSTERING_ENABLED")
def clustering_on_joining_host(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host that is to join a pool takes part in a cluster of its own.

    Since 7.6 a host can belong to a cluster, which clustered repositories need. It can belong to one only, so the
    toolstack refuses the join until the cluster is gone. Repositories that need it have to be forgotten first.
    """
    for joining in inventory.joins:
        yield from checked(joining, from_release(joining, (7, 6)), _clustering(joining))


def _clustering(joining: Joining) -> Iterator[Problem | Unknown]:
    cluster, members = joining.joiner.pool.cluster, cluster_members(joining.joiner)
    if cluster_untold(joining.joiner):
        yield Unknown(joining.joiner.pool, "cluster")
    elif cluster and members is None:
        yield Unknown(cluster, "members")
    for member in members or ():
        if joining.joiner.hosts.find(member.host) is not joining.host or member.enabled is False:
            continue
        if member.enabled is None:
            yield Unknown(member, "enabled")
            continue
        destroy = xe("cluster-pool-destroy", cluster_uuid=(cluster and cluster.uuid) or UNTOLD)
        yield Problem(
            member,
            "enabled",
            f"clustering is enabled on {joining_to(joining)}",
            f"forget the repositories that need the cluster, then run {destroy} on {joining.host.name}",
            (joining.join, joining.host),
        )


@rule("JN008", Severity.ERROR, since="0.1", api_error="POOL_JOINING_HOST_MUST_HAVE_ONLY_ONE_IP_ON_CLUSTERING_NETWORK")
def address_on_cluster_network(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A joining host does not have just one address on the network of the pool's cluster.

    Where new members are to enter the cluster by themselves, a recent toolstack (25.18 and later) looks for the one
    address over which the new member will talk to the others, on the NIC in the same position. It also refuses a
    cluster that talks over a VLAN, unless that carries the management traffic.
    """
    for joining in inventory.joins:
        yield from checked(joining, from_rolling(joining, (25, 18)), _cluster_address(joining))


def _cluster_address(joining: Joining) -> Iterator[Problem | Unknown]:
    network = cluster_network(joining.pool)
    if network is None:
        return
    if isinstance(network, Lacking):
        yield Unknown(network.record, network.field)
        return
    if network.interface.vlan and network.interface.vlan.tag:
        match manages(network.host, network.interface):
            case None:
                yield Unknown(network.interface, "management")
                return
            case False:
                yield _on_vlan(joining, network.interface, network.host.name)
                return
    found = addressed_on(joining.joiner, joining.host, network.bridges)
    if isinstance(found, Lacking):
        yield Unknown(found.record, found.field)
    elif len(found) != 1:
        yield _addresses(joining, network, found)


def _on_vlan(joining: Joining, interface: Interface, owner: str) -> Problem:
    return Problem(
        joining.join,
        "host",
        f"the cluster of {joining.pool.name} talks over {interface.label} of {owner}, a VLAN without management"
        f" traffic, and {joining.host.name} would have to enter it",
        f"move the cluster of {joining.pool.name} to a network that is no VLAN before the join",
        (joining.host, interface),
        "POOL_JOINING_POOL_CANNOT_ENABLE_CLUSTERING_ON_VLAN_NETWORK",
    )


def _addresses(joining: Joining, network: ClusterNetwork, found: tuple[Interface, ...]) -> Problem:
    told = f"addresses on {listed(sorted(each.label for each in found))}" if found else "no address"
    bridges = listed(sorted(network.bridges))
    give = xe("pif-reconfigure-ip", uuid=UNTOLD, mode="static", IP=UNTOLD, netmask=UNTOLD)
    take = xe("pif-reconfigure-ip", uuid=UNTOLD, mode="none")
    return Problem(
        joining.host,
        "interfaces",
        f"{joining_to(joining)}, has {told} on {bridges}, the network of the pool's cluster, where it needs just one",
        f"take the address from all but one of them with {take}"
        if found
        else f"give the NIC of {bridges} an address with {give}",
        (joining.join, *found),
    )
