from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.errors import GoalError
from planner.failover.answers import Cause, NoPlan, RestartPlan
from planner.failover.capacity import STEPS, survives
from planner.failover.effort import Effort
from planner.failover.ledger import Ledger
from planner.failover.problem import FailoverProblem, Restart
from planner.failover.recheck import refutes, restarts_all
from planner.failover.search import FULL, Search
from planner.patience import Waiting, waited_for
from tests.failover.brute import capacity, survived, tiny

GIB = 2**30
PARTS, EACH = 10, 520


def counts(cause: Cause) -> bool:
    return cause.measure is not None or bool(cause.weights)


@pytest.mark.parametrize("part", range(PARTS))
def test_the_capacity_is_the_truth_on_tiny_problems(part: int) -> None:
    for seed in range(part * EACH, (part + 1) * EACH):
        problem = tiny(seed)
        found, truth = planner.failure_capacity(problem), capacity(problem)
        assert found.proven, seed
        assert found.lower == found.upper == truth, seed
        if found.witness is None:
            assert truth == len(problem.units), seed
        else:
            assert len(found.witness) == truth + 1, seed
            assert not survived(problem, found.witness), seed
            assert found.because is not None
            assert not counts(found.because) or refutes(problem, found.witness, found.because), seed


@pytest.mark.parametrize("part", range(4))
def test_a_restart_plan_is_found_where_there_is_one(part: int) -> None:
    for seed in range(part * 300, (part + 1) * 300):
        problem = tiny(seed)
        failed = tuple(problem.units)[: seed % (len(problem.units) + 1)]
        answer = planner.restart_plan(problem, failed)
        assert isinstance(answer, RestartPlan) is survived(problem, failed), seed
        if isinstance(answer, RestartPlan):
            assert restarts_all(problem, failed, dict(answer.targets))
        else:
            assert answer.proven
            lost = {each.vm for each in problem.failing(failed)[0]}
            kept = [each for each in problem.restarts if each.vm in answer.because or each.vm not in lost]
            assert not survived(replace(problem, restarts=tuple(kept)), failed)
            for vm in answer.because:
                fewer = tuple(each for each in kept if each.vm != vm)
                assert survived(replace(problem, restarts=fewer), failed), (seed, vm)


def test_the_toolstack_never_says_more_than_is_true() -> None:
    for seed in range(1500):
        problem = replace(tiny(seed), domains=None, apart=())
        assert planner.toolstack_capacity(problem).failures <= planner.failure_capacity(problem).upper, seed


def test_one_after_another_is_never_more_than_at_once() -> None:
    for seed in range(400):
        problem = tiny(seed)
        found = planner.sequential_capacity(problem)
        assert found.lower <= found.upper <= capacity(problem), seed


def test_a_gap_between_at_once_and_one_after_another() -> None:
    free = {"a": 18, "b": 0, "c": 0, "d": 10, "e": 9}
    vms = (Restart("1", 1, "a"), Restart("2", 10, "b"), Restart("3", 9, "c"), Restart("4", 9, "c"))
    problem = FailoverProblem(free, vms)
    assert planner.failure_capacity(problem).lower == 2
    assert planner.sequential_capacity(problem) == planner.SequentialCapacity(1, 1, proven=True)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(10_000, 10**6), more=st.integers(0, 20), at=st.integers(0, 5))
def test_more_memory_never_lowers_it_and_names_change_nothing(seed: int, more: int, at: int) -> None:
    problem = tiny(seed)
    before = planner.failure_capacity(problem)
    hosts = sorted(problem.free)
    host = hosts[at % len(hosts)]
    larger = replace(problem, free={**problem.free, host: max(0, problem.free[host]) + more})
    assert planner.failure_capacity(larger).lower >= before.lower
    renamed = {each: f"x{len(hosts) - number}" for number, each in enumerate(hosts)}
    other = FailoverProblem(
        {renamed[each]: problem.free[each] for each in reversed(hosts)},
        tuple(
            Restart(
                f"w{each.vm}",
                each.size,
                renamed[each.host] if each.host else None,
                None if each.hosts is None else frozenset(renamed[one] for one in each.hosts),
            )
            for each in reversed(problem.restarts)
        ),
        None,
        None if problem.domains is None else {renamed[each]: unit for each, unit in problem.domains.items()},
        tuple(frozenset(f"w{vm}" for vm in group) for group in reversed(problem.apart)),
    )
    assert planner.failure_capacity(other).lower == before.lower


def test_without_vms_all_hosts_may_fail() -> None:
    problem = FailoverProblem({"a": 0, "b": 0}, ())
    assert planner.failure_capacity(problem) == planner.FailureCapacity(2, 2, proven=True, witness=None, because=None)
    off = FailoverProblem({"a": 0}, (Restart("v", 1, None),))
    assert planner.failure_capacity(off).lower == 1


def test_the_cause_names_what_has_no_room() -> None:
    problem = FailoverProblem({"a": 0, "b": 8 * GIB, "c": 8 * GIB}, (Restart("db", 16 * GIB, "a"),))
    found = planner.failure_capacity(problem)
    assert (found.lower, found.witness) == (0, ("a",))
    assert found.because
    assert found.because.vms == ("db",)
    assert found.because.text == "db of 16 GiB, and the 2 hosts left that may take them have room for 0 of 16 GiB"


def test_the_cause_speaks_of_one_host_as_one() -> None:
    found = planner.failure_capacity(FailoverProblem({"a": 0, "b": 8 * GIB}, (Restart("db", 16 * GIB, "a"),)))
    assert found.because
    assert found.because.text == "db of 16 GiB, and the 1 host left that may take them has room for 0 of 16 GiB"
    two = (Restart("db", 5 * GIB, "a"), Restart("web", 5 * GIB, "a"))
    found = planner.failure_capacity(FailoverProblem({"a": 0, "b": 8 * GIB}, two))
    assert found.because
    assert "the 1 host left that may take them has " in found.because.text


def test_effort_that_runs_out_leaves_honest_bounds() -> None:
    problem = next(each for each in map(tiny, range(1000)) if not planner.failure_capacity(each, effort=0).proven)
    little, much = planner.failure_capacity(problem, effort=0), planner.failure_capacity(problem)
    assert much.proven
    assert little.lower <= much.lower <= much.upper <= little.upper
    assert not little.proven
    assert little == planner.failure_capacity(problem, effort=0)


@pytest.mark.parametrize(
    ("free", "restarts", "message"),
    [
        ({"a": 1}, (Restart("v", 1, "b"),), "v is on b, whose free memory is not given"),
        ({"a": 1}, (Restart("v", -1, "a"),), "the size of v is -1; give bytes, zero or more"),
        ({"a": 1}, (Restart("v", 1, "a"), Restart("v", 2, "a")), "v is to be restarted twice"),
        ({"a": 2**62}, (), "hosts and VMs come to more than 4 EiB of memory"),
    ],
)
def test_a_problem_that_makes_no_sense_is_refused(
    free: dict[str, int], restarts: tuple[Restart, ...], message: str
) -> None:
    with pytest.raises(GoalError, match=message):
        FailoverProblem(free, restarts)


def test_a_host_that_is_none_cannot_fail() -> None:
    with pytest.raises(GoalError, match="x is no host of the problem; it has a"):
        planner.restart_plan(FailoverProblem({"a": 1}, ()), ["x"])


def test_a_plan_may_ask_for_a_host_of_a_rack() -> None:
    problem = FailoverProblem({"a": 1, "b": 1, "c": 1}, (Restart("v", 1, "a"),), None, {"a": "r", "b": "r"})
    assert planner.restart_plan(problem, ["b"]) == planner.RestartPlan((("v", "c"),))
    assert isinstance(planner.restart_plan(problem, ["r", "c"]), NoPlan)


def test_whoever_waits_no_longer_is_spared_what_is_dear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Search, "_cheaply", lambda *_: None)
    monkeypatch.setattr(Search, "_few", lambda *_: False)
    monkeypatch.setattr(Search, "_enumerated", lambda *_: "dear")
    problem, who = FailoverProblem({"a": 1, "b": 2, "c": 2}, (Restart("v", 1, "a"),)), Waiting()
    for who.ended in (False, True):
        with waited_for(who):
            assert survives(problem, 1) is (None if who.ended else True)
            assert planner.failure_capacity(problem).lower == (0 if who.ended else 2)


@pytest.mark.parametrize(("effort", "in_haste"), [(1.0, 0.1), (0.1, 1.0), (0.01, 1.0)])
def test_whoever_waits_no_longer_gets_a_tenth_of_what_is_tried_first(
    effort: float, in_haste: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, who = list[float](), Waiting()
    monkeypatch.setattr(Effort, "within", lambda _, steps, __: seen.append(steps))
    problem = FailoverProblem({"a": 1, "b": 2, "c": 2}, (Restart("v", 1, "a"),))
    search = Search(Ledger(problem), Effort(STEPS * effort))
    for who.ended in (False, True):
        with waited_for(who):
            search._judge([(FULL, lambda _: None)])
    assert seen == pytest.approx([STEPS * effort, STEPS * effort * in_haste])
