"""A guarantee, looked at for every set of failing units at once: sets that keep it can be restarted, by any greedy way.

Lemma. Restart VMs in an order, each on any host that it may use and where it fits. Let a VM of size s be the first that
fits nowhere. Then each host left that it may use has less than s free, so it has taken at least U = F - s + 1 of what
came before (F is its free memory), if F is s or more. What came before, and could have gone there, with the VM itself
is then at least s + the sum of U over those hosts. So if for every VM the k failing units with the largest (what came
before of theirs + U of theirs) stay below s + the sum of U over all these hosts, no set of k units ever gets that far.
VMs with the fewest hosts come first, and of those the largest.

Where all VMs may go anywhere, what a host has taken is a sum of sizes that are no smaller than s, so U is the least
such sum above F - s; when there is none, the VM fits there, and every such host has to fail first.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.failover.problem import FailoverProblem

_MOST_SIZES = 600
_MOST_PARTS = 2**21
"""Sums of sizes are looked up where there are no more of them than this."""

Table = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """By VM size and binding a row: units break it whose numbers come to the threshold, if all that must are in it."""

    numbers: Table
    """By row and unit."""
    thresholds: Table
    must: npt.NDArray[np.bool_]
    """By row and unit: it has to be among the failing ones, or the row is kept."""

    def breakable(self, failures: int) -> Rows:
        """The rows that some set of so many units breaks; without any, the guarantee holds for all of them."""
        forced = self.must.sum(axis=1)
        base = np.where(self.must, self.numbers, 0).sum(axis=1)
        others = -np.sort(-np.where(self.must, 0, self.numbers), axis=1)
        sums = np.concatenate([np.zeros((len(others), 1), dtype=np.int64), np.cumsum(others, axis=1)], axis=1)
        free = np.clip(failures - forced, 0, self.numbers.shape[1])
        worst = base + sums[np.arange(len(sums)), free]
        broken = (forced <= failures) & (worst >= self.thresholds)
        return Rows(self.numbers[broken], self.thresholds[broken], self.must[broken])


def rows(problem: FailoverProblem) -> Rows:
    """The rows of a problem, in its grain, so that nothing is lost and nothing is a fraction."""
    hosts = list(problem.room)
    unit_at = {unit: at for at, unit in enumerate(problem.units)}
    room = np.array([problem.room[host] // problem.grain for host in hosts], dtype=np.int64)
    members = np.zeros((len(hosts), len(unit_at)), dtype=np.int64)
    for at, host in enumerate(hosts):
        members[at, unit_at[problem.unit(host)]] = 1
    sizes_by_binding = _by_binding(problem, unit_at)
    numbers: list[Table] = []
    thresholds: list[int] = []
    must: list[npt.NDArray[np.bool_]] = []
    free_of_bindings = list(sizes_by_binding) == [frozenset(hosts)]
    before: list[tuple[frozenset[str], Table]] = []
    for binding, by_size in sizes_by_binding.items():
        allowed = np.array([host in binding for host in hosts])
        earlier = sum((volume for other, volume in before if other & binding), np.zeros(len(unit_at), dtype=np.int64))
        volume = earlier.copy()
        taken = _least_sums(list(by_size), room) if free_of_bindings else None
        for number, (size, lost) in enumerate(by_size.items()):
            volume = volume + size * lost
            if size == 0:
                least, volume_before = allowed.astype(np.int64), np.zeros_like(volume)
            else:
                simple = np.where(allowed & (room >= size), room - size + 1, 0)
                least = simple if taken is None else taken[number]
                volume_before = volume
            endless = least < 0
            known = np.where(endless, 0, least)
            numbers.append((volume_before + known @ members).astype(np.int64))
            thresholds.append(int(size + known.sum()))
            must.append((endless.astype(np.int64) @ members) > 0)
        before.append((binding, volume - earlier))
    if not numbers:
        empty = np.zeros((0, len(unit_at)), dtype=np.int64)
        return Rows(empty, np.zeros(0, dtype=np.int64), empty.astype(bool))
    return Rows(np.stack(numbers), np.array(thresholds, dtype=np.int64), np.stack(must))


def _by_binding(problem: FailoverProblem, unit_at: dict[str, int]) -> dict[frozenset[str], dict[int, Table]]:
    """By the hosts that VMs may use, fewest first, and by size in grains, largest first: how many each unit has."""
    everywhere = frozenset(problem.free)
    counted: defaultdict[frozenset[str], defaultdict[int, Table]] = defaultdict(
        lambda: defaultdict(lambda: np.zeros(len(unit_at), dtype=np.int64))
    )
    for each in problem.placed:
        if each.host is not None:
            binding = everywhere if each.hosts is None else each.hosts & everywhere
            counted[binding][each.size // problem.grain][unit_at[problem.unit(each.host)]] += 1
    ordered = sorted(counted, key=lambda binding: (len(binding), sorted(binding)))
    return {binding: dict(sorted(counted[binding].items(), reverse=True)) for binding in ordered}


def _least_sums(sizes: list[int], room: Table) -> list[Table] | None:
    """By size and host, the least sum of sizes no smaller that leaves less than the size; -1 where there is none.

    Zero where the size does not fit at all. None when there are too many sums to look at.
    """
    most = int(room.max(initial=0))
    if len(sizes) > _MOST_SIZES or most > _MOST_PARTS:
        return None
    reachable = 1
    cut = (1 << (most + 1)) - 1
    found = []
    for size in sizes:
        step = size
        while 0 < step <= most:
            reachable |= (reachable << step) & cut
            step *= 2
        found.append(np.array([_least(reachable, int(free), size) for free in room], dtype=np.int64))
    return found


def _least(reachable: int, free: int, size: int) -> int:
    """The least reachable sum in (free - size, free]."""
    if free < size:
        return 0
    window = (reachable >> (free - size + 1)) & ((1 << size) - 1)
    return free - size + (window & -window).bit_length() if window else -1
