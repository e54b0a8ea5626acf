"""Ways to distribute the guests of one host over a few others: all of them, or a sample that is always the same."""

from __future__ import annotations

from functools import cache

import numpy as np

from planner.failover.ranking import Ints

MOST = 1 << 16
"""In how many ways the guests of a host are distributed at most."""


@cache
def ways(guests: int, hosts: int) -> Ints:
    """A row for each way, a column for each guest: the number of its host; the last number is left over."""
    if not guests:
        return np.zeros((1, 0), np.int64)
    if (hosts + 1) ** guests <= MOST:
        return np.indices([hosts + 1] * guests).reshape(guests, -1).T
    return np.random.default_rng(1).integers(0, hosts + 1, (MOST, guests))
