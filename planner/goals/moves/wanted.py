"""What is asked of moves, and what is answered, in plain numbers: VMs, hosts, and what binds them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from planner.facts.failover_problem import Guarded
from planner.facts.host_limits import Most
from planner.plans.moving import Cost

S = TypeVar("S", int, int | None)
EFFORT = 4.0
"""What the solver may do for one question."""
PASSING_EFFORT = 0.2
"""The same where VMs come back soon."""


NO_LIMIT = Most()


def by_unit(units: Mapping[str, str]) -> dict[str, list[str]]:
    """By unit, its hosts, both in the order of the hosts."""
    found: dict[str, list[str]] = {}
    for host, unit in units.items():
        found.setdefault(unit, []).append(host)
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """A host without those VMs that may move; all sizes are bytes."""

    key: str
    memory: int
    room: int
    """What is free for VMs that arrive, below zero where the host is overcommitted."""
    taken: int | None
    """What is taken when everybody has what it may have at most; None where that is unknown."""
    closed: bool
    """Nobody can come: it is overcommitted."""
    spare: int
    """What is free when everybody has its static maximum: what restarts after a failure find."""
    vcpus: int = 0
    """The virtual CPUs of those that stay on it, where a wish bounds them."""
    most: Most = NO_LIMIT
    """What may be taken of it at most, as wishes that have to be kept have it."""

    @property
    def limit(self) -> Most:
        """The same, or what those take already that stay on it, where that is more."""
        memory, vcpus = self.most.memory, self.most.vcpus
        return Most(
            None if memory is None else max(memory, self.taken or 0), None if vcpus is None else max(vcpus, self.vcpus)
        )


@dataclass(frozen=True, slots=True)
class Item:
    """A VM that may move. What it takes is told for each host to which it can go, and for its own."""

    key: str
    source: str
    """The host that it is on; empty where it is on none, and is to be started."""
    moves: int
    """The bytes that go over the network."""
    comes: Mapping[str, int]
    """What a host must have free when the VM arrives."""
    stays: Mapping[str, int]
    """What the host is charged once it is there."""
    taken: Mapping[str, int | None]
    static: Mapping[str, int]
    """What it takes of a host at its static maximum."""
    vcpus: int = 0
    """Its virtual CPUs, where a wish bounds those of a host."""

    def within(self, hosts: Collection[str]) -> Item:
        """The same, which goes to none but these hosts."""
        return replace(
            self,
            comes=_of(self.comes, hosts),
            stays=_of(self.stays, hosts),
            taken=_of(self.taken, hosts),
            static=_of(self.static, hosts),
        )


def _of(sizes: Mapping[str, S], hosts: Collection[str]) -> dict[str, S]:
    return {host: size for host, size in sizes.items() if host in hosts}


@dataclass(frozen=True, slots=True)
class Tie:
    """A wish that VMs be apart, spread, or together; by keys."""

    name: str
    vms: tuple[str, ...]
    """Those that may move."""
    most: int | None
    """How many of all its VMs one unit may have; None where all of them are to be in one unit."""
    units: Mapping[str, str]
    """By host, what counts as one: itself, or the failure domain that it is in."""
    fixed: Mapping[str, int]
    """By unit, how many there are of those that stay."""

    def left(self, unit: str) -> int:
        """How many of those that may move a unit may have."""
        if self.most is not None:
            return max(0, self.most - self.fixed.get(unit, 0))
        return len(self.vms) if not self.fixed or unit in self.fixed else 0

    def hosts(self) -> dict[str, list[str]]:
        """By unit, its hosts."""
        return by_unit(self.units)


@dataclass(frozen=True, slots=True)
class Assigned:
    """A host for each VM, by keys; None where there is none, or none was found."""

    targets: Mapping[str, str] | None
    proven: bool
    """That there is none; or that none is cheaper."""
    costs: tuple[Cost, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of an assignment."""

    items: tuple[Item, ...]
    places: tuple[Place, ...]
    must_go: frozenset[str]
    """The VMs that may not stay where they are; any other had better stay."""
    guarded: tuple[Guarded, ...] = ()
    failing: tuple[frozenset[str], ...] = ()
    """Sets of hosts, each of which may fail at once."""
    ties: tuple[Tie, ...] = ()
    most_moves: int | None = None
    seconds: float | None = None
    """The longest that one question may take; None: a certain effort, the same on every machine."""
    at_least: bool = False
    """Count of each VM only what it needs in any case: what is impossible then is impossible."""
    effort: float = EFFORT
    """What one question may take where no time is given."""
