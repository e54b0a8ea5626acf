"""The order in which the questions about choosy VMs are asked, from the cheapest argument to the dearest."""

from __future__ import annotations

from functools import cache, partial

import numpy as np

from planner import patience
from planner.failover.choosy.crowd import ChoosyCrowd
from planner.failover.choosy.guarantee import ChoosyGuarantee
from planner.failover.choosy.necessary import ChoosyNecessary
from planner.failover.choosy.roster import Roster
from planner.failover.effort import SECOND, Effort
from planner.failover.enumeration import MOST, Suspicion, suspicious
from planner.failover.placing import place
from planner.failover.ranking import Flags
from planner.failover.search import Bracket, Verdict, asked

CHUNK = 1024
PROBES = 4
LEAF = 2 * SECOND
PROBING = SECOND / 2
"""The effort for the most suspicious sets of one k."""


class ChoosySearch:
    """Looks for the largest k of one roster."""

    def __init__(self, roster: Roster, effort: Effort) -> None:
        self._roster, self._ledger, self._effort = roster, roster.ledger, effort
        self._necessary = ChoosyNecessary(roster)
        self._guarantee = cache(partial(ChoosyGuarantee, roster))
        self._crowd = cache(lambda large: ChoosyCrowd(roster, roster.order(large)))

    def bracket(self) -> Bracket:
        """The bounds, as close as the effort allows."""
        units = len(self._ledger.units)
        upper = self._necessary.bound()
        failing = self._necessary.failing(upper + 1) if upper + 1 < units else None
        found = Bracket(0, upper, failing or tuple(range(units)), "nothing fails")
        found = asked(range(upper, 0, -1), self._covered, found)
        found = asked(range(found.upper, found.lower, -1), self._probed, found)
        return asked(range(found.lower + 1, found.upper + 1), self._enumerated, found)

    def _covered(self, k: int) -> Verdict:
        """Whether an order of the guests cannot fail."""
        covered = any(not self._guarantee(large).open(k).size for large in self._roster.orders)
        return "any-fit in a fixed order" if covered else None

    def _probed(self, k: int) -> Verdict:
        """Place the guests of the most suspicious sets."""
        effort = Effort(min(PROBING, self._effort.left), solver=self._effort.solver)
        for units in self._suspects(k):
            flags = np.zeros(len(self._ledger.units), np.bool_)
            flags[list(units)] = True
            if effort.left > 0 and self._packed(flags, effort) is False:
                return units
        return None

    def _suspects(self, k: int) -> list[tuple[int, ...]]:
        found = [units for guarantee in self._closest(k) for units in guarantee.tightest(k, PROBES)]
        return list(dict.fromkeys([*found, *self._necessary.tightest(k, 1)]))

    def _closest(self, k: int) -> list[ChoosyGuarantee]:
        """The two orders that come closest to covering k."""
        guarantees = [self._guarantee(large) for large in self._roster.orders]
        return sorted(guarantees, key=lambda guarantee: guarantee.open(k).size)[:2]

    def _enumerated(self, k: int) -> Verdict:
        """Place the guests of every set that no guarantee covers; not for whoever waits no longer."""
        if patience.ended():
            return None
        return self._effort.within(self._effort.left / 2, partial(self._every_set, k))

    def _every_set(self, k: int, effort: Effort) -> Verdict:
        units = len(self._ledger.units)
        if units > MOST:
            return None
        first, second = (*self._closest(k), self._closest(k)[0])[:2]
        rows = first.open(k)
        suspicion = Suspicion(first.pressure[rows], first.needed[rows], k)
        doubtful = False
        for sets in suspicious(suspicion, np.zeros((units, units), np.bool_), effort):
            found = sets[second.suspects(sets, k)]
            for start in range(0, len(found), CHUNK):
                for failed in self._unpacked(found[start : start + CHUNK], (first.large, second.large), effort):
                    packed = self._packed(failed, effort)
                    if packed is False:
                        return tuple(np.flatnonzero(failed).tolist())
                    doubtful = doubtful or packed is None
        return None if doubtful else "every suspicious set packed"

    def _unpacked(self, sets: Flags, orders: tuple[int, int], effort: Effort) -> Flags:
        """Those of these sets that neither order packs."""
        for large in orders:
            if len(sets):
                effort.spend(25 * len(sets))
                sets = sets[~self._crowd(large).packed(sets)]
        return sets

    def _packed(self, units: Flags, effort: Effort) -> bool | None:
        """Whether one set can be placed; None when the effort for it does not tell."""
        problem = self._ledger.problem
        lost, room = problem.failing(self._ledger.names(tuple(np.flatnonzero(units).tolist())))
        found = effort.within(LEAF, lambda share: (place(lost, room, share, problem.groups),))
        return None if found is None else found[0] is not None
