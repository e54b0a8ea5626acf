import json

import pytest

import planner
from planner.failover.problem import FailoverProblem, Restart
from planner.failover.toolstack import greedy, method, plan_exists
from tests.helpers import SHARED

PARITY = SHARED / "data" / "parity" / "xapi-ha-planner-cases.json"
SIZE = 16524


def spread(free: int, each: int, hosts: int = 3) -> FailoverProblem:
    names = [f"h{at}" for at in range(hosts)]
    vms = tuple(Restart(f"v{host}-{at}", SIZE, host) for host in names for at in range(each))
    return FailoverProblem(dict.fromkeys(names, free), vms)


@pytest.mark.parametrize(("each", "free", "most"), [(2, 88476, 2), (4, 55428, 1), (6, 22380, 0)])
def test_the_example_of_three_hosts(each: int, free: int, most: int) -> None:  # H-37
    assert planner.toolstack_capacity(spread(free, each)).failures == most


def test_its_order_of_packing_misses_a_way() -> None:  # H-38 a1
    vms = tuple(Restart(f"v{at}", size, "a") for at, size in enumerate((4, 3, 3)))
    problem = FailoverProblem({"a": 0, "b": 6, "c": 4}, vms)
    assert planner.toolstack_capacity(problem).failures == 0
    assert planner.failure_capacity(problem).lower == 1


def test_what_was_restarted_before_gets_in_the_way() -> None:  # H-38 a2
    vms = (Restart("v0", 1, "b"), Restart("v1", 2, "c"))
    problem = FailoverProblem({"a": 2, "b": 2, "c": 0, "d": 1}, vms)
    assert plan_exists(problem, 1)
    assert not plan_exists(problem, 2)
    assert planner.failure_capacity(problem).lower >= 2


def test_its_sequence_passes_where_its_packing_at_once_would_fail() -> None:  # H-38 a3
    vms = (Restart("v0", 2, "a"), Restart("v1", 2, "d"), Restart("v2", 3, "d"))
    free = {"a": 4, "b": 4, "c": 3, "d": 3}
    assert plan_exists(FailoverProblem(free, vms), 2)
    assert len(greedy(vms, {"b": 4, "c": 3})) == 2
    assert isinstance(planner.restart_plan(FailoverProblem(free, vms), ["a", "d"]), planner.RestartPlan)


def test_more_than_32_hosts_are_counted_by_the_largest_vm() -> None:  # H-39 b1
    free = {f"h{at:02}": 12 for at in range(1, 33)} | {"h33": 24}
    vms = (Restart("big", 20, "h01"), *(Restart(f"v{at}", 4, f"h{at:02}") for at in range(2, 34)))
    problem = FailoverProblem(free, vms)
    assert planner.toolstack_capacity(problem).failures == 0
    found = planner.failure_capacity(problem)
    assert (found.lower, found.upper) == (1, 1)
    without = FailoverProblem(free, (Restart("big", 4, "h01"), *vms[1:]))
    assert planner.toolstack_capacity(without).failures == 24
    assert planner.failure_capacity(without).lower == 24


def test_three_failures_of_twenty_hosts_are_counted_too() -> None:  # H-39 b2
    hosts = [f"h{at:02}" for at in range(20)]
    vms = (Restart("big", 6, "h00"), *(Restart(f"{host}-{at}", 1, host) for host in hosts for at in range(6)))
    problem = FailoverProblem(dict.fromkeys(hosts, 10), vms)
    told = planner.toolstack_capacity(problem)
    assert told.failures == 2
    assert (2, "exhaustive", True) in told.steps
    assert {step[1] for step in told.steps if step[0] > 2} == {"approximate"}
    found = planner.failure_capacity(problem)
    assert (found.lower, found.upper) == (12, 12)


@pytest.mark.parametrize(
    ("hosts", "most"), [(1, 1), (6, 6), (7, 5), (8, 4), (9, 4), (10, 3), (16, 3), (17, 2), (32, 2), (33, -1)]
)
def test_how_many_failures_are_looked_at_in_every_order(hosts: int, most: int) -> None:  # H-30
    problem = FailoverProblem({f"h{at}": 0 for at in range(hosts)}, ())
    found = [failures for failures in range(hosts + 1) if method(problem, failures) == "exhaustive"]
    assert max(found, default=-1) == most


def test_all_hosts_of_the_pool_count_for_the_method() -> None:
    assert method(FailoverProblem({"a": 0}, (), total_hosts=33), 1) == "approximate"


def test_the_order_in_which_it_asks_itself() -> None:
    told = planner.toolstack_capacity(spread(88476, 2))
    assert told.steps == ((1, "exhaustive", True), (2, "exhaustive", True), (3, "exhaustive", False))
    none = planner.toolstack_capacity(FailoverProblem(dict.fromkeys("abcd", 0), ()))
    assert none.failures == 4
    assert [step[0] for step in none.steps] == [2, 3, 4]


def test_one_vm_that_is_not_agile_leaves_nothing() -> None:  # H-36
    vms = (Restart("free", 1, "a"), Restart("bound", 1, "a", frozenset("ab")))
    problem = FailoverProblem(dict.fromkeys("abc", 10), vms)
    assert planner.toolstack_capacity(problem).failures == 0


def test_plans_for_failures_are_as_the_toolstack_tests_them() -> None:
    if not PARITY.exists():
        pytest.skip("the cases are not beside the project")
    cases = json.loads(PARITY.read_text(encoding="utf-8"))["plan_for_n_failures"]
    assert cases
    for case in cases:
        pool = case["pool"]
        hosts = [pool["master"], *pool["slaves"]]
        used = {host["name_label"]: sum(vm["memory"] for vm in host["vms"]) for host in hosts}
        vms = tuple(
            Restart(vm["name_label"], vm["memory"], host["name_label"])
            for host in hosts
            for vm in host["vms"]
            if vm["ha_always_run"] and vm["ha_restart_priority"] == "restart"
        )
        free = {host["name_label"]: host["memory_total"] - used[host["name_label"]] for host in hosts}
        found = plan_exists(FailoverProblem(free, vms), pool["ha_host_failures_to_tolerate"])
        assert found is (case["expected"] != "No_plan_exists"), case["note"]


def test_a_host_goes_back_in_front_of_those_with_the_same_room() -> None:
    vms = (Restart("v0", 2, "x"), Restart("v1", 2, "x"))
    assert greedy(vms, {"a": 4, "b": 2}) == {"v0": "a", "v1": "a"}
