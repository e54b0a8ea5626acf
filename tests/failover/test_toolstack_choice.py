"""The most VMs that hold as large as the largest, and one number of failures, each against every way there is."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from planner.failover.capacity import survives
from planner.failover.problem import FailoverProblem
from planner.failover.toolstack import as_large_as_the_largest
from planner.failover.toolstack_choice import most_as_large
from tests.failover.brute import capacity, tiny


def _most(problem: FailoverProblem, failures: int) -> int:
    """The most of the VMs that hold together, trying all choices."""
    vms = problem.placed
    return next(
        number
        for number in range(len(vms), -1, -1)
        for chosen in combinations(vms, number)
        if as_large_as_the_largest(replace(problem, restarts=chosen), failures)
    )


def test_no_choice_as_large_as_the_largest_is_larger() -> None:
    for seed in range(150):
        problem = tiny(seed)
        if len(problem.placed) > 8:
            continue
        for failures in range(1, len(problem.free) + 1):
            chosen = most_as_large(problem, failures)
            kept = tuple(each for each in problem.placed if each.vm in chosen)
            assert as_large_as_the_largest(replace(problem, restarts=kept), failures)
            assert len(chosen) == _most(problem, failures)


def test_one_number_of_failures_is_judged_as_all_are() -> None:
    for seed in range(150):
        problem = tiny(seed)
        most = capacity(problem)
        for failures in range(len(problem.free) + 1):
            assert survives(problem, failures) is (failures <= most)
