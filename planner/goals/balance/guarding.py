"""How many hosts may fail while VMs are elsewhere than today."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from planner.facts.failover_problem import Problems
from planner.facts.survival import FEW_HOSTS, GLANCE
from planner.failover.capacity import survives
from planner.goals.moves.board import Board
from planner.goals.moves.shunting import Move


class Guard:
    """What has to be survived, with the VMs where they are today."""

    def __init__(self, found: Problems, failures: int, static: Callable[[str, str], int]) -> None:
        self._problem = found.exact
        self.failures = failures
        self._static = static
        """What a VM takes of a host at its static maximum."""

    def holds(self, board: Board) -> bool:
        """Whether so many hosts may fail with all units where they are."""
        moved = (
            Move(vm, board.bins[unit.source].key, board.bins[host].key)
            for unit, host in zip(board.units, board.at, strict=True)
            if host != unit.source
            for vm in unit.vms
        )
        return self.after(moved)

    def after(self, moves: Iterable[Move], arriving: Move | None = None) -> bool:
        """The same after moves, while another VM is on its way: its room is taken on both hosts."""
        if not self.failures:
            return True
        at: dict[str, str] = {}
        free = dict(self._problem.free)
        for move in moves:
            free[move.source] += self._static(move.vm, move.source)
            free[move.target] -= self._static(move.vm, move.target)
            at[move.vm] = move.target
        if arriving is not None:
            free[arriving.target] -= self._static(arriving.vm, arriving.target)
        restarts = tuple(replace(each, host=at[each.vm]) if each.vm in at else each for each in self._problem.restarts)
        problem = replace(self._problem, free=free, restarts=restarts)
        effort = 1.0 if len(free) <= FEW_HOSTS else GLANCE  # what is found is judged with all of it in the end
        return survives(problem, self.failures, effort=effort) is True
