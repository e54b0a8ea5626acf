"""Packing thousands of failed sets of choosy guests at once: first fit, on the fullest hosts first."""

from __future__ import annotations

import numpy as np

from planner.failover.choosy.roster import Roster
from planner.failover.ranking import Flags, Ints


class ChoosyCrowd:
    """Packs many sets of units in one order of guests; each row of flags is a set."""

    def __init__(self, roster: Roster, order: Ints) -> None:
        self._roster = roster
        self._hosts = np.argsort(roster.ledger.free, kind="stable")
        self._free = roster.ledger.free[self._hosts]
        self._sizes, self._groups = roster.sizes[order], roster.groups[order]
        self._allowed = roster.allowed[order][:, self._hosts]
        units = roster.ledger.unit_of[roster.at[order]]
        per_unit = np.bincount(units, minlength=len(roster.ledger.units))
        self._none = len(order)
        self._ranks = np.full((len(per_unit), int(per_unit.max(initial=0))), self._none, np.int64)
        for unit in range(len(per_unit)):
            self._ranks[unit, : per_unit[unit]] = np.flatnonzero(units == unit)

    def packed(self, sets: Flags) -> Flags:
        """Which of these sets, all of as many units, could be packed."""
        count, k = len(sets), int(sets[0].sum())
        units = np.nonzero(sets)[1].reshape(count, k)
        ranks = np.sort(self._ranks[units].reshape(count, -1), axis=1)
        left = np.where(self._roster.ledger.failing(sets)[:, self._hosts], -1, self._free)
        blocked = np.repeat(self._roster.busy[None, :, self._hosts], count, axis=0)
        done, rows = np.ones(count, np.bool_), np.arange(count)
        for guests in ranks.T:
            waiting = guests < self._none
            if not waiting.any():
                break
            safe = np.minimum(guests, self._none - 1)
            fits = (left >= self._sizes[safe][:, None]) & self._allowed[safe]
            for groups in self._groups[safe].T:
                bound = np.flatnonzero(groups >= 0)
                fits[bound] &= ~blocked[bound, groups[bound]]
            place = fits.argmax(axis=1)
            fitting = fits[rows, place]
            done &= fitting | ~waiting
            taken = fitting & waiting
            left[rows, place] -= np.where(taken, self._sizes[safe], 0)
            for groups in self._groups[safe].T:
                bound = np.flatnonzero((groups >= 0) & taken)
                blocked[bound, groups[bound], place[bound]] = True
        return done
