"""How many VMs of each kind the hosts have, and what that leaves for restarts: where a search for moves stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from planner.facts.failover_problem import Guarded
from planner.goals.moves.wanted import Wanted
from planner.goals.place.asked import Asked
from planner.goals.place.kinds import decoded, kinds

Placed = tuple[int, str]
"""The number of a kind, and a host."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What every assignment has to keep that is enough: VMs, counted in parts of a size, find as many parts free.

    VMs count that may be restarted on these hosts alone, and what is free there. Whichever hosts fail, what they lose
    is no more than what the others have free: what the worst of them lose and have free is no more than all that is.
    """

    measure: int
    """The size of a part, in bytes."""
    hosts: frozenset[str]
    reserve: int = 0
    """So many parts are to be left over."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What one host has, in parts: those of its VMs that are restarted, and what is free."""

    lost: int
    free: int


class Holding:
    """Where every VM is, as a search has it by now; it begins with where they are today."""

    def __init__(self, wanted: Wanted, failures: int) -> None:
        self.wanted, self.failures = wanted, failures
        self.places = {place.key: place for place in wanted.places}
        self.hosts = tuple(sorted(self.places))
        self.kinds = kinds(Asked(wanted, (), frozenset(self.places)))
        guarded = {each.key: each for each in wanted.guarded}
        self.promised: list[Guarded | None] = [guarded.get(kind.like.key) for kind in self.kinds]
        self.here = [kind.here() for kind in self.kinds]
        self.on: dict[str, Counter[int]] = {host: Counter() for host in self.hosts}
        for number, here in enumerate(self.here):
            for host, count in here.items():
                self.on[host][number] = count
        self._parts: dict[Demand, dict[str, Parts]] = {}
        self._free: dict[str, int] = {}

    @cached_property
    def steady(self) -> bool:
        """Whether what is free for VMs that come is free for restarts too: nobody could need more than is charged."""
        items = self.wanted.items
        grows = any(item.static[host] > item.stays[host] for item in items for host in item.stays)
        return not grows and all(0 <= place.room <= place.spare for place in self.wanted.places)

    @cached_property
    def _staying(self) -> Mapping[str, tuple[Guarded, ...]]:
        """By host, the protected VMs that stay there whatever is done."""
        moving = {item.key for item in self.wanted.items}
        staying = [each for each in self.wanted.guarded if each.key not in moving]
        return {host: tuple(each for each in staying if each.host == host) for host in self.hosts}

    def put(self, counts: Mapping[Placed, int]) -> None:
        """Have so many of some kinds on some hosts from now on."""
        for (number, host), count in counts.items():
            self.on[host][number] = count
        for host in {host for _, host in counts}:
            self._free.pop(host, None)
            for known in self._parts.values():
                known.pop(host, None)

    def free(self, host: str) -> int:
        """What a host has free for restarts, in bytes; below zero where what it has could need more."""
        if host not in self._free:
            taken = sum(self.kinds[number].like.static[host] * count for number, count in self.on[host].items())
            self._free[host] = self.places[host].spare - taken
        return self._free[host]

    def parts(self, demand: Demand, host: str) -> Parts:
        """What a host has of what is counted."""
        known = self._parts.setdefault(demand, {})
        if host not in known:
            lost = sum(self.counted(demand, self.promised[number]) * count for number, count in self.on[host].items())
            lost += sum(self.counted(demand, each) for each in self._staying[host])
            known[host] = Parts(lost, max(0, self.free(host)) // demand.measure if host in demand.hosts else 0)
        return known[host]

    def counted(self, demand: Demand, vm: Guarded | None) -> int:
        """The parts for which a VM counts; none where it is not protected, or may be restarted elsewhere too."""
        if vm is None or not (self.places.keys() if vm.hosts is None else vm.hosts) <= demand.hosts:
            return 0
        return vm.size // demand.measure

    def shortage(self, demand: Demand) -> int:
        """By how many parts a demand is not kept."""
        parts = [self.parts(demand, host) for host in self.hosts]
        worst = sorted((each.lost + each.free for each in parts), reverse=True)[: self.failures]
        return max(0, sum(worst) + demand.reserve - sum(each.free for each in parts))

    def targets(self) -> dict[str, str]:
        """A host for each VM that may move."""
        return decoded(self.kinds, self.counts())

    def counts(self) -> list[dict[str, int]]:
        """By kind, how many of it each host has."""
        found: list[dict[str, int]] = [{} for _ in self.kinds]
        for host in self.hosts:
            for number, count in self.on[host].items():
                found[number][host] = count
        return found

    def arrived(self) -> list[tuple[int, str, int]]:
        """The kinds and hosts with more than are there today, and how many more."""
        return [
            (number, host, count - self.here[number][host])
            for host in self.hosts
            for number, count in sorted(self.on[host].items())
            if count > self.here[number][host]
        ]
