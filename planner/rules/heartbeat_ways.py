"""What makes a heartbeat easier to lose than it need be: one cable, one disk for all, an address on loan."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.addresses import address, subnet
from planner.facts.heartbeat import Chosen, chosen, other_disks
from planner.facts.heartbeat_ways import doubled, heartbeat_interfaces, several_ways
from planner.facts.lacking import Lacking
from planner.facts.reachability import Reach, reaches
from planner.facts.storage import hosts_by_name
from planner.findings import Problem, Severity, Unknown
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.model.network import Interface
from planner.rules import rule
from planner.rules.ha_wanted import if_wanted, unknown
from planner.rules.wording import UNTOLD, counted, listed, pif_of, uuid_of, xe

_MOST_DISKS = 3


@rule("HA025", Severity.WARNING, since="0.1")
def heartbeat_repository_not_alone(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """The heartbeat repository holds other disks too.

    When VMs keep their storage busy, the hosts' signs of life come late, and a host that is only slow restarts
    itself. A small repository for the heartbeat alone does not share that fate.
    """
    for place in chosen(inventory):
        others = other_disks(place.view, place.repository)
        if isinstance(others, Lacking):
            yield unknown(others)
        elif others:
            yield _shared_with(place, [disk.name for disk in others])


def _shared_with(place: Chosen, names: list[str]) -> Problem:
    return Problem(
        place.subject,
        place.field,
        message=f"{place.repository.name} is not used for the heartbeat alone: it holds"
        f" {counted(len(names), 'other disk')}, {listed(names, _MOST_DISKS)}",
        remedy=f"make a small repository for the heartbeat alone, and name it when high availability is enabled: "
        f"{xe('pool-ha-enable', heartbeat_sr_uuids=UNTOLD)}",
        related=(place.repository,),
    )


@rule("HA026", Severity.WARNING, since="0.1")
def heartbeat_without_bond(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """With high availability, a host is managed, or takes part in a cluster, over one NIC.

    The hosts hear each other over this interface. When its cable or its port fails, a host in good health falls
    silent, restarts itself, and takes its VMs down. A bond of two NICs survives that.
    """
    for view in inventory.pools:
        yield from if_wanted(view, _without_bond(view))


def _without_bond(view: PoolView) -> Iterator[Problem | Unknown]:
    for host, interface in _watching(view):
        if isinstance(interface, Lacking):
            yield unknown(interface)
            continue
        two = doubled(host, interface)
        if two is None:
            yield Unknown(interface, "vlan.on")
        elif not two:
            bond = xe("bond-create", network_uuid=UNTOLD, pif_uuids=UNTOLD)
            yield Problem(
                interface,
                "bond",
                message=f"{_what(host, interface)} has no bond, so one cable decides whether the other hosts hear it",
                remedy=f"while high availability is off, bond {interface.label} with a second NIC: {bond}",
                related=(host,),
            )


def _watching(view: PoolView) -> Iterator[tuple[Host, Interface | Lacking]]:
    """The interfaces over which each host of a pool is heard."""
    for host in hosts_by_name(view):
        for interface in heartbeat_interfaces(view, host):
            yield host, interface


def _what(host: Host, interface: Interface) -> str:
    return (
        f"{interface.label} of {host.name}, {'its management interface' if interface.management else 'in the cluster'},"
    )


@rule("HA027", Severity.WARNING, since="0.1")
def one_way_to_heartbeat_repository(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host has only one way to the heartbeat repository.

    Block storage is reached over several paths by multipathing, a file server over a bond. With one path, one cable,
    switch or port that fails takes the heartbeat away, and the host restarts itself.
    """
    for place in chosen(inventory):
        for reach in reaches(inventory, place.view, place.repository):
            several = several_ways(place.repository, reach)
            if isinstance(several, Lacking):
                yield unknown(several)
            elif several is False:
                yield _one_way(place, reach)


def _one_way(place: Chosen, reach: Reach) -> Problem:
    host, repository = reach.link.host, place.repository
    if reach.way:
        by = f"one way, over {reach.way.interface.label}"
        remedy = f"reach it over a bond of two NICs on {host.name}"
    else:
        by = "one path"
        command = xe("host-param-set", uuid=uuid_of("host", host))
        remedy = f"disable {host.name} and detach its repositories, enable multipathing, {command[:-1]}"
        remedy += " other-config:multipathing=true other-config:multipathhandle=dmp`, and attach them again"
    return Problem(
        host,
        "multipathing",
        message=f"no multipath: {host.name} has {by}, to {repository.name}, the repository of the heartbeat",
        remedy=remedy,
        related=(repository,),
    )


@rule("HA028", Severity.WARNING, since="0.1")
def heartbeat_address_by_dhcp(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """With high availability, a host gets the address by which it is heard from a DHCP server.

    When the address changes, the other hosts take the host for dead, and it restarts itself. Static addresses are
    demanded by the documentation; the toolstack does not check them.
    """
    for view in inventory.pools:
        yield from if_wanted(view, _on_loan(view))


def _on_loan(view: PoolView) -> Iterator[Problem | Unknown]:
    for host, interface in _watching(view):
        if isinstance(interface, Lacking):
            yield unknown(interface)
        elif interface.mode is None:
            yield Unknown(interface, "mode")
        elif interface.mode == "dhcp":
            yield Problem(
                interface,
                "mode",
                message=f"{_what(host, interface)} gets its address by DHCP; if it changes, the host restarts itself",
                remedy=f"while high availability is off, give it a static address: {_fixed(host, interface)}",
                related=(host,),
            )


def _fixed(host: Host, interface: Interface) -> str:
    """The command that gives an interface the address that it has now for good."""
    network = subnet(interface)
    return xe(
        "pif-reconfigure-ip",
        uuid=pif_of(host, interface),
        mode="static",
        IP=address(interface) or host.address or UNTOLD,
        netmask=str(network.netmask) if network else UNTOLD,
    )
