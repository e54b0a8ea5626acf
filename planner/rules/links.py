"""Interfaces that have to be up and are not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from planner.facts.addresses import address
from planner.facts.network_guests import guests_by_network
from planner.facts.wiring import wirings
from planner.findings import Problem, Severity, Unknown
from planner.model.guest import VM
from planner.model.inventory import Inventory, PoolView
from planner.model.network import Interface
from planner.rules import rule
from planner.rules.wording import UNTOLD, counted, listed, xe

_MOST_VMS = 5


def configured(interface: Interface) -> bool:
    """Whether an interface has an address, or is to get one."""
    return address(interface) is not None or interface.mode in ("static", "dhcp")


@rule("NW017", Severity.ERROR, since="0.1")
def link_of_host_down(inventory: Inventory) -> Iterator[Problem]:
    """An interface that carries management or an address of its host has no link.

    Its cable, its card or its switch port is dead, and what goes over it does not work now: the pool loses the host,
    or the host its storage.
    """
    yield from _without_link(inventory, _of_host)


@rule("NW039", Severity.WARNING, since="0.1")
def link_of_guests_down(inventory: Inventory) -> Iterator[Problem]:
    """An interface over which running VMs have a network has no link.

    Its cable, its card or its switch port is dead, or was never there. The VMs reach nobody outside their host on
    that network. If the interface is for the host itself too, that is told instead.
    """
    yield from _without_link(inventory, _of_guests)


Needs = dict[int, list[VM]]


def _without_link(inventory: Inventory, what: Callable[[PoolView, Interface, Needs], list[str]]) -> Iterator[Problem]:
    for view, wiring in wirings(inventory):
        used = (each for each in wiring.interfaces if each.attached is not False)
        down = [each for each in used if wiring.link_up(each) is False] if wiring.host.live is not False else []
        guests = guests_by_network(view, wiring.host) if down else {}
        for interface in down:
            if needs := what(view, interface, guests):
                cards = [card.label for card in wiring.cards(interface)] or [interface.label]
                yield Problem(
                    interface,
                    "carrier",
                    message=f"{interface.label} of {wiring.host.name} has no link, but carries {listed(needs)}",
                    remedy=f"see cable, card and switch port of {listed(cards)} of {wiring.host.name}",
                )


def _of_host(view: PoolView, interface: Interface, guests: Needs) -> list[str]:
    own = interface.management or address(interface)
    return _needs(view, interface, guests) if own else []


def _of_guests(view: PoolView, interface: Interface, guests: Needs) -> list[str]:
    own = interface.management or address(interface)
    return [] if own else _needs(view, interface, guests)


def _needs(view: PoolView, interface: Interface, guests: Needs) -> list[str]:
    """What goes over an interface."""
    found = ["management"] if interface.management else []
    if shown := address(interface):
        found.append(f"the address {shown}")
    network = view.networks.find(interface.network)
    if vms := guests.get(id(network), []) if network else []:
        names = listed((vm.name for vm in vms), _MOST_VMS)
        found.append(f"{counted(len(vms), 'running VM')}: {names}")
    return found


@rule("NW018", Severity.ERROR, since="0.1", api_error="REQUIRED_PIF_IS_UNPLUGGED")
def needed_interface_not_attached(inventory: Inventory) -> Iterator[Problem]:
    """An interface with an address, or one that has to stay up, is not attached.

    The toolstack brings it up when the host starts; something took it down since, or it could not be brought up. What
    the host reaches over it is out of reach, and high availability cannot be enabled.
    """
    for _, wiring in wirings(inventory):
        if wiring.host.live is False:
            continue
        for interface in wiring.interfaces:
            why = "is for management" if interface.management else ""
            why = why or ("has an address" if configured(interface) else "")
            why = why or ("has to stay up" if interface.disallow_unplug else "")
            member = bool(wiring.bonds_over(interface))
            if why and interface.attached is False and interface.managed is not False and not member:
                yield Problem(
                    interface,
                    "attached",
                    message=f"{interface.label} of {wiring.host.name} {why}, but is not attached",
                    remedy=f"attach it: {xe('pif-plug', uuid=interface.uuid or UNTOLD)}",
                )


@rule("NW019", Severity.NOTE, since="0.1")
def address_may_be_unplugged(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """An interface with an address of its own may be taken down by anyone.

    Storage goes over such an interface. Marked as one that may not be unplugged, it stays up; high availability raises
    an alert for each that is not.
    """
    for _, wiring in wirings(inventory):
        for interface in wiring.interfaces:
            if interface.management is not False or not configured(interface) or wiring.bonds_over(interface):
                continue
            if interface.disallow_unplug is None:
                yield Unknown(interface, "disallow_unplug")
            elif not interface.disallow_unplug:
                keep = xe("pif-param-set", uuid=interface.uuid or UNTOLD, disallow_unplug="true")
                yield Problem(
                    interface,
                    "disallow_unplug",
                    message=f"{interface.label} of {wiring.host.name} has an address, but may be unplugged",
                    remedy=f"if it has to stay up, say so: {keep}",
                )


@rule("NW035", Severity.ERROR, since="0.1", api_error="PIF_UNMANAGED")
def unmanaged_interface_in_use(inventory: Inventory) -> Iterator[Problem]:
    """An interface is in use, but the toolstack does not manage it.

    The toolstack neither brings such an interface up nor gives it its address, and refuses it for management and VMs.
    """
    for view, wiring in wirings(inventory):
        unmanaged = [each for each in wiring.interfaces if each.managed is False]
        guests = guests_by_network(view, wiring.host) if unmanaged else {}
        for interface in unmanaged:
            if needs := _needs(view, interface, guests):
                yield Problem(
                    interface,
                    "managed",
                    message=f"{interface.label} of {wiring.host.name} carries {listed(needs)}, but is not managed",
                    remedy=f"have the toolstack manage it: {xe('pif-scan', host_uuid=UNTOLD)} "
                    f"after `xe pif-forget`, or move what it carries to another interface",
                )
