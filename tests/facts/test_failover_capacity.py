"""The exact capacity of a pool, and when it is not worked out again."""

from collections import deque

import pytest

from planner.facts import failover_capacity
from planner.facts.failover_capacity import exact_capacity
from planner.facts.failover_problem import PoolProblem, Problems, as_configured, problems
from planner.failover import capacity
from planner.failover.answers import FailureCapacity
from planner.failover.problem import FailoverProblem
from planner.generator import healthy_pool
from planner.model.inventory import PoolView
from planner.patience import Waiting, for_at_most, waited_for


def asked(seed: int) -> Problems:
    view = PoolView(healthy_pool(4, 12, seed))
    return problems(PoolProblem(view), as_configured(view))


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The efforts with which problems were worked out, and nothing that is remembered from before."""
    seen, really = list[float](), capacity.failure_capacity

    def counting(problem: FailoverProblem, *, effort: float) -> FailureCapacity:
        seen.append(effort)
        return really(problem, effort=effort)

    monkeypatch.setattr(capacity, "failure_capacity", counting)
    monkeypatch.setattr(failover_capacity, "_LATEST", deque(maxlen=2))
    return seen


def test_an_equal_problem_is_worked_out_once(worked_out: list[float]) -> None:
    first = exact_capacity(asked(1))
    assert exact_capacity(asked(1)) == first
    assert worked_out == [1.0]
    assert exact_capacity(asked(1), effort=0.5) == first
    assert worked_out == [1.0, 0.5]
    assert exact_capacity(asked(2)) == capacity.failure_capacity(asked(2).exact, effort=1.0)
    exact_capacity(asked(1))
    assert worked_out == [1.0, 0.5, 1.0, 1.0, 1.0]


@pytest.fixture
def never_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    bounds = FailureCapacity(0, 3, proven=False, witness=None, because=None)
    monkeypatch.setattr(capacity, "failure_capacity", lambda *_, **__: bounds)


@pytest.mark.usefixtures("never_proven")
def test_bounds_found_in_haste_are_remembered_for_whoever_takes_them(worked_out: list[float]) -> None:
    gone = Waiting()
    gone.ended = True
    with waited_for(gone):
        exact_capacity(asked(1))
        exact_capacity(asked(1))
    assert worked_out == [1.0]
    exact_capacity(asked(1), in_haste=True)
    assert worked_out == [1.0]
    exact_capacity(asked(1))
    assert worked_out == [1.0, 1.0]
    exact_capacity(asked(1))
    assert worked_out == [1.0, 1.0]


def test_what_is_proven_in_haste_is_remembered_for_all(worked_out: list[float]) -> None:
    with for_at_most(0):
        assert exact_capacity(asked(1)).proven
    exact_capacity(asked(1))
    assert worked_out == [1.0]
