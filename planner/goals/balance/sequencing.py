"""The order of the moves: at each point the one that gains most of those that are possible then."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from planner.goals.balance.board import Board
from planner.goals.balance.ranges import Ranges
from planner.goals.moves.ordering import Move, ordered
from planner.goals.moves.wanted import Item


def sequenced(board: Board, at: Sequence[int], items: Callable[[Sequence[str]], Sequence[Item]]) -> list[Move] | None:
    """The moves from where the board has its units to other places; None where no order was found.

    The board has the places in the end. Where VMs must change places that find no room, `items` tells of VMs by key
    what detours need.
    """
    waiting = {unit for unit, host in enumerate(at) if board.at[unit] != host}
    moves: list[Move] = []
    while waiting:
        ranges = Ranges(board)
        choices = [
            (ranges.worth(board.at[unit], at[unit], unit, None), unit)
            for unit in waiting
            if board.possible(unit, at[unit])
        ]
        if not choices:
            break
        *_, unit = min(choices)
        moves += moves_of(board, unit, at[unit])
        board.shift(unit, at[unit])
        waiting.remove(unit)
    return _with_detours(board, at, waiting, moves, items) if waiting else moves


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
