"""Which VMs of best effort still fit in the worst case."""

import pytest

from planner.failover.problem import FailoverProblem, Restart
from planner.overviews.ha_best_effort import Fitting, fitting
from tests.failover.brute import capacity, tiny


def test_those_that_come_first_are_counted_first_and_what_does_not_fit_is_passed_over() -> None:
    """Each host has 6 free: with two of them gone the third takes p and x, and then not y; big fits nowhere."""
    free = {"a": 6, "b": 6, "c": 6}
    held = FailoverProblem(free, (Restart("p", 4, "a"),))
    others = [Restart("big", 9, "a"), Restart("x", 2, "a"), Restart("y", 5, "b"), Restart("down", 1, None)]
    assert fitting(held, others, 2) == (Fitting(1, ("x", "y"), complete=True), Fitting(2, ("x",), complete=True))


def test_nothing_is_asked_where_nothing_is_survived() -> None:
    assert fitting(FailoverProblem({"a": 1}, ()), [Restart("x", 1, "a")], 0) == ()


@pytest.mark.parametrize("seed", range(0, 300, 3))
def test_all_that_are_told_to_fit_do_whichever_hosts_fail(seed: int) -> None:
    whole = tiny(seed)
    protected, others = whole.restarts[::2], whole.restarts[1::2]
    held = FailoverProblem(whole.free, protected, None, whole.domains)
    most = capacity(held)
    before = len(others)
    for each in fitting(held, others, most):
        kept = [vm for vm in others if vm.vm in each.vms]
        assert capacity(FailoverProblem(held.free, (*protected, *kept), None, held.domains)) >= each.failures
        assert len(each.vms) <= before
        before = len(each.vms)
        left = [vm for vm in others if vm.vm not in each.vms and vm.host is not None]
        if each.failures == 1 and each.complete and left:
            first = left[0]
            earlier = [vm for vm in kept if others.index(vm) < others.index(first)]
            asked = FailoverProblem(held.free, (*protected, *earlier, first), None, held.domains)
            assert capacity(asked) < 1
