"""What two hosts have, dealt out between them in every way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from planner.facts.loads import WHOLE
from planner.goals.moves.wanted import Item, Place
from planner.goals.place.asked import Asked
from planner.goals.place.guarding import Guard
from planner.goals.place.worth import Targets, keeps_as_well, worth

DEALT = 18
"""So many VMs are dealt at most; there are as many ways as subsets of them."""
_FINE, _LARGEST = 1_000_000, 2**62
"""Loads are told in such fine parts, or in as fine ones as 64 bits hold."""
_NEARLY = 2_000
"""Loads that are above what is aimed at by no more than this part of all are as good."""
_MOST_TRIED = 3
"""So many ways are told, the best first."""


class Deals:
    """Assignments, each made of the one before it by what two hosts deal out; each keeps what has to be kept."""

    def __init__(self, asked: Asked, start: Targets, guard: Guard) -> None:
        self._asked, self._guard = asked, guard
        self.places = {place.key: place for place in asked.wanted.places}
        self._breaches = worth(asked, start).breaches
        self.found: list[Targets] = [start]
        self.refused = 0
        """So often too few failures would have been survived."""

    @property
    def last(self) -> Targets:
        """The assignment that was made last."""
        return self.found[-1]

    def between(self, pair: tuple[str, str], here: Sequence[Item], dealt: Sequence[Item]) -> Dealing:
        """Two hosts with all the VMs on them, and those that they deal out."""
        places = self.places[pair[0]], self.places[pair[1]]
        return Dealing(places, here, self.last, dealt, self._guard)

    def takes(self, pair: tuple[str, str], changed: Targets) -> bool:
        """Whether what two hosts deal out keeps what has to be kept; then it is done."""
        then = {**self.last, **changed}
        if not keeps_as_well(self._asked, then, self._breaches):
            return False
        if not self._guard.holds(pair, self.last, then):
            self.refused += 1
            return False
        self.found.append(then)
        return True


class Dealing:
    """Two hosts, and some of the VMs on them, each of which may go to the other one."""

    def __init__(
        self, places: tuple[Place, Place], here: Sequence[Item], now: Targets, dealt: Sequence[Item], guard: Guard
    ) -> None:
        self._places, self._here, self._now, self._dealt, self._guard = places, here, now, dealt, guard
        self._hosts = places[0].key, places[1].key

    def saving(self, window: tuple[int, int]) -> Iterator[tuple[bool, Targets]]:
        """Ways that move less, with loads in a window: whether they put no more at risk, and who goes where."""
        least, most = window
        possible = self._gains > 0
        for place, size in zip(self._places, self._sizes, strict=True):
            possible &= (size > (least - 1) * place.memory // WHOLE) & (size <= most * place.memory // WHOLE)
        calm = self._calm
        yield from ((True, self._told(way)) for way in self._best(np.flatnonzero(possible & calm)))
        yield from ((False, self._told(way)) for way in self._best(np.flatnonzero(possible & ~calm)))

    def levelling(self, enough: int) -> Iterator[Targets]:
        """Ways that lower the higher of both loads and put no more at risk, about as far as can be or is enough."""
        fine = min(_FINE, _LARGEST // max(1, *(int(size.max()) for size in self._sizes)))
        (one, other), (here, there) = self._sizes, self._places
        ones, others = one * fine // max(1, here.memory), other * fine // max(1, there.memory)
        higher = np.maximum(ones, others)
        ways = np.flatnonzero(self._calm & (higher < higher[0]))
        if len(ways):
            level = max(enough * fine // WHOLE, (int(ones[0]) + int(others[0])) // 2, int(higher[ways].min()))
            yield from (self._told(way) for way in self._best(ways[higher[ways] <= level + fine // _NEARLY]))

    def _best(self, ways: NDArray[np.intp]) -> list[int]:
        """The ways that move least."""
        found: list[int] = ways[np.argsort(-self._gains[ways], kind="stable")[:_MOST_TRIED]].tolist()
        return found

    def _told(self, way: int) -> Targets:
        return {item.key: self._other(item) for bit, item in enumerate(self._dealt) if way >> bit & 1}

    @cached_property
    def _gains(self) -> NDArray[np.int64]:
        return self._sums(self._gain)

    @cached_property
    def _sizes(self) -> tuple[NDArray[np.int64], ...]:
        """By each choice, what is taken of both hosts."""
        found = []
        for place in self._places:
            size_of = partial(_taken, host=place.key)
            taken = (place.taken or 0) + sum(map(size_of, self._on(place.key)))
            found.append(taken + self._changes(place.key, size_of))
        return tuple(found)

    def _other(self, item: Item) -> str:
        one, other = self._hosts
        return other if self._now[item.key] == one else one

    @cached_property
    def _calm(self) -> NDArray[np.bool_]:
        """Whether neither host puts so much at risk that too few might be survived."""
        guard = self._guard
        risks = guard.risks(self._now) if guard.failures else {}
        here = [host for host in self._hosts if host in risks]
        most, found = guard.most_risk([risks[host] for host in here]), np.ones(1, np.bool_)
        for host in here:
            found = found & (risks[host] + self._changes(host, partial(guard.risk_of, host=host)) <= most)
        return found

    def _on(self, host: str) -> list[Item]:
        return [item for item in self._here if self._now[item.key] == host]

    def _changes(self, host: str, size_of: Callable[[Item], int]) -> NDArray[np.int64]:
        """By each choice of the VMs, what a host has more of: what comes to it, less what leaves it."""
        return self._sums(lambda item: -size_of(item) if self._now[item.key] == host else size_of(item))

    def _gain(self, item: Item) -> int:
        """What is moved less when a VM goes to the other host."""
        if item.source not in self._hosts:
            return 0
        return item.moves if self._now[item.key] != item.source else -item.moves

    def _sums(self, value: Callable[[Item], int]) -> NDArray[np.int64]:
        """By each choice of the VMs, read as bits, the sum of what they are worth."""
        found = np.zeros(1, np.int64)
        for item in self._dealt:
            found = np.concatenate((found, found + value(item)))
        return found


def _taken(item: Item, host: str) -> int:
    return item.taken[host] or 0
