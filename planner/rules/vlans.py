"""What is wrong with the VLANs of single hosts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.facts.wiring import Wiring, wirings
from planner.findings import Problem, Severity
from planner.model.inventory import Inventory
from planner.model.network import Interface
from planner.rules import rule
from planner.rules.wording import UNTOLD, xe


def _vlans(wiring: Wiring) -> Iterator[tuple[Interface, Interface]]:
    """Every VLAN of a host with what carries it."""
    for interface in wiring.interfaces:
        if interface.vlan:
            yield from ((interface, carrier) for carrier in wiring.below(interface))


@rule("NW029", Severity.ERROR, since="0.1", api_error="PIF_IS_VLAN")
def vlan_on_unfit_carrier(inventory: Inventory) -> Iterator[Problem]:
    """A VLAN rides on an interface that cannot carry one.

    The toolstack makes VLANs on cards, bonds and virtual functions. On another VLAN, a tunnel or the member of a bond
    it refuses them.
    """
    for _, wiring in wirings(inventory):
        for interface, carrier in _vlans(wiring):
            bonds = wiring.bonds_over(carrier)
            if carrier.vlan:
                why, error = "a VLAN itself", "PIF_IS_VLAN"
            elif carrier.tunnel:
                why, error = "a tunnel", "IS_TUNNEL_ACCESS_PIF"
            elif bonds:
                why, error = f"a member of {bonds[0].label}", "CANNOT_ADD_VLAN_TO_BOND_SLAVE"
            else:
                continue
            below = bonds[0] if bonds else next(iter(wiring.cards(carrier)), None)
            yield Problem(
                interface.vlan or interface,
                "on",
                message=f"{interface.label} of {wiring.host.name} rides on {carrier.label}, which is {why}",
                remedy=f"make it on {below.label if below else 'a card or a bond'}: "
                f"{xe('vlan-create', pif_uuid=UNTOLD, vlan=str(interface.vlan.tag if interface.vlan else 0))[:-1]} "
                f"network-uuid={UNTOLD}`",
                related=(carrier,),
                api_error=error,
            )


@rule("NW030", Severity.ERROR, since="0.1", api_error="PIF_VLAN_EXISTS")
def tag_used_twice_on_one_carrier(inventory: Inventory) -> Iterator[Problem]:
    """Two VLANs of a host have the same tag on the same card or bond.

    They are one network outside the host. The toolstack allows one of them.
    """
    for _, wiring in wirings(inventory):
        groups: defaultdict[tuple[int, int], list[Interface]] = defaultdict(list)
        for interface, carrier in _vlans(wiring):
            if interface.vlan:
                groups[id(carrier), interface.vlan.tag].append(interface)
        for first, *others in groups.values():
            for other in others:
                yield Problem(
                    other.vlan or other,
                    "tag",
                    message=f"{wiring.host.name} has the tag of {other.label} twice on one interface: "
                    f"for {_network(first)} and for {_network(other)}",
                    remedy=f"remove one of the two, such as that of {_network(other)}: "
                    f"{xe('vlan-destroy', uuid=(other.vlan.uuid if other.vlan else None) or UNTOLD)}",
                    related=(first,),
                )


def _network(interface: Interface) -> str:
    return interface.network or "a network that is not told"


@rule("NW031", Severity.NOTE, since="0.1")
def vlan_with_tag_zero(inventory: Inventory) -> Iterator[Problem]:
    """A VLAN has the tag 0.

    Its frames belong to no VLAN at all, so that it is the untagged network of its card. Yet the toolstack holds the two
    for different: a host managed over tag 0 cannot join a pool that is managed without a tag.
    """
    for _, wiring in wirings(inventory):
        for interface in wiring.interfaces:
            if interface.vlan and interface.vlan.tag == 0:
                yield Problem(
                    interface.vlan,
                    "tag",
                    message=f"{interface.label} of {wiring.host.name} has the VLAN tag 0, which is none",
                    remedy=f"use {interface.vlan.on or 'the card'} itself, or a tag from 1 to 4094",
                )
