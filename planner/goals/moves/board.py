"""Where the VMs of a pool are while it is searched for better places, in plain numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from planner.facts.evenness import Peaks
from planner.facts.host_limits import Most
from planner.facts.loads import load
from planner.goals.moves.wanted import NO_LIMIT

FINE = 10_000
"""Loads are compared in ten thousandths while it is searched: finer than they are told."""
_WEIGHT = 1024


@dataclass(frozen=True, slots=True)
class Bin:
    """A host that counts, with the VMs that stay on it whatever is done; sizes are bytes."""

    key: str
    memory: int
    cpus: int | None
    """None where virtual CPUs are not counted in this pool."""
    kind: int
    """Which of the sizes of a VM count on it."""
    taken: int
    vcpus: int
    room: int
    """What is free for VMs that arrive, with all VMs where they are today."""
    groups: tuple[int, ...] = ()
    """The groups whose VMs are kept apart, once for each of those that stay on it."""
    most: Most = NO_LIMIT
    """What may be taken of it at most."""
    risk: int = 0
    """What its failure takes from the other hosts, less what the VMs on it do that may be moved."""
    most_risk: int | None = None
    """No more of it than that; None where nobody asks."""


class Size(NamedTuple):
    """What a unit takes of a host of one kind."""

    comes: int
    """What has to be free when it arrives."""
    stays: int
    taken: int
    static: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A VM that may be moved, or several that are to stay together, by keys."""

    vms: tuple[str, ...]
    source: int
    sizes: tuple[Size, ...]
    """By the kind of host."""
    vcpus: int
    moves: int
    """The bytes that go over the network."""
    apart: tuple[int, ...] = ()
    """The groups that keep it apart from others, once for each of its VMs that is in one."""
    restart: int = 0
    """What it takes elsewhere when its host fails; nothing where it is not restarted."""


@dataclass(frozen=True, slots=True)
class Group:
    """VMs of which not too many may be on hosts that count as one."""

    most: int
    units: tuple[Hashable, ...]
    """What each host counts as, in the order of the hosts."""


class Board:
    """Every unit on a host; hosts and units by number, the units with the fewest bytes to move first."""

    def __init__(
        self, bins: Sequence[Bin], units: Sequence[Unit], may: Callable[[int, int], bool], groups: Sequence[Group] = ()
    ) -> None:
        self.bins = tuple(bins)
        self.units = tuple(units)
        self.groups = tuple(groups)
        self._may = may
        self._allowed: dict[tuple[int, int], bool] = {}
        self._banned: set[tuple[int, int]] = set()
        self._plain: dict[int, bool] = {}
        self.at = [unit.source for unit in units]
        self.on: list[set[int]] = [set() for _ in bins]
        self.taken = [each.taken for each in bins]
        self.vcpus = [each.vcpus for each in bins]
        self.room = [each.room for each in bins]
        self.risk = [each.risk for each in bins]
        self.moved = 0
        self._crowds = Counter(self._crowd(group, host) for host, each in enumerate(bins) for group in each.groups)
        memory = max(1, sum(each.memory for each in bins) // max(1, len(bins)))
        cpus = max(1, sum(each.cpus or 0 for each in bins))
        self.heavy = [max(1, each.memory * _WEIGHT // memory) for each in bins]
        self._all_cpus = all(each.cpus is not None for each in bins)
        self.busy = [(each.cpus or 0) * _WEIGHT * len(bins) // cpus for each in bins]
        for number, unit in enumerate(units):
            self._put(number, unit.source)
        self._most = [self._today(each, host) for host, each in enumerate(bins)]
        self._likeness = [self._alike(number) for number in range(len(units))]
        self._distinct: dict[int, tuple[int, ...]] = {}
        self.pull, self.memory_load, self.vcpu_load = [0] * len(bins), [0] * len(bins), [0] * len(bins)
        for host in range(len(bins)):
            self._weigh(host)

    def _weigh(self, host: int) -> None:
        """Note how strongly a host pulls, and its loads as they are told; none of CPUs that are not counted."""
        place, taken, vcpus = self.bins[host], self.taken[host], self.vcpus[host]
        self.pull[host] = self.pull_of(host, taken, vcpus)
        self.memory_load[host] = load(taken, place.memory)
        self.vcpu_load[host] = load(vcpus, place.cpus) if place.cpus else 0

    def _put(self, number: int, host: int, sign: int = 1) -> None:
        unit, size = self.units[number], self.size(number, host)
        self.taken[host] += sign * size.taken
        self.vcpus[host] += sign * unit.vcpus
        self.risk[host] += sign * self.risk_of(number, host)
        (self.on[host].add if sign > 0 else self.on[host].remove)(number)
        for group in unit.apart:
            self._crowds[self._crowd(group, host)] += sign

    def _crowd(self, group: int, host: int) -> tuple[int, Hashable]:
        """A group on the hosts that count as one with a host."""
        return group, self.groups[group].units[host]

    def _today(self, place: Bin, host: int) -> Most:
        """What may be taken of a host: no more than today where that is too much already."""
        memory, vcpus = place.most.memory, place.most.vcpus
        return Most(
            None if memory is None else max(memory, self.taken[host]),
            None if vcpus is None else max(vcpus, self.vcpus[host]),
        )

    def size(self, number: int, host: int) -> Size:
        """What a unit takes of a host."""
        return self.units[number].sizes[self.bins[host].kind]

    def shift(self, number: int, host: int) -> None:
        """Put a unit on another host."""
        source, unit = self.at[number], self.units[number]
        self.room[source] += self.size(number, source).stays
        self.room[host] -= self.size(number, host).stays
        self._put(number, source, -1)
        self._put(number, host)
        self.at[number] = host
        self.moved += len(unit.vms) * ((host != unit.source) - (source != unit.source))
        for each in (source, host):
            self._distinct.pop(each, None)
            self._weigh(each)

    def _alike(self, number: int) -> Hashable:
        """What tells a unit from others on its host, as long as nobody keeps it from some hosts or from other units."""
        unit = self.units[number]
        return number if unit.apart else (unit.sizes, unit.vcpus, unit.source, len(unit.vms), unit.restart)

    def distinct(self, host: int) -> tuple[int, ...]:
        """The units on a host, of those that are alike the first alone."""
        if host not in self._distinct:
            found: dict[Hashable, int] = {}
            for number in sorted(self.on[host]):
                found.setdefault(self._likeness[number] if self._anywhere(number) else number, number)
            self._distinct[host] = tuple(found.values())
        return self._distinct[host]

    def _anywhere(self, number: int) -> bool:
        if number not in self._plain:
            self._plain[number] = all(self.allowed(number, host) for host in range(len(self.bins)))
        return self._plain[number]

    def ban(self, number: int, host: int) -> None:
        """Let a unit never come to a host."""
        self._banned.add((number, host))
        self._plain[number] = False
        self._distinct.clear()

    def allowed(self, number: int, host: int) -> bool:
        """Whether a unit may be on a host, memory and the other units aside."""
        key = number, host
        if key in self._banned:
            return False
        if host == self.units[number].source:
            return True
        if key not in self._allowed:
            self._allowed[key] = self._may(number, host)
        return self._allowed[key]

    def apart(self, number: int, host: int, leaving: int | None = None) -> bool:
        """Whether not too many are there from whom a unit is kept apart, once another unit has left the host."""
        if not self.units[number].apart:
            return True
        ours, gone = Counter(self.units[number].apart), Counter[int]()
        if leaving is not None:
            gone.update(self.units[leaving].apart)
        return all(
            self._beside(number, group, host) - gone[group] + own <= self.groups[group].most
            for group, own in ours.items()
        )

    def _beside(self, number: int, group: int, host: int) -> int:
        """How many of a group count there, a unit's own VMs aside."""
        crowd = self._crowd(group, host)
        own = self.units[number].apart.count(group) if crowd == self._crowd(group, self.at[number]) else 0
        return self._crowds[crowd] - own

    def most_of(self, host: int) -> Most:
        """What may be taken of a host, or is taken today where that is more."""
        return self._most[host]

    def within(self, number: int, host: int, leaving: int | None = None) -> bool:
        """Whether no more is taken of a host than may be, with a unit on it, once another unit has left it."""
        memory, vcpus = self.taken[host] + self.size(number, host).taken, self.vcpus[host] + self.units[number].vcpus
        if leaving is not None:
            memory, vcpus = memory - self.size(leaving, host).taken, vcpus - self.units[leaving].vcpus
        return not self._most[host].exceeded(memory, vcpus)

    def fits(self, number: int, host: int, freed: int = 0) -> bool:
        """Whether a host has room for a unit that arrives."""
        return self.size(number, host).comes <= self.room[host] + freed

    def possible(self, number: int, host: int) -> bool:
        """Whether a unit can be moved to a host as things are."""
        able = self.fits(number, host) and self.apart(number, host) and self.within(number, host)
        return able and self.allowed(number, host) and self.bearable(self.at[number], host, number)

    def risk_of(self, number: int, host: int) -> int:
        """What a host's failure takes from the others for a unit on it: its restart, and no longer what it takes."""
        return self.units[number].restart - self.size(number, host).static

    def bearable(self, one: int, other: int, first: int | None = None, second: int | None = None) -> bool:
        """Whether two hosts may fail as they may have to, once a unit went there and another one came back."""
        for host, leaving, coming in ((one, first, second), (other, second, first)):
            most = self.bins[host].most_risk
            if most is not None:
                less = self.risk_of(leaving, host) if leaving is not None else 0
                more = self.risk_of(coming, host) if coming is not None else 0
                if self.risk[host] + more - less > max(most, self.risk[host]):
                    return False
        return True

    def pulls_if_coming(self, number: int, hosts: Sequence[int]) -> list[int]:
        """By how much more each of some hosts would pull if a unit came to it."""
        unit, found = self.units[number], []
        for host in hosts:
            place = self.bins[host]
            memory = (self.taken[host] + unit.sizes[place.kind].taken) * FINE // (place.memory or 1)
            busy = (self.vcpus[host] + unit.vcpus) * FINE // place.cpus if place.cpus else 0
            found.append(self.heavy[host] * memory * memory + self.busy[host] * busy * busy - self.pull[host])
        return found

    def pull_of(self, host: int, taken: int, vcpus: int) -> int:
        """How strongly a host pulls VMs away: the squares of its loads by its size; least in all when they are even."""
        place = self.bins[host]
        memory = taken * FINE // max(1, place.memory)
        busy = vcpus * FINE // place.cpus if place.cpus else 0
        return self.heavy[host] * memory * memory + self.busy[host] * busy * busy

    def peaks(self) -> Peaks:
        """The highest and lowest loads."""
        memory, vcpus = self.memory_load, self.vcpu_load
        if not self._all_cpus:
            return Peaks(max(memory), min(memory), None, None)
        return Peaks(max(memory), min(memory), max(vcpus), min(vcpus))

    def worth(self) -> tuple[int, int, int]:
        """What is kept small: the highest load, then the unevenness, then what pulls in all."""
        peaks = self.peaks()
        return peaks.highest, peaks.unevenness, sum(self.pull)

    def targets(self) -> dict[str, str]:
        """The host of each VM, by keys."""
        return {vm: self.bins[self.at[number]].key for number, unit in enumerate(self.units) for vm in unit.vms}
