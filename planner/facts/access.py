"""What would give a host a way to a server that others reach directly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from planner.facts.addresses import address, gateway, subnet
from planner.facts.endpoints import demand
from planner.facts.interfaces import interfaces_by_network
from planner.facts.reachability import Reach, State
from planner.facts.routes import Kind, is_ipv4
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.model.network import Interface, Network

_MOST_TRIED = 65_536


@dataclass(frozen=True, slots=True)
class Access:
    """An address on the network over which another host reaches the server."""

    model: Host
    """The host that reaches it."""
    network: Network
    subnet: IPv4Network
    free: str | None
    """An address of the subnet that nothing in the inventory has; None where all are taken."""
    interface: Interface | None
    """The interface by which the other host is on that network already, if it is."""


def missing_access(inventory: Inventory, view: PoolView, reach: Reach, others: Sequence[Reach]) -> Access | None:
    """What a host lacks for a repository that another host has attached over a direct way."""
    for other in others:
        if other.state is not State.ATTACHED or other.way is None or other.way.kind is not Kind.DIRECT:
            continue
        network = view.networks.find(other.way.interface.network)
        theirs = subnet(other.way.interface)
        if network is None or theirs is None:
            continue
        own = interfaces_by_network(view, reach.link.host).get(id(network), [])
        free = free_address(inventory, theirs, address(other.way.interface))
        return Access(other.link.host, network, theirs, free, own[0] if own else None)
    return None


def free_address(inventory: Inventory, network: IPv4Network, after: str | None) -> str | None:
    """The first address behind a given one, then from the subnet's beginning, that nothing has."""
    taken = set(_taken(inventory))
    first, last = int(network.network_address) + 1, int(network.broadcast_address) - 1
    start = int(IPv4Address(after)) + 1 if after else first
    tried = [*range(start, min(last + 1, start + _MOST_TRIED)), *range(first, min(start, first + _MOST_TRIED))]
    return next((text for number in tried if (text := str(IPv4Address(number))) not in taken), None)


def _taken(inventory: Inventory) -> Iterator[str]:
    """Every address that the inventory knows of: of interfaces, gateways, servers and guests."""
    yield from (inventory.site.addresses or {}).values()
    for view in inventory.pools:
        for host in view.hosts.records:
            yield from (text for each in host.interfaces or () for text in (address(each), gateway(each)) if text)
        for repository in view.repositories.records:
            for connection in (None, *(repository.connections or ())):
                yield from (each.server for each in demand(repository, connection).endpoints if is_ipv4(each.server))
        yield from (text for vm in view.vms.records for text in vm.addresses or ())
