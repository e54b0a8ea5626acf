"""Checks of answers by hand's means: they know the problem and the answer, and nothing of how it was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from planner.failover.problem import FailoverProblem


def restarts_all(problem: FailoverProblem, failed: Iterable[str], targets: Mapping[str, str]) -> bool:
    """Whether every VM of the failed units has a target that is left, that it may use, and where all fits."""
    lost, room = problem.failing(failed)
    if {each.vm for each in lost} != set(targets):
        return False
    left = dict(room)
    for each in lost:
        target = targets[each.vm]
        if target not in left or (each.hosts is not None and target not in each.hosts):
            return False
        left[target] -= each.size
    return all(each >= 0 for each in left.values())
