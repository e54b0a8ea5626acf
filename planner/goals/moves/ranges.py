"""What the highest and lowest loads come to when the VMs of two hosts change: for many such changes at once."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nsmallest
from typing import Any

import numpy as np
import numpy.typing as npt

from planner.facts.loads import WHOLE
from planner.goals.moves.board import FINE, Board

Numbers = npt.NDArray[Any]
"""Whole numbers: of 64 bits where none can get larger than that, else of any size."""
Order = Sequence[tuple[int, int]]
Worth = tuple[int, int, int]
"""As `Board.worth` has it."""
NOBODY = -1
"""No unit."""

_BESIDES = 3
"""So many of the highest and lowest are remembered: a change concerns two hosts."""
_LARGEST = 2**62


class Arrays:
    """A board in arrays: what never changes of it, and what two hosts come to when their units change."""

    def __init__(self, board: Board) -> None:
        kinds = max((each.kind for each in board.bins), default=0) + 1
        sizes = [[size.taken for size in unit.sizes[:kinds]] for unit in board.units]
        kind = np.array([each.kind for each in board.bins], np.intp)
        memory, cpus = [max(1, each.memory) for each in board.bins], [each.cpus or 0 for each in board.bins]
        taken = sum(each.taken for each in board.bins) + sum(map(max, sizes))
        vcpus = sum(each.vcpus for each in board.bins) + sum(each.vcpus for each in board.units)
        self._kind = kind
        self._type = np.int64 if _bounded(board, taken, vcpus) else object
        self._sizes = self.exact([*sizes, [0] * kinds])
        self._vcpus = self.exact([*(each.vcpus for each in board.units), 0])
        self._memory, self._counted = self.exact(memory), np.array([number > 0 for number in cpus], np.bool_)
        self._cpus = self.exact([max(1, number) for number in cpus])
        self._heavy, self._busy = self.exact(board.heavy), self.exact(board.busy)

    def exact(self, numbers: Sequence[Any]) -> Numbers:
        """Numbers that keep their value in whatever is made of them here."""
        return np.array(numbers, self._type)

    def changed(
        self, board: Board, host: Numbers, leaving: Numbers, coming: Numbers
    ) -> tuple[Numbers, Numbers, Numbers]:
        """The loads of memory and of CPUs of hosts once units have left and come, and how strongly they pull then."""
        kind = self._kind[host]
        taken = self.exact(board.taken)[host] - self._sizes[leaving, kind] + self._sizes[coming, kind]
        vcpus = self.exact(board.vcpus)[host] - self._vcpus[leaving] + self._vcpus[coming]
        memory, cpus, counted = self._memory[host], self._cpus[host], self._counted[host]
        heavy, busy = taken * FINE // memory, np.where(counted, vcpus * FINE // cpus, 0)
        pull = self._heavy[host] * heavy * heavy + self._busy[host] * busy * busy
        return -(-taken * WHOLE // memory), np.where(counted, -(-vcpus * WHOLE // cpus), 0), pull


def _bounded(board: Board, taken: int, vcpus: int) -> bool:
    """Whether all numbers stay small, were everything on any one host."""
    pulls = (
        heavy * (taken * FINE // max(1, each.memory)) ** 2 + busy * (vcpus * FINE // (each.cpus or 1)) ** 2
        for each, heavy, busy in zip(board.bins, board.heavy, board.busy, strict=True)
    )
    return max(2 * sum(pulls), taken * FINE, vcpus * FINE) < _LARGEST


class Ranges:
    """The extremes of a board as it is."""

    def __init__(self, board: Board, arrays: Arrays) -> None:
        self._board, self._arrays = board, arrays
        self.now = board.worth()
        hosts = range(len(board.bins))
        self._orders = [
            [(loads[host], host) for host in nsmallest(_BESIDES, hosts, key=lambda host: (sign * loads[host], host))]
            for loads in (board.memory_load, board.vcpu_load)
            for sign in (-1, 1)
        ]

    def extremes(self) -> list[int]:
        """The hosts that are loaded most, then those that are loaded least."""
        most, least, busy, idle = (order[0][1] for order in self._orders)
        return list(dict.fromkeys((most, busy, least, idle)))

    def worths(self, ones: Numbers, others: Numbers, firsts: Numbers, seconds: Numbers) -> tuple[Numbers, ...]:
        """What the board would be worth if units went from one host to another one and second units came back.

        For each such change the highest load, the unevenness, and what pulls in all, as `Board.worth` has them. Units
        may be NOBODY.
        """
        here = self._arrays.changed(self._board, ones, firsts, seconds)
        there = self._arrays.changed(self._board, others, seconds, firsts)
        most, least, busiest, idlest = (self._beside(order, ones, others) for order in self._orders)
        highest = np.maximum.reduce([*most, here[0], there[0]]) + np.maximum.reduce([*busiest, here[1], there[1]])
        lowest = np.minimum.reduce([*least, here[0], there[0]]) + np.minimum.reduce([*idlest, here[1], there[1]])
        pull = self._arrays.exact(self._board.pull)
        return highest, highest - lowest, self.now[2] - pull[ones] - pull[others] + here[2] + there[2]

    def _beside(self, order: Order, ones: Numbers, others: Numbers) -> tuple[Numbers, ...]:
        """The most extreme loads of the hosts that do not change, where there are such."""
        if len(order) < _BESIDES:
            return ()
        (_, host), (_, following), _ = order
        first, second, third = (self._arrays.exact([each]) for each, _ in order)
        after = np.where((ones != following) & (others != following), second, third)
        return (np.where((ones != host) & (others != host), first, after),)
