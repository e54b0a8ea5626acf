"""What is still survived once one host has failed and its VMs have been restarted, in the worst case.

Restarted in two ways: as the toolstack packs, the largest VM on the host with most free memory; and by the better of an
exact plan and that. So what is left after the second is no less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planner.failover.answers import RestartPlan
from planner.failover.capacity import failure_capacity, restart_plan
from planner.failover.problem import FailoverProblem, Restart
from planner.failover.toolstack import greedy

_EFFORT = 0.05


@dataclass(frozen=True, slots=True)
class Left:
    """What is left in the worst case."""

    lower: int
    upper: int
    unit: str | None
    """The host, or what fails as one, after whose failure that is so; None where there is none that could fail."""
    complete: bool | None
    """All VMs of that unit are restarted, else some stay down; None where the effort ran out before that was clear."""


@dataclass(frozen=True, slots=True)
class NextFailure:
    """What is left after the next failure."""

    toolstack: Left
    best: Left


def next_failure(problem: FailoverProblem) -> NextFailure:
    """The least that is left after the failure of one unit, restarted in either way."""
    toolstack, best = [], []
    for unit in problem.units:
        packed = _as_the_toolstack(problem, unit)
        tooled = _left(problem, unit, packed)
        toolstack.append(tooled)
        best.append(max(_by_plan(problem, unit), tooled, key=_worth))
    return NextFailure(_least(toolstack), _least(best))


def _by_plan(problem: FailoverProblem, unit: str) -> Left:
    planned = restart_plan(problem, [unit])
    if isinstance(planned, RestartPlan):
        return _left(problem, unit, dict(planned.targets))
    return Left(0, 0 if planned.proven else len(problem.units) - 1, unit, complete=False if planned.proven else None)


def _as_the_toolstack(problem: FailoverProblem, unit: str) -> dict[str, str] | None:
    """Where the toolstack would restart the VMs of a unit; None where it would not restart all of them."""
    lost, room = problem.failing([unit])
    found = greedy(sorted(lost, key=lambda each: each.vm), room)
    may = all(each.hosts is None or found.get(each.vm) in each.hosts for each in lost)
    return found if len(found) == len(lost) and may else None


def _left(problem: FailoverProblem, unit: str, targets: Mapping[str, str] | None) -> Left:
    if targets is None:
        return Left(0, 0, unit, complete=False)
    found = failure_capacity(_after(problem, unit, targets), effort=_EFFORT)
    return Left(found.lower, found.upper, unit, complete=True)


def _after(problem: FailoverProblem, unit: str, targets: Mapping[str, str]) -> FailoverProblem:
    """The problem when a unit is gone and its VMs are on other hosts."""
    failed = set(problem.units[unit])
    free = {host: room for host, room in problem.free.items() if host not in failed}
    restarts = []
    for each in problem.placed:
        host = targets.get(each.vm, each.host)
        if each.vm in targets and host is not None:
            free[host] -= each.size
        restarts.append(Restart(each.vm, each.size, host, each.hosts))
    return FailoverProblem(free, tuple(restarts), problem.total_hosts, problem.domains, problem.apart)


def _worth(left: Left) -> tuple[int, int, int]:
    return {False: 0, None: 1, True: 2}[left.complete], left.lower, left.upper


def _least(found: Iterable[Left]) -> Left:
    """The least of both bounds, with the first unit that has the lower one."""
    each = list(found)
    if not each:
        return Left(0, 0, None, complete=True)
    worst = min(each, key=_worth)
    return Left(worst.lower, min(left.upper for left in each), worst.unit, worst.complete)
