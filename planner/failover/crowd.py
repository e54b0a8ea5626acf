"""Packing thousands of failed sets at once, quickly and without backtracking.

A set that is packed here can be restarted. Of one that is not, nothing is known yet.
"""

from __future__ import annotations

import numpy as np

from planner.failover.ledger import Ledger
from planner.failover.ranking import Flags, Ints

GUESTS_PER_SIZE = 2.5
"""From so many guests per size on, whole sizes are placed at once instead of guest by guest."""


class Crowd:
    """Packs many sets of units; each row of flags is a set."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._order = np.argsort(ledger.free, kind="stable")
        largest = max(int(ledger.free.max(initial=0)), int(ledger.sizes.max(initial=0)))
        self._kind = np.int32 if largest < 2**31 else np.int64
        self._per_unit = ledger.by_unit(ledger.counts.sum(axis=1))
        guests = np.zeros((len(ledger.units), int(self._per_unit.max(initial=0))), self._kind)
        for unit, counts in enumerate(ledger.by_unit(ledger.counts.T).T):
            guests[unit, : counts.sum()] = np.repeat(ledger.sizes, counts)
        self._guests = guests

    def packed(self, sets: Flags) -> Flags:
        """Which of these sets, all of as many units, could be packed."""
        k = int(sets[0].sum())
        most = int(np.sort(self._per_unit)[::-1][:k].sum())
        if most <= GUESTS_PER_SIZE * len(self._ledger.sizes):
            return self._guest_by_guest(sets, k, most)
        done = self._size_by_size(sets, sort=False)
        left = np.flatnonzero(~done)
        if left.size:
            done[left] = self._size_by_size(sets[left], sort=True)
        return done

    def _guest_by_guest(self, sets: Flags, k: int, most: int) -> Flags:
        """First fit decreasing, on hosts from the fullest to the emptiest."""
        count = len(sets)
        units = np.nonzero(sets)[1].reshape(count, k)
        guests = -np.sort(-self._guests[units].reshape(count, -1), axis=1)[:, :most]
        left = np.where(self._ledger.failing(sets), 0, self._ledger.free)[:, self._order].astype(self._kind)
        done, rows = np.ones(count, np.bool_), np.arange(count)
        for sizes in guests.T:
            fits = left >= sizes[:, None]
            place = fits.argmax(axis=1)
            fitting = fits[rows, place]
            done &= fitting
            left[rows, place] -= np.where(fitting, sizes, 0).astype(self._kind)
        return done

    def _size_by_size(self, sets: Flags, *, sort: bool) -> Flags:
        """The same for all guests of a size at once; `sort` puts the fullest host first anew for each size."""
        ledger = self._ledger
        left: Ints = np.where(ledger.failing(sets), 0, ledger.free)[:, self._order]
        counts = sets.astype(np.int64) @ ledger.by_unit(ledger.counts.T).T
        done = np.ones(len(sets), np.bool_)
        for size, wanted in zip(ledger.sizes.tolist(), counts.T, strict=True):
            if not wanted.any():
                continue
            if sort:
                left.sort(axis=1)
            slots = left // size
            before = np.cumsum(slots, axis=1) - slots
            done &= before[:, -1] + slots[:, -1] >= wanted
            left = left - size * np.clip(wanted[:, None] - before, 0, slots)
        return done
