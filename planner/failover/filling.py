"""Packing host after host, each as full as can be, where hosts are left with little room to spare.

Which sums the guests that are left can have is known exactly (see `reachable`), on a grid on which sizes are rounded
up and rooms down: what fits there fits. The next host takes guests of the largest sum that it has room for, few large
ones rather than many small ones. This packs far more tightly than guest after guest; where it fails, nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from planner.failover import reachable
from planner.failover.effort import Effort
from planner.failover.ranking import Ints

FINENESS = 1 << 16
"""Into how many steps the largest room is divided at most."""
SHUFFLES = 6
"""In how many orders hosts are filled, besides from the smallest to the largest."""


def filled(sizes: list[int], wanted: list[int], rooms: list[int], effort: Effort) -> Ints | None:
    """How many guests of each size each host takes, if one of a few orders packs all; raises Exhausted."""
    step = max(1, -(-max(rooms, default=0) // FINENESS))
    needs, spaces = [-(-size // step) for size in sizes], [room // step for room in rooms]
    for order in orders(spaces, SHUFFLES):
        for begin_large in (False, True):
            taken = _Hosts(needs, wanted, spaces).fill(order, effort, begin_large=begin_large)
            if taken is not None:
                return taken
    return None


def orders(spaces: list[int], shuffles: int) -> Iterator[list[int]]:
    """Hosts with room: the smallest first, and then so many orders that are always the same."""
    rising = sorted((host for host, space in enumerate(spaces) if space), key=lambda host: (spaces[host], host))
    yield rising
    for number in range(1, shuffles + 1):
        yield sorted(rising, key=lambda host: (host + 1) * number * 0.6180339887 % 1.0)


@dataclass(frozen=True, slots=True)
class Kind:
    """Guests of one size that are left: which size it is, its length on the grid, and how many there are."""

    column: int
    size: int
    count: int


class _Hosts:
    """Hosts with their room, and guests that are left, the largest first."""

    def __init__(self, needs: list[int], wanted: list[int], spaces: list[int]) -> None:
        self._needs, self._left, self._spaces = needs, list(wanted), spaces
        self._taken: Ints = np.zeros((len(spaces), len(needs)), np.int64)

    def fill(self, order: list[int], effort: Effort, *, begin_large: bool) -> Ints | None:
        """Fill hosts in this order, with `begin_large` each with the largest guest left that fits before others."""
        spare = sum(self._spaces) - sum(need * count for need, count in zip(self._needs, self._left, strict=True))
        for host in order:
            if not any(self._left):
                break
            space = self._spaces[host]
            if begin_large:
                largest = next((kind for kind in self._fitting(space)), None)
                space = self._put(host, space, {largest.column: 1} if largest else {})
            kinds = list(self._fitting(space))
            effort.spend(0.8 + 0.15 * len(kinds))
            spare -= self._put(host, space, fullest(kinds, space))
            if spare < 0:
                return None
        return None if any(self._left) else self._taken

    def _fitting(self, space: int) -> Iterator[Kind]:
        for column, (need, count) in enumerate(zip(self._needs, self._left, strict=True)):
            if count and need <= space:
                yield Kind(column, need, count)

    def _put(self, host: int, space: int, content: dict[int, int]) -> int:
        """Place guests; the room that is left then."""
        for column, count in content.items():
            self._taken[host, column] += count
            self._left[column] -= count
            space -= count * self._needs[column]
        return space


def fullest(kinds: Sequence[Kind], space: int) -> dict[int, int]:
    """How many of each kind fill a room as far as any do; of equally full ones, with few of the small kinds."""
    sums = [1]
    for kind in kinds:
        sums.append(reachable.with_class(sums[-1], kind.size, kind.count, space))
    rest, content = reachable.largest(sums[-1], space), dict[int, int]()
    for kind, before in zip(reversed(kinds), reversed(sums[:-1]), strict=True):
        count = next(number for number in range(kind.count + 1) if before >> (rest - number * kind.size) & 1)
        if count:
            content[kind.column] = count
            rest -= count * kind.size
    return content
