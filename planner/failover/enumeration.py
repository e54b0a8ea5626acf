"""The sets that no guarantee covers, one after another.

A set of k units needs to be packed only if it violates the guarantee at some size: if its pressure there reaches
what a failure would take. The tree over units is cut where no completion can reach it any more, by the largest sums
that the units not yet decided could add.

Where one unit's failure is never worse than another's (see `dominance`), only sets that hold, with each unit, all
that dominate it need a look.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.failover.effort import Effort
from planner.failover.ranking import Flags, Ints

ROWS = 10
"""More sizes than these are merged, neighbours into one row: that prunes less, and costs less."""
ONE = 1 << 30
"""What a merged row has to reach; its entries are rounded up, so that no set is missed."""
CHUNK = 16384
MOST = 64
"""More units than these do not fit into the bits of a number."""

Masks = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Rows of pressure by unit, of which a set of k units has to reach one to need a look."""

    pressure: Ints
    needed: Ints
    k: int


def suspicious(suspicion: Suspicion, dominators: Flags, effort: Effort) -> Iterator[Flags]:
    """All sets of k units that reach some row, in portions; raises Exhausted."""
    rows, needed = _merged(suspicion)
    order = _order(rows / needed[:, None], dominators)
    tree = _Tree(rows[:, order], needed, suspicion.k, _required(order, dominators))
    for masks in tree.leaves(effort):
        bits = (masks[:, None] >> np.arange(len(order), dtype=np.uint64)) & np.uint64(1)
        sets = np.zeros(bits.shape, np.bool_)
        sets[:, order] = bits.astype(np.bool_)
        yield sets


def _merged(suspicion: Suspicion) -> tuple[Ints, Ints]:
    """The rows, and what each has to reach; not too many."""
    rows, needed = suspicion.pressure, suspicion.needed
    if len(rows) <= ROWS:
        return rows, needed
    scaled = np.ceil(rows / needed[:, None] * (ONE * (1 + 1e-12))).astype(np.int64)
    merged = [part.max(axis=0) for part in np.array_split(scaled, ROWS)]
    return np.stack(merged), np.full(ROWS, ONE, np.int64)


def _order(pressure: NDArray[np.float64], dominators: Flags) -> list[int]:
    """Dominating units first; among those that may come next, the one with the highest pressure."""
    worst = pressure.max(axis=0)
    order: list[int] = []
    while len(order) < len(worst):
        ready = [
            unit
            for unit in range(len(worst))
            if unit not in order and dominators[unit, order].sum() == dominators[unit].sum()
        ]
        order.append(max(ready, key=lambda unit: worst[unit]))
    return order


def _required(order: list[int], dominators: Flags) -> list[int]:
    """For each place in the order, the places that must be taken before it, as bits."""
    place = {unit: number for number, unit in enumerate(order)}
    return [sum(1 << place[int(other)] for other in np.flatnonzero(dominators[unit])) for unit in order]


class _Tree:
    """Sets that grow by one unit at a time, in the order of the columns."""

    def __init__(self, rows: Ints, needed: Ints, k: int, required: list[int]) -> None:
        self._rows, self._needed, self._k, self._required = rows, needed, k, required
        self._rest = _largest_rests(rows, k)

    def leaves(self, effort: Effort) -> Iterator[Masks]:
        """All sets of k units that reach what is needed in some row."""
        stack = [(0, np.zeros(1, np.uint64), np.full(1, -1, np.int64), np.zeros((1, len(self._rows)), np.int64))]
        while stack:
            level, masks, last, sums = stack.pop()
            if len(masks) > CHUNK:
                parts = range(0, len(masks), CHUNK)
                stack += [(level, masks[i : i + CHUNK], last[i : i + CHUNK], sums[i : i + CHUNK]) for i in parts]
                continue
            grown = self._grown(level, masks, last, sums, effort)
            if grown is None:
                continue
            if level + 1 == self._k:
                yield grown[0]
            else:
                stack.append((level + 1, *grown))

    def _grown(
        self, level: int, masks: Masks, last: Ints, sums: Ints, effort: Effort
    ) -> tuple[Masks, Ints, Ints] | None:
        """Each set with each further unit that leaves a chance."""
        left, found = self._k - level - 1, []
        for place in range(int(last.min()) + 1, self._rows.shape[1] - left):
            open_ = last < place
            if needs := self._required[place]:
                open_ &= (masks & np.uint64(needs)) == np.uint64(needs)
            grown = sums[open_] + self._rows[:, place]
            effort.spend(2 + 0.001 * (len(masks) + 2 * grown.size))
            alive = (grown + self._rest[place + 1][left] >= self._needed).any(axis=1)
            if alive.any():
                bit = np.uint64(1 << place)
                found.append((masks[open_][alive] | bit, np.full(int(alive.sum()), place, np.int64), grown[alive]))
        if not found:
            return None
        return (
            np.concatenate([each[0] for each in found]),
            np.concatenate([each[1] for each in found]),
            np.concatenate([each[2] for each in found]),
        )


def _largest_rests(rows: Ints, k: int) -> list[Ints]:
    """For each place and each number of units: the most that so many units from there on can add, by row."""
    places = rows.shape[1]
    rests = []
    for place in range(places + 1):
        falling = -np.sort(-rows[:, place:], axis=1)
        sums = np.zeros((k + 1, len(rows)), np.int64)
        for count in range(1, k + 1):
            sums[count] = falling[:, :count].sum(axis=1)
        rests.append(sums)
    return rests
