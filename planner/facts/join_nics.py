"""Which networks of a pool a joining host brings no NIC for."""

from __future__ import annotations

from planner.facts.lacking import Lacking
from planner.model.host import Host
from planner.model.inventory import Joining
from planner.model.network import Network


def networks_without_nic(joining: Joining, coordinator: Host) -> tuple[Network, ...] | Lacking:
    """The networks on NICs of the coordinator whose bridge no NIC of the joining host has."""
    nics = [each for each in coordinator.interfaces or () if each.physical]
    served = {id(found): found for each in nics if (found := joining.pool.networks.find(each.network))}
    if not served:
        return ()
    if joining.host.interfaces is None:
        return Lacking(joining.host, "interfaces")
    mine = [each for each in joining.host.interfaces if each.physical]
    own = [joining.joiner.networks.find(each.network) for each in mine]
    bridges = {network.bridge for network in own if network}
    missing = tuple(network for network in served.values() if network.bridge not in bridges)
    for network in missing:
        if network.bridge is None:
            return Lacking(network, "bridge")
    if missing:
        for interface, found_on in zip(mine, own, strict=True):
            if found_on is None or found_on.bridge is None:
                return Lacking(found_on or interface, "bridge" if found_on else "network")
    return tuple(sorted(missing, key=lambda network: (network.bridge or "", network.name, network.uuid or "")))
