"""Moves one after the other, and VMs that go aside to a third host where no move is possible otherwise.

Quick for any number of moves. It may end without an order though there is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from planner.goals.moves.wanted import Item

_TIMES = 2
"""So often a VM goes aside at most."""


@dataclass(frozen=True, slots=True)
class Move:
    """A VM that goes from one host to another, by keys."""

    vm: str
    source: str
    target: str


class Yard:
    """Where VMs are while they are brought to their targets, what is free by then, and the moves up to there."""

    def __init__(self, items: Iterable[Item], targets: Mapping[str, str], free: Mapping[str, int]) -> None:
        self._items = {item.key: item for item in items}
        self._targets, self._free = targets, dict(free)
        self._at = {key: item.source for key, item in self._items.items()}
        self._aside: Counter[str] = Counter()
        self.moves: list[Move] = []

    def waiting(self) -> list[str]:
        """The VMs that are not yet at their targets, those with most to transfer first."""
        found = (key for key, host in self._at.items() if host != self._targets[key])
        return sorted(found, key=lambda key: (-self._items[key].moves, key))

    def go_on(self) -> None:
        """Make whichever move to a target is possible, until none is."""
        before = -1
        while before < len(self.moves):
            before = len(self.moves)
            for key in self.waiting():
                if self._fits(key, self._targets[key]):
                    self._go(key, self._targets[key])

    def make_room(self) -> bool:
        """Have the cheapest VMs go aside that let another one move; false where there are none."""
        waiting = self.waiting()
        for movable in (waiting, [*self._items]):
            ways = [(way, key) for key in waiting if (way := list(self._out_of_the_way(key, movable)))]
            if ways:
                way, key = min(ways, key=lambda each: (self._cost(each[0]), each[1]))
                for vm, host in way:
                    self._aside[vm] += 1
                    self._go(vm, host)
                self._go(key, self._targets[key])
                return True
        return False

    def _fits(self, key: str, host: str) -> bool:
        return self._items[key].comes[host] <= self._free[host]

    def _go(self, key: str, host: str) -> None:
        source, stays = self._at[key], self._items[key].stays
        self._free[source] += stays[source]
        self._free[host] -= stays[host]
        self._at[key] = host
        self.moves.append(Move(key, source, host))

    def _cost(self, way: Iterable[tuple[str, str]]) -> int:
        return sum(self._items[vm].moves for vm, _ in way)

    def _out_of_the_way(self, key: str, movable: Iterable[str]) -> Iterator[tuple[str, str]]:
        """VMs of the target of one, each with a host to which it goes, so that this one has room; or none."""
        target, left = self._targets[key], dict(self._free)
        lack = self._items[key].comes[target] - left[target]
        here = [vm for vm in movable if self._at[vm] == target and self._aside[vm] < _TIMES]
        frees = {vm: self._items[vm].stays[target] for vm in here}
        one_is_enough = sorted((vm for vm in here if frees[vm] >= lack), key=lambda vm: (frees[vm], vm))
        for vm in one_is_enough:
            if (host := self._elsewhere(vm, left)) is not None:
                yield vm, host
                return
        found = []
        for vm in sorted(here, key=lambda vm: (-frees[vm], vm)):
            if lack > 0 and (host := self._elsewhere(vm, left)) is not None:
                found.append((vm, host))
                left[host] -= self._items[vm].stays[host]
                lack -= frees[vm]
        yield from found if lack <= 0 else ()

    def _elsewhere(self, vm: str, left: Mapping[str, int]) -> str | None:
        """The host with most room beside that of a VM."""
        item = self._items[vm]
        able = [host for host in item.comes if host in left and host != self._at[vm] and item.comes[host] <= left[host]]
        return max(able, key=lambda host: (left[host], host), default=None)
