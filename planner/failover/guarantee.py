"""Any-fit decreasing cannot fail: every set of k hosts can be restarted.

**Lemma.** Place the guests of the failed hosts from large to small, each on any host where it fits. Suppose the
first that fits nowhere has size s. Then every other host has less than s left, and holds only new guests of at
least s; let U_h be the least that host h can hold then (0 if it never had s free). So the guests of at least s on
the failed hosts take V >= s + the sum of U_h over the hosts left. If for every size s the k largest V_h + U_h
together stay below s + the sum of all U_h, no guest can ever be the first that fits nowhere, whichever k hosts fail.

Where all sizes of at least s are multiples of s, U_h = s * (free_h // s), and a size at which this fails is one at
which the weight `size // s` refutes k: for such flavours the two layers decide completely.
"""

from __future__ import annotations

import numpy as np

from planner.failover import reachable
from planner.failover.ledger import Ledger
from planner.failover.ranking import Ints, worst_set, worst_sums

FEW = 200
"""Sizes up to which the exact sums of guests are worth their cost."""


class Guarantee:
    """For one k, a row for each size: what its failure would take, against what k units can bring."""

    def __init__(self, ledger: Ledger, k: int) -> None:
        self._ledger, self.k = ledger, k
        self.volumes: Ints = np.cumsum(ledger.counts * ledger.sizes[None, :], axis=1).T
        self.least: Ints = np.maximum(0, ledger.free[None, :] - ledger.sizes[:, None] + 1)
        self._judge()
        if self.open.size and len(ledger.sizes) <= FEW and int(ledger.free.max(initial=0)) <= reachable.LONGEST:
            self._sharpen()
            self._judge()

    @property
    def holds(self) -> bool:
        """Whether every set of k units can be restarted."""
        return self.open.size == 0

    def tightest(self, most: int) -> list[tuple[int, ...]]:
        """The sets of k units for which this says least."""
        worst = self.open[np.argsort(self.slack[self.open], kind="stable")][:most]
        return list(dict.fromkeys(worst_set(self.pressure[row], self.k) for row in worst))

    def _judge(self) -> None:
        self.pressure = self._ledger.by_unit(self.volumes + self.least)
        self.needed: Ints = self._ledger.sizes + self.least.sum(axis=1)
        self.slack = self.needed - 1 - worst_sums(self.pressure, self.k)
        self.open = np.flatnonzero(self.slack < 0)

    def _sharpen(self) -> None:
        """Raise U_h to the least sum that guests of at least s can really have, where the simple bound fails."""
        ledger, wanted = self._ledger, set(self.open.tolist())
        supply = worst_sums(ledger.by_unit(ledger.counts.T), self.k).tolist()
        frees, back = np.unique(ledger.free, return_inverse=True)
        limit, never, sums = int(frees[-1]), int(ledger.load.sum()) + 1, 1
        for row, size in enumerate(ledger.sizes.tolist()[: max(wanted) + 1]):
            sums = reachable.with_class(sums, size, supply[row], limit)
            if row in wanted:
                self.least[row] = np.array([_least(sums, free, size, never) for free in frees.tolist()])[back]


def _least(sums: int, free: int, size: int, never: int) -> int:
    """The least that a host can hold when it has less than `size` left; `never` if that cannot be."""
    if free < size:
        return 0
    found = reachable.least_above(sums, free - size)
    return never if found is None or found > free else found
