"""How many units may fail at once: bounds first, then the sets that the bounds leave open.

A set that can be restarted can be restarted without some of its units too, so the numbers are asked from above: from
the highest that no necessary condition rules out down to the first that is proven.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from planner.errors import GoalError
from planner.failover.answers import Cause, FailureCapacity, NoPlan, RestartPlan
from planner.failover.effort import Effort, Exhausted
from planner.failover.enumeration import suspicious
from planner.failover.explaining import by_counting, by_packing
from planner.failover.guarantee import Rows, rows
from planner.failover.necessary import Necessary
from planner.failover.packing import pack
from planner.failover.problem import FailoverProblem
from planner.failover.recheck import restarts_all

STEPS = 400_000
"""The steps that an effort of 1 allows for each number of failures."""


class _Verdict(Enum):
    SURVIVED = "survived"
    OPEN = "open"


def failure_capacity(problem: FailoverProblem, *, effort: float = 1.0) -> FailureCapacity:
    """The largest k such that every k units may fail at once; see `planner.failure_capacity`."""
    units = list(problem.units)
    if not problem.placed:
        return FailureCapacity(len(units), len(units), proven=True, witness=None, because=None)
    necessary = Necessary(problem)
    upper = necessary.most()
    broken = necessary.broken(upper + 1)
    witness, because = (broken.units, by_counting(problem, broken)) if broken else (None, None)
    guarantee = rows(problem)
    lower = 0
    for failures in range(upper, 0, -1):
        found = _ask(problem, necessary, guarantee, failures, Effort(STEPS * effort))
        if found is _Verdict.SURVIVED:
            lower = failures
            break
        if isinstance(found, tuple):
            upper, witness, because = failures - 1, *found
    return FailureCapacity(lower, upper, lower == upper, witness, because)


def _ask(
    problem: FailoverProblem, necessary: Necessary, guarantee: Rows, failures: int, effort: Effort
) -> tuple[tuple[str, ...], Cause] | _Verdict:
    """Whether all sets of so many units are survived, or one that is not and why."""
    open_rows = guarantee.breakable(failures)
    if not len(open_rows.thresholds):
        return _Verdict.SURVIVED
    try:
        for units in (*necessary.suspects(failures), *suspicious(open_rows, list(problem.units), failures, effort)):
            lost, room = problem.failing(units)
            if pack(lost, room, effort) is None:
                return units, by_packing(problem, units, lost)
    except Exhausted:
        return _Verdict.OPEN
    return _Verdict.SURVIVED


def restart_plan(problem: FailoverProblem, failed: Iterable[str], *, effort: float = 1.0) -> RestartPlan | NoPlan:
    """A host for each VM of failed units; see `planner.restart_plan`."""
    asked = sorted(set(failed))
    hosts = {host: unit for unit, members in problem.units.items() for host in members}
    unknown = [each for each in asked if each not in problem.units and each not in hosts]
    if unknown:
        raise GoalError(f"{unknown[0]} is no host of the problem; it has {', '.join(problem.free)}")
    units = tuple(sorted({each if each in problem.units else hosts[each] for each in asked}))
    lost, room = problem.failing(units)
    try:
        found = pack(lost, room, Effort(STEPS * effort * 5))
    except Exhausted:
        return NoPlan((), proven=False)
    if found is None:
        return NoPlan(by_packing(problem, units, lost).vms, proven=True)
    if not restarts_all(problem, units, found):
        raise AssertionError("a plan was found that does not restart every VM")
    return RestartPlan(tuple(sorted(found.items())))
