"""What has to be free on hosts in gaps so that any so many of them may fail, and how low loads can be for that.

Restarts need gaps that they fit into: where all hosts have a little less free than the largest one takes, none is left
for it. So some hosts have to be emptier than others, and those are fuller for it.

Lemma. Let a restart weigh `size // s`, and let n(h) be `free // s` of what host h has free, nothing where that is below
zero: what it takes of others' restarts weighs no more, for a sum of rounded quotients is no more than the rounded
quotient of the sum. With x(h) as what its own restarts weigh, any k of H hosts can only fail if the k largest of
x(h) + n(h) come to no more than all n(h). Let all x(h) come to c, all n(h) to N, and c + N to qH + r with r < H. The k
largest of H whole numbers that come to that are at least kq + min(k, r): either each of the k is at least q + 1; or one
of them is no more than q, none of the H - k others is more, and what these leave is at least qH + r - (H - k)q. So N
has to be at least kq + min(k, r); and if it is, so is N + 1, which makes that larger by one at most. The least such N
is how many gaps of size s there have to be, wherever VMs are.

Lemma. Let no VM take more at its static maximum than it is charged, nor more than is counted as its load. Then a host
whose load is no higher than L has at least so much free: its memory for VMs, less what makes that load. Neither has it
less free than beyond what it may be charged. All hosts together have no more free than their memory less the least that
VMs take of it. Lowered to the largest multiple of one of the sizes s, or else to what it has at least, what is free on
a host makes as many gaps. So there is no assignment with loads up to L if no such numbers, one for each host, come to
what there is at most, and make as many gaps of each size as there have to be.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np

from planner.facts.loads import WHOLE, load
from planner.goals.place.asked import Asked
from planner.goals.place.worth import least_load
from planner.solver import Ending, WholeNumbers

_PARTS = (1, 2, 3, 4)
"""Gaps are counted of the sizes of restarts, and of these parts of them."""
_MOST_SIZES = 16
"""Of so many sizes at most, the largest of those of which there have to be more than there are in any case."""
_EFFORT = 0.2
_GRAIN = 2**20
"""What is free beyond what is in any case is counted in so many bytes, rounded down."""
Demand = tuple[int, int]
"""A size, and how many gaps of it there have to be."""


def needed(weight: int, hosts: int, failures: int) -> int:
    """How many gaps there have to be for what weighs so much, with fewer failures than hosts."""
    number = -(-failures * weight // (hosts - failures))
    while True:
        quotient, rest = divmod(weight + number, hosts)
        if failures * quotient + min(failures, rest) <= number:
            return number
        number += 1


def moduli(sizes: Iterable[int]) -> list[int]:
    """The sizes of which gaps are counted, the largest first."""
    return sorted({-(-size // part) for size in sizes if size for part in _PARTS}, reverse=True)


def weights(sizes: Sequence[int], parts: Sequence[int]) -> list[int]:
    """What all restarts weigh, for each size of which gaps are counted."""
    each = np.array(sizes, np.int64)
    return [int((each // part).sum()) for part in parts]


class Gaps:
    """The gaps that so many failures need."""

    def __init__(self, asked: Asked, failures: int) -> None:
        self._asked, self._failures, self._places = asked, failures, asked.wanted.places
        moving, hosts = {item.key for item in asked.wanted.items}, {place.key for place in self._places}
        self.sizes = [each.size for each in asked.wanted.guarded if each.key in moving or each.host in hosts]
        self._layouts: dict[int | None, tuple[Ending, dict[str, int]]] = {}

    @cached_property
    def known(self) -> bool:
        """Whether anything is known of them: restarts are possible on all hosts, and what is charged is there."""
        asked = self._asked
        if not 0 < self._failures < len(self._places) or len(asked.usable) < len(self._places) or not self.sizes:
            return False
        if any(place.taken is None or place.closed for place in self._places):
            return False
        return all(
            item.static[host] <= min(item.stays[host], item.taken[host] or 0)
            for item in asked.wanted.items
            for host in item.stays
        )

    @cached_property
    def _demands(self) -> list[Demand]:
        """The largest sizes first; those that others imply are left out."""
        found: list[Demand] = []
        parts = moduli(self.sizes)
        for size, weight in zip(parts, weights(self.sizes, parts), strict=True):
            number = needed(weight, len(self._places), self._failures)
            if not found or number > found[-1][1]:
                found.append((size, number))
        return found

    def least(self, highest: int | None) -> dict[str, int]:
        """By host, what is free on it in any case, with its load no higher than that."""
        return {
            place.key: max(
                place.spare - place.room,
                place.spare - place.room
                if highest is None
                else place.spare + (place.taken or 0) - highest * place.memory // WHOLE,
            )
            for place in self._places
        }

    @cached_property
    def _most(self) -> int:
        """All hosts together have no more free than that."""
        items = self._asked.wanted.items
        return sum(place.spare for place in self._places) - sum(min(item.static.values()) for item in items)

    def possible(self, highest: int | None) -> bool:
        """Whether there may be an assignment with loads no higher than that, or with any; a no is proven."""
        return not self.known or self._layout(highest)[0] is not Ending.IMPOSSIBLE

    def layout(self, highest: int) -> dict[str, int] | None:
        """By host, what is to be free on it at least, so that there are enough gaps; None where none is found."""
        ending, free = self._layout(highest)
        return free if ending is Ending.FOUND else None

    def least_load(self, most: int) -> int:
        """No assignment that survives the failures has a lower highest load; `most` is one that is possible."""
        found = least_load(self._asked)
        if not self.known or found >= most or self.possible(found):
            return min(found, most)
        low, high = found, most
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.possible(middle) else (middle, high)
        return high

    def most_lowest(self) -> int | None:
        """No assignment has a higher lowest load: the largest restart needs a gap. None where that is not known."""
        items = self._asked.wanted.items
        if not self.known or any(item.static[host] != item.taken[host] for item in items for host in item.static):
            return None
        largest = max(self.sizes)
        return max(load(place.spare + (place.taken or 0) - largest, place.memory) for place in self._places)

    def _layout(self, highest: int | None) -> tuple[Ending, dict[str, int]]:
        if highest not in self._layouts:
            self._layouts[highest] = self._laid_out(self.least(highest))
        return self._layouts[highest]

    def _laid_out(self, least: dict[str, int]) -> tuple[Ending, dict[str, int]]:
        """Gaps that cost least beyond what is free in any case: how many hosts that are alike have how much free."""
        beyond, alike = self._most - sum(least.values()), Counter(max(0, free) for free in least.values())
        if beyond < 0:
            return Ending.IMPOSSIBLE, {}
        short = [(s, n) for s, n in self._demands if sum(free // s * hosts for free, hosts in alike.items()) < n]
        if not short:
            return Ending.FOUND, least
        numbers, hosts_of = WholeNumbers(), defaultdict[int, list[str]](list)
        for host, free in least.items():
            hosts_of[free].append(host)
        choices: list[tuple[int, int, int]] = []
        for free, hosts in hosts_of.items():
            own = [(free, each, numbers.number(len(hosts))) for each in _choices(free, beyond, short[:_MOST_SIZES])]
            numbers.require([(1, variable) for *_, variable in own], len(hosts), len(hosts))
            choices += own
        cost = [((each - free) // _GRAIN, variable) for free, each, variable in choices if each > free]
        numbers.require(cost, most=beyond // _GRAIN)
        for size, number in short[:_MOST_SIZES]:
            gaps = [(max(0, each) // size, variable) for _, each, variable in choices]
            numbers.require([(count, variable) for count, variable in gaps if count], least=number)
        numbers.minimize(cost)
        found = numbers.solve(_EFFORT)
        if found.ending is not Ending.FOUND:
            return found.ending, {}
        wanted = ((free, each) for free, each, variable in choices for _ in range(found.values[variable]))
        return Ending.FOUND, {hosts_of[free].pop(): each for free, each in wanted}


def _choices(free: int, beyond: int, demands: Sequence[Demand]) -> list[int]:
    """What may be free on a host: what is in any case, or a multiple of a size, with so much more at most."""
    found = {free}
    for size, number in demands:
        first, last = max(0, free) // size + 1, (free + beyond) // size
        found |= {size * count for count in range(first, min(last, number) + 1)}
    return sorted(found)
