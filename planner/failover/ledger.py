"""A problem in numbers: hosts by classes of equal size, in the largest unit that divides all sizes.

Dividing all sizes by their greatest common divisor, and free memory too, rounded down, loses nothing: what a host
holds is always a multiple of it. Free memory beyond what all guests together take is of no use and is left out.

Hosts stand in an order that depends on what they hold, not on their names, so that renaming changes nothing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from functools import cached_property

import numpy as np

from planner.failover.problem import FailoverProblem
from planner.failover.ranking import Flags, Ints


class Ledger:
    """What every layer reads: free memory, sizes from large to small, and how many of each a host runs."""

    def __init__(self, problem: FailoverProblem) -> None:
        self.problem = problem
        held: dict[str, list[int]] = {host: [] for host in problem.free}
        for restart in problem.placed:
            held[restart.host or ""].append(restart.size)
        self.hosts = _in_order(problem, held)
        self.guests = sum(map(len, held.values()))
        sizes = sorted({size for each in held.values() for size in each if size}, reverse=True)
        self.grain = math.gcd(*sizes) or 1
        self.sizes: Ints = np.array([size // self.grain for size in sizes], np.int64)
        total = sum(map(sum, held.values())) // self.grain
        self.free: Ints = np.array([min(problem.room[host] // self.grain, total) for host in self.hosts], np.int64)
        place = {size: number for number, size in enumerate(sizes)}
        self.counts: Ints = np.zeros((len(self.hosts), len(sizes)), np.int64)
        for row, host in enumerate(self.hosts):
            for size in held[host]:
                if size:
                    self.counts[row, place[size]] += 1
        self.units = tuple(dict.fromkeys(problem.unit(host) for host in self.hosts))
        self._starts = np.array([self._first(unit) for unit in self.units], np.int64)

    @property
    def alone(self) -> bool:
        """Whether every host fails by itself."""
        return len(self.units) == len(self.hosts)

    @cached_property
    def load(self) -> Ints:
        """What the guests of each host take together."""
        return np.asarray(self.counts @ self.sizes, np.int64)

    @cached_property
    def unit_of(self) -> Ints:
        """The number of each host's unit."""
        number = {unit: place for place, unit in enumerate(self.units)}
        return np.array([number[self.problem.unit(host)] for host in self.hosts], np.int64)

    def by_unit(self, rows: Ints) -> Ints:
        """Entries of hosts, added up to entries of what fails as one."""
        return rows if self.alone else np.asarray(np.add.reduceat(rows, self._starts, axis=-1), np.int64)

    def failing(self, units: Flags) -> Flags:
        """The hosts that fail with these units; one set, or a set in each row."""
        return units if self.alone else np.asarray(units[..., self.unit_of], np.bool_)

    def flags(self, units: tuple[int, ...]) -> Flags:
        """The hosts of these units, as a row of flags."""
        chosen = np.zeros(len(self.units), np.bool_)
        chosen[list(units)] = True
        return self.failing(chosen)

    def of_hosts(self, hosts: frozenset[str]) -> Flags:
        """These hosts, as a row of flags."""
        return np.array([host in hosts for host in self.hosts], np.bool_)

    def names(self, units: tuple[int, ...]) -> tuple[str, ...]:
        """The names of units, sorted."""
        return tuple(sorted(self.units[unit] for unit in units))

    def _first(self, unit: str) -> int:
        return next(row for row, host in enumerate(self.hosts) if self.problem.unit(host) == unit)


def _in_order(problem: FailoverProblem, held: dict[str, list[int]]) -> tuple[str, ...]:
    """Hosts by what they hold, those of one unit side by side."""
    looks = {host: (-problem.room[host], sorted(held[host], reverse=True)) for host in problem.free}
    of_unit: defaultdict[str, list[tuple[int, list[int]]]] = defaultdict(list)
    for host in problem.free:
        of_unit[problem.unit(host)].append(looks[host])
    for each in of_unit.values():
        each.sort()
    return tuple(
        sorted(problem.free, key=lambda host: (of_unit[problem.unit(host)], problem.unit(host), looks[host], host))
    )
