"""An order of moves in which each one is possible when it comes, in rounds whose moves may run at the same time.

While a VM is on its way both hosts are charged for it. Where VMs must change places and no host has room for one more,
one of them makes a detour through a third host.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.facts.transfers import AT_ONCE
from planner.goals.moves.shunting import Move, Yard
from planner.goals.moves.wanted import Item

_STEPS, _WORK = 20_000, 2_000_000
"""The moves that are tried, and that number times the VMs squared: fewer are tried where there are many."""
_DEEPEST = 800


@dataclass(frozen=True, slots=True)
class Order:
    """Rounds of moves, one round after the other; None where no order was found."""

    rounds: tuple[tuple[Move, ...], ...] | None
    stuck: tuple[str, ...] = ()
    """The VMs that could not be brought to where they were to be."""


def ordered(items: Sequence[Item], targets: Mapping[str, str], free: Mapping[str, int]) -> Order:
    """The moves that bring VMs to their targets; `free` is by host what is free with all VMs where they are today."""
    everybody = {item.key: item for item in items}
    yard = Yard(items, targets, free)
    yard.go_on()
    if stuck := yard.waiting():
        moving = {key: item for key, item in everybody.items() if targets[key] != item.source}
        search, start = _Search(moving, targets), {key: item.source for key, item in moving.items()}
        for detours in (False, True):
            found = search.run(dict(start), dict(free), detours=detours)
            if found is not None:
                return Order(tuple(rounds(found, moving, free)))
    while yard.waiting():
        if not yard.make_room():
            return Order(None, tuple(sorted(stuck)))
        yard.go_on()
    return Order(tuple(rounds(yard.moves, everybody, free)))


class _Search:
    """A search through the orders, the direct moves first."""

    def __init__(self, items: Mapping[str, Item], targets: Mapping[str, str]) -> None:
        self._items = items
        self._targets = targets
        self._seen: set[tuple[tuple[str, str], ...]] = set()
        self._left = 0

    def run(self, at: dict[str, str], free: dict[str, int], *, detours: bool) -> list[Move] | None:
        self._seen, self._left = set(), min(_STEPS, _WORK // len(self._items) ** 2)
        found: list[Move] = []
        return found if self._go(at, free, found, detours=detours) else None

    def _go(self, at: dict[str, str], free: dict[str, int], found: list[Move], *, detours: bool) -> bool:
        if all(at[key] == self._targets[key] for key in at):
            return True
        state = tuple(sorted(at.items()))
        if state in self._seen or len(found) >= _DEEPEST:
            return False
        self._seen.add(state)
        for move in self._choices(at, free, detours=detours):
            if self._left <= 0:
                return False
            self._left -= 1
            self._shift(move, at, free, 1)
            found.append(move)
            if self._go(at, free, found, detours=detours):
                return True
            found.pop()
            self._shift(move, at, free, -1)
        return False

    def _shift(self, move: Move, at: dict[str, str], free: dict[str, int], way: int) -> None:
        stays = self._items[move.vm].stays
        free[move.target] -= way * stays[move.target]
        free[move.source] += way * stays[move.source]
        at[move.vm] = move.target if way > 0 else move.source

    def _choices(self, at: dict[str, str], free: dict[str, int], *, detours: bool) -> Iterator[Move]:
        waiting = sorted((key for key in at if at[key] != self._targets[key]), key=self._large_first)
        for key in waiting:
            if self._items[key].comes[self._targets[key]] <= free[self._targets[key]]:
                yield Move(key, at[key], self._targets[key])
        for key in reversed(waiting) if detours else ():
            for host in sorted(self._items[key].stays):
                through = host not in (at[key], self._targets[key]) and host in free
                if through and self._items[key].comes[host] <= free[host]:
                    yield Move(key, at[key], host)

    def _large_first(self, key: str) -> tuple[int, str]:
        return -self._items[key].moves, key


def rounds(
    moves: Sequence[Move], items: Mapping[str, Item], free: Mapping[str, int], stops: Collection[int] = ()
) -> Iterator[tuple[Move, ...]]:
    """As many moves of the order at once as fit while nobody has left its host yet.

    After so many moves as `stops` says a new round begins in any case.
    """
    left, pending = dict(free), list[Move]()
    for number, move in enumerate(moves):
        if pending and (number in stops or not _together(pending, move, items, left)):
            yield tuple(pending)
            left = _after(pending, items, left)
            pending = []
        pending.append(move)
    if pending:
        yield tuple(pending)


def _together(pending: Sequence[Move], move: Move, items: Mapping[str, Item], free: Mapping[str, int]) -> bool:
    if len(pending) >= AT_ONCE or any(each.vm == move.vm for each in pending):
        return False
    arriving = [*(each for each in pending if each.target == move.target), move]
    charged = {each.vm: items[each.vm].stays[each.target] for each in arriving}
    total = sum(charged.values())
    return all(items[each.vm].comes[each.target] + total - charged[each.vm] <= free[each.target] for each in arriving)


def _after(moves: Sequence[Move], items: Mapping[str, Item], free: Mapping[str, int]) -> dict[str, int]:
    left = dict(free)
    for move in moves:
        stays = items[move.vm].stays
        left[move.target] -= stays[move.target]
        left[move.source] += stays[move.source]
    return left
