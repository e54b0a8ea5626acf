"""The problem: hosts with free memory, and VMs that have to be restarted when their host fails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import gcd
from types import MappingProxyType

from planner.errors import GoalError

LARGEST = 2**62
"""All memory together stays below this, so that sums of it are exact in tables of 64 bits."""


@dataclass(frozen=True, slots=True)
class Restart:
    """A VM that is restarted on another host when its host fails; sizes are bytes."""

    vm: str
    size: int
    host: str | None
    """The host that runs it; a VM on no host is ignored."""
    hosts: frozenset[str] | None = None
    """Where it may be restarted; None: anywhere. Names of no host are ignored."""


@dataclass(frozen=True)
class FailoverProblem:
    """What has to be survived. Memory is bytes; below zero it counts as none.

    Raises `planner.errors.GoalError` when a VM is on a host that has no memory told, when a name is used twice, when a
    size is below zero, or when all of it is more memory than there can be.
    """

    free: Mapping[str, int]
    """By host, the memory in which VMs of other hosts can be restarted."""
    restarts: tuple[Restart, ...]
    total_hosts: int | None = None
    """How many hosts the pool has in all, dead and disabled ones too; the toolstack chooses its method by it."""
    domains: Mapping[str, str] | None = None
    """By host, what fails as one with it, such as a rack; a host that is not in it fails by itself."""
    apart: tuple[frozenset[str], ...] = ()
    """Groups of VMs of which none may be restarted on a host with another of its group; unknown names are ignored."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "free", MappingProxyType(dict(self.free)))
        object.__setattr__(self, "restarts", tuple(self.restarts))
        object.__setattr__(self, "apart", tuple(frozenset(group) for group in self.apart))
        if self.domains is not None:
            object.__setattr__(self, "domains", MappingProxyType(dict(self.domains)))
        seen: set[str] = set()
        for restart in self.restarts:
            if restart.size < 0:
                raise GoalError(f"the size of {restart.vm} is {restart.size}; give bytes, zero or more")
            if restart.vm in seen:
                raise GoalError(f"{restart.vm} is to be restarted twice; give each VM a name of its own")
            if restart.host is not None and restart.host not in self.free:
                raise GoalError(f"{restart.vm} is on {restart.host}, whose free memory is not given")
            seen.add(restart.vm)
        if sum(each.size for each in self.restarts) + sum(max(0, free) for free in self.free.values()) >= LARGEST:
            raise GoalError("hosts and VMs come to more than 4 EiB of memory, more than any pool; give sizes in bytes")

    def unit(self, host: str) -> str:
        """What fails as one with a host: its domain, or the host alone."""
        return host if self.domains is None else self.domains.get(host, host)

    @cached_property
    def units(self) -> Mapping[str, tuple[str, ...]]:
        """The hosts of each unit that fails as one, both in the order of their names."""
        found: dict[str, list[str]] = {}
        for host in sorted(self.free):
            found.setdefault(self.unit(host), []).append(host)
        return {unit: tuple(found[unit]) for unit in sorted(found)}

    @cached_property
    def placed(self) -> tuple[Restart, ...]:
        """The VMs that are on a host, in the order of their names."""
        return tuple(sorted((each for each in self.restarts if each.host is not None), key=lambda each: each.vm))

    @cached_property
    def groups(self) -> tuple[frozenset[str], ...]:
        """The groups that keep any VMs apart, of VMs that are on a host, in the order of their names."""
        known = {each.vm for each in self.placed}
        found = {group & known for group in self.apart}
        return tuple(sorted((group for group in found if len(group) > 1), key=sorted))

    @cached_property
    def room(self) -> Mapping[str, int]:
        """By host, the memory that is free, none where it is below zero."""
        return {host: max(0, self.free[host]) for host in sorted(self.free)}

    @cached_property
    def grain(self) -> int:
        """The largest size that divides the sizes of all VMs: nothing is lost when memory is counted in it."""
        return max(1, gcd(*(each.size for each in self.placed)))

    @cached_property
    def _rivals(self) -> Mapping[str, frozenset[str]]:
        """By VM that is kept apart from others, the hosts that run these."""
        home = {each.vm: each.host for each in self.placed if each.host is not None}
        found: dict[str, set[str]] = {}
        for group in self.groups:
            for vm in group:
                found.setdefault(vm, set()).update(home[other] for other in group if other != vm)
        return {vm: frozenset(hosts) for vm, hosts in found.items()}

    def failing(self, units: Iterable[str]) -> tuple[tuple[Restart, ...], dict[str, int]]:
        """The VMs of units that fail at once, the largest first, and the memory that is left on the others.

        A VM that is kept apart from others may not use a host that still runs one of these.
        """
        hosts = {host for unit in units for host in self.units[unit]}
        lost = sorted((each for each in self.placed if each.host in hosts), key=lambda each: (-each.size, each.vm))
        left = {host: room for host, room in self.room.items() if host not in hosts}
        return tuple(self._kept_apart(each, left) for each in lost), left

    def _kept_apart(self, vm: Restart, left: Mapping[str, int]) -> Restart:
        """A VM without the hosts that run others from which it is kept apart."""
        taken = self._rivals.get(vm.vm, frozenset()).intersection(left)
        if not taken:
            return vm
        return replace(vm, hosts=(frozenset(left) if vm.hosts is None else vm.hosts).difference(taken))
