"""Fewer bytes moved with loads no worse: what two hosts have is dealt out anew between them.

VMs that are not where they run today are dealt, and a few small ones with which the sums come out right. Every way of
dealing them is looked at, so that several VMs go one way while several others, of about the same size, come back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from planner.goals.moves.wanted import Item
from planner.goals.place.asked import Asked
from planner.goals.place.dealing import DEALT, Deals
from planner.goals.place.guarding import Guard
from planner.goals.place.pot import Pot
from planner.goals.place.worth import Targets, loads, worth

_AWAY = 14
"""So many VMs that are not where they run today are dealt at most."""
_MOST_REFUSED = 64
"""After so many findings that survive too few failures only those are tried that put no more at risk."""
_ROUNDS, _WORTH = 8, 100
"""So often all pairs are gone over, as long as it saves such a part of what is moved."""


class Exchange:
    """An assignment of which less is moved, step by step, with as many failures survived as a guard asks for."""

    def __init__(self, asked: Asked, pot: Pot, start: Targets, guard: Guard) -> None:
        self._asked, self._pot, self._guard = asked, pot, guard
        self._deals = Deals(asked, start, guard)

    def run(self) -> list[Targets]:
        """What was found, the best last; where loads are not known nothing is."""
        known = [each for each in loads(self._asked, self._deals.found[0]).values() if each is not None]
        turn = 0
        if known and len(known) == len(self._deals.places):
            while turn < _ROUNDS and self._round((min(known), max(known)), turn):
                turn += 1
        return self._deals.found

    def _round(self, window: tuple[int, int], turn: int) -> bool:
        """Go over all pairs; whether a further round is worth it. What too little is survived with is taken back."""
        before, number = worth(self._asked, self._deals.last).bytes_moved, len(self._deals.found)
        for pair in self._pairs():
            if self._pot.empty:
                break
            self._deal(pair, window, turn)
        if not self._guard.survived(self._deals.last):
            del self._deals.found[number:]
        saved = before - worth(self._asked, self._deals.last).bytes_moved
        return saved * _WORTH > before and not self._pot.empty

    def _pairs(self) -> Sequence[tuple[str, str]]:
        """Hosts of which one has VMs of the other, those first that have most of them."""
        between: Counter[tuple[str, str]] = Counter()
        for item in self._asked.wanted.items:
            target = self._deals.last[item.key]
            if item.source in self._deals.places and target != item.source:
                between[min(item.source, target), max(item.source, target)] += item.moves
        return sorted(between, key=lambda pair: (-between[pair], pair))

    def _deal(self, pair: tuple[str, str], window: tuple[int, int], turn: int) -> None:
        """Take the best way of dealing that keeps what has to be kept, if any moves less."""
        now = self._deals.last
        here = [item for item in self._asked.wanted.items if now[item.key] in pair]
        for calm, changed in self._deals.between(pair, here, _dealt(here, pair, now, turn)).saving(window):
            if not calm and (not self._guard.asks or self._deals.refused >= _MOST_REFUSED):
                break
            if self._deals.takes(pair, changed):
                break


def _dealt(here: Sequence[Item], hosts: Sequence[str], now: Targets, turn: int) -> list[Item]:
    """VMs that may be on both: first those that could go back, then others that are away, then small ones."""
    free = [item for item in here if all(host in item.stays for host in hosts)]
    away = [item for item in free if now[item.key] != item.source]
    away = sorted(away, key=lambda item: (item.source not in hosts, -item.moves, item.key))[:_AWAY]
    small = [item for item in free if now[item.key] == item.source]
    small.sort(key=lambda item: (item.moves, item.key))
    few = DEALT - len(away)
    first = turn * few % max(1, len(small))
    return [*away, *small[first : first + few]]
