"""What is wrong with how bonds are set up, and how those of several hosts compare."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.bond_modes import accepted, most_members, needs_open_vswitch
from planner.facts.interfaces import interfaces_by_network
from planner.facts.storage import hosts_by_name
from planner.facts.wiring import Wiring, wirings
from planner.findings import Problem, Severity, Unknown
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.model.network import Bond, Interface, Network
from planner.rules import rule
from planner.rules.bonds import bonds_of
from planner.rules.wording import listed


@rule("NW011", Severity.WARNING, since="0.1")
def bonds_differ_between_hosts(inventory: Inventory) -> Iterator[Problem]:
    """A network is bonded on one host, and not bonded or bonded in another way on another host.

    One of the hosts has less redundancy or bandwidth than its network seems to promise, or its switch expects
    something else. A new VLAN or bond of the coordinator reaches members by the same cards, which then do not match.
    """
    for view in inventory.pools:
        coordinator = view.coordinator
        hosts = sorted(hosts_by_name(view), key=lambda host: host is not coordinator)
        have: dict[int, list[tuple[Host, Interface]]] = {}
        for host in hosts:
            for key, interfaces in interfaces_by_network(view, host).items():
                if len(interfaces) == 1:
                    have.setdefault(key, []).append((host, interfaces[0]))
        for network in view.networks.records:
            yield from _differing(network, have.get(id(network), []))


def _differing(network: Network, having: list[tuple[Host, Interface]]) -> Iterator[Problem]:
    bonded = next(((host, each.bond) for host, each in having if each.bond), None)
    if bonded is None:
        return
    model, theirs = bonded
    for host, each in having:
        if host is not model and (why := _difference(each, theirs)):
            yield Problem(
                each.bond or each,
                "",
                message=f"{network.name} is {why} on {host.name}, but {_told(theirs)} on {model.name}",
                remedy=f"have {network.name} bonded in the same way on both, with the same cards, "
                f"and see that the switches of {host.name} and {model.name} are set up alike",
                related=(theirs,),
            )


def _difference(interface: Interface, other: Bond) -> str:
    """How an interface is, where it is not as the bond of the other host; nothing where nothing is known to differ."""
    bond = interface.bond
    if bond is None:
        return f"on the single card {interface.label}" if interface.physical else ""
    modes = None not in (bond.mode, other.mode) and bond.mode != other.mode
    mine, theirs = bond.members, other.members
    members = mine is not None and theirs is not None and set(mine) != set(theirs)
    return _told(bond) if modes or members else ""


def _told(bond: Bond) -> str:
    return f"a bond of {listed(sorted(bond.members)) if bond.members else 'no card'} ({bond.mode or 'mode not known'})"


@rule("NW012", Severity.ERROR, since="0.1")
def bond_setting_refused(inventory: Inventory) -> Iterator[Problem]:
    """A bond has a setting that the toolstack refuses for its mode.

    Settings are for `lacp` only, and of those only some, each with its own values. A bond with any other is refused.
    """
    for _, wiring in wirings(inventory):
        for interface, bond in bonds_of(wiring):
            if bond.mode is None:
                continue
            for key, value in sorted((bond.properties or {}).items()):
                if expected := accepted(bond.mode, key, value):
                    yield Problem(
                        bond,
                        "properties",
                        message=f"{interface.label} of {wiring.host.name} has the setting {key}={value}, "
                        f"which {bond.mode} does not take",
                        remedy=f"leave the setting {key} out: {expected}",
                    )


@rule("NW013", Severity.WARNING, since="0.1")
def bond_beyond_support(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A bond is of a kind that the network backend of its host does not support.

    The bond `lacp` needs Open vSwitch, the Linux bridge takes two cards for `active-backup`, and no bond is
    supported with more than four. The toolstack makes such a bond, and nobody has tried it.
    """
    for view, wiring in wirings(inventory):
        for interface, bond in bonds_of(wiring):
            yield from _unsupported(view, wiring, interface, bond)


def _unsupported(view: PoolView, wiring: Wiring, interface: Interface, bond: Bond) -> Iterator[Problem | Unknown]:
    host = wiring.host
    software = view.software(host)
    backend = software.network_backend if software else None
    members = len(wiring.members(interface))
    if needs_open_vswitch(bond.mode) and backend != "openvswitch":
        if backend is None:
            yield Unknown(host, "software.network_backend")
        else:
            yield Problem(
                bond,
                "mode",
                message=f"{interface.label} of {host.name} is of mode {bond.mode}, "
                f"which the network backend {backend} does not support",
                remedy=f"switch {host.name} to Open vSwitch with `xe-switch-network-backend openvswitch`, "
                f"or use the mode active-backup",
            )
    elif members > (most := most_members(bond.mode, backend)):
        yield Problem(
            bond,
            "members",
            message=f"{interface.label} of {host.name} has {members} members, {most} are supported at most",
            remedy=f"take {members - most} of the cards out of {interface.label} of {host.name}",
        )
