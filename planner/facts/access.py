"""What would give a host a way to a server that others reach directly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network
from itertools import chain, islice

from planner.facts.addresses import address, gateway, subnet
from planner.facts.interfaces import interfaces_by_network
from planner.facts.prospects import after_join
from planner.facts.reachability import Reach, State
from planner.facts.routes import Kind, is_ipv4
from planner.facts.servers import endpoints
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.model.network import Interface, Network

_MOST_TRIED = 65_536


@dataclass(frozen=True, slots=True)
class Access:
    """An address on the network over which another host reaches the server."""

    model: Host
    """The host that reaches it."""
    theirs: Interface
    """The interface by which it does."""
    network: Network
    subnet: IPv4Network
    free: str | None
    """An address of the subnet that nothing in the inventory has, for this host alone; None where all are taken."""
    interface: Interface | None
    """The interface by which the host is on that network already, if it is."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The hosts of a pool and those that are to join it, in the order in which they get addresses of a subnet."""

    turns: Mapping[tuple[str, str | None], int]
    after: str | None
    """The lowest address that a host of the pool has there."""

    def turn(self, host: Host) -> int:
        """How many others get an address before a host does."""
        return self.turns.get((host.name, host.uuid), 0)


def waiting(inventory: Inventory, view: PoolView, network: IPv4Network) -> Waiting:
    """The hosts of a pool, each as it will be: those without an address in the subnet come first, then by name."""
    pools = [each for each in inventory.pools if (each.name, each.pool.uuid) == (view.name, view.pool.uuid)]
    members = [host for each in pools for host in each.hosts.records]
    arriving = [after_join(joining)[1] for joining in inventory.joins if joining.pool in pools]
    has: dict[tuple[str, str | None], bool] = {}
    had: list[IPv4Address] = []
    for host in (*members, *arriving):
        own = (IPv4Address(text) for each in host.interfaces or () if (text := address(each)) and is_ipv4(text))
        there = [each for each in own if each in network]
        had.extend(there)
        key = host.name, host.uuid
        has[key] = has.get(key, False) or bool(there)
    ordered = sorted(has, key=lambda each: (has[each], each[0], each[1] or ""))
    return Waiting({each: turn for turn, each in enumerate(ordered)}, str(min(had)) if had else None)


class Accesses:
    """What hosts lack for repositories. Which addresses are taken is looked up once, when it is first needed."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._networks: dict[tuple[int, int], tuple[PoolView, dict[int, list[Interface]]]] = {}
        """With the pool itself, so that no other one gets its identity meanwhile."""
        self._waiting: dict[tuple[str, str | None, IPv4Network], Waiting] = {}

    def missing(self, view: PoolView, reach: Reach, others: Sequence[Reach]) -> Access | None:
        """What a host lacks for a repository that another host has attached over a direct way."""
        for other in others:
            if other.state is not State.ATTACHED or other.way is None or other.way.kind is not Kind.DIRECT:
                continue
            network = view.networks.find(other.way.interface.network)
            theirs = subnet(other.way.interface)
            if network is None or theirs is None:
                continue
            own = self._by_network(view, reach.link.host).get(id(network), [])
            waiting = self._waiting_for(view, theirs)
            free = self.free_address(theirs, waiting.after, waiting.turn(reach.link.host))
            return Access(other.link.host, other.way.interface, network, theirs, free, own[0] if own else None)
        return None

    def _by_network(self, view: PoolView, host: Host) -> dict[int, list[Interface]]:
        key = id(view), id(host)
        if key not in self._networks:
            self._networks[key] = view, interfaces_by_network(view, host)
        return self._networks[key][1]

    def _waiting_for(self, view: PoolView, network: IPv4Network) -> Waiting:
        key = view.name, view.pool.uuid, network
        if key not in self._waiting:
            self._waiting[key] = waiting(self._inventory, view, network)
        return self._waiting[key]

    def free_address(self, network: IPv4Network, after: str | None, turn: int = 0) -> str | None:
        """The first address behind a given one, then from the subnet's beginning, that nothing has; or a later one."""
        first, last = int(network.network_address) + 1, int(network.broadcast_address) - 1
        start = int(IPv4Address(after)) + 1 if after else first
        tried = chain(range(start, min(last + 1, start + _MOST_TRIED)), range(first, min(start, first + _MOST_TRIED)))
        free = (text for number in tried if (text := str(IPv4Address(number))) not in self._taken)
        return next(islice(free, turn, None), None)

    @cached_property
    def _taken(self) -> frozenset[str]:
        return frozenset(_taken(self._inventory))


def _taken(inventory: Inventory) -> Iterator[str]:
    """Every address that the inventory knows of: of interfaces, gateways, servers and guests."""
    yield from (inventory.site.addresses or {}).values()
    yield from (text for own in (inventory.site.servers or {}).values() for text in own)
    for view in inventory.pools:
        for host in view.hosts.records:
            yield from (text for each in host.interfaces or () for text in (address(each), gateway(each)) if text)
        for repository in view.repositories.records:
            yield from (each.server for each in endpoints(repository) if is_ipv4(each.server))
        yield from (text for vm in view.vms.records for text in vm.addresses or ())
