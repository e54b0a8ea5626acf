"""Every set of failing units that the guarantee does not cover, and no other.

Units are tried in the order of how much they add to the rows that can be broken. A branch ends as soon as the units
chosen so far, with the largest that could still follow, break no row: then no set below it needs to be looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.failover.effort import Effort
from planner.failover.guarantee import Rows


def suspicious(rows: Rows, units: list[str], failures: int, effort: Effort) -> Iterator[tuple[str, ...]]:
    """The sets of so many units that break a row. Raises Exhausted when the effort is spent before the last."""
    if not len(rows.thresholds) or failures > len(units):
        return
    weight = (rows.numbers / np.maximum(rows.thresholds, 1)[:, None]).max(axis=0)
    order = sorted(range(len(units)), key=lambda at: (-weight[at], units[at]))
    numbers = rows.numbers[:, order]
    must = rows.must[:, order]
    best = [_largest_sums(numbers[:, at:], failures) for at in range(len(order) + 1)]
    missing = [must[:, :at] for at in range(len(order) + 1)]

    def below(at: int, chosen: list[int], sums: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Iterator[list[int]]:
        left = failures - len(chosen)
        if left == 0:
            yield chosen
            return
        for place in range(at, len(order) - left + 1):
            effort.spend()
            taken = sums + numbers[:, place]
            there = np.zeros(place + 1, dtype=bool)
            there[[*chosen, place]] = True
            lacking = (missing[place + 1] & ~there).any(axis=1)
            reachable = taken + best[place + 1][:, left - 1]
            if ((reachable >= rows.thresholds) & ~lacking).any():
                yield from below(place + 1, [*chosen, place], taken)

    for chosen in below(0, [], np.zeros(len(rows.thresholds), dtype=np.int64)):
        yield tuple(sorted(units[order[place]] for place in chosen))


def _largest_sums(
    numbers: np.ndarray[tuple[int, ...], np.dtype[np.int64]], most: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """By row, the sum of the largest 0, 1, 2 … numbers; of more than there are, that of all."""
    ranked = -np.sort(-numbers, axis=1)[:, :most]
    padded = np.zeros((numbers.shape[0], most + 1), dtype=np.int64)
    padded[:, 1 : ranked.shape[1] + 1] = ranked
    return np.cumsum(padded, axis=1)
