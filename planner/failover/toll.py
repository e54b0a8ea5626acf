"""What one failure takes: the guests that are without a host, and the room that is left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.failover.ledger import Ledger
from planner.failover.ranking import Flags, Ints


@dataclass(frozen=True, slots=True)
class Toll:
    """Guests counted by size, and a room for every host; a host that failed has none."""

    sizes: Ints
    wanted: Ints
    rooms: Ints
    moduli: Ints
    """The m of the weights `size // m` that are looked at."""

    @property
    def guests(self) -> int:
        """How many guests there are."""
        return int(self.wanted.sum())

    @property
    def volume(self) -> int:
        """What they take together."""
        return int(self.wanted @ self.sizes)

    def overweight(self) -> int | None:
        """An m for which the guests weigh more by `size // m` than all rooms can take."""
        over = self.needs() > self.offers()
        return int(self.moduli[over.argmax()]) if over.any() else None

    def needs(self) -> Ints:
        """What the guests weigh, for each m."""
        present = np.flatnonzero(self.wanted)
        return np.asarray((self.sizes[None, present] // self.moduli[:, None]) @ self.wanted[present], np.int64)

    def offers(self) -> Ints:
        """What all rooms can take, for each m."""
        return np.asarray((self.rooms[None, :] // self.moduli[:, None]).sum(axis=1), np.int64)

    def without(self, column: int) -> Toll:
        """The same with one guest of a size fewer."""
        fewer = self.wanted.copy()
        fewer[column] -= 1
        return Toll(self.sizes, fewer, self.rooms, self.moduli)

    def only(self, wanted: Ints) -> Toll:
        """The same room for other guests."""
        return Toll(self.sizes, wanted, self.rooms, self.moduli)


def toll(ledger: Ledger, failed: Flags) -> Toll:
    """What it takes when these hosts fail."""
    return taking(ledger.sizes, ledger.counts[failed].sum(axis=0), np.where(failed, 0, ledger.free))


def taking(all_sizes: Ints, wanted: Ints, rooms: Ints) -> Toll:
    """Guests without a host, by size from large to small, and the rooms that are left."""
    sizes = all_sizes[wanted > 0]
    fractions = [-(-sizes // part) for part in (2, 3, 4)]
    shares = [rooms[rooms > 0] // part + 1 for part in range(2, 8)]
    steps = -np.diff(sizes)
    halves = np.maximum(1, steps // 2)
    moduli = np.unique(np.concatenate([sizes, *fractions, *shares, steps, halves, np.ones(1, np.int64)]))
    return Toll(all_sizes, wanted, rooms, moduli)


def names(ledger: Ledger, failed: Flags) -> list[list[str]]:
    """The names of the guests of failed hosts by size, in falling order, so that the first is popped first."""
    column = {int(size) * ledger.grain: place for place, size in enumerate(ledger.sizes)}
    hosts = frozenset(host for host, flag in zip(ledger.hosts, failed, strict=True) if flag)
    by_size: list[list[str]] = [[] for _ in ledger.sizes]
    for restart in ledger.problem.placed:
        if restart.host in hosts and restart.size:
            by_size[column[restart.size]].append(restart.vm)
    for each in by_size:
        each.sort(reverse=True)
    return by_size
