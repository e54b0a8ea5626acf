"""The heaviest load of every host at once: a knapsack for all amounts of free memory up to the largest."""

from __future__ import annotations

import numpy as np

from planner.failover.ranking import Flags, Ints

COARSEST = 4096
"""Into how many steps the largest free memory is divided, where dividing it into bytes would cost too much."""


class Knapsack:
    """The most weight of guests that fit into each amount of room, and which guests those are.

    Sizes and rooms are divided by `step` and rounded down, both: what fits then still fits, so a weight is never
    too small, and what cannot be carried cannot be carried in truth either.
    """

    def __init__(self, sizes: list[int], weights: list[int], supply: list[int], most: int) -> None:
        self.best: Ints = np.zeros(most + 1, np.int64)
        self._layers: list[tuple[int, int, int, Flags]] = []
        for number, (size, weight, count) in enumerate(zip(sizes, weights, supply, strict=True)):
            if weight > 0 and size <= most:
                self._add(number, size, weight, min(count, most // size))

    def _add(self, number: int, size: int, weight: int, count: int) -> None:
        """Up to `count` guests of one size, in bundles of 1, 2, 4 and so on."""
        step = 1
        while count > 0:
            bundle = min(step, count)
            shift = size * bundle
            with_it = self.best[: len(self.best) - shift] + weight * bundle
            better = with_it > self.best[shift:]
            after = self.best.copy()
            after[shift:][better] = with_it[better]
            self._layers.append((number, shift, bundle, better))
            self.best = after
            count -= bundle
            step *= 2

    def content(self, room: int) -> dict[int, int]:
        """How many guests of each number make up the heaviest load of a room."""
        held: dict[int, int] = {}
        for number, shift, bundle, better in reversed(self._layers):
            if room >= shift and better[room - shift]:
                held[number] = held.get(number, 0) + bundle
                room -= shift
        return held
