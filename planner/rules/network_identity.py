"""What is wrong with what networks are: their bridges, names and purposes, and which cards they are on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from planner.facts.interfaces import interfaces_by_network
from planner.facts.storage import hosts_by_name
from planner.findings import Problem, Severity
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.model.network import Interface, Network
from planner.rules import rule
from planner.rules.wording import UNTOLD, uuid_of, xe


def _alike(view: PoolView, key: Callable[[Network], str | None]) -> Iterator[list[Network]]:
    """The groups of networks that have the same key; those between a host and its guests are left out."""
    groups: defaultdict[str, list[Network]] = defaultdict(list)
    for network in view.networks.records:
        if not network.host_internal_management and (found := key(network)):
            groups[found].append(network)
    for group in groups.values():
        if len(group) > 1:
            yield sorted(group, key=lambda network: (network.name, network.uuid or ""))


@rule("NW025", Severity.ERROR, since="0.1")
def bridge_used_twice(inventory: Inventory) -> Iterator[Problem]:
    """Two networks of a pool have the same bridge.

    On each host they are one and the same: guests of the one see those of the other. When a host joins, its networks
    are matched by their bridge, and one of the two is lost.
    """
    for view in inventory.pools:
        for first, *others in _alike(view, lambda network: network.bridge):
            for other in others:
                yield Problem(
                    other,
                    "bridge",
                    message=f"{other.name} has the bridge {other.bridge}, which {first.name} has too",
                    remedy=f"move what is on {other.name} to {first.name} and remove it: "
                    f"{xe('network-destroy', uuid=uuid_of('network', other))}",
                    related=(first,),
                )


@rule("NW027", Severity.NOTE, since="0.1")
def network_names_alike(inventory: Inventory) -> Iterator[Problem]:
    """The names of two networks differ only in capitals and spaces, or not at all.

    People take the one for the other, and a VM ends up on the wrong network.
    """
    for view in inventory.pools:
        for first, *others in _alike(view, lambda network: "".join(network.name.casefold().split())):
            for other in others:
                rename = xe("network-param-set", uuid=uuid_of("network", other), name_label=UNTOLD)
                yield Problem(
                    other,
                    "name",
                    message=f"{view.name} has a network {other.name!r}, and one that is called {first.name!r}",
                    remedy=f"give one of them another name: {rename}",
                    related=(first,),
                )


@rule("NW032", Severity.ERROR, since="0.1", api_error="NETWORK_INCOMPATIBLE_PURPOSES")
def purposes_exclude_each_other(inventory: Inventory) -> Iterator[Problem]:
    """Disks are offered with encryption on one network, and without on another.

    A pool offers its disks over the network (NBD) in one way only: with `nbd` or with `insecure_nbd`. The toolstack
    refuses the second one.
    """
    for view in inventory.pools:
        ranked = sorted(view.networks.records, key=lambda network: (network.name, network.uuid or ""))
        secure = next((each for each in ranked if "nbd" in (each.purpose or ())), None)
        for network in ranked if secure else ():
            if "insecure_nbd" in (network.purpose or ()):
                remove = xe("network-param-remove", uuid=uuid_of("network", network), param_name="purpose")
                yield Problem(
                    network,
                    "purpose",
                    message=f"{network.name} is for insecure_nbd, but "
                    f"{'for' if network is secure else f'{secure.name} is for' if secure else ''} nbd"
                    f"{' as well' if network is secure else ''}",
                    remedy=f"take one of the two purposes away: {remove[:-1]} param-key=insecure_nbd`",
                    related=() if network is secure or secure is None else (secure,),
                )


def _cards(view: PoolView) -> dict[int, list[tuple[Host, Interface]]]:
    """By the identity of a network, the NICs on it: those of the coordinator first, bonded ones not."""
    found: defaultdict[int, list[tuple[Host, Interface]]] = defaultdict(list)
    for host in sorted(hosts_by_name(view), key=lambda host: host is not view.coordinator):
        for key, interfaces in interfaces_by_network(view, host).items():
            if len(interfaces) == 1 and interfaces[0].physical:
                found[key].append((host, interfaces[0]))
    return found


@rule("NW026", Severity.NOTE, since="0.1")
def network_on_other_card(inventory: Inventory) -> Iterator[Problem]:
    """A network is on another card of one host than on the others.

    Bonds and VLANs that are made for the whole pool, and those that a new member gets, go by the position of the
    card. Where the cards of a host are in another order, they land on the wrong network.
    """
    for view in inventory.pools:
        cards = _cards(view)
        for network in view.networks.records:
            having = cards.get(id(network), [])
            for host, card in having[1:]:
                if card.device != having[0][1].device:
                    yield _on_other_card(network, host, card, having[0])


def _on_other_card(network: Network, host: Host, card: Interface, model: tuple[Host, Interface]) -> Problem:
    other, usual = model
    return Problem(
        card,
        "device",
        message=f"{network.name} is on {card.device} of {host.name}, but on {usual.device} of {other.name}",
        remedy=f"see that the cable of {card.device} of {host.name} leads where that of {usual.device} of "
        f"{other.name} does; if it does, plug it into {usual.device}, or number the cards of {host.name} anew "
        f"with `interface-rename`",
        related=(usual,),
    )


@rule("NW028", Severity.ERROR, since="0.1", api_error="NETWORK_ALREADY_CONNECTED")
def two_interfaces_on_one_network(inventory: Inventory) -> Iterator[Problem]:
    """A host has two interfaces on one network.

    The toolstack allows one. Bridged together, two cables to the same switch make a loop.
    """
    for view in inventory.pools:
        for host in view.hosts.records:
            networks = interfaces_by_network(view, host)
            for network in view.networks.records:
                found = networks.get(id(network), []) if not network.host_internal_management else []
                for other in found[1:]:
                    yield Problem(
                        other,
                        "network",
                        message=f"{found[0].label} and {other.label} of {host.name} are both on {network.name}",
                        remedy=f"put {other.label} on a network of its own, or bond the two: "
                        f"{xe('bond-create', network_uuid=UNTOLD, pif_uuids=UNTOLD)}",
                        related=(found[0],),
                    )
