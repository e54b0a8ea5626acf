"""Moves to better places: searched for, in small pools proven, and put into an order in which each is possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from planner import patience
from planner.goals.balance.bounds import average, least_highest
from planner.goals.balance.gathering import Gathered
from planner.goals.balance.goal import Balance
from planner.goals.balance.guarding import Guard
from planner.goals.balance.proving import Proven, costs, prove
from planner.goals.balance.sequencing import moves_of, sequenced
from planner.goals.balance.telling import names
from planner.goals.moves.board import Board
from planner.goals.moves.evening import WORK, Search, step_back
from planner.goals.moves.shunting import Move
from planner.goals.moves.wanted import Item

_A_SECOND = 1_000_000
"""The changes that are looked at in about a second."""
_MOST_BANS = 40


@dataclass(frozen=True, slots=True)
class Found:
    """Moves in their order, and what no plan can be better than."""

    moves: Sequence[Move]
    bounds: Sequence[int]
    """Of the highest load, and where that is reached of the next cost."""


class Finder:
    """Finds moves, again where some of them cannot be made."""

    def __init__(self, goal: Balance, gathered: Gathered, guard: Guard | None) -> None:
        self._goal = goal
        self._gathered = gathered
        self.guard = guard
        self._banned: set[tuple[str, str]] = set()
        self._placed: Proven | None = None
        self._proven: Proven | None = None
        self._tried = False
        self._work = WORK if goal.seconds is None else int(goal.seconds * _A_SECOND)

    def ban(self, move: Move) -> None:
        """Find no way on which a VM goes to that host."""
        self._banned.add((move.vm, move.target))

    def found(self) -> Found:
        """The best moves that were found; where no order of them was found, those of the search."""
        board = self._board()
        search = _improved(board, self.guard, self._goal.limit_moves, self._work)
        self._prove(board.at)
        for at in (*self._better(board), tuple(board.at)):
            moves = sequenced(self._board(), at, self._items)
            if moves is not None:
                return Found(moves, self._bounds)
        start, made = self._board(), list[Move]()
        for each in search.done:
            made += moves_of(start, each.unit, each.target)
            start.shift(each.unit, each.target)
        return Found(made, self._bounds)

    def _board(self) -> Board:
        board = self._gathered.board()
        number = {each.key: host for host, each in enumerate(board.bins)}
        unit_of = {vm: unit for unit, each in enumerate(board.units) for vm in each.vms}
        for vm, host in self._banned:
            board.ban(unit_of[vm], number[host])
        return board

    def _prove(self, at: Sequence[int]) -> None:
        """Ask the solver once, of all placements, whatever moves are banned; it begins with places that are known."""
        if not self._tried:
            self._tried = True
            most, seconds, loosest = self._goal.limit_moves, self._goal.seconds, self._gathered.loosest
            if loosest is not self._gathered:
                seconds = None if seconds is None else seconds / 2
            self._placed = self._proven = prove(_put(self._gathered.board(), at), most, seconds)
            if loosest is not self._gathered:
                self._proven = prove(loosest.board(), most, seconds)

    @cached_property
    def _bounds(self) -> tuple[int, ...]:
        """What no plan can be better than; little where more VMs could be moved than are looked at."""
        board, proven = self._gathered.loosest.board(), self._proven
        if not self._gathered.loosest.whole:
            return (average(board),)
        least = least_highest(board)
        return (max((least, *proven.bounds[:1])), *proven.bounds[1:]) if proven else (least,)

    def _better(self, board: Board) -> Iterator[tuple[int, ...]]:
        """The places that the solver found where they are better, and as many hosts may fail then."""
        placed, then = self._placed, self._board()
        if placed is None or placed.at is None:
            return
        if not all(then.allowed(unit, host) for unit, host in enumerate(placed.at)):
            return
        if costs(_put(then, placed.at)) < costs(board) and (self.guard is None or self.guard.holds(then)):
            yield placed.at

    def _items(self, vms: Sequence[str]) -> list[Item]:
        stand = self._gathered.stand
        return [item for vm in vms if isinstance(item := stand.item(stand.vm_of[vm]), Item)]


def _put(board: Board, at: Sequence[int]) -> Board:
    for unit, host in enumerate(at):
        if board.at[unit] != host:
            board.shift(unit, host)
    return board


def _improved(board: Board, guard: Guard | None, most_moves: int | None, work: int) -> Search:
    """A search that has ended with a board that keeps what is asked, if it was kept in the beginning."""
    tells, _ = names(together=board.peaks().vcpus is not None)
    search = Search(board, most_moves, work, tells=tells)
    search.run()
    if guard is None:
        search.leaner()
        return search
    for _ in range(_MOST_BANS):
        if patience.ended() or guard.holds(board):
            break
        _step_back(search, guard)
        search.run()
    if not guard.holds(board):
        _step_back(search, guard)
    before = len(search.done)
    search.leaner()
    if not guard.holds(board):
        search.back_to(before)
    return search


def _step_back(search: Search, guard: Guard) -> None:
    """Go back to where what is asked was kept, and never make the change again after which it was not."""
    refused = step_back(search, guard.holds)
    if refused is not None:
        search.board.ban(refused.unit, refused.target)
