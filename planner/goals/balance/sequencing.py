"""The order of the moves: at each point the one that gains most of those that are possible then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from planner.goals.moves.board import Board
from planner.goals.moves.ordering import ordered
from planner.goals.moves.ranges import Ranges
from planner.goals.moves.shunting import Move
from planner.goals.moves.wanted import Item


def sequenced(board: Board, at: Sequence[int], items: Callable[[Sequence[str]], Sequence[Item]]) -> list[Move] | None:
    """The moves from where the board has its units to other places; None where no order was found.

    The board has the places in the end. Where VMs must change places that find no room, `items` tells of VMs by key
    what detours need.
    """
    waiting = {unit for unit, host in enumerate(at) if board.at[unit] != host}
    moves: list[Move] = []
    while following := _following(board, at, waiting):
        for unit in following:
            moves += moves_of(board, unit, at[unit])
            board.shift(unit, at[unit])
            waiting.remove(unit)
    return _with_detours(board, at, waiting, moves, items) if waiting else moves


def _following(board: Board, at: Sequence[int], waiting: set[int]) -> tuple[int, ...]:
    """The unit that is best moved next; or two, where one alone makes nothing more even."""
    ranges = Ranges(board)
    singles = [
        (_evenly(ranges.worth(board.at[unit], at[unit], unit, None)), unit)
        for unit in waiting
        if board.possible(unit, at[unit])
    ]
    if not singles:
        return ()
    worth, unit = min(singles)
    if worth >= (now := _evenly(ranges.now)):
        touching = defaultdict[int, set[int]](set)
        for each in waiting:
            touching[board.at[each]].add(each)
            touching[at[each]].add(each)
        pairs = (pair for _, first in singles for pair in _pairs(board, at, touching, first))
        best = min(pairs, default=None)
        if best is not None and best[0] < now:
            return best[1]
    return (unit,)


def _evenly(worth: tuple[int, int, int]) -> tuple[int, int, int]:
    """What counts first on the way: how strongly hosts pull in all, for that falls with every move that evens out."""
    highest, unevenness, pull = worth
    return pull, highest, unevenness


def _pairs(
    board: Board, at: Sequence[int], touching: Mapping[int, set[int]], first: int
) -> Iterator[tuple[tuple[int, int, int], tuple[int, int]]]:
    """What it comes to when a second unit follows that leaves, or comes to, a host that the first one changes."""
    source, target = board.at[first], at[first]
    board.shift(first, target)
    ranges = Ranges(board)
    for second in touching[source] | touching[target]:
        if second != first and board.possible(second, at[second]):
            yield _evenly(ranges.worth(board.at[second], at[second], second, None)), (first, second)
    board.shift(first, source)


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
