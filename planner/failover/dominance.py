"""Failures of one host that are never worse than those of another.

**Lemma.** Host i dominates host j if i has at least as much free memory, and the guests of j fit into the slots that
the guests of i would leave and one more slot, the difference of free memory. Then, whatever else fails with one of
them: if it can be restarted with i failed, it can be with j failed instead. For take the plan with i failed. Host i
lives now: put on it all that the plan had on j, which fits; put into each slot that a guest of i had been given the
guests of j that go into it; the last slot is what is left on i.

So whether k failures are too many can be told from the sets that hold, with each host, all hosts that dominate it.
Among hosts that dominate each other the first comes first, which keeps this free of circles.
"""

from __future__ import annotations

from bisect import bisect_left, insort

import numpy as np

from planner.failover.effort import Effort, Exhausted
from planner.failover.ledger import Ledger
from planner.failover.ranking import Flags

GUESTS = 60
"""Hosts with more guests than these are compared by counts alone."""


def dominators(ledger: Ledger, effort: Effort) -> Flags:
    """For each unit, a row of flags: the units that have to fail before it needs a look."""
    count = len(ledger.hosts)
    if not ledger.alone:
        return np.zeros((len(ledger.units), len(ledger.units)), np.bool_)
    over = np.zeros((count, count), np.bool_)
    held = [np.repeat(ledger.sizes, counts).tolist() for counts in ledger.counts]
    nested = np.cumsum(ledger.counts, axis=1)
    total = ledger.load + ledger.free
    for i in range(count):
        for j in np.flatnonzero((ledger.free <= ledger.free[i]) & (total <= total[i])).tolist():
            if i == j:
                continue
            over[j, i] = bool((nested[i] >= nested[j]).all()) or (
                len(held[j]) <= GUESTS
                and _affordable(effort, len(held[j]))
                and _fit(held[j], [*held[i], int(ledger.free[i] - ledger.free[j])])
            )
    mutual = over & over.T & (np.arange(count)[:, None] < np.arange(count))
    return over & ~mutual


def _affordable(effort: Effort, guests: int) -> bool:
    try:
        effort.spend(0.2 + 0.1 * guests)
    except Exhausted:
        return False
    return True


def _fit(guests: list[int], slots: list[int]) -> bool:
    """Whether best fit packs guests, from large to small, into slots."""
    slots = sorted(slots)
    for size in guests:
        place = bisect_left(slots, size)
        if place == len(slots):
            return False
        if left := slots.pop(place) - size:
            insort(slots, left)
    return True
