"""One plan that serves many sets.

A plan for one failed set uses slots of given sizes on given hosts. What is left free on all hosts is filled with more
slots, also on those that failed, and the slots are taken as a template (see `templates`). Its condition, asked of one
set instead of the worst, says at once of thousands of sets that they can be restarted too.
"""

from __future__ import annotations

import numpy as np

from planner.failover.ledger import Ledger
from planner.failover.ranking import Flags, Ints

MOST = 200
"""How many plans are kept, the latest first."""


class Covers:
    """Plans that were found, each as what units take of its slots and what there is of them."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._plans: list[tuple[Ints, Ints]] = []

    def add(self, taken: Ints) -> None:
        """Keep a plan: how many guests of each size each host takes."""
        ledger, slots = self._ledger, taken.copy()
        left = ledger.free - slots @ ledger.sizes
        for column, size in enumerate(ledger.sizes.tolist()):
            more = left // size
            slots[:, column] += more
            left -= more * size
        nested = np.cumsum(slots, axis=1)
        pressure = ledger.by_unit((nested + np.cumsum(ledger.counts, axis=1)).T).T
        self._plans.insert(0, (pressure, nested.sum(axis=0)))
        del self._plans[MOST:]

    def uncovered(self, sets: Flags) -> Flags:
        """Those of these sets that no plan serves."""
        for pressure, slots in self._plans:
            if len(sets):
                sets = sets[~self._served(sets, pressure, slots)]
        return sets

    def uncovered_by_latest(self, sets: Flags) -> Flags:
        """Those of these sets that the latest plan does not serve."""
        return sets[~self._served(sets, *self._plans[0])]

    @staticmethod
    def _served(sets: Flags, pressure: Ints, slots: Ints) -> Flags:
        taken = sets.astype(np.float64) @ pressure.astype(np.float64)
        return np.asarray((taken <= slots).all(axis=1), np.bool_)
