"""Where further VMs could be put so that failures stay survivable: a model that never asks for too much.

What it knows of failures are necessary conditions alone, so that what it calls impossible is impossible. What it finds
possible has to be tried, and what then turns out to fail is told to it:

- **Counting.** A VM of size s counts floor(s / m) parts, a host with free memory F floor(F / m). For any k hosts that
  fail, their parts stay within the parts that the others have: one row says it for all sets of k hosts.
- **Packing.** Where k hosts could not be restarted with some number of new VMs on each host, they cannot be with as
  many or more on every host either, as long as no host has more memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import gcd

from planner.failover.problem import FailoverProblem
from planner.goals.grow.limits import Limits
from planner.solver import Ending, Summand, Term, WholeNumbers

LARGEST = 12
"""So many of the largest VMs give measures."""


@dataclass(frozen=True, slots=True)
class Spread:
    """New VMs, by host and size, and memory that is added to hosts, in bytes."""

    vms: Mapping[str, tuple[int, ...]]
    memory: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Choice:
    """What the model would do."""

    spread: Spread | None
    bound: int | None
    """The best that there could be at all: no more bundles, or no less memory."""
    impossible: bool
    effort: float


@dataclass(frozen=True, slots=True)
class _Growth:
    """In how many steps a host grows, and the bytes that it has for VMs then: sums of variables."""

    steps: list[Term]
    gained: list[Term]


class Additions:
    """New VMs on the hosts of a problem, in bundles of which each has all the sizes."""

    def __init__(  # noqa: PLR0913 - each is a bound of its own
        self,
        problem: FailoverProblem,
        sizes: Sequence[int],
        failures: int,
        *,
        most: int,
        limits: Limits,
        step: int = 0,
    ) -> None:
        """At most so many bundles.

        `limits` is what bounds the VMs of a host beside memory; `step` the memory by which a host may grow, any number
        of times, and zero where none may.
        """
        self._problem, self._sizes, self._failures = problem, tuple(sizes), failures
        self._most, self._step = most, step
        self._load = sum(sizes) * most + sum(each.size for each in problem.placed)
        self._model = WholeNumbers(ends_early=True)
        self._bundles = self._model.number(most)
        self._growth = {host: self._growing(problem.free[host]) for host in problem.room}
        gains = (gain for growth in self._growth.values() for gain, _ in growth.gained)
        self._grain = gcd(problem.grain, *sizes, *gains)
        self._vms = {host: [self._model.number(most) for _ in sizes] for host in problem.room}
        for number in range(len(sizes)):
            everywhere = [(-1, vms[number]) for vms in self._vms.values()]
            self._model.require([(1, self._bundles), *everywhere], least=0, most=0)
        for host, vms in self._vms.items():
            self._fit(host, [], self._grain)
            for row in limits.rows(host, self._sizes):
                unit = gcd(*row.factors, *(gain for gain, _ in self._growth[host].gained)) if row.grows else 1
                terms = [(factor // unit, each) for factor, each in zip(row.factors, vms, strict=True)]
                grown = [(-(gain // unit), each) for gain, each in self._growth[host].gained] if row.grows else []
                self._model.require([*terms, *grown], most=row.most // unit)
        self._measures: set[int] = set()
        if failures:
            for measure in (*sizes, *_telling(problem), self._grain):
                self.count(measure)

    def _growing(self, free: int) -> _Growth:
        """By how much a host may grow; one that lacks memory for what it has gets this first."""
        if not self._step:
            return _Growth([], [])
        most = -(-self._load // self._step)
        steps = self._model.number(most)
        if free >= 0:
            return _Growth([(1, steps)], [(self._step, steps)])
        start, lacking = self._model.number(1), -(free // self._step)
        self._model.require([(1, steps), (-most, start)], most=0)
        return _Growth([(1, steps), (lacking, start)], [(self._step, steps), (lacking * self._step + free, start)])

    def _fit(self, host: str, parts: list[Term], unit: int) -> None:
        """Demand that new VMs and further parts, in so many bytes, fit into the memory of a host."""
        taken = [(size // unit, vms) for size, vms in zip(self._sizes, self._vms[host], strict=True)]
        gained = [(-(gain // unit), variable) for gain, variable in self._growth[host].gained]
        self._model.require([*parts, *taken, *gained], most=self._problem.room[host] // unit)

    def count(self, measure: int) -> bool:
        """Demand that parts of a measure, in bytes, suffice whichever hosts fail; False when that is so already."""
        if measure in self._measures:
            return False
        self._measures.add(measure)
        model, unit = self._model, gcd(self._grain, measure)
        grown = (self._load + self._step) * len(self._growth) if self._step else 0
        most = (sum(self._problem.room.values()) + self._load + grown) // measure
        parts = {host: model.number(most) for host in self._problem.room}
        for host, own in parts.items():
            self._fit(host, [(measure // unit, own)], unit)
        summands = []
        for hosts in self._problem.units.values():
            pressure = [(1, parts[host]) for host in hosts]
            pressure += [(size // measure, each) for host in hosts for size, each in self._new(host)]
            summands.append(Summand(pressure, 2 * most, self._lost(hosts, measure)))
        model.at_most_largest(summands, self._failures, [(1, own) for own in parts.values()])
        return True

    def _new(self, host: str) -> Iterable[tuple[int, int]]:
        return zip(self._sizes, self._vms[host], strict=True)

    def _lost(self, hosts: Sequence[str], measure: int) -> int:
        return sum(each.size // measure for each in self._problem.placed if each.host in hosts)

    def refute(self, spread: Spread) -> None:
        """Demand fewer new VMs on some host, or more memory in one, than in a spread that turned out to fail.

        Hosts that a spread does not name have no part in its failure.
        """
        ways = []
        for host, numbers in spread.vms.items():
            for had, variable in zip(numbers, self._vms[host], strict=True):
                if had:
                    way = self._model.number(1)
                    self._model.require([(1, variable), (self._most, way)], most=had - 1 + self._most)
                    ways.append(way)
        for host, memory in spread.memory.items() if self._step else ():
            way = self._model.number(1)
            self._model.require([*self._growth[host].steps, (-(memory // self._step + 1), way)], least=0)
            ways.append(way)
        self._model.require([(1, way) for way in ways], least=1)

    def demand(self, least: int) -> None:
        """Demand so many bundles."""
        self._model.require([(1, self._bundles)], least=least)

    def most_bundles(self, effort: float) -> Choice:
        """As many bundles as the model allows."""
        return self._solved([(-1, self._bundles)], -1, effort)

    def least_memory(self, effort: float) -> Choice:
        """As little memory, in bytes, as the model allows."""
        return self._solved([term for growth in self._growth.values() for term in growth.steps], self._step, effort)

    def _solved(self, goal: list[tuple[int, int]], worth: int, effort: float) -> Choice:
        self._model.minimize(goal)
        outcome = self._model.solve(effort)
        bound = None if outcome.bound is None else outcome.bound * worth
        if outcome.ending is not Ending.FOUND:
            return Choice(None, bound, outcome.ending is Ending.IMPOSSIBLE, outcome.effort)
        spread = Spread(
            {host: tuple(outcome.values[each] for each in vms) for host, vms in self._vms.items()},
            {
                host: sum(number * outcome.values[variable] for number, variable in growth.steps) * self._step
                for host, growth in self._growth.items()
            },
        )
        return Choice(spread, bound, impossible=False, effort=outcome.effort)


def _telling(problem: FailoverProblem) -> list[int]:
    """Sizes of VMs that are tried as measures from the start: the largest, and some of the others."""
    sizes = sorted({each.size for each in problem.placed if each.size}, reverse=True)
    return [*sizes[:LARGEST], *sizes[LARGEST :: max(1, len(sizes) // LARGEST)]]
