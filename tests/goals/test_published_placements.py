"""Published placements as pools: small ones in the formats of the files, told by hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from planner.facts.wishes import broken
from tests.benchmarks.place import made_up
from tests.benchmarks.placements import (
    Case,
    Request,
    fewest,
    first_fit,
    groups,
    halted,
    requests,
    roadef,
    servers,
)

# Two resources, the second one transient, with weights 3 and 5. Three machines: neighbourhood, location, capacities,
# safety capacities, costs of moving to each. A service of two processes that wants two locations; another that depends
# on it. Processes: service, needs, cost of moving. Half of the second resource is to be free for what is of the first.
MODEL = """2 0 3 1 5
3 0 0 10 8 6 4 0 1 2  0 1 10 8 6 4 1 0 1  1 1 10 8 10 8 2 1 0
2 2 0 1 1 0
3 0 4 2 7 0 3 3 9 1 2 1 11
1 0 1 2 100
1 10 50"""
AT = "0 1 0"


@pytest.fixture
def case(tmp_path: Path) -> Case:
    (tmp_path / "model").write_text(MODEL, encoding="utf-8")
    (tmp_path / "at").write_text(AT, encoding="utf-8")
    return roadef(tmp_path / "model", tmp_path / "at")


def test_an_instance_is_read(case: Case) -> None:
    assert (case.transient, case.weights, case.moving, case.at) == ((False, True), (3, 5), (1, 10, 50), (0, 1, 0))
    assert [each.capacity for each in case.machines] == [(10, 8)] * 3
    assert [each.moving for each in case.machines] == [(0, 1, 2), (1, 0, 1), (2, 1, 0)]
    assert [(each.spread, each.depends) for each in case.services] == [(2, ()), (1, (0,))]
    assert [(each.service, each.needs, each.moving) for each in case.processes] == [
        (0, (4, 2), 7),
        (0, (3, 3), 9),
        (1, (2, 1), 11),
    ]


def test_what_an_assignment_costs(case: Case) -> None:
    # On machine 0 (6, 3), on 1 (3, 3), on 2 nothing: nowhere beyond what is safe. Free (4, 5), (7, 5) and (10, 8):
    # of the second resource there is to be twice as much as of the first, so 3, 9 and 12 are missing.
    assert case.cost(case.at) == 100 * (3 + 9 + 12)
    # Process 2 on machine 1: there (5, 4), on 0 (4, 2). Free (6, 6), (5, 4), (10, 8): 6, 6 and 12 are missing. It
    # costs 11 to move it, 10 for one move of a service, and 50 for the way.
    assert case.cost([0, 1, 1]) == 100 * (6 + 6 + 12) + 11 + 10 + 50
    # All on machine 0: (9, 6) is 3 and 2 beyond what is safe; free are (1, 2), (10, 8) and (10, 8).
    assert case.cost([0, 0, 0]) == 3 * 3 + 5 * 2 + 100 * (0 + 12 + 12) + 9 + 10 + 50


def test_what_an_assignment_breaks(case: Case) -> None:
    assert case.broken(case.at) == 0
    assert case.broken([0, 0, 0]) == 2  # two of a service on one machine, in one location
    assert case.broken([0, 1, 2]) == 1  # the second service depends on one that is not near machine 2
    assert case.broken([1, 0, 0]) == 0
    # While two processes change places they take of the second resource on both machines: 3 + 1 + 2, and 2 + 3.
    tight = replace(case, machines=tuple(replace(each, capacity=(10, 5)) for each in case.machines))
    assert tight.broken(case.at) == 0
    assert tight.broken([1, 0, 0]) == 1


def test_a_pool_states_two_resources_and_what_is_apart(case: Case) -> None:
    (pool,) = case.pool().pools
    assert [vm.runs_on for vm in pool.vms.records] == ["m000", "m001", "m000"]
    assert [vm.vcpus.max if vm.vcpus else None for vm in pool.vms.records] == [2, 3, 1]
    assert [(rule.relation, rule.vms) for rule in pool.placement] == [("apart", ("p0000", "p0001"))]
    assert broken(pool) == ()


def test_requests_and_servers_are_read(tmp_path: Path) -> None:
    lines = "flavor_vcpus,flavor_ram,numa,strategy,group,domain\n8,16,1,anti-affinity,0,\n4,8,1,,,\n2,4,2,affinity,1,\n"
    (tmp_path / "vms.csv").write_text(lines, encoding="utf-8")
    (tmp_path / "pms.csv").write_text("CPU1,RAM1,CPU2,RAM2\n16,32,32,64\n34,68,36,72\n", encoding="utf-8")
    assert requests(tmp_path / "vms.csv", 2) == [Request(8, 16, "anti-affinity", "0"), Request(4, 8, "", "")]
    assert servers(tmp_path / "pms.csv") == [(48, 96), (70, 140)]


def test_the_first_server_with_room_is_taken() -> None:
    apart, near, plain = ("anti-affinity", "0"), ("affinity", "0"), ("", "")
    wanted = [Request(2, 2, *apart), Request(2, 2, *apart), Request(1, 1, *near), Request(3, 1, *plain)]
    wanted.append(Request(1, 1, *near))
    assert groups(wanted) == {apart: [0, 1], near: [2, 4]}
    assert first_fit(wanted, [(4, 4)] * 3) == 3  # the fourth finds three CPUs on the third alone
    assert first_fit(wanted, [(4, 4)] * 2) is None
    assert fewest(wanted, [(4, 4)] * 5) == 3  # nine CPUs
    (pool,) = halted(wanted, [(4, 4)] * 3).pools
    assert all(vm.power_state == "halted" and vm.runs_on is None for vm in pool.vms.records)
    assert [(rule.relation, len(rule.vms)) for rule in pool.placement] == [("apart", 2), ("together", 2)]
    assert [limit.vcpus_per_cpu for limit in pool.host_limits] == [1.0]


@pytest.mark.parametrize("flavours", [True, False])
def test_a_pool_that_is_made_up_is_used_as_much_as_it_is_to_be(*, flavours: bool) -> None:
    (pool,) = made_up(8, 100, 0.7, flavours=flavours, protected=True).pools
    used = sum(vm.memory.static_max or 0 for vm in pool.vms.records if vm.memory)
    assert 0.67 < used / sum(host.memory or 0 for host in pool.hosts.records) < 0.71
    sizes = {vm.memory for vm in pool.vms.records}
    assert len(sizes) == 6 if flavours else len(sizes) > 90
    assert 0.4 < sum(bool(vm.ha_always_run) for vm in pool.vms.records) / 100 < 0.8
