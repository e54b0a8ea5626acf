"""Loads made lower and more even: what the fullest host and an emptier one have is dealt out anew between them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from planner.goals.moves.wanted import Item
from planner.goals.place.asked import Asked
from planner.goals.place.dealing import DEALT, Dealing
from planner.goals.place.guarding import Guard
from planner.goals.place.pot import Pot
from planner.goals.place.worth import Targets, keeps_as_well, worth

_OTHERS = 16
"""The fullest host is dealt with so many of the emptiest, one after the other, until it helps."""
_TIMES = 8
"""So often, for each host, some are dealt."""
_MOST_REFUSED = 16
"""After so many findings that survive too few failures it ends."""


class Level:
    """An assignment of which the highest load is made lower, step by step, with what a guard asks for survived."""

    def __init__(self, asked: Asked, pot: Pot, start: Targets, guard: Guard, enough: int) -> None:
        self._asked, self._pot, self._guard, self._enough = asked, pot, guard, enough
        self._places = {place.key: place for place in asked.wanted.places}
        self._breaches = worth(asked, start).breaches
        self._found: list[Targets] = [start]
        self._refused = 0

    def run(self) -> list[Targets]:
        """What was found, the best last, until the highest load is no higher than is enough."""
        for _ in range(_TIMES * len(self._places)):
            highest = worth(self._asked, self._found[-1]).highest
            if highest is None or highest <= self._enough or self._pot.empty or not self._lowered():
                break
        return self._guard.surely(self._found)

    def _lowered(self) -> bool:
        """Whether the fullest host was made less full."""
        now = self._found[-1]
        taken = {key: place.taken or 0 for key, place in self._places.items()}
        on: dict[str, list[Item]] = {key: [] for key in self._places}
        for item in self._asked.wanted.items:
            taken[now[item.key]] += item.taken[now[item.key]] or 0
            on[now[item.key]].append(item)
        full = {key: Fraction(size, max(1, self._places[key].memory)) for key, size in taken.items()}
        fullest, *others = sorted(full, key=lambda key: (-full[key], key))
        return any(self._deal(fullest, other, on[fullest] + on[other]) for other in others[: -_OTHERS - 1 : -1])

    def _deal(self, fullest: str, other: str, here: Sequence[Item]) -> bool:
        now, places = self._found[-1], (self._places[fullest], self._places[other])
        dealing = Dealing(places, here, now, _dealt(here, fullest, other), self._guard)
        for changed in dealing.levelling(self._enough):
            then = {**now, **changed}
            if self._refused < _MOST_REFUSED and keeps_as_well(self._asked, then, self._breaches):
                if self._guard.holds((fullest, other), now, then):
                    self._found.append(then)
                    return True
                self._refused += 1
        return False


def _dealt(here: Sequence[Item], fullest: str, other: str) -> list[Item]:
    """VMs of all sizes that may be on both."""
    free = [item for item in here if fullest in item.stays and other in item.stays]
    free.sort(key=lambda item: (item.taken[fullest] or 0, item.key))
    if len(free) <= DEALT:
        return free
    return [free[number * (len(free) - 1) // (DEALT - 1)] for number in range(DEALT)]
