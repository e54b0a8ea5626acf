"""Why a host will not attach a repository, and what mends it, in words that rules and overviews share."""

from __future__ import annotations

import shlex

from planner.facts.access import Access
from planner.facts.addresses import address
from planner.facts.reachability import Reach
from planner.model.host import Host
from planner.model.inventory import Named
from planner.model.network import Interface, Network
from planner.model.storage import Repository
from planner.rules.connecting import connection_of
from planner.rules.wording import UNTOLD, quoted, xe


def why_not(reach: Reach, access: Access | None) -> str:
    """The evidence that a server cannot be reached, or that this is not certain."""
    host = reach.link.host.name
    if reach.elsewhere and reach.way:
        own = reach.way.interface
        return (
            f"{reach.endpoint} is in the subnet of {own.label} of {host}, but that is on {own.network}, "
            f"and other hosts reach it over {reach.elsewhere.name}"
        )
    if reach.down:
        found = "; ".join(f"{each.label} of {host} leads to {reach.endpoint}, but {_down(each)}" for each in reach.down)
    else:
        found = f"{reach.endpoint} is on no network of {host}"
    if reach.way:
        found += f", and nothing says that its gateway {reach.way.gateway} leads there"
    if access is None:
        return found
    found += f"; {access.model.name} reaches it over {access.network.name}"
    return found if reach.down else found + _there(access, host)


def _down(interface: Interface) -> str:
    return "is not attached" if interface.attached is False else "has no link"


def _there(access: Access, host: str) -> str:
    """How the host itself is on the network by which another one reaches the server."""
    if access.interface is None:
        return f", on which {host} has no interface"
    own = address(access.interface)
    return f", on which {access.interface.label} of {host} has {access.interface.address if own else 'no address'}"


def address_to_give(reach: Reach, repository: Repository, access: Access | None) -> str:
    """What gives the host a way, with the very commands."""
    host = reach.link.host.name
    if reach.elsewhere and reach.way:
        return (
            f"see whether {reach.way.interface.network} and {reach.elsewhere.name} are one network; if not, move the "
            f"address of {reach.way.interface.label} of {host} to its interface on {reach.elsewhere.name}"
        )
    if reach.down:
        return " and ".join(_bring_up(each, host) for each in reach.down)
    if access is None:
        return f"give {host} an address in a network from which {reach.endpoint} is reached"
    network = access.network.name
    first = "" if access.interface else f"give {host} {_as(access.theirs)} on {network}, then "
    if access.free is None:
        return f"{first}give {host} an address of {access.subnet} on {network}, in which none is free in this inventory"
    connection = next(iter(reach.link.connections), None)
    plug = f"`xe pbd-plug uuid={connection_of(repository, reach.link.host, connection)}`"
    return (
        f"{first}give {host} the address {access.free} on {network} (free in this inventory; see that nothing else "
        f"has it): `{configure_command(reach.link.host, access)}`, then {plug}"
    )


def configure_command(host: Host, access: Access) -> str:
    """How the interface of a member gets the address that is free, as a shell takes it."""
    interface = _interface_on(host, access.network)
    address, netmask = access.free or UNTOLD, str(access.subnet.netmask)
    return f"xe pif-reconfigure-ip uuid={interface} mode=static IP={quoted(address)} netmask={netmask}"


def pif_plug_command(host: Host, access: Access) -> str:
    """How an interface of a member is brought up, as a shell takes it."""
    return f"xe pif-plug uuid={_interface_on(host, access.network)}"


def _interface_on(host: Host, network: Network) -> str:
    """The look-up of an interface: it gets another UUID at a join."""
    return f"$(xe pif-list {_identified('host', host)} {_identified('network', network)} --minimal)"


def _identified(kind: str, record: Named) -> str:
    return f"{kind}-uuid={quoted(record.uuid)}" if record.uuid else f"{kind}-name-label={shlex.quote(record.name)}"


def plug_command(host: Host, repository: Repository) -> str:
    """How a new member attaches a repository, as a shell takes it."""
    return f"xe pbd-plug uuid={connection_of(repository, host, None)}"


def _as(interface: Interface) -> str:
    """What kind of interface another host has there."""
    if interface.vlan:
        return f"VLAN {interface.vlan.tag}"
    return "a bond" if interface.bond else "an interface"


def _bring_up(interface: Interface, host: str) -> str:
    if interface.attached is False:
        return f"bring {interface.label} of {host} up: {xe('pif-plug', uuid=interface.uuid or UNTOLD)}"
    return f"see cable, card and switch port of {interface.label} of {host}"
