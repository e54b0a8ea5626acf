"""What the highest and lowest loads come to when the VMs of two hosts change."""

from __future__ import annotations

from heapq import nsmallest

from planner.facts.loads import load
from planner.goals.moves.board import Board

_BESIDES = 3
"""So many of the highest and lowest are remembered: a change concerns two hosts."""


class Ranges:
    """The extremes of a board as it is."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self.now = board.worth()
        self._beside: dict[tuple[int, int], tuple[tuple[int, ...], ...]] = {}
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

    def worth(self, one: int, other: int, first: int | None, second: int | None) -> tuple[int, int, int]:
        """What the board would be worth if one unit went there and the other came back."""
        board = self._board
        here, there = self._with(one, first, second), self._with(other, second, first)
        here_bin, there_bin = board.bins[one], board.bins[other]
        memory = load(here[0], here_bin.memory), load(there[0], there_bin.memory)
        busy = self._busy(here[1], here_bin.cpus), self._busy(there[1], there_bin.cpus)
        most, least, busiest, idlest = self._besides(one, other)
        highest = max(*most, *memory) + max(*busiest, *busy)
        lowest = min(*least, *memory) + min(*idlest, *busy)
        pull = self.now[2] + board.pull_of(one, *here) + board.pull_of(other, *there)
        return highest, highest - lowest, pull - board.pull[one] - board.pull[other]

    def _with(self, host: int, leaving: int | None, coming: int | None) -> tuple[int, int]:
        board = self._board
        taken, vcpus = board.taken[host], board.vcpus[host]
        if leaving is not None:
            taken, vcpus = taken - board.size(leaving, host).taken, vcpus - board.units[leaving].vcpus
        if coming is not None:
            taken, vcpus = taken + board.size(coming, host).taken, vcpus + board.units[coming].vcpus
        return taken, vcpus

    @staticmethod
    def _busy(vcpus: int, cpus: int | None) -> int:
        return load(vcpus, cpus) if cpus else 0

    def _besides(self, one: int, other: int) -> tuple[tuple[int, ...], ...]:
        """The most extreme loads of the hosts that do not change, where there are such; found once for two hosts."""
        if (one, other) not in self._beside:
            self._beside[one, other] = tuple(
                next(((value,) for value, host in order if host not in (one, other)), ()) for order in self._orders
            )
        return self._beside[one, other]
