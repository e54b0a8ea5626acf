"""Whether a host has the networks of a guest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from planner.facts.interfaces import carriers, interfaces_by_network, of_unknown_network
from planner.facts.join import runs
from planner.facts.lacking import Lacking
from planner.facts.obstacles import Cause, Kind, Obstacle
from planner.model.guest import VM, Nic
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.network import Interface, Network


class NetworksOnHosts:
    """Which host has which network. Each pair is looked at once, when first needed."""

    def __init__(self, view: PoolView) -> None:
        self._view = view
        self._by_host = {id(host): interfaces_by_network(view, host) for host in view.hosts.records}
        self._below: dict[tuple[int, int], list[Interface]] = {}
        self._known: dict[tuple[int, int], tuple[Cause, ...]] = {}

    def causes(self, vm: VM, host: Host) -> Iterator[Cause]:
        """The networks of a guest that a host lacks, and the virtual functions that it would need there."""
        if vm.nics is None:
            yield Lacking(vm, "nics")
        on: defaultdict[int, list[Nic]] = defaultdict(list)
        for nic in vm.nics or ():
            network = self._view.networks.find(nic.network)
            if network is None:
                yield Lacking(nic, "network")
                continue
            on[id(network)].append(nic)
            if len(on[id(network)]) == 1:
                yield from self._network(network, host)
        for key, nics in on.items():
            yield from _idle(nics, self._functions(key, host))

    def virtual(self, vm: VM, host: Host) -> bool:
        """Whether an interface of a guest rides on virtual functions of a host's network cards."""
        networks = (self._view.networks.find(nic.network) for nic in vm.nics or ())
        return any(self._functions(id(network), host) for network in networks if network is not None)

    def _network(self, network: Network, host: Host) -> tuple[Cause, ...]:
        key = (id(network), id(host))
        if key not in self._known:
            self._known[key] = tuple(self._there(network, host))
        return self._known[key]

    def _functions(self, network: int, host: Host) -> list[Interface]:
        """The virtual functions that a network rides on at a host."""
        key = (network, id(host))
        if key not in self._below:
            on = self._by_host[id(host)].get(network, [])
            self._below[key] = [each for interface in on for each in carriers(host, interface) if each.sriov]
        return self._below[key]

    def _there(self, network: Network, host: Host) -> Iterator[Cause]:
        if id(network) in self._by_host[id(host)]:
            return
        if bonded := [each for each in host.interfaces or () if self._view.networks.find(each.network) is network]:
            yield Obstacle(Kind.NETWORK_ON_BONDED_NIC, (network, *bonded))
            return
        if unsaid := list(self._unsaid(host)):
            yield from unsaid
        elif id(network) in self._having:
            yield Obstacle(Kind.NETWORK_NOT_THERE, (network,))
        elif elsewhere := [each for other in self._view.hosts.records for each in self._unsaid(other)]:
            yield from elsewhere
        else:
            yield from self._private(network, host)

    def _unsaid(self, host: Host) -> Iterator[Lacking]:
        if host.interfaces is None:
            yield Lacking(host, "interfaces")
        yield from (Lacking(each, "network") for each in of_unknown_network(self._view, host))

    @cached_property
    def _having(self) -> frozenset[int]:
        """The identities of the networks that have an interface on some host, be it bonded."""
        networks = (
            self._view.networks.find(each.network)
            for host in self._view.hosts.records
            for each in host.interfaces or ()
        )
        return frozenset(id(each) for each in networks if each is not None)

    def _private(self, network: Network, host: Host) -> Iterator[Cause]:
        """A network without any interface is wherever no guest uses it, or where a running guest uses it already."""
        if network.assumed_shared or network.managed is False:
            return
        users = self._users.get(id(network), [])
        running = [vm for vm in users if runs(vm)]
        if any(self._view.hosts.find(vm.runs_on) is host for vm in running):
            return
        elsewhere = [vm for vm in running if self._view.hosts.find(vm.runs_on) is not None]
        unsaid = [Lacking(vm, "power_state") for vm in users if runs(vm) is None]
        unsaid += [Lacking(vm, "runs_on") for vm in running if self._view.hosts.find(vm.runs_on) is None]
        if unsaid:
            yield from unsaid
        elif elsewhere and network.assumed_shared is None:
            yield Lacking(network, "assumed_shared")
        elif elsewhere:
            yield Obstacle(Kind.NETWORK_NOT_THERE, (network, *elsewhere))

    @cached_property
    def _users(self) -> dict[int, list[VM]]:
        """The guests on each network without interfaces."""
        found: defaultdict[int, list[VM]] = defaultdict(list)
        for vm in self._view.vms.records:
            networks = {id(each): each for nic in vm.nics or () if (each := self._view.networks.find(nic.network))}
            for key in networks.keys() - self._having:
                found[key].append(vm)
        return dict(found)


def _idle(nics: list[Nic], below: list[Interface]) -> Iterator[Cause]:
    """Whether the virtual functions that are idle will do for the interfaces of a guest that have none yet."""
    wanted = [nic for nic in nics if not nic.reserved_function] if below else []
    if not wanted:
        return
    idle = [each.sriov.idle_functions if each.sriov else None for each in below]
    if None in idle:
        yield from (Lacking(each, "sriov.idle_functions") for each in below)
    elif len(wanted) > (most := max(each for each in idle if each is not None)):
        yield Obstacle(Kind.NO_VIRTUAL_FUNCTION, (*wanted, *below), needed=len(wanted), available=most)
