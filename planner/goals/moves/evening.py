"""A search for better places that begins where the VMs are: first what evens out most, then what lowers the peaks.

Every step is possible when it comes. The work is counted, so that the same pool gives the same places everywhere.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from planner import patience
from planner.goals.moves.board import Board
from planner.goals.moves.ranges import NOBODY, Arrays, Ranges
from planner.plans.costs import worth_told

WORK = 6_000_000
"""Changes that are looked at, where no time is given."""
_LEAVING, _COMING = 6, 8
"""So many of the hosts that are loaded most, and least, are looked at first, for memory and for virtual CPUs."""
_NEAREST = 4
"""Where only memory counts, so many VMs of about the right size are tried in exchange for one."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A unit that goes from one host to another, by number."""

    unit: int
    source: int
    target: int


class _Found(NamedTuple):
    """A change and its worth, the smallest the best."""

    worth: tuple[int, ...]
    order: tuple[object, ...]
    shifts: tuple[Shift, ...]


class Search:
    """Changes of a board, each of which makes it better; `done` tells them in their order.

    Of `enough` the first is how high, the second how uneven loads may be when it ends before its work is used up. What
    it `tells` whoever waits is the name of the first cost; nothing where loads are not what they seem.
    """

    def __init__(
        self,
        board: Board,
        most_moves: int | None,
        work: int = WORK,
        enough: tuple[int, int] = (0, 0),
        *,
        tells: str = "",
    ) -> None:
        self.board, self._arrays = board, Arrays(board)
        self.done: list[Shift] = []
        self._most = most_moves
        self._work = work
        self._enough, self._tells = enough, tells

    def run(self) -> None:
        """Even out until no move pulls the loads closer together, then lower the peaks, while there is work left."""
        self._evened()
        while self._goes_on() and self._lowered():
            pass

    def _goes_on(self) -> bool:
        """Whether there is work left, and nobody who waits would rather have what there is."""
        highest, unevenness, _ = self.board.worth()
        if self._tells and (waiting := patience.waiting()):
            waiting.told(self._tells, worth_told(self._tells, highest), "")
        done = highest <= self._enough[0] and unevenness <= self._enough[1]
        return self._work > 0 and not done and not patience.ended()

    def back_to(self, number: int) -> None:
        """Take back all changes but the first ones."""
        while len(self.done) > number:
            last = self.done.pop()
            self.board.shift(last.unit, last.source)

    def repeat(self, shifts: Iterable[Shift]) -> None:
        """Make changes that were taken back."""
        for each in shifts:
            self.board.shift(each.unit, each.target)
            self.done.append(each)

    def leaner(self) -> None:
        """Leave VMs where they are today whose moves are not needed for what is highest, and for the unevenness."""
        board = self.board
        moved = [number for number, host in enumerate(board.at) if host != board.units[number].source]
        worth = board.worth()[:2]
        for number in sorted(moved, reverse=True):
            home, at = board.units[number].source, board.at[number]
            if board.possible(number, home):
                board.shift(number, home)
                if board.worth()[:2] <= worth:
                    self.done.append(Shift(number, at, home))
                else:
                    board.shift(number, at)

    def _evened(self) -> None:
        """Single moves by which the loads come closer together, the best first."""
        board = self.board
        while self._goes_on():
            memory = sorted(range(len(board.bins)), key=lambda host: (-board.memory_load[host], host))
            vcpus = sorted(range(len(board.bins)), key=lambda host: (-board.vcpu_load[host], host))
            leaving = dict.fromkeys((*memory[:_LEAVING], *vcpus[:_LEAVING]))
            coming = dict.fromkeys((*memory[-_COMING:], *vcpus[-_COMING:]))
            found = self._pulled(leaving, coming)
            if found is None:
                break
            self.repeat(found.shifts)
        for host in range(len(board.bins)):
            if self._work > 0 and (found := self._pulled((host,), range(len(board.bins)))):
                self.repeat(found.shifts)

    def _pulled(self, leaving: Iterable[int], coming: Iterable[int]) -> _Found | None:
        """The move after which hosts pull least."""
        board, best = self.board, None
        targets = list(coming)
        for source in leaving:
            for number in board.distinct(source):
                unit, own = board.units[number], board.size(number, source)
                left = board.pull_of(source, board.taken[source] - own.taken, board.vcpus[source] - unit.vcpus)
                gained = left - board.pull[source]
                self._work -= len(targets)
                for target, more in zip(targets, board.pulls_if_coming(number, targets), strict=True):
                    change = gained + more
                    if target == source or change >= 0 or (best is not None and change > best.worth[0]):
                        continue
                    found = _Found((change,), (number, target), (Shift(number, source, target),))
                    if (best is None or found < best) and self._may(found.shifts) and board.possible(number, target):
                        best = found
        return best

    def _may(self, shifts: Iterable[Shift]) -> bool:
        """Whether not too many VMs end up elsewhere."""
        if self._most is None:
            return True
        units = self.board.units
        more = sum(
            len(units[each.unit].vms)
            * ((each.target != units[each.unit].source) - (each.source != units[each.unit].source))
            for each in shifts
        )
        return more <= 0 or self.board.moved + more <= self._most

    def _lowered(self) -> bool:
        """One change that lowers what is highest, or the unevenness, by a move or by two VMs that change places."""
        board = self.board
        ranges = Ranges(board, self._arrays)
        for peak in ranges.extremes():
            others = sorted(
                (host for host in range(len(board.bins)) if host != peak),
                key=lambda host: (-abs(board.pull[host] - board.pull[peak]), host),
            )
            for other in others:
                if self._work <= 0:
                    return False
                found = self._between(ranges, peak, other)
                if found is not None:
                    self.repeat(found.shifts)
                    return True
        return False

    def _between(self, ranges: Ranges, one: int, other: int) -> _Found | None:
        """What makes it best by moves between two hosts, if anything makes it better."""
        pairs = np.array(list(self._exchanges(one, other)), np.intp).reshape(-1, 2)
        self._work -= len(pairs)
        ones, others = (np.full(len(pairs), host) for host in (one, other))
        worths = ranges.worths(ones, others, pairs[:, 0], pairs[:, 1])
        hopeful = np.flatnonzero(worths[0] <= ranges.now[0])
        best: _Found | None = None
        for *worth, row in sorted(zip(*(each[hopeful].tolist() for each in worths), hopeful.tolist(), strict=True)):
            if tuple(worth) >= ranges.now or (best and tuple(worth) > best.worth):
                break
            shifts = self._shifts(one, other, *(None if unit == NOBODY else unit for unit in pairs[row].tolist()))
            if shifts and self._may(shifts):
                found = _Found(tuple(worth), (len(shifts), tuple(each.unit for each in shifts)), shifts)
                best = min(best or found, found)
        return best

    def _exchanges(self, one: int, other: int) -> Iterator[tuple[int, int]]:
        """A unit that leaves one host, and one that comes back, or nobody; not both."""
        board = self.board
        here, there = (*board.distinct(one), NOBODY), (*board.distinct(other), NOBODY)
        if board.bins[one].cpus is not None or len(here) * len(there) <= _NEAREST * (len(here) + len(there)):
            yield from ((first, second) for first in here for second in there if first != second)
            return
        sizes = sorted((0 if each == NOBODY else board.size(each, other).taken, each) for each in there)
        memory, others = max(1, board.bins[one].memory), max(1, board.bins[other].memory)
        too_much = (board.taken[one] * others - board.taken[other] * memory) // (memory + others)
        for first in here:
            back = (0 if first == NOBODY else board.size(first, one).taken) - too_much
            middle = bisect_left(sizes, back, key=lambda each: each[0])
            for _, second in sizes[max(0, middle - _NEAREST // 2) : middle + _NEAREST // 2]:
                if first != second:
                    yield first, second

    def _shifts(self, one: int, other: int, first: int | None, second: int | None) -> tuple[Shift, ...]:
        """The moves of such a change in an order in which they are possible; none where there is none."""
        board = self.board
        there = [] if first is None else [Shift(first, one, other)]
        back = [] if second is None else [Shift(second, other, one)]
        if first is None or second is None:
            return tuple(each for each in (*there, *back) if board.possible(each.unit, each.target))
        allowed = board.allowed(first, other) and board.allowed(second, one)
        if not allowed or not board.bearable(one, other, first, second):
            return ()
        freed_here, freed_there = board.size(first, one).stays, board.size(second, other).stays
        room_there = board.fits(first, other) and board.fits(second, one, freed_here)
        if not (board.within(first, other, second) and board.within(second, one, first)):
            return ()
        if room_there and board.apart(first, other) and board.apart(second, one, first):
            return (*there, *back)
        room_here = board.fits(second, one) and board.fits(first, other, freed_there)
        if room_here and board.apart(second, one) and board.apart(first, other, second):
            return (*back, *there)
        return ()


def step_back(search: Search, holds: Callable[[Board], bool]) -> Shift | None:
    """Go back to where what is asked was kept; the change after which it was not, None where none is left."""
    changes = list(search.done)
    kept, lost = 0, len(changes)
    while lost - kept > 1:
        middle = (kept + lost) // 2
        search.back_to(0)
        search.repeat(changes[:middle])
        kept, lost = (middle, lost) if holds(search.board) else (kept, middle)
    search.back_to(0)
    search.repeat(changes[:kept])
    return changes[kept] if kept < len(changes) else None
