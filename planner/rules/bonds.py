"""What is wrong with the bonds of single hosts."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.addresses import address
from planner.facts.wiring import Wiring, wirings
from planner.findings import Problem, Severity
from planner.model.inventory import Inventory
from planner.model.network import Bond, Interface
from planner.rules import rule
from planner.rules.wording import UNTOLD, counted, listed, xe

_FEWEST = 2


def bonds_of(wiring: Wiring) -> Iterator[tuple[Interface, Bond]]:
    """The bonds of a host, each with the interface that stands for it."""
    yield from ((each, each.bond) for each in wiring.interfaces if each.bond)


@rule("NW008", Severity.WARNING, since="0.1", api_error="PIF_BOND_NEEDS_MORE_MEMBERS")
def bond_of_one_card(inventory: Inventory) -> Iterator[Problem]:
    """A bond has fewer than two members.

    When its only cable fails, everything on it is gone: it protects no better than a single card. A bond without any
    member cannot even be made.
    """
    for _, wiring in wirings(inventory):
        for interface, bond in bonds_of(wiring):
            if bond.members is not None and len(set(bond.members)) < _FEWEST:
                has = "no member" if not bond.members else f"the only member {bond.members[0]}"
                yield Problem(
                    bond,
                    "members",
                    message=f"{interface.label} of {wiring.host.name} has {has}",
                    remedy=f"make the bond anew with two cards of {wiring.host.name} or more: "
                    f"{xe('bond-create', network_uuid=UNTOLD, pif_uuids=UNTOLD, mode=bond.mode or 'balance-slb')}",
                )


@rule("NW009", Severity.ERROR, since="0.1", api_error="PIF_ALREADY_BONDED")
def unfit_bond_member(inventory: Inventory) -> Iterator[Problem]:
    """A bond has a member that the toolstack does not take as one.

    Members are cards of the same host that the toolstack manages, each in one bond only, alike in their settings, and
    without addresses and VLANs of their own: those belong to the bond. Otherwise the bond cannot be made, or what the
    member carries is cut off.
    """
    for _, wiring in wirings(inventory):
        riders = _riders(wiring)
        for interface, bond in bonds_of(wiring):
            members = wiring.members(interface)
            for member in members:
                for field, why, error in _faults(wiring, interface, member, members[0], riders):
                    yield Problem(
                        member,
                        field,
                        message=f"{member.label} is a member of {interface.label} of {wiring.host.name}, but {why}",
                        remedy=f"take {member.label} out of {interface.label}, or mend this: a member has to be "
                        f"a managed card in one bond, with nothing of its own on it",
                        related=(interface,),
                        api_error=error,
                    )
            yield from _primary(wiring, interface, bond, members)


def _riders(wiring: Wiring) -> dict[int, list[str]]:
    """By the identity of an interface, the VLANs and tunnels that ride on it."""
    found: dict[int, list[str]] = {}
    for each in wiring.interfaces:
        for carrier in wiring.below(each) if each.vlan or each.tunnel else ():
            found.setdefault(id(carrier), []).append(each.label)
    return found


Fault = tuple[str, str, str]


def _faults(
    wiring: Wiring, bond: Interface, member: Interface, first: Interface, riders: dict[int, list[str]]
) -> Iterator[Fault]:
    """The field, what is wrong, and what the toolstack answers."""
    if member.vlan:
        yield "vlan", "is a VLAN", "PIF_VLAN_EXISTS"
    if member.tunnel:
        yield "tunnel", "is a tunnel", "IS_TUNNEL_ACCESS_PIF"
    if member.sriov:
        yield "sriov", "stands for virtual functions", "PIF_IS_SRIOV_LOGICAL"
    if member.bond:
        yield "bond", "is a bond itself", "PIF_ALREADY_BONDED"
    if member.managed is False:
        yield "managed", "the toolstack does not manage it", "PIF_UNMANAGED"
    if others := [each.label for each in wiring.bonds_over(member) if each is not bond]:
        yield "", f"of {listed(others)} as well", "PIF_ALREADY_BONDED"
    if member.management:
        yield "management", "it is for management, which the bond has to be", "CANNOT_PLUG_BOND_SLAVE"
    if found := address(member):
        yield "address", f"it has the address {found} of its own", "CANNOT_PLUG_BOND_SLAVE"
    if id(member) in riders:
        yield "", f"{listed(riders[id(member)])} rides on it", "CANNOT_ADD_VLAN_TO_BOND_SLAVE"
    yield from _unlike(member, first)


def _unlike(member: Interface, first: Interface) -> Iterator[Fault]:
    kinds = (first.primary_address_type, member.primary_address_type)
    if None not in kinds and kinds[0] != kinds[1]:
        yield (
            "primary_address_type",
            f"it is for {kinds[1]}, and {first.label} is for {kinds[0]}",
            "PIF_INCOMPATIBLE_PRIMARY_ADDRESS_TYPE",
        )
    if first.properties is not None and member.properties is not None and first.properties != member.properties:
        yield "properties", f"its properties differ from those of {first.label}", "INCOMPATIBLE_PIF_PROPERTIES"


def _primary(wiring: Wiring, interface: Interface, bond: Bond, members: tuple[Interface, ...]) -> Iterator[Problem]:
    primary = wiring.named(bond.primary)
    if primary and bond.members and not any(each is member for each in primary for member in members):
        yield Problem(
            bond,
            "primary",
            message=f"{bond.primary} is the primary member of {interface.label} of {wiring.host.name}, "
            f"but no member of it",
            remedy=f"name one of {listed(sorted(bond.members))} as the primary member",
        )


@rule("NW010", Severity.WARNING, since="0.1")
def bond_degraded(inventory: Inventory) -> Iterator[Problem]:
    """A bond runs on fewer links than it has members.

    It still works, but the next cable, card or switch that fails takes it down, or it is slower than it seems.
    """
    for _, wiring in wirings(inventory):
        for interface, bond in bonds_of(wiring):
            members = wiring.members(interface)
            up = _links_up(wiring, bond, members)
            if wiring.host.live is False or up is None or not 0 < up < len(members):
                continue
            dead = [member.label for member in members if member.carrier is False]
            yield Problem(
                bond,
                "links_up",
                message=f"{counted(up, 'link')} of the {len(members)} of {interface.label} of {wiring.host.name} "
                f"{'is' if up == 1 else 'are'} up" + (f", {listed(dead)} carries nothing" if dead else ""),
                remedy=f"see cable, card and switch port of {listed(dead or [each.label for each in members])} "
                f"of {wiring.host.name}",
            )


def _links_up(wiring: Wiring, bond: Bond, members: tuple[Interface, ...]) -> int | None:
    """How many members carry: what the bond says, else what its members say."""
    if bond.links_up is not None:
        return bond.links_up
    states = [wiring.link_up(member) for member in members]
    return None if None in states else states.count(True)
