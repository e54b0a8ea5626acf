"""How the interfaces of one host are stacked: bonds over NICs, VLANs over either."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.model.network import Interface


def by_label(interface: Interface) -> tuple[str, str]:
    """The order in which interfaces are told, whatever the order in files."""
    return interface.label, interface.uuid or ""


class Wiring:
    """The interfaces of one host, each found by its name or UUID without a search."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.interfaces = tuple(sorted(host.interfaces or (), key=by_label))
        self._named: defaultdict[str, list[Interface]] = defaultdict(list)
        for each in self.interfaces:
            self._named[each.label].append(each)
            if each.uuid is not None and each.uuid != each.label:
                self._named[each.uuid].append(each)
        self._bonds: defaultdict[int, list[Interface]] = defaultdict(list)
        for each in self.interfaces:
            for member in self.members(each):
                self._bonds[id(member)].append(each)

    def named(self, reference: str | None) -> tuple[Interface, ...]:
        """The interfaces that a name or UUID can mean."""
        return () if reference is None else tuple(self._named.get(reference, ()))

    def members(self, interface: Interface) -> tuple[Interface, ...]:
        """The members of a bond that are there, each once; nothing for what is no bond.

        Virtual functions bear the name of their card, which is then the one that is meant.
        """
        if interface.bond is None:
            return ()
        meant = (self.named(name) for name in interface.bond.members or ())
        cards = ([each for each in found if each.physical] or found for found in meant)
        found = {id(each): each for group in cards for each in group}
        return tuple(sorted((each for each in found.values() if each is not interface), key=by_label))

    def bonds_over(self, interface: Interface) -> tuple[Interface, ...]:
        """The bonds of which an interface is a member: one at most, unless something is wrong."""
        return tuple(self._bonds.get(id(interface), ()))

    def below(self, interface: Interface) -> tuple[Interface, ...]:
        """What an interface rides on: the members of a bond, what carries a VLAN, a tunnel or virtual functions."""
        if interface.bond:
            return self.members(interface)
        rider = interface.vlan or interface.tunnel or interface.sriov
        return tuple(each for each in self.named(rider.on) if each is not interface) if rider else ()

    def cards(self, interface: Interface) -> tuple[Interface, ...]:
        """The NICs at the bottom of an interface; itself, where it is one."""
        return tuple(sorted((each for each in self._down(interface, vlans_only=False) if each.physical), key=by_label))

    def link_up(self, interface: Interface) -> bool | None:
        """Whether a cable carries; a VLAN has the link of what carries it, a bond is up while one member is."""
        if not interface.vlan:
            return self._own_link(interface)
        grounds = (each for each in self._down(interface, vlans_only=True) if not (each.vlan and self.below(each)))
        states = {None if each.vlan else self._own_link(each) for each in grounds}
        return None if states in (set(), {True, False}) or None in states else True in states

    def _down(self, interface: Interface, *, vlans_only: bool) -> Iterator[Interface]:
        """An interface and all that is below it, each once, however they ride on each other."""
        seen: set[int] = set()
        waiting = [interface]
        while waiting:
            each = waiting.pop()
            if id(each) not in seen:
                seen.add(id(each))
                yield each
                waiting.extend(self.below(each) if each.vlan or not vlans_only else ())

    def _own_link(self, interface: Interface) -> bool | None:
        bond = interface.bond
        if bond and bond.links_up is not None:
            return bond.links_up > 0
        if bond and interface.carrier is None:
            return _any(member.carrier for member in self.members(interface))
        return interface.carrier


def _any(carriers: Iterable[bool | None]) -> bool | None:
    """Whether one of them is up; not known while none is and one of them does not say."""
    states = set(carriers)
    return True if True in states else None if None in states or not states else False


def wirings(inventory: Inventory) -> Iterator[tuple[PoolView, Wiring]]:
    """Every host of which interfaces are described."""
    for view in inventory.pools:
        yield from ((view, Wiring(host)) for host in view.hosts.records if host.interfaces)
