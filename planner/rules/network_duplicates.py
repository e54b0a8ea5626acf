"""Addresses that two interfaces have, though only one may."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from planner.facts import addresses
from planner.findings import Problem, Severity, Unknown
from planner.model.guest import VM, Nic
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.model.network import Interface
from planner.rules import rule


@dataclass(frozen=True, slots=True)
class Bearer:
    """An interface with the host and the pool that it belongs to."""

    view: PoolView
    host: Host
    interface: Interface

    @property
    def words(self) -> str:
        """What a person calls it."""
        return f"{self.interface.label} of {self.host.name}"


def neighbourhoods(inventory: Inventory) -> list[list[Bearer]]:
    """The interfaces of each pool together with those of the hosts that are to join it.

    Pools that nothing joins may be at different sites, where the same private addresses are used again. The order has
    nothing to do with files; hosts that are to join come last.
    """
    joining = {id(each.host) for each in inventory.joins}
    return [
        sorted(
            (
                Bearer(view, host, each)
                for view in views
                for host in view.hosts.records
                for each in host.interfaces or ()
            ),
            key=lambda each: (id(each.host) in joining, each.view.name, each.host.name, _order(each)),
        )
        for views in _joined(inventory)
    ]


def _joined(inventory: Inventory) -> list[list[PoolView]]:
    """The pools, those together that joins will make one."""
    groups = {id(view): [view] for view in inventory.pools}
    for each in inventory.joins:
        one, other = groups[id(each.pool)], groups[id(each.joiner)]
        if one is not other:
            one.extend(other)
            groups.update({id(view): one for view in other})
    return list({id(group): group for group in groups.values()}.values())


def _order(bearer: Bearer) -> tuple[str, str]:
    return bearer.interface.label, bearer.interface.uuid or ""


def _shared(bearers: Iterable[Bearer], value: Callable[[Bearer], str | None]) -> Iterator[list[Bearer]]:
    """The groups of different interfaces that have the same value."""
    groups: defaultdict[str, list[Bearer]] = defaultdict(list)
    for bearer in bearers:
        if (found := value(bearer)) is not None:
            groups[found].append(bearer)
    for group in groups.values():
        if len(group) > 1:
            yield _different(group)


def _different(group: list[Bearer]) -> list[Bearer]:
    """The interfaces of a group, each once: two documents may describe the same host."""
    seen: dict[object, Bearer] = {}
    for each in group:
        of_host = (each.host.uuid or id(each.host), each.interface.label, each.interface.physical)
        seen.setdefault(each.interface.uuid or of_host, each)
    return list(seen.values())


@rule("NW001", Severity.ERROR, since="0.1")
def duplicate_address(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """Two interfaces have the same IPv4 address.

    Replies go now to the one and now to the other. Storage and management connections break for both, at times
    that nobody can foresee. The hosts of a pool are compared, and those that are to join it.
    """
    for found in neighbourhoods(inventory):
        for bearer in found:
            if bearer.interface.mode == "static" and bearer.interface.address is None:
                yield Unknown(bearer.interface, "address")
        for first, *others in _shared(found, lambda bearer: addresses.address(bearer.interface)):
            yield from (_same_address(first, other) for other in others)


def _same_address(first: Bearer, other: Bearer) -> Problem:
    shown = addresses.address(other.interface)
    subnet = addresses.subnet(other.interface)
    where = f"an address of {subnet} that nothing else uses" if subnet else "an address that nothing else uses"
    return Problem(
        other.interface,
        "address",
        message=f"{other.words} has the address {shown}, which {first.words} has too",
        remedy=f"give {other.words} {where}",
        related=(first.interface,),
    )


@rule("NW002", Severity.WARNING, since="0.1")
def duplicate_mac(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """Two network cards on the same network have the same MAC address.

    Switches send what is meant for one of them to the other. It comes from hosts and guests that were copied
    together with their MAC addresses.
    """
    for found in neighbourhoods(inventory):
        yield from _duplicate_host_macs([bearer for bearer in found if bearer.interface.physical])
    for view in inventory.pools:
        yield from _duplicate_guest_macs(view)


def _duplicate_host_macs(found: list[Bearer]) -> Iterator[Problem | Unknown]:
    yield from (Unknown(bearer.interface, "mac") for bearer in found if bearer.interface.mac is None)
    for first, *others in _shared(found, lambda bearer: (bearer.interface.mac or "").lower() or None):
        for other in others:
            if other.host is not first.host:
                yield Problem(
                    other.interface,
                    "mac",
                    message=f"{other.words} has the MAC address {other.interface.mac}, which {first.words} has too",
                    remedy=f"see which of the two is written down wrongly; "
                    f"if neither is, give the card {other.words} a MAC address of its own",
                    related=(first.interface,),
                )


def _duplicate_guest_macs(view: PoolView) -> Iterator[Problem | Unknown]:
    bearers_of: defaultdict[str, list[tuple[VM, Nic]]] = defaultdict(list)
    for vm in view.vms.records:
        for nic in vm.nics or ():
            if nic.mac is None:
                yield Unknown(nic, "mac")
            else:
                bearers_of[nic.mac.lower()].append((vm, nic))
    for bearers in bearers_of.values():
        if len(bearers) > 1:
            yield from _on_one_network(view, bearers)


def _on_one_network(view: PoolView, bearers: list[tuple[VM, Nic]]) -> Iterator[Problem | Unknown]:
    """Those of the bearers of one MAC address that are on the same network."""
    groups: defaultdict[int, list[tuple[VM, Nic]]] = defaultdict(list)
    for vm, nic in bearers:
        if (network := view.networks.find(nic.network)) is None:
            yield Unknown(nic, "network")
        else:
            groups[id(network)].append((vm, nic))
    for group in groups.values():
        if len(group) > 1:
            yield from _same_guest_mac(group)


def _same_guest_mac(group: list[tuple[VM, Nic]]) -> Iterator[Problem]:
    (first, first_nic), *others = sorted(group, key=lambda each: (each[0].name, each[0].uuid or "", each[1].device))
    for vm, nic in others:
        yield Problem(
            nic,
            "mac",
            message=f"interface {nic.device} of {vm.name} has the MAC address {nic.mac}, "
            f"which interface {first_nic.device} of {first.name} has too on the network {nic.network}",
            remedy=f"replace interface {nic.device} of {vm.name} by one with a MAC address of its own",
            related=(first_nic,),
        )
