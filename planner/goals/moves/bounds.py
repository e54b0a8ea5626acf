"""What no assignment can bring loads below or above, however its VMs are placed: simple, and true at every scale.

Lemma. Let VMs be counted in parts of a size s, each rounded down: those on a host come to no more than what they take
of it, counted in the same way, for a sum of rounded quotients is no more than the rounded quotient of the sum. So all
of them come to no more than the rooms of all hosts do, each rounded down by itself. Where all are rounded up, those on
a host come to no less than what is to be taken of it at least.

Lemma. Let VMs be rounded up, and a host's room down, with e missing in it for one part more. Only if their rounding
added e do VMs on it count one part more than it has, and s for each further one; e is s at most. So all parts beyond
those of all rooms, times the least e, come to no more than what rounding added to all VMs. Where VMs are rounded down
and what is to be taken is rounded up, the same holds of the parts that are too few, and of what rounding left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from planner.facts.loads import WHOLE, load

_MOST_PARTS = 64
"""Sizes are divided by up to so many, and are counted in parts where there are no more of them than that."""
_EXACT = 2**60
"""Sums of parts, each for all hosts and units, are exact below that; no pool comes near to it."""


def least_load(whole: Sequence[int], fixed: Sequence[int], sizes: Iterable[Mapping[int, int]]) -> int:
    """The least highest load: of what stays, of each unit where it loads least, and of all of them in parts.

    By host, the whole and what of it is fixed; and what each unit takes of the hosts on which it may be, by number.
    """
    each = list(sizes)
    found = max((load(size, room) for size, room in zip(fixed, whole, strict=True)), default=0)
    smallest = [min(unit.values()) for unit in each]
    total = sum(smallest)
    low, high = found - 1, max(found, load(sum(fixed) + total, max(1, min(whole))))
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if sum(_rooms(middle, whole, fixed)) >= total else (middle, high)
    fullest, lightest = max(fixed, default=0), min(whole, default=0)
    for unit in each:
        if load(fullest + max(unit.values()), lightest) > high:
            high = max(high, min(load(fixed[host] + size, whole[host]) for host, size in unit.items()))
    parts = _Parts(smallest, len(whole))
    while not parts.fit(_rooms(high, whole, fixed)):
        high += 1
    return high


def most_lowest(whole: Sequence[int], fixed: Sequence[int], largest: Sequence[int]) -> int:
    """The highest lowest load: what all hosts come to, also in parts, if every unit is where it takes most."""
    parts, found = _Parts(largest, len(whole)), load(sum(fixed) + sum(largest), max(1, sum(whole)))
    while found > 0 and not parts.fill(_wanted(found, whole, fixed)):
        found -= 1
    return found


def _rooms(highest: int, whole: Sequence[int], fixed: Sequence[int]) -> list[int]:
    """By host, what units may take of it with a load no higher than that."""
    return [highest * max(1, room) // WHOLE - size for size, room in zip(fixed, whole, strict=True)]


def _wanted(lowest: int, whole: Sequence[int], fixed: Sequence[int]) -> list[int]:
    """By host, what units have to take of it at least for a load no lower than that."""
    return [max(0, (lowest - 1) * max(1, room) // WHOLE + 1 - size) for size, room in zip(fixed, whole, strict=True)]


class _Parts:
    """Sizes counted in parts of one of them, for each part that may tell something; none where they are too many."""

    def __init__(self, sizes: Sequence[int], hosts: int) -> None:
        alike = Counter(size for size in sizes if size > 0)
        exact = sum(sizes) * hosts + max(sizes, default=0) * len(sizes) < _EXACT
        if not exact or len(alike) > _MOST_PARTS:
            alike.clear()
        parts = {size // number for size in alike for number in range(1, _MOST_PARTS + 1)}
        self._part = np.array([part for part in parts if part and part >= min(alike) // 2], np.int64)
        each, counts = (np.array(list(told), np.int64) for told in (alike, alike.values()))
        self._down, self._up = (counts @ (each[:, None] // self._part), counts @ -(-each[:, None] // self._part))
        self._total = int(counts @ each)

    def fit(self, rooms: Sequence[int]) -> bool:
        """Whether no part tells that units need more than rooms have."""
        each, part = np.array([min(room, self._total) for room in rooms], np.int64)[:, None], self._part
        have = each // part
        missing = ((have + 1) * part - each).min(0)
        beyond, added = self._up - have.sum(0), self._up * part - self._total
        return bool(((self._down <= have.sum(0)) & (beyond * missing <= added)).all())

    def fill(self, wanted: Sequence[int]) -> bool:
        """Whether no part tells that units come to less than is wanted."""
        each, part = np.array([min(size, self._total + 1) for size in wanted], np.int64)[:, None], self._part
        need = -(-each // part)
        missing = (each - (need - 1) * part).min(0)
        short, left_out = need.sum(0) - self._down, self._total - self._down * part
        return bool(((self._up >= need.sum(0)) & (short * missing <= left_out)).all())
