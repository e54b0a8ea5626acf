"""Packing where one weight is all but used up: each host takes the most of it, of the sizes that are left in plenty.

Where the guests weigh almost as much by `size // m` (see `necessary`) as all hosts can take, hosts have to be filled
to the last part of m, while bytes beside may be wasted. Of the contents that weigh the most, each host takes the one
of sizes of which most are left, so that the last hosts still find some of each size. Where this fails, nothing is
known.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from planner.failover.effort import Effort
from planner.failover.filling import orders
from planner.failover.ranking import Ints
from planner.failover.sharing import all_layouts
from planner.failover.toll import Toll

SIZES = 12
"""With more sizes than these each host is filled well enough by itself."""
TIGHT = 0.97
"""The share of the weight that hosts can take from which on it is scarce."""
PART = 1 << 20
"""How much more a part counts than plenty does at most."""
PLENTY = (1 << 14, 0, 1 << 19)
"""What plenty counts, in turn."""
SHUFFLES = 48
"""In how many orders hosts are filled, besides from the smallest to the largest."""


def filled_evenly(toll: Toll, effort: Effort) -> Ints | None:
    """How many guests of each size each host takes, if all are packed; raises Exhausted."""
    shares = toll.needs() / np.maximum(1, toll.offers())
    if np.count_nonzero(toll.wanted) > SIZES or shares.max() < TIGHT:
        return None
    scarce, rooms = int(toll.moduli[shares.argmax()]), toll.rooms.tolist()
    sizes = tuple(toll.sizes[toll.wanted > 0].tolist())
    contents = {room: _contents(room, sizes) for room in set(rooms)}
    if any(each is None for each in contents.values()):
        return None
    rising, *others = orders(rooms, SHUFFLES)
    for order, plenty in [*((rising, each) for each in PLENTY), *((each, PLENTY[0]) for each in others)]:
        effort.spend(2 * len(order))
        taken = _filled(toll, [(host, contents[rooms[host]]) for host in order], scarce, plenty)
        if taken is not None:
            return taken
    return None


@lru_cache(maxsize=1024)
def _contents(room: int, sizes: tuple[int, ...]) -> Ints | None:
    """All that a room can take; None where that is too much to look at."""
    return all_layouts(room, list(sizes), [room // size for size in sizes])


def _filled(toll: Toll, hosts: list[tuple[int, Ints | None]], scarce: int, plenty: int) -> Ints | None:
    """How many guests each host takes when they are filled in this order, if all are packed."""
    used = np.flatnonzero(toll.wanted)
    parts, wanted = toll.sizes[used] // scarce, toll.wanted[used]
    left, taken = wanted.copy(), np.zeros((len(toll.rooms), len(toll.sizes)), np.int64)
    for host, contents in hosts:
        if contents is not None and len(contents):
            values = contents @ (parts * PART + parts * (plenty * left // wanted))
            values[(contents > left).any(axis=1)] = 0
            best = int(values.argmax())
            if values[best]:
                taken[host, used] = contents[best]
                left -= contents[best]
    return None if left.any() else taken
