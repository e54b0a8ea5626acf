"""Guests one by one, with the hosts they may use and the groups they are in."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from planner.failover.ledger import Ledger
from planner.failover.problem import FailoverProblem, Restart
from planner.failover.ranking import Flags, Ints


def is_choosy(problem: FailoverProblem) -> bool:
    """Whether some guest may not restart just anywhere."""
    return bool(problem.groups) or any(is_bound(problem, restart) for restart in problem.placed)


def is_bound(problem: FailoverProblem, restart: Restart) -> bool:
    """Whether a guest may not use some host besides its own."""
    return restart.hosts is not None and not problem.free.keys() <= restart.hosts | {restart.host}


class Roster:
    """All guests that run, as rows; hosts are the columns, in the order of the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, problem = ledger, ledger.problem
        place = {host: number for number, host in enumerate(ledger.hosts)}
        self.guests = sorted(problem.placed, key=lambda r: (-r.size, place[r.host or ""], r.vm))
        self.sizes: Ints = np.array([guest.size // ledger.grain for guest in self.guests], np.int64)
        self.at: Ints = np.array([place[guest.host or ""] for guest in self.guests], np.int64)
        everywhere = np.ones(len(ledger.hosts), np.bool_)
        self.allowed: Flags = np.array(
            [
                ledger.of_hosts(guest.hosts) if guest.hosts is not None and is_bound(problem, guest) else everywhere
                for guest in self.guests
            ]
        )
        self.member: Flags = np.array(
            [[guest.vm in group for group in problem.groups] for guest in self.guests], np.bool_
        ).reshape(len(self.guests), len(problem.groups))

    @cached_property
    def busy(self) -> Flags:
        """For each group, a row: the hosts that run a member."""
        found = np.zeros((self.member.shape[1], len(self.ledger.hosts)), np.bool_)
        for guest, group in zip(*np.nonzero(self.member), strict=True):
            found[group, self.at[guest]] = True
        return found

    @cached_property
    def kinds(self) -> tuple[Flags, Ints]:
        """Sets of allowed hosts, and the number of each guest's; the choosiest first.

        Guests that are kept apart have sets of their own, before all others.
        """
        loose = ~np.asarray(self.member.any(axis=1), np.bool_)
        keys = [(bool(free), sum(row), tuple(row)) for free, row in zip(loose, self.allowed.tolist(), strict=True)]
        order = {key: number for number, key in enumerate(sorted(set(keys)))}
        return np.array([row for _, _, row in order], np.bool_), np.array([order[key] for key in keys], np.int64)

    def order(self, large: int) -> Ints:
        """An order in which guests are placed: large ones by size, then the choosiest, each kind by size."""
        kinds = self.kinds[1]
        leading = np.where(self.sizes >= large, -self.sizes, kinds)
        return np.lexsort((-self.sizes, kinds, leading, self.sizes < large))

    @cached_property
    def orders(self) -> list[int]:
        """Sizes from which guests count as large: none, all, and some between."""
        sizes = np.unique(self.sizes)[::-1]
        some = sizes[[len(sizes) * part // 16 for part in (1, 2, 3, 5, 8)]].tolist()
        return list(dict.fromkeys([int(sizes[0]) + 1, 0, *some]))

    @cached_property
    def groups(self) -> Ints:
        """The numbers of each guest's groups; -1 fills up."""
        most = int(self.member.sum(axis=1).max(initial=0))
        found = np.full((len(self.guests), most), -1, np.int64)
        for guest, row in enumerate(self.member):
            found[guest, : row.sum()] = np.flatnonzero(row)
        return found

    def stranded(self, failed: Flags) -> Ints:
        """The guests on hosts that failed."""
        return np.flatnonzero(failed[self.at])
