"""Loads made lower and more even: what the fullest host and an emptier one have is dealt out anew between them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from planner.goals.moves.wanted import Item
from planner.goals.place.asked import Asked
from planner.goals.place.dealing import DEALT, Deals
from planner.goals.place.guarding import Guard
from planner.goals.place.pot import Pot
from planner.goals.place.worth import Targets, worth

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
        self._deals = Deals(asked, start, guard)

    def run(self) -> list[Targets]:
        """What was found, the best last, until the highest load is no higher than is enough."""
        for _ in range(_TIMES * len(self._deals.places)):
            highest = worth(self._asked, self._deals.last).highest
            if highest is None or highest <= self._enough or self._pot.empty or not self._lowered():
                break
        return self._guard.surely(self._deals.found)

    def _lowered(self) -> bool:
        """Whether the fullest host was made less full."""
        now = self._deals.last
        taken = {key: place.taken or 0 for key, place in self._deals.places.items()}
        on: dict[str, list[Item]] = {key: [] for key in self._deals.places}
        for item in self._asked.wanted.items:
            taken[now[item.key]] += item.taken[now[item.key]] or 0
            on[now[item.key]].append(item)
        full = {key: Fraction(size, max(1, self._deals.places[key].memory)) for key, size in taken.items()}
        fullest, *others = sorted(full, key=lambda key: (-full[key], key))
        return any(self._deal((fullest, other), on[fullest] + on[other]) for other in others[: -_OTHERS - 1 : -1])

    def _deal(self, pair: tuple[str, str], here: Sequence[Item]) -> bool:
        ways = self._deals.between(pair, here, _dealt(here, pair)).levelling(self._enough)
        return any(self._deals.refused < _MOST_REFUSED and self._deals.takes(pair, changed) for changed in ways)


def _dealt(here: Sequence[Item], hosts: tuple[str, str]) -> list[Item]:
    """VMs of all sizes that may be on both."""
    free = [item for item in here if all(host in item.stays for host in hosts)]
    free.sort(key=lambda item: (item.taken[hosts[0]] or 0, item.key))
    if len(free) <= DEALT:
        return free
    return [free[number * (len(free) - 1) // (DEALT - 1)] for number in range(DEALT)]
