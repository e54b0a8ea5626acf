"""The order of the moves: at each point the one that gains most of those that are possible then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from planner.goals.moves.board import Board
from planner.goals.moves.ordering import ordered
from planner.goals.moves.ranges import NOBODY, Arrays, Ranges, Worth
from planner.goals.moves.shunting import Move
from planner.goals.moves.wanted import Item


def sequenced(board: Board, at: Sequence[int], items: Callable[[Sequence[str]], Sequence[Item]]) -> list[Move] | None:
    """The moves from where the board has its units to other places; None where no order was found.

    The board has the places in the end. Where VMs must change places that find no room, `items` tells of VMs by key
    what detours need.
    """
    waiting = {unit for unit, host in enumerate(at) if board.at[unit] != host}
    moves: list[Move] = []
    arrays = Arrays(board)
    while following := _following(board, arrays, at, waiting):
        for unit in following:
            moves += moves_of(board, unit, at[unit])
            board.shift(unit, at[unit])
            waiting.remove(unit)
    return _with_detours(board, at, waiting, moves, items) if waiting else moves


def _following(board: Board, arrays: Arrays, at: Sequence[int], waiting: set[int]) -> tuple[int, ...]:
    """The unit that is best moved next; or two, where one alone makes nothing more even."""
    ranges = Ranges(board, arrays)
    possible = [unit for unit in waiting if board.possible(unit, at[unit])]
    if not possible:
        return ()
    worth, unit = min(zip(_moved(board, ranges, at, possible), possible, strict=True))
    if worth >= (now := _evenly(ranges.now)):
        touching = defaultdict[int, set[int]](set)
        for each in waiting:
            touching[board.at[each]].add(each)
            touching[at[each]].add(each)
        pairs = (_pair(board, arrays, at, touching, first) for first in possible)
        best = min((pair for pair in pairs if pair), default=None)
        if best is not None and best[0] < now:
            return best[1]
    return (unit,)


def _evenly(worth: Worth) -> Worth:
    """What counts first on the way: how strongly hosts pull in all, for that falls with every move that evens out."""
    highest, unevenness, pull = worth
    return pull, highest, unevenness


def _moved(board: Board, ranges: Ranges, at: Sequence[int], units: Sequence[int]) -> list[Worth]:
    """What it comes to with each of some units moved alone."""
    ones, others = (np.array([places[unit] for unit in units], np.intp) for places in (board.at, at))
    worths = ranges.worths(ones, others, np.array(units, np.intp), np.full(len(units), NOBODY))
    return [_evenly(each) for each in zip(*(numbers.tolist() for numbers in worths), strict=True)]


def _pair(
    board: Board, arrays: Arrays, at: Sequence[int], touching: Mapping[int, set[int]], first: int
) -> tuple[Worth, tuple[int, int]] | None:
    """The best second unit to follow of those that leave, or come to, a host that the first one changes."""
    source, target = board.at[first], at[first]
    board.shift(first, target)
    others = touching[source] | touching[target]
    seconds = [second for second in others if second != first and board.possible(second, at[second])]
    worths = _moved(board, Ranges(board, arrays), at, seconds) if seconds else []
    board.shift(first, source)
    return min(((worth, (first, second)) for worth, second in zip(worths, seconds, strict=True)), default=None)


def _with_detours(
    board: Board,
    at: Sequence[int],
    waiting: set[int],
    moves: list[Move],
    items: Callable[[Sequence[str]], Sequence[Item]],
) -> list[Move] | None:
    free = {each.key: room for each, room in zip(board.bins, board.room, strict=True)}
    targets = {vm: board.bins[at[unit]].key for unit in waiting for vm in board.units[unit].vms}
    order = ordered(items(sorted(targets)), targets, free)
    if order.rounds is None:
        return None
    for unit in waiting:
        board.shift(unit, at[unit])
    return [*moves, *(move for each in order.rounds for move in each)]


def moves_of(board: Board, unit: int, host: int) -> list[Move]:
    """The moves of a unit from where it is."""
    source, target = board.bins[board.at[unit]].key, board.bins[host].key
    return [Move(vm, source, target) for vm in board.units[unit].vms]
