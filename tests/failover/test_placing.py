"""Where the search for restarts does not end, hosts are filled one after another before the solver is asked."""

from itertools import combinations

import pytest

from planner.failover.answers import RestartPlan
from planner.failover.capacity import restart_plan
from planner.failover.effort import SECOND, Effort
from planner.failover.placing import _filled
from planner.failover.recheck import restarts_all
from tests.benchmarks.failure_capacity import Row, large_flavours, pool
from tests.failover.test_each_argument import ledgers

TIGHT = (5, 9, 15, 16, 17, 19, 21, 25, 26, 28, 33, 38, 47, 49, 53, 57, 62)
"""Hosts that can fail together, though no greedy rule restarts their VMs."""


@pytest.mark.parametrize("seeds", [range(at, at + 100) for at in (0, 100, 200)])
def test_what_is_filled_restarts_every_vm(seeds: range) -> None:
    found = 0
    for ledger, truth in ledgers(seeds):
        problem = ledger.problem
        for units in combinations(problem.units, min(1 + truth, len(problem.units) - 1)):
            lost, room = problem.failing(units)
            targets = _filled(lost, room, Effort(SECOND))
            if targets is not None:
                found += 1
                assert restarts_all(problem, units, targets)
                assert targets.keys() == {each.vm for each in lost}
    assert found > 20


def test_a_tight_failure_of_many_large_vms_is_restarted_with_little_effort() -> None:
    problem = pool(Row(64, 500, large_flavours), 0.6, even=False, seed=0)
    failed = [f"host{number:02}" for number in TIGHT]
    assert isinstance(restart_plan(problem, failed, effort=0.1), RestartPlan)
