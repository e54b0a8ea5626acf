"""Why a host will not attach a repository, and what mends it, in words that rules and overviews share."""

from __future__ import annotations

import shlex

from planner.facts.access import Access
from planner.facts.reachability import Reach
from planner.model.host import Host
from planner.model.inventory import Named
from planner.model.network import Network
from planner.model.storage import Repository
from planner.rules.wording import UNTOLD, listed, quoted, uuid_of


def why_not(reach: Reach, access: Access | None) -> str:
    """The evidence that a server cannot be reached."""
    host = reach.link.host.name
    if reach.down:
        found = f"{listed(each.label for each in reach.down)} of {host} leads to {reach.endpoint}, but is down"
    else:
        found = f"{reach.endpoint} is on no network of {host}"
    if reach.way:
        found += f", and nothing says that its gateway {reach.way.gateway} leads there"
    return f"{found}; {access.model.name} reaches it over {access.network.name}" if access else found


def address_to_give(reach: Reach, repository: Repository, access: Access | None) -> str:
    """What gives the host a way, with the very commands."""
    host = reach.link.host.name
    if reach.down:
        return f"bring {listed(each.label for each in reach.down)} of {host} up: see its cable and `xe pif-plug`"
    if access is None:
        return f"give {host} an address in a network from which {reach.endpoint} is reached"
    network = access.network.name
    if access.free is None:
        return f"give {host} an address of {access.subnet} on {network}, in which none is free today"
    configure = f"`{configure_command(reach.link.host, access)}`"
    plug = f"`{plug_command(reach.link.host, repository)}`"
    return f"give {host} the address {access.free} on {network}: {configure}, then {plug}"


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
    """How a member attaches a repository, as a shell takes it."""
    sr_uuid, host_uuid = quoted(uuid_of("sr", repository)), quoted(uuid_of("host", host))
    return f"xe pbd-plug uuid=$(xe pbd-list sr-uuid={sr_uuid} host-uuid={host_uuid} --minimal)"
