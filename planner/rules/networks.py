"""What is wrong with the networks of pools and the interfaces of their hosts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.facts import addresses
from planner.facts.interfaces import interfaces_by_network, of_unknown_network
from planner.facts.storage import hosts_by_name
from planner.findings import Problem, Severity, Unknown
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.model.network import Interface, Network
from planner.rules import rule
from planner.rules.network_duplicates import Bearer
from planner.rules.wording import listed, plural, xe


@rule("NW003", Severity.ERROR, since="0.1")
def management_interface_missing_or_doubled(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host has no management interface, or more than one.

    The pool reaches each host by exactly one interface. Without it a host is lost to the pool; with two, nobody
    can tell by which address it is reached.
    """
    for view in inventory.pools:
        for host in view.hosts.records:
            if host.interfaces is None:
                yield Unknown(host, "interfaces")
            else:
                yield from _management_interfaces(host, host.interfaces)


def _management_interfaces(host: Host, interfaces: tuple[Interface, ...]) -> Iterator[Problem | Unknown]:
    unknown = [each for each in interfaces if each.management is None]
    managing = sorted(
        (each for each in interfaces if each.management),
        key=lambda each: (addresses.address(each) != host.address, each.label, each.uuid or ""),
    )
    for other in managing[1:]:
        yield Problem(
            other,
            "management",
            message=f"{other.label} of {host.name} is for management, and so is {managing[0].label}",
            remedy=f"see which of the two it is, and say of the other that it is not; to make it {other.label}, "
            f"run {xe('host-management-reconfigure', pif_uuid=other.uuid or '…')} on {host.name}",
            related=(managing[0],),
        )
    if len(managing) <= 1:
        yield from (Unknown(each, "management") for each in unknown)
    if not managing and not unknown:
        yield Problem(
            host,
            "interfaces",
            message=f"no interface of {host.name} is for management",
            remedy=f"say which interface of {host.name} is for management; if none is, "
            f"run `xe host-management-reconfigure pif-uuid=…` on {host.name} itself",
        )


@rule("NW004", Severity.WARNING, since="0.1")
def gateway_outside_subnet(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """The default gateway of a host is not in the subnet of the interface that leads to it.

    The host cannot reach such a gateway, nor anything behind it. Only the interface whose gateway takes effect is
    looked at: the one made the default route, else the management interface.
    """
    for view in inventory.pools:
        for host in view.hosts.records:
            for interface in addresses.with_gateway_that_counts(host):
                yield from _gateway_outside(host, interface)


def _gateway_outside(host: Host, interface: Interface) -> Iterator[Problem | Unknown]:
    gateway, subnet = addresses.gateway(interface), addresses.subnet(interface)
    if gateway is None:
        return
    if subnet is None:
        yield Unknown(interface, "address")
    elif not addresses.inside(gateway, subnet):
        yield Problem(
            interface,
            "gateway",
            message=f"the gateway {gateway} is not in {subnet}, the subnet of {interface.label} of {host.name}",
            remedy=f"give {interface.label} of {host.name} a gateway in {subnet}, or correct its address or prefix",
        )


@rule("NW005", Severity.WARNING, since="0.1")
def network_not_on_every_host(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """Some hosts of a pool have an interface on a network, others have none.

    A VM on that network cannot start on the others, cannot be moved to them, and cannot be protected by high
    availability. An interface that is a member of a bond does not count: it carries no guests.
    """
    for view in inventory.pools:
        if len(view.hosts.records) > 1:
            yield from _networks_with_gaps(view)


def _networks_with_gaps(view: PoolView) -> Iterator[Problem | Unknown]:
    hosts = hosts_by_name(view)
    by_network = {id(host): interfaces_by_network(view, host) for host in hosts}
    unknown = {id(host): of_unknown_network(view, host) for host in hosts}
    open_questions: dict[int, Host] = {}
    for network in view.networks.records:
        having = [host for host in hosts if id(network) in by_network[id(host)]]
        if not having or network.host_internal_management:
            continue
        lacking = [host for host in hosts if id(network) not in by_network[id(host)]]
        surely = [host for host in lacking if host.interfaces is not None and not unknown[id(host)]]
        open_questions |= {id(host): host for host in lacking if host.interfaces is None or unknown[id(host)]}
        if surely:
            yield _gap(network, by_network[id(having[0])][id(network)][0], having, surely)
    for host in open_questions.values():
        if host.interfaces is None:
            yield Unknown(host, "interfaces")
        yield from (Unknown(interface, "network") for interface in unknown[id(host)])


def _gap(network: Network, interface: Interface, having: list[Host], lacking: list[Host]) -> Problem:
    names = listed(host.name for host in lacking)
    how = f"VLAN {interface.vlan.tag}" if interface.vlan else f"an interface such as {interface.label}"
    return Problem(
        network,
        "",
        message=f"{names} {plural(lacking, 'has', 'have')} no interface on {network.name}, "
        f"which {listed(host.name for host in having)} {plural(having, 'has', 'have')}",
        remedy=f"give {names} {how} on {network.name}, as {having[0].name} has it",
        related=tuple(lacking),
    )


def _bearers_of_networks(inventory: Inventory) -> Iterator[tuple[Network, list[Bearer]]]:
    """Every network with the interfaces on it; those of the pool's coordinator come first."""
    for view in inventory.pools:
        groups: defaultdict[int, list[Bearer]] = defaultdict(list)
        ranked = sorted(view.hosts.records, key=lambda host: (host is not view.coordinator, host.name, host.uuid or ""))
        for host in ranked:
            for key, interfaces in interfaces_by_network(view, host).items():
                groups[key].extend(Bearer(view, host, each) for each in interfaces)
        for network in view.networks.records:
            if id(network) in groups:
                yield network, groups[id(network)]


@rule("NW006", Severity.ERROR, since="0.1")
def vlan_tag_differs(inventory: Inventory) -> Iterator[Problem]:
    """A network has one VLAN tag on one host and another tag on another host.

    The two hosts are not on the same network at all: a VM that is moved between them loses its neighbours.
    """
    for network, bearers in _bearers_of_networks(inventory):
        tagged = [bearer for bearer in bearers if bearer.interface.vlan]
        for first, other in zip(tagged[:1] * len(tagged), tagged, strict=True):
            mine, theirs = other.interface.vlan, first.interface.vlan
            if mine and theirs and mine.tag != theirs.tag:
                yield Problem(
                    other.interface,
                    "vlan.tag",
                    message=f"{network.name} has the VLAN tag {mine.tag} on {other.host.name}, "
                    f"but {theirs.tag} on {first.host.name}",
                    remedy=f"remove VLAN {mine.tag} of {other.host.name} from {network.name}, "
                    f"and make VLAN {theirs.tag} there",
                    related=(first.interface,),
                )


@rule("NW007", Severity.WARNING, since="0.1")
def network_tagged_on_some_hosts(inventory: Inventory) -> Iterator[Problem]:
    """A network is a VLAN on one host, and untagged on another.

    Both reach the same network only if the switch takes that tag off at the port of the second host. Mostly it is
    a card on the wrong network.
    """
    for network, (first, *others) in _bearers_of_networks(inventory):
        for other in others:
            mine, theirs = other.interface.vlan, first.interface.vlan
            if bool(mine) is not bool(theirs):
                yield Problem(
                    other.interface,
                    "vlan",
                    message=f"{network.name} is {_carried(other)}, but {_carried(first)}",
                    remedy=f"have {network.name} in the same way on {other.host.name} as on {first.host.name}, "
                    f"or see that the switch makes up for the difference",
                    related=(first.interface,),
                )


def _carried(bearer: Bearer) -> str:
    vlan = bearer.interface.vlan
    return f"VLAN {vlan.tag} on {bearer.host.name}" if vlan else f"untagged on {bearer.words}"
