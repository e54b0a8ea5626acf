"""Any-fit in a fixed order cannot fail, although guests are choosy.

**Lemma.** Place the guests of the failed hosts in a fixed order, each on any host that it may use and where it fits.
Suppose the first that fits nowhere has size s and may use the hosts A. Then every host of A that is left has less than
s free, and the guests on it were placed before. So the guests placed before that may use a host of A take, together
with s itself, at least s + the sum of U_h = free_h - s + 1 over the hosts of A that are left. If the k largest sums of
what a host brings of these guests and of its U_h stay below s + the sum of all U_h, it cannot happen.

For a guest that is kept apart from others, hosts that run such a one count for nothing; and each other such guest that
failed with it may block one more host, which takes away the largest U_h at most.

Several orders are judged: the large guests first, by size, then the choosiest, each kind from large to small. What
counts as large is anything from nobody to everybody.
"""

from __future__ import annotations

import numpy as np

from planner.failover.choosy.roster import Roster
from planner.failover.ranking import Flags, Ints, worst_set, worst_sums


class ChoosyGuarantee:
    """One order: for each kind of guest, what its failure would take, and what the hosts bring."""

    def __init__(self, roster: Roster, large: int) -> None:
        self._roster, self.large = roster, large
        self._kinds, self._kind = roster.kinds
        self._meets = (self._kinds.astype(np.int64) @ self._kinds.T.astype(np.int64)) > 0
        np.fill_diagonal(self._meets, val=True)
        rows = [self._row(guest) for guest in self._examples()]
        self.pressure = roster.ledger.by_unit(np.array([row for row, _ in rows], np.int64))
        self.needed: Ints = np.array([needed for _, needed in rows], np.int64)

    def open(self, k: int) -> Ints:
        """The rows that some k units violate."""
        return np.flatnonzero(worst_sums(self.pressure, k) >= self.needed)

    def suspects(self, sets: Flags, k: int) -> Flags:
        """Those of these sets of k units that violate some row."""
        rows = self.open(k)
        sums = sets.astype(np.int64) @ self.pressure[rows].T
        return np.asarray((sums >= self.needed[rows]).any(axis=1), np.bool_)

    def tightest(self, k: int, most: int) -> list[tuple[int, ...]]:
        """The sets of k units for which this says least."""
        closeness = worst_sums(self.pressure, k) / self.needed
        rows = np.argsort(-closeness, kind="stable")[:most]
        return list(dict.fromkeys(worst_set(self.pressure[row], k) for row in rows))

    def _examples(self) -> list[int]:
        """One guest of each kind: allowed hosts, size and groups."""
        roster = self._roster
        kinds = zip(
            self._kind.tolist(),
            roster.sizes.tolist(),
            map(tuple, roster.member.tolist()),
            strict=True,
        )
        return list({kind: guest for guest, kind in enumerate(kinds)}.values())

    def _before(self, size: int, kind: int) -> Flags:
        """The guests that are placed no later than one of this size and kind."""
        sizes, kinds = self._roster.sizes, self._kind
        if size >= self.large:
            return np.asarray(sizes >= size, np.bool_)
        earlier = (sizes >= self.large) | (kinds < kind) | ((kinds == kind) & (sizes >= size))
        return np.asarray(earlier, np.bool_)

    def _row(self, guest: int) -> tuple[Ints, int]:
        roster = self._roster
        size, kind, groups = (
            int(roster.sizes[guest]),
            int(self._kind[guest]),
            roster.member[guest],
        )
        before = self._meets[kind][self._kind] & self._before(size, kind)
        hosts = len(roster.ledger.hosts)
        volume = np.zeros(hosts, np.int64)
        np.add.at(volume, roster.at[before], roster.sizes[before])
        least = np.maximum(0, roster.ledger.free - size + 1) if size else np.ones(hosts, np.int64)
        least = np.where(roster.allowed[guest] & ~roster.busy[groups].any(axis=0), least, 0)
        if not groups.any():
            return volume + least, size + int(least.sum())
        most = int(least.max(initial=0))
        members = np.bincount(roster.at[roster.member[:, groups].any(axis=1)], minlength=hosts)
        return volume + least + most * members, size + int(least.sum()) + most
