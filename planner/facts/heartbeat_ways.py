"""Over which interfaces the heartbeat of high availability goes, and whether it has a second way."""

from __future__ import annotations

from planner.facts.endpoints import Medium
from planner.facts.interfaces import carriers, interfaces_named
from planner.facts.lacking import Lacking
from planner.facts.management import management_interface, management_untold
from planner.facts.reachability import Reach
from planner.facts.storage import driver
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.network import Interface
from planner.model.storage import Repository

_BLOCK_STORAGE = frozenset({"lvmoiscsi", "lvmohba", "lvmofcoe", "iscsi", "hba", "gfs2"})


def heartbeat_interfaces(view: PoolView, host: Host) -> tuple[Interface, ...] | tuple[Lacking, ...]:
    """The interfaces by which the hosts of a pool watch each other: those of the management, and of the cluster."""
    management = management_interface(host)
    if management is None:
        return tuple(management_untold(host))
    found = {id(management): management}
    for member in (view.pool.cluster.members if view.pool.cluster else None) or ():
        if view.hosts.find(member.host) is host and member.enabled is not False:
            found |= {id(each): each for each in interfaces_named(host, member.interface)[:1]}
    return tuple(found.values())


def doubled(host: Host, interface: Interface) -> bool | None:
    """Whether an interface is, or rides on, several NICs; None where it is not told on what it rides."""
    below = carriers(host, interface)
    if not below:
        return None
    bonds = [each.bond for each in below if each.bond]
    if len(bonds) < len(below):
        return False
    return all(bond.members is None or len(bond.members) > 1 for bond in bonds)


def several_ways(repository: Repository, reach: Reach) -> bool | Lacking | None:
    """Whether a host has more than one way to a repository; None where it needs none.

    Block storage has several by multipathing. Servers of files are reached over an interface, which may be a bond.
    """
    if driver(repository) in _BLOCK_STORAGE:
        return _multipathed(reach)
    if reach.demand.medium is not Medium.NETWORK:
        return None
    if reach.way is None:
        return reach.lacking[0] if reach.lacking else Lacking(reach.link.host, "interfaces")
    two = doubled(reach.link.host, reach.way.interface)
    return Lacking(reach.way.interface, "vlan.on") if two is None else two


def _multipathed(reach: Reach) -> bool | Lacking:
    if any(connection.multipathed for connection in reach.link.connections):
        return True
    host = reach.link.host
    return Lacking(host, "multipathing") if host.multipathing is None else host.multipathing
