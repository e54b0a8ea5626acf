"""Any-fit in two orders cannot fail, although guests are choosy.

**Lemma.** Place the guests of the failed hosts in a fixed order, each on any host that it may use and where it fits.
Suppose the first that fits nowhere has size s and may use the hosts A. Then every host of A that is left has less than
s free, and the guests on it were placed before. So the guests placed before that may use a host of A take, together
with s itself, at least s + the sum of U_h = free_h - s + 1 over the hosts of A that are left. If the k largest sums of
what a host brings of these guests and of its U_h stay below s + the sum of all U_h, it cannot happen.

For a guest that is kept apart from others, hosts that run such a one count for nothing; and each other such guest that
failed with it may block one more host, which takes away the largest U_h at most.

Two orders are judged: the choosiest guests first, each kind from large to small; and all from large to small.
"""

from __future__ import annotations

import numpy as np

from planner.failover.choosy.roster import Roster
from planner.failover.ranking import Flags, Ints, worst_set, worst_sums


class ChoosyGuarantee:
    """One order: for each kind of guest, what its failure would take, and what the hosts bring."""

    def __init__(self, roster: Roster, *, choosy_first: bool) -> None:
        self._roster, self._choosy_first = roster, choosy_first
        self._kinds, self._kind = roster.kinds
        self._meets = (self._kinds.astype(np.int64) @ self._kinds.T.astype(np.int64)) > 0
        rows = [self._row(guest) for guest in self._examples()]
        self.pressure = roster.ledger.by_unit(np.array([row for row, _ in rows], np.int64))
        self.needed: Ints = np.array([needed for _, needed in rows], np.int64)

    def open(self, k: int) -> Ints:
        """The rows that some k units violate."""
        return np.flatnonzero(worst_sums(self.pressure, k) >= self.needed)

    def suspects(self, sets: Flags) -> Flags:
        """Those of these sets of units that violate some row."""
        sums = sets.astype(np.float64) @ self.pressure.T.astype(np.float64)
        return np.asarray((sums >= self.needed).any(axis=1), np.bool_)

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

    def _row(self, guest: int) -> tuple[Ints, int]:
        roster = self._roster
        size, kind, groups = (
            int(roster.sizes[guest]),
            int(self._kind[guest]),
            roster.member[guest],
        )
        before = self._meets[kind][self._kind]
        if self._choosy_first:
            before = np.where(self._kind == kind, roster.sizes >= size, before & (self._kind < kind))
        else:
            before = before & (roster.sizes >= size)
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
