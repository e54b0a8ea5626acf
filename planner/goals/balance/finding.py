"""Better places for the VMs of a board that keep what has to be survived."""

from __future__ import annotations

from planner.goals.balance.board import Board
from planner.goals.balance.guarding import Guard
from planner.goals.balance.searching import Search

_MOST_BANS = 40


def improve(board: Board, guard: Guard | None, most_moves: int | None, work: int) -> Search:
    """A search that has ended with a board that keeps what is asked, if it was kept in the beginning."""
    search = Search(board, most_moves, work)
    search.run()
    for _ in range(_MOST_BANS if guard else 0):
        if guard is None or guard.holds(board):
            break
        _step_back(search, guard)
        search.run()
    else:
        if guard and not guard.holds(board):
            _step_back(search, guard)
    before = len(search.done)
    search.leaner()
    if guard and not guard.holds(board):
        search.back_to(before)
    return search


def _step_back(search: Search, guard: Guard) -> None:
    """Go back to where what is asked was kept, and never make the change again after which it was not."""
    changes = list(search.done)
    kept, lost = 0, len(changes)
    while lost - kept > 1:
        middle = (kept + lost) // 2
        search.back_to(0)
        search.repeat(changes[:middle])
        kept, lost = (middle, lost) if guard.holds(search.board) else (kept, middle)
    search.back_to(0)
    search.repeat(changes[:kept])
    if kept < len(changes):
        search.board.ban(changes[kept].unit, changes[kept].target)
