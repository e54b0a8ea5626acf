"""The search for a set of k units that fails.

Weights that a set finds hardest (see `patterns`) are tried on all units; the k units that these weights make worst
are the next set, and so on. A few steps lead to sets that fail, where there are such, far faster than looking at
sets one by one. Whatever is found is proved in whole numbers before it counts.
"""

from __future__ import annotations

import numpy as np

from planner.failover.effort import Effort, Exhausted
from planner.failover.ledger import Ledger
from planner.failover.patterns import heaviest, refuted_by, tightness
from planner.failover.ranking import worst_set, worst_sums
from planner.failover.toll import toll

STEPS = 6


def failing_set(ledger: Ledger, k: int, starts: list[tuple[int, ...]], effort: Effort) -> tuple[int, ...] | None:
    """A set of k units that cannot be restarted, if the search from these sets comes to one."""
    supply = worst_sums(ledger.by_unit(ledger.counts.T), k)
    seen: set[tuple[int, ...]] = set()
    try:
        for start in starts:
            units = start
            for _ in range(STEPS):
                if units in seen:
                    break
                seen.add(units)
                case = toll(ledger, ledger.flags(units))
                found = tightness(case, effort)
                if found.share > 1 and refuted_by(case, found.weights, effort):
                    return units
                loads = heaviest(ledger.sizes, ledger.free, found.weights, supply, effort)
                weighed = ledger.counts @ np.array(found.weights.weights, np.int64)
                units = worst_set(ledger.by_unit((weighed + loads)[None, :])[0], k)
    except Exhausted:
        pass
    return None
