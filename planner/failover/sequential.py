"""How many hosts may fail one after another, when each time the VMs are restarted and nothing is moved again.

The planner chooses where VMs go, then the next host fails, whichever is worst. Every such order of failures ends with
all VMs of the failed hosts on the others, so no more can be survived than at once. Small pools are searched through;
of larger ones both bounds are told. One failure is one failure, and there is a reserve:

Lemma. Restart VMs in any order, each on any host where it fits. Let one of size s be the first that fits nowhere. Then
every host left has less than s free, so it took at least U = F - s + 1 (F is its free memory at first), and all of
that was on failed hosts at first. So their load is at least s + the sum of U over hosts left. If for every s the k
largest (load + U) stay below s + the sum of all U, any k failures in a row are survived.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.failover.answers import SequentialCapacity
from planner.failover.capacity import failure_capacity
from planner.failover.choosy.roster import is_choosy
from planner.failover.effort import Effort, Exhausted
from planner.failover.ledger import Ledger
from planner.failover.problem import FailoverProblem, Restart
from planner.failover.ranking import worst_sums

STEPS = 200_000
DEEPEST = 400
"""The search goes as deep as a host has VMs; more of them are not looked through."""


def sequential_capacity(problem: FailoverProblem, *, effort: float = 1.0) -> SequentialCapacity:
    """The most failures in a row that the best choices survive; see `planner.sequential_capacity`."""
    together = failure_capacity(problem, effort=effort)
    lower, upper = max(min(1, together.lower), min(reserved(problem), together.upper)), together.upper
    game = _Game(problem, Effort(STEPS * effort))
    for failures in range(lower + 1, upper + 1):
        try:
            if not game.survives(failures):
                upper = failures - 1
                break
        except Exhausted:
            break
        lower = failures
    return SequentialCapacity(lower, upper, lower == upper)


def reserved(problem: FailoverProblem) -> int:
    """How many failures in a row the reserve covers, wherever VMs are restarted."""
    ledger = Ledger(problem)
    if is_choosy(problem) or not ledger.sizes.size:
        return 0
    least = np.maximum(0, ledger.free[None, :] - ledger.sizes[:, None] + 1)
    pressure, needed = ledger.by_unit(ledger.load[None, :] + least), ledger.sizes + least.sum(axis=1)
    open_ = (k for k in range(1, len(ledger.units)) if (worst_sums(pressure, k) >= needed).any())
    return next(open_, len(ledger.units)) - 1


_State = tuple[tuple[tuple[str, int], ...], tuple[tuple[str, str], ...]]


class _Game:
    """Failures against restarts."""

    def __init__(self, problem: FailoverProblem, effort: Effort) -> None:
        self._problem = problem
        self._effort = effort
        self._vms = {each.vm: each for each in problem.placed}
        self._known: dict[tuple[int, _State], bool] = {}

    def survives(self, failures: int) -> bool:
        """Whether so many failures in a row can be survived."""
        room = tuple(self._problem.room.items())
        placed = tuple((each.vm, each.host) for each in self._problem.placed if each.host is not None)
        return self._survives(failures, (room, placed))

    def _survives(self, failures: int, state: _State) -> bool:
        if failures == 0:
            return True
        key = failures, state
        if key not in self._known:
            self._effort.spend(1 + len(state[1]))
            units = {self._problem.unit(host) for host, _ in state[0]}
            self._known[key] = all(self._answered(failures, state, unit) for unit in sorted(units))
        return self._known[key]

    def _answered(self, failures: int, state: _State, unit: str) -> bool:
        """Whether there is a way to restart the VMs of a unit after which the other failures are survived."""
        room = {host: left for host, left in state[0] if self._problem.unit(host) != unit}
        located = dict(state[1])
        lost = [self._vms[vm] for vm, host in state[1] if host not in room]
        lost.sort(key=lambda each: (-each.size, each.vm))
        if len(lost) > DEEPEST:
            raise Exhausted
        return any(
            self._survives(failures - 1, (tuple(sorted(left.items())), tuple(sorted({**located, **targets}.items()))))
            for left, targets in self._ways(lost, room)
            if self._kept_apart(located, targets)
        )

    def _kept_apart(self, located: dict[str, str], targets: dict[str, str]) -> bool:
        """Whether no VM is restarted beside one from which it is kept apart."""
        homes = {**located, **targets}
        return not any(
            homes[vm] == homes[other]
            for group in self._problem.groups
            for vm in group & targets.keys()
            for other in group - {vm}
        )

    def _ways(self, lost: list[Restart], room: dict[str, int]) -> Iterator[tuple[dict[str, int], dict[str, str]]]:
        """Every way to restart VMs, with the memory that it leaves."""
        self._effort.spend()
        if not lost:
            yield dict(room), {}
            return
        first, *others = lost
        for host in sorted(room, key=lambda each: (room[each], each)):
            if room[host] >= first.size and (first.hosts is None or host in first.hosts):
                left = {**room, host: room[host] - first.size}
                for rest, targets in self._ways(others, left):
                    yield rest, {first.vm: host, **targets}
