"""The parts of the guests of one host: every choice of some of them, with what each part leaves of another.

Hosts with as many guests have as many parts, and are looked at together. A part has a bit for each of its guests.
Where a host has many guests, the smallest go in pairs, which then stay together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from planner.failover.ranking import Ints

MOST = 8
"""Of more guests than these, the smallest go in pairs."""

Shorts = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Level:
    """Parts of as many guests, and for each host and part what can be taken of it, from the smallest to the largest."""

    parts: Ints
    taken: Shorts
    """How much is taken: an entry for each host, part and choice."""
    rests: Ints
    """The part that this leaves."""
    last: Ints
    """The largest choice that goes into each room, by host, part and room; -1 where none does."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the guests of hosts that have as many."""

    hosts: Ints
    sizes: Shorts
    """By host and part."""
    levels: list[Level]
    rising: Ints
    """For each host its parts from the smallest to the largest."""


def parts_of(guests: list[list[int]], rooms: Ints) -> list[Parts]:
    """The parts of the guests of each host, and how they go into these rooms."""
    fewer = [in_pairs(each) for each in guests]
    by_number = {len(each): [host for host, other in enumerate(fewer) if len(other) == len(each)] for each in fewer}
    return [
        _of(np.array(hosts, np.int64), np.array([fewer[host] for host in hosts], np.int64), rooms)
        for number, hosts in sorted(by_number.items())
    ]


def in_pairs(guests: list[int]) -> list[int]:
    """At most `MOST` guests: the two smallest become one, again and again."""
    rising = sorted(guests)
    while len(rising) > MOST:
        rising = sorted([rising[0] + rising[1], *rising[2:]])
    return rising


def _of(hosts: Ints, guests: Ints, rooms: Ints) -> Parts:
    number = guests.shape[1]
    held = np.arange(1 << number)[:, None] >> np.arange(number) & 1
    sizes = (guests @ held.T).astype(np.int32)
    levels = [_level(np.flatnonzero(held.sum(axis=1) == level), sizes, rooms) for level in range(1, number + 1)]
    return Parts(hosts, sizes, levels, np.argsort(sizes, axis=1, kind="stable"))


def _level(parts: Ints, sizes: Shorts, rooms: Ints) -> Level:
    choices = np.array([_choices(part) for part in parts.tolist()], np.int64)
    order = np.argsort(sizes[:, choices], axis=2, kind="stable")
    taken = np.take_along_axis(sizes[:, choices], order, axis=2)
    rests = np.take_along_axis(np.broadcast_to(parts[:, None] ^ choices, order.shape), order, axis=2)
    last = np.stack([(taken <= room).sum(axis=2) for room in rooms.tolist()], axis=2) - 1
    return Level(parts, taken, rests, last)


@cache
def _choices(part: int) -> list[int]:
    """All parts of a part but the empty one."""
    found, rest = [], part
    while rest:
        found.append(rest)
        rest = (rest - 1) & part
    return found
