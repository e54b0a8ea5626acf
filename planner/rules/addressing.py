"""What is wrong with the addresses, gateways and routes of hosts."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from planner.facts import addresses
from planner.facts.routes import route
from planner.facts.servers import server_addresses
from planner.facts.wiring import Wiring, wirings
from planner.findings import Problem, Severity
from planner.model.inventory import Inventory, PoolView
from planner.model.network import Interface, Network
from planner.rules import rule
from planner.rules.network_duplicates import neighbourhoods
from planner.rules.wording import UNTOLD, listed, uuid_of, xe


@rule("NW020", Severity.WARNING, since="0.1")
def subnets_overlap(inventory: Inventory) -> Iterator[Problem]:
    """Two interfaces of a host have addresses in one subnet, or in subnets that overlap.

    The host sends all that is meant for the common addresses over one of the two, and nobody can tell which. A storage
    network inside the management subnet relieves nothing, and the death of one link takes both down.
    """
    for _, wiring in wirings(inventory):
        for first, other in _overlapping(wiring):
            purpose = ", which is for management" if first.management else ""
            yield Problem(
                other,
                "address",
                message=f"{other.label} of {wiring.host.name} is in {addresses.subnet(other)}, "
                f"which overlaps with {addresses.subnet(first)} of {first.label}{purpose}",
                remedy=f"give {other.label} an address in a subnet of its own, "
                f"or leave it without address: {_without_address(other)}",
                related=(first,),
            )


def _overlapping(wiring: Wiring) -> Iterator[tuple[Interface, Interface]]:
    """Interfaces whose subnets overlap: the one that stays, and one that is in its way.

    Of two subnets that overlap the one is inside the other, so that in their order only those that are still open need
    to be looked at.
    """
    found = [(subnet, each) for each in wiring.interfaces if (subnet := addresses.subnet(each))]
    found.sort(key=lambda pair: (pair[0].network_address, pair[0].prefixlen, not pair[1].management))
    around: list[tuple[IPv4Network, Interface]] = []
    for subnet, interface in found:
        while around and not around[-1][0].overlaps(subnet):
            around.pop()
        if around:
            first = next((each for _, each in around if each.management), around[0][1])
            yield (interface, first) if interface.management else (first, interface)
        if not around or around[-1][0] != subnet:
            around.append((subnet, interface))


def _without_address(interface: Interface) -> str:
    return xe("pif-reconfigure-ip", uuid=interface.uuid or UNTOLD, mode="none")


@rule("NW021", Severity.NOTE, since="0.1")
def gateway_without_effect(inventory: Inventory) -> Iterator[Problem]:
    """An interface names a gateway that is never used.

    A host has one default gateway: that of the interface made its default route, else that of its management
    interface. Whoever fills in another one expects a way that is not there.
    """
    for _, wiring in wirings(inventory):
        counting = addresses.with_gateway_that_counts(wiring.host)
        if len(counting) != 1:
            continue
        for interface in wiring.interfaces:
            unused = addresses.gateway(interface) if interface is not counting[0] else None
            if unused and addresses.address(interface):
                yield Problem(
                    interface,
                    "gateway",
                    message=f"the gateway {unused} of {interface.label} of {wiring.host.name} has no effect: "
                    f"that of {counting[0].label} counts",
                    remedy=f"take the gateway away, or make {interface.label} the default route; for a single subnet "
                    f"behind it, give its network the static route SUBNET/PREFIX/{unused}",
                    related=(counting[0],),
                )


@rule("NW022", Severity.WARNING, since="0.1")
def several_default_routes(inventory: Inventory) -> Iterator[Problem]:
    """Several interfaces of a host are made its default route.

    The toolstack takes any one of them, and perhaps another after the next start.
    """
    for _, wiring in wirings(inventory):
        chosen = [each for each in wiring.interfaces if each.default_route and not wiring.bonds_over(each)]
        for other in chosen[1:]:
            remove = xe("pif-param-remove", uuid=other.uuid or UNTOLD, param_name="other-config")
            yield Problem(
                other,
                "default_route",
                message=f"{other.label} of {wiring.host.name} is the default route, and so is {chosen[0].label}",
                remedy=f"keep one of the two: {remove[:-1]} param-key=defaultroute`",
                related=(chosen[0],),
            )


@rule("NW023", Severity.ERROR, since="0.1")
def address_of_server_or_gateway(inventory: Inventory) -> Iterator[Problem]:
    """A host has the address of a storage server or of a gateway.

    Whoever wants to reach the server or the gateway reaches now the one, now the other. The host itself never reaches
    it: it talks to itself.
    """
    for bearers in neighbourhoods(inventory):
        taken = {
            text: f"the storage server of {name}"
            for view in {id(b.view): b.view for b in bearers}.values()
            for text, name in server_addresses(inventory, view).items()
        }
        for bearer in bearers:
            if (gateway := addresses.gateway(bearer.interface)) and addresses.address(bearer.interface):
                taken.setdefault(gateway, f"the gateway of {bearer.words}")
        for bearer in bearers:
            own = addresses.address(bearer.interface)
            if own is not None and own in taken:
                yield Problem(
                    bearer.interface,
                    "address",
                    message=f"{bearer.words} has the address {own}, which is that of {taken[own]}",
                    remedy=f"give {bearer.words} another address, or correct the one that is written down wrongly",
                )


@rule("NW024", Severity.NOTE, since="0.1")
def storage_address_by_dhcp(inventory: Inventory) -> Iterator[Problem]:
    """An interface that is not for management gets its address by DHCP.

    Storage hangs on it. When the server of addresses is away while the host starts, or gives another address, the
    repositories are not attached.
    """
    for _, wiring in wirings(inventory):
        for interface in wiring.interfaces:
            if interface.mode == "dhcp" and interface.management is False and not wiring.bonds_over(interface):
                keep = addresses.address(interface) or UNTOLD
                subnet = addresses.subnet(interface)
                fixed = xe(
                    "pif-reconfigure-ip",
                    uuid=interface.uuid or UNTOLD,
                    mode="static",
                    IP=keep,
                    netmask=str(subnet.netmask) if subnet else UNTOLD,
                )
                yield Problem(
                    interface,
                    "mode",
                    message=f"{interface.label} of {wiring.host.name} gets its address by DHCP",
                    remedy=f"give it a fixed address: {fixed}",
                )


@rule("NW036", Severity.ERROR, since="0.1", api_error="INTERFACE_HAS_NO_IP")
def management_without_address(inventory: Inventory) -> Iterator[Problem]:
    """The management interface of a host has no address.

    The toolstack refuses such an interface for management: nobody reaches the host over it.
    """
    for _, wiring in wirings(inventory):
        for interface in wiring.interfaces:
            version_6 = interface.primary_address_type == "IPv6"
            if interface.management and (interface.ipv6_mode if version_6 else interface.mode) == "none":
                yield Problem(
                    interface,
                    "ipv6_mode" if version_6 else "mode",
                    message=f"{interface.label} of {wiring.host.name} is for management, but has no address",
                    remedy=f"give it one: {xe('pif-reconfigure-ip', uuid=interface.uuid or UNTOLD, mode='static')[:-1]}"
                    f" IP={UNTOLD} netmask={UNTOLD} gateway={UNTOLD}`",
                )


@rule("NW037", Severity.WARNING, since="0.1")
def host_address_is_another(inventory: Inventory) -> Iterator[Problem]:
    """The address of a host is not that of its management interface.

    Members and clients talk to the host at the address that the pool has written down. If its interface has another
    by now, they no longer find it.
    """
    for _, wiring in wirings(inventory):
        managing = [each for each in wiring.interfaces if each.management]
        own = addresses.address(managing[0]) if len(managing) == 1 else None
        known = wiring.host.address
        if own and known and known != own and _is_address(known):
            yield Problem(
                wiring.host,
                "address",
                message=f"{wiring.host.name} is known at {known}, "
                f"but its management interface {managing[0].label} has {own}",
                remedy=f"have the toolstack of {wiring.host.name} read its address anew: `xe-toolstack-restart` there",
                related=(managing[0],),
            )


def _is_address(text: str) -> bool:
    return text.count(".") == 3 and text.replace(".", "").isdigit()  # noqa: PLR2004 - dots of an IPv4 address


@rule("NW038", Severity.WARNING, since="0.1")
def static_route_leads_nowhere(inventory: Inventory) -> Iterator[Problem]:
    """A static route of a network cannot be used.

    It is not written as the toolstack reads it, or its gateway is in no subnet that a host has on that network.
    """
    for view in inventory.pools:
        routed = [network for network in view.networks.records if network.static_routes]
        if not routed:
            continue
        on_network: dict[int, list[tuple[Wiring, Interface]]] = {}
        for host in view.hosts.records:
            wiring = Wiring(host)
            for interface in wiring.interfaces:
                if network := view.networks.find(interface.network):
                    on_network.setdefault(id(network), []).append((wiring, interface))
        for network in routed:
            yield from _routes(view, network, on_network.get(id(network), []))


def _routes(view: PoolView, network: Network, having: list[tuple[Wiring, Interface]]) -> Iterator[Problem]:
    subnets = {
        wiring.host.name: [subnet for one, each in having if one is wiring and (subnet := addresses.subnet(each))]
        for wiring, _ in having
    }
    for text in network.static_routes or ():
        found = route(text)
        if found is None:
            why = "is not SUBNET/PREFIX/GATEWAY"
        else:
            without = sorted(
                name for name, own in subnets.items() if own and not any(addresses.inside(found[1], net) for net in own)
            )
            if not without:
                continue
            why = f"has a gateway that is in no subnet of {listed(without)} there"
        change = xe("network-param-set", uuid=uuid_of("network", network), **{"other-config:static-routes": UNTOLD})
        yield Problem(
            network,
            "static_routes",
            message=f"the static route {text} of {network.name} in {view.name} {why}",
            remedy=f"correct it: {change}",
        )
