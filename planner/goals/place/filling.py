"""The units of a board put on its hosts anew, up to a level, with nobody in the way of whom groups keep apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from planner.goals.moves.board import Board


class Filling:
    """Hosts that are filled, the largest unit first. Of each is told what it may have, and have of restarts."""

    def __init__(self, board: Board, levels: Sequence[int], restarts: Sequence[int]) -> None:
        self._board = board
        self._left, self._bearable = list(levels), list(restarts)
        self._crowds = Counter(
            (group, board.groups[group].units[host]) for host, each in enumerate(board.bins) for group in each.groups
        )
        self._apart = [Counter(unit.apart) for unit in board.units]

    def run(self, *, stays: bool) -> None:
        """Put every unit somewhere: where it runs today if it `stays` and finds room, else where most is left."""
        board, hosts = self._board, range(len(self._board.bins))
        order = sorted(range(len(board.units)), key=lambda number: (-self._taken(number), number))
        for number in order:
            home = board.units[number].source
            if stays and self._taken(number) <= self._left[home] and self._may(number, home):
                self._put(number, home)
                continue
            emptiest = sorted(hosts, key=lambda host: (-self._left[host], host))
            able = next((host for host in emptiest if self._may(number, host)), None)
            if able is None:
                able = next((host for host in emptiest if board.allowed(number, host)), home)
            self._put(number, able)

    def _taken(self, number: int) -> int:
        return self._board.size(number, self._board.units[number].source).taken

    def _may(self, number: int, host: int) -> bool:
        """Whether a unit may be there, were there room for it."""
        board = self._board
        if not board.allowed(number, host) or board.units[number].restart > self._bearable[host]:
            return False
        return all(
            self._crowds[group, board.groups[group].units[host]] + own <= board.groups[group].most
            for group, own in self._apart[number].items()
        )

    def _put(self, number: int, host: int) -> None:
        if self._board.at[number] != host:
            self._board.shift(number, host)
        self._left[host] -= self._board.size(number, host).taken
        self._bearable[host] -= self._board.units[number].restart
        for group, own in self._apart[number].items():
            self._crowds[group, self._board.groups[group].units[host]] += own
