"""Necessary conditions, looked at for every set of failing units at once: what breaks one is a proof that it fails.

Lemma. Count a VM of size s as floor(s / m) parts, and a host with free memory F as floor(F / m). Parts of VMs on one
host never come to more than the host has. So if failing units D, together with the parts that are lost with their free
memory, count more than all hosts have, D cannot be restarted: sum over D of (parts of VMs + parts of free memory) >
parts of all free memory. The worst D of size k are the k units with the largest summands. The same holds for the VMs
that may only go to some hosts B, counted against B alone. Every VM size is tried as m, and some parts of sizes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.failover.problem import FailoverProblem, Restart

_MOST_MEASURES = 6000
_MOST_SETS = 64
_EXACT = 2**53
"""Whole numbers below this are exact in floating point, in which large tables are multiplied."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Broken:
    """A necessary condition that a set of failing units breaks."""

    units: tuple[str, ...]
    measure: int
    hosts: frozenset[str]
    """The hosts to which the VMs that are counted are bound."""


class Necessary:
    """The conditions of one problem."""

    def __init__(self, problem: FailoverProblem) -> None:
        self._problem = problem
        self._units = list(problem.units)
        self._tables = [
            (hosts, measures, *table)
            for hosts in _bindings(problem)
            for measures in (_measures(problem, hosts),)
            if (table := _table(problem, hosts, measures)) is not None
        ]

    def broken(self, failures: int) -> Broken | None:
        """A condition that some set of so many units breaks; None when every set keeps all of them.

        Of several, the one that counts the largest VMs: it needs the fewest words.
        """
        for hosts, measures, summands, total in self._tables:
            ranked = np.argsort(-summands, axis=1, kind="stable")[:, :failures]
            worst = np.take_along_axis(summands, ranked, axis=1).sum(axis=1)
            beyond = np.flatnonzero(worst > total)
            if beyond.size:
                row = int(beyond[0])
                units = tuple(sorted(self._units[int(at)] for at in ranked[row]))
                return Broken(units, measures[row], hosts)
        return None

    def most(self) -> int:
        """The most failures that no condition rules out."""
        low, high = 0, len(self._units)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (low, middle - 1) if self.broken(middle) else (middle, high)
        return low

    def suspects(self, failures: int) -> Iterator[tuple[str, ...]]:
        """The sets that come nearest to breaking a condition, for the measures where that is nearest."""
        for _, _, summands, total in self._tables:
            ranked = np.argsort(-summands, axis=1, kind="stable")[:, :failures]
            worst = np.take_along_axis(summands, ranked, axis=1).sum(axis=1)
            nearest = np.argsort((total + 1) / (worst + 1), kind="stable")[:_MOST_SETS]
            yield from {tuple(sorted(self._units[int(at)] for at in ranked[row])): None for row in nearest}


def _bindings(problem: FailoverProblem) -> list[frozenset[str]]:
    """All hosts, and each set of hosts to which some VM is bound; of very many only those that bind most VMs."""
    everywhere = frozenset(problem.free)
    counted: dict[frozenset[str], int] = {}
    for each in problem.placed:
        if each.hosts is not None:
            hosts = each.hosts & everywhere
            counted[hosts] = counted.get(hosts, 0) + 1
    ranked = sorted(counted, key=lambda hosts: (-counted[hosts], sorted(hosts)))
    return [everywhere, *(hosts for hosts in ranked[:_MOST_SETS] if hosts != everywhere)]


def bound_to(problem: FailoverProblem, hosts: frozenset[str]) -> list[Restart]:
    """The VMs that can be restarted on no other hosts than these."""
    everywhere = frozenset(problem.free)
    return [each for each in problem.placed if (everywhere if each.hosts is None else each.hosts & everywhere) <= hosts]


def _measures(problem: FailoverProblem, hosts: frozenset[str]) -> list[int]:
    sizes = sorted({each.size for each in bound_to(problem, hosts) if each.size > 0}, reverse=True)
    parts = {-(-size // part) for part in (2, 3, 4) for size in sizes[: _MOST_MEASURES // 8]}
    rooms = {problem.room[host] // part + 1 for part in range(2, 14) for host in hosts}
    found = [*sizes[: _MOST_MEASURES // 2], *sorted((parts | rooms) - set(sizes), reverse=True), problem.grain]
    return list(dict.fromkeys(found))[:_MOST_MEASURES] if sizes else []


def _table(problem: FailoverProblem, hosts: frozenset[str], measures: list[int]) -> tuple[Numbers, Numbers] | None:
    """By measure and unit what a failure of the unit takes, and by measure what all hosts have; exact whole numbers."""
    if not measures:
        return None
    vms = bound_to(problem, hosts)
    sizes = sorted({each.size for each in vms})
    column = {size: at for at, size in enumerate(sizes)}
    unit_at = {unit: at for at, unit in enumerate(problem.units)}
    counts = np.zeros((len(sizes), len(unit_at)))
    for each in vms:
        if each.host is not None:
            counts[column[each.size], unit_at[problem.unit(each.host)]] += 1
    measured = np.array(measures, dtype=np.int64)
    lost = _parts(np.array(sizes, dtype=np.int64), measured) @ counts
    members = np.zeros((len(hosts), len(unit_at)))
    ordered = sorted(hosts)
    for at, host in enumerate(ordered):
        members[at, unit_at[problem.unit(host)]] = 1
    rooms = _parts(np.array([problem.room[host] for host in ordered], dtype=np.int64), measured)
    room = rooms @ members
    total = rooms.sum(axis=1)
    exact = (lost.sum(axis=1) + total) < _EXACT
    return lost + room, np.where(exact, total, np.inf)


def _parts(sizes: npt.NDArray[np.int64], measures: npt.NDArray[np.int64]) -> Numbers:
    return (sizes[None, :] // measures[:, None]).astype(np.float64)
