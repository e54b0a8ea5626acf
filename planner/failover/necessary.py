"""Weights that no packing can beat: some set of k hosts cannot be restarted.

**Lemma.** Give each guest a weight w >= 0, and let W_h be at least the weight of whatever fits into host h. If the
guests of the failed hosts weigh more than all other hosts can take, the set cannot be restarted. Hence k failures
are too many as soon as the k largest w(h) + W_h exceed the sum of all W_h, and those k hosts are such a set.

The weights here are `size // m` for many m, with W_h = `free // m`: a sum of rounded quotients is never more than
the rounded quotient of the sum. With m = s this counts guests of at least s against slots of s; with m the step from
one size to the next it counts flavours that are multiples of a step and an overhead. One row more weighs by size, with
the largest sum of guests that a host can hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner.failover import reachable
from planner.failover.ledger import Ledger
from planner.failover.ranking import Ints, worst_set

HALVES = 1000
"""How many moduli there are besides the sizes themselves."""
FEW = 200
"""Up to so many sizes, the steps from each to the next are moduli too: flavours are often multiples of such a step."""
STEP = 256
"""Rows that are worked out at once, to save memory."""


@dataclass(frozen=True, slots=True)
class Overweight:
    """A set of units that cannot be restarted, by the weight `size // modulus` (0: the size itself)."""

    units: tuple[int, ...]
    modulus: int


class Necessary:
    """All weights of the family, with what the hosts hold of each and what they can take."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.moduli = _moduli(ledger)
        rooms = ledger.free[None, :] // self.moduli[:, None]
        self.rooms = np.vstack([rooms, _fullest(ledger)[None, :]])
        self.needs = np.vstack([_needs(ledger, self.moduli), ledger.load[None, :]])
        self.pressure = ledger.by_unit(self.needs + self.rooms)

    @cached_property
    def _worst(self) -> Ints:
        """For each weight and each k, how far the k worst units exceed what there is."""
        falling = -np.sort(-self.pressure, axis=1)
        return np.asarray(np.cumsum(falling, axis=1) - self.rooms.sum(axis=1)[:, None], np.int64)

    def bound(self) -> int:
        """The largest k that no weight refutes; below the number of units when there are guests at all."""
        refuted = np.flatnonzero((self._worst > 0).any(axis=0))
        return min([len(self._worst[0]) - 1, *refuted.tolist()])

    def overweight(self, k: int) -> Overweight | None:
        """A set of k units that some weight refutes."""
        over = self._worst[:, k - 1]
        row = int(over.argmax())
        return Overweight(worst_set(self.pressure[row], k), self._modulus(row)) if over[row] > 0 else None

    def tightest(self, k: int, most: int) -> list[tuple[int, ...]]:
        """The sets of k units that come closest to being refuted."""
        closeness = self._worst[:, k - 1] / (self.rooms.sum(axis=1) + 1)
        rows = np.argsort(-closeness, kind="stable")[:most]
        return list(dict.fromkeys(worst_set(self.pressure[row], k) for row in rows))

    def refutes(self, units: tuple[int, ...]) -> Overweight | None:
        """Whether some weight shows that just these units cannot be restarted."""
        over = self.pressure[:, list(units)].sum(axis=1) - self.rooms.sum(axis=1)
        row = int(over.argmax())
        return Overweight(units, self._modulus(row)) if over[row] > 0 else None

    def _modulus(self, row: int) -> int:
        return int(self.moduli[row]) if row < len(self.moduli) else 0


def _moduli(ledger: Ledger) -> Ints:
    """Every size, and a sample of the fractions of sizes and of free memory at which counts change."""
    sizes = {int(size) for size in ledger.sizes} | {1}
    parts = {-(-size // part) for size in sizes for part in (2, 3, 4)}
    parts |= {int(free) // part + 1 for free in set(ledger.free.tolist()) for part in range(2, 14)}
    others = sorted(parts - sizes)
    if len(others) > HALVES:
        others = [others[number * len(others) // HALVES] for number in range(HALVES)]
    steps = set(np.diff(ledger.sizes[::-1]).tolist()) if len(ledger.sizes) <= FEW else set[int]()
    return np.array(sorted(sizes | set(others) | steps), np.int64)


def _needs(ledger: Ledger, moduli: Ints) -> Ints:
    """What the guests of each host weigh, for each modulus; exact, since all sums stay below 2**53."""
    counts = ledger.counts.T.astype(np.float64)
    weights = (ledger.sizes[None, :] // moduli[first : first + STEP, None] for first in range(0, len(moduli), STEP))
    return np.vstack([(each.astype(np.float64) @ counts).astype(np.int64) for each in weights])


def _fullest(ledger: Ledger) -> Ints:
    """The most that each host can hold of guests that exist."""
    limit = int(ledger.free.max(initial=0))
    if limit > reachable.LONGEST:
        return ledger.free
    sums = 1
    for size, count in zip(ledger.sizes.tolist(), ledger.counts.sum(axis=0).tolist(), strict=True):
        sums = reachable.with_class(sums, size, count, limit)
    return np.array([reachable.largest(sums, free) for free in ledger.free.tolist()], np.int64)
