"""The worst k of n, as a sum.

Where a bound is a sum over the hosts that fail, its worst case over *all* sets of k hosts is the sum of its k largest
terms. That is the whole trick by which billions of sets are answered at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]
Flags = NDArray[np.bool_]


def worst_sums(rows: Ints, k: int) -> Ints:
    """The sum of the k largest entries of each row."""
    if k <= 0:
        return np.zeros(len(rows), np.int64)
    if k >= rows.shape[1]:
        return np.asarray(rows.sum(axis=1), np.int64)
    return np.asarray(np.partition(rows, rows.shape[1] - k, axis=1)[:, -k:].sum(axis=1), np.int64)


def worst_set(row: Ints, k: int) -> tuple[int, ...]:
    """Where the k largest entries of a row stand; among equals, the first."""
    return tuple(sorted(np.argsort(-row, kind="stable")[:k].tolist()))
