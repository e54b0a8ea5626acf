"""The order in which the questions about choosy VMs are asked, from the cheapest argument to the dearest."""

from __future__ import annotations

from functools import partial

import numpy as np

from planner.failover.choosy.crowd import ChoosyCrowd
from planner.failover.choosy.guarantee import ChoosyGuarantee
from planner.failover.choosy.necessary import ChoosyNecessary
from planner.failover.choosy.roster import Roster
from planner.failover.effort import SECOND, Effort, Exhausted
from planner.failover.enumeration import MOST, Suspicion, suspicious
from planner.failover.placing import place
from planner.failover.ranking import Flags
from planner.failover.search import Bracket, Verdict

CHUNK = 1024
PROBES = 4
LEAF = 4 * SECOND


class ChoosySearch:
    """Looks for the largest k of one roster."""

    def __init__(self, roster: Roster, steps: float) -> None:
        self._roster, self._ledger, self._effort = roster, roster.ledger, Effort(steps)
        self._necessary = ChoosyNecessary(roster)
        self._guarantees = [ChoosyGuarantee(roster, choosy_first=flag) for flag in (True, False)]
        self._crowds = [ChoosyCrowd(roster, order) for order in (roster.choosy_first, roster.large_first)]

    def bracket(self) -> Bracket:
        """The bounds, as close as the effort allows."""
        units = len(self._ledger.units)
        upper = self._necessary.bound()
        failing = self._necessary.failing(upper + 1) if upper + 1 < units else None
        refuted: tuple[int, ...] = failing or tuple(range(units))
        for k in range(upper, 0, -1):
            verdict: Verdict = self._effort.within(self._effort.left / 2, partial(self._judge, k))
            if isinstance(verdict, str):
                return Bracket(k, upper, refuted, verdict)
            if verdict is not None:
                upper, refuted = k - 1, verdict
        return Bracket(0, upper, refuted, "nothing fails")

    def _judge(self, k: int, effort: Effort) -> Verdict:
        """The cheapest argument that settles k."""
        if any(not guarantee.open(k).size for guarantee in self._guarantees):
            return "any-fit in a fixed order"
        for units in self._suspects(k):
            flags = np.zeros(len(self._ledger.units), np.bool_)
            flags[list(units)] = True
            if self._packed(flags, effort) is False:
                return units
        return self._enumerated(k, effort)

    def _suspects(self, k: int) -> list[tuple[int, ...]]:
        found = [units for guarantee in self._guarantees for units in guarantee.tightest(k, PROBES)]
        return list(dict.fromkeys([*found, *self._necessary.tightest(k, 1)]))

    def _enumerated(self, k: int, effort: Effort) -> Verdict:
        """Place the VMs of every set that no guarantee covers."""
        units = len(self._ledger.units)
        if units > MOST:
            return None
        first, second = sorted(self._guarantees, key=lambda guarantee: guarantee.open(k).size)
        rows = first.open(k)
        suspicion = Suspicion(first.pressure[rows], first.needed[rows], k)
        doubtful = False
        for sets in suspicious(suspicion, np.zeros((units, units), np.bool_), effort):
            found = sets[second.suspects(sets)]
            for start in range(0, len(found), CHUNK):
                for failed in self._unpacked(found[start : start + CHUNK], effort):
                    packed = self._packed(failed, effort)
                    if packed is False:
                        return tuple(np.flatnonzero(failed).tolist())
                    doubtful = doubtful or packed is None
        return None if doubtful else "every suspicious set packed"

    def _unpacked(self, sets: Flags, effort: Effort) -> Flags:
        """Those of these sets that neither order packs."""
        for crowd in self._crowds:
            if len(sets):
                effort.spend(15 * len(sets))
                sets = sets[~crowd.packed(sets)]
        return sets

    def _packed(self, units: Flags, effort: Effort) -> bool | None:
        """Whether one set can be placed; None when the effort for it does not tell."""
        problem = self._ledger.problem
        lost, room = problem.failing(self._ledger.names(tuple(np.flatnonzero(units).tolist())))
        share = Effort(min(LEAF, effort.left))
        before = share.left
        try:
            return place(lost, room, share, problem.groups) is not None
        except Exhausted:
            return None
        finally:
            effort.spend(before - share.left)
