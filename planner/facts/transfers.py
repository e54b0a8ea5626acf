"""How long the memory of guests takes from host to host, and how many may be on their way at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from planner.facts.interfaces import carriers
from planner.facts.management import management_interface
from planner.facts.memory import Policy, limit
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.network import Interface

AT_ONCE = 10
"""So many migrations the toolstack runs at the same time when it empties a host."""
_BITS = 8
_MBIT = 10**6


def transferred(vm: VM) -> int | None:
    """The bytes that go over the network when a guest moves: all that it may have; None where that is unknown."""
    found = limit(vm, Policy.DYNAMIC_MAX)
    return limit(vm, Policy.STATIC_MAX) if found is None else found


def link_speed(host: Host) -> int | None:
    """Mbit/s of the interface over which guests arrive and leave; None where nobody says."""
    interface = management_interface(host)
    return _speed(host, interface) if interface else None


def _speed(host: Host, interface: Interface) -> int | None:
    if interface.speed:
        return interface.speed
    speeds = [_speed(host, each) for each in carriers(host, interface) if each is not interface and each.physical]
    known = [speed for speed in speeds if speed]
    return min(known) if known and len(known) == len(speeds) else None


def seconds(moves: Iterable[tuple[VM, Host, Host]]) -> int | None:
    """How long guests take that set out together, each from a host to a host: as long as the busiest link.

    Rounded up; None where a size or the speed of a link is not known.
    """
    through: Counter[int] = Counter()
    speeds: dict[int, int] = {}
    for vm, source, target in moves:
        size = transferred(vm)
        for host in (source, target):
            speed = link_speed(host)
            if size is None or speed is None:
                return None
            speeds[id(host)] = speed
            through[id(host)] += size
    return max((-(-size * _BITS // (speeds[key] * _MBIT)) for key, size in through.items()), default=0)
