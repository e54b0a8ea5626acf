"""Fewer bytes moved with loads no worse: what two hosts have is dealt out anew between them.

VMs that are not where they run today are dealt, and a few small ones with which the sums come out right. Every way of
dealing them is looked at, so that several VMs go one way while several others, of about the same size, come back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from planner.facts.loads import WHOLE
from planner.goals.moves.wanted import Item, Place
from planner.goals.place.asked import Asked
from planner.goals.place.guarding import Guard
from planner.goals.place.pot import Pot
from planner.goals.place.worth import Targets, keeps_as_well, loads, worth

_AWAY, _DEALT = 14, 18
"""So many VMs that are not where they run today are dealt at most, and so many altogether."""
_MOST_TRIED = 3
"""So many ways, the best first, are held to what has to be kept: of those that put no more at risk, and of others."""
_MOST_REFUSED = 64
"""After so many findings that survive too few failures only those are tried that put no more at risk."""
_ROUNDS, _WORTH = 8, 100
"""So often all pairs are gone over, as long as it saves such a part of what is moved."""


class Exchange:
    """An assignment of which less is moved, step by step, with as many failures survived as a guard asks for."""

    def __init__(self, asked: Asked, pot: Pot, start: Targets, guard: Guard) -> None:
        self._asked, self._pot, self._guard = asked, pot, guard
        self._places = {place.key: place for place in asked.wanted.places}
        self._breaches = worth(asked, start).breaches
        self._found: list[Targets] = [start]
        self._refused = 0

    def run(self) -> list[Targets]:
        """What was found, the best last; where loads are not known nothing is."""
        known = [each for each in loads(self._asked, self._found[0]).values() if each is not None]
        turn = 0
        if known and len(known) == len(self._places):
            while turn < _ROUNDS and self._round((min(known), max(known)), turn):
                turn += 1
        return self._found

    def _round(self, window: tuple[int, int], turn: int) -> bool:
        """Go over all pairs; whether a further round is worth it. What too little is survived with is taken back."""
        before, number = worth(self._asked, self._found[-1]).bytes_moved, len(self._found)
        for pair in self._pairs():
            if self._pot.empty:
                break
            self._deal(pair, window, turn)
        if not self._guard.survived(self._found[-1]):
            del self._found[number:]
        saved = before - worth(self._asked, self._found[-1]).bytes_moved
        return saved * _WORTH > before and not self._pot.empty

    def _pairs(self) -> Sequence[tuple[str, str]]:
        """Hosts of which one has VMs of the other, those first that have most of them."""
        between: Counter[tuple[str, str]] = Counter()
        for item in self._asked.wanted.items:
            target = self._found[-1][item.key]
            if item.source in self._places and target != item.source:
                between[min(item.source, target), max(item.source, target)] += item.moves
        return sorted(between, key=lambda pair: (-between[pair], pair))

    def _deal(self, pair: tuple[str, str], window: tuple[int, int], turn: int) -> None:
        """Take the best way of dealing that keeps what has to be kept, if any moves less."""
        now = self._found[-1]
        here = [item for item in self._asked.wanted.items if now[item.key] in pair]
        dealing = Dealing((self._places[pair[0]], self._places[pair[1]]), here, now, turn)
        for calm, changed in dealing.ways(window, self._guard):
            if not calm and (not self._guard.asks or self._refused >= _MOST_REFUSED):
                break
            then = {**now, **changed}
            if keeps_as_well(self._asked, then, self._breaches):
                if self._guard.holds(pair, now, then):
                    self._found.append(then)
                    return
                self._refused += 1


class Dealing:
    """Two hosts, and some of the VMs on them, each of which may go to the other one."""

    def __init__(self, places: tuple[Place, Place], here: Sequence[Item], now: Targets, turn: int) -> None:
        self._places, self._here, self._now = places, here, now
        self._hosts = places[0].key, places[1].key
        self._dealt = self._chosen(turn)

    def _chosen(self, turn: int) -> list[Item]:
        """VMs that may be on both: first those that could go back, then others that are away, then small ones."""
        free = [item for item in self._here if all(host in item.stays for host in self._hosts)]
        away = [item for item in free if self._now[item.key] != item.source]
        away = sorted(away, key=lambda item: (item.source not in self._hosts, -item.moves, item.key))[:_AWAY]
        small = [item for item in free if self._now[item.key] == item.source]
        small.sort(key=lambda item: (item.moves, item.key))
        few = _DEALT - len(away)
        first = turn * few % max(1, len(small))
        return [*away, *small[first : first + few]]

    def ways(self, window: tuple[int, int], guard: Guard) -> Iterator[tuple[bool, Targets]]:
        """The best ways, whether they put no more at risk, and who goes where; those first that do not."""
        gains, possible, calm = self._sums(self._gain), self._within(window), self._calm(guard)
        for chosen, quiet in ((calm, True), (~calm, False)):
            ways = np.flatnonzero(possible & chosen & (gains > 0))
            for way in ways[np.argsort(-gains[ways], kind="stable")[:_MOST_TRIED]].tolist():
                yield quiet, {item.key: self._other(item) for bit, item in enumerate(self._dealt) if way >> bit & 1}

    def _other(self, item: Item) -> str:
        one, other = self._hosts
        return other if self._now[item.key] == one else one

    def _within(self, window: tuple[int, int]) -> NDArray[np.bool_]:
        """Whether both loads are no lower and no higher than that."""
        least, most = window
        found = np.ones(1, np.bool_)
        for place in self._places:
            size_of = partial(_taken, host=place.key)
            size = (place.taken or 0) + sum(map(size_of, self._on(place.key))) + self._changes(place.key, size_of)
            found = found & (size > (least - 1) * place.memory // WHOLE) & (size <= most * place.memory // WHOLE)
        return found

    def _calm(self, guard: Guard) -> NDArray[np.bool_]:
        """Whether neither host puts so much at risk that too few might be survived."""
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
