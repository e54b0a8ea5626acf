from typing import Any

import pytest

from planner.facts.failover_problem import PoolProblem, Problems, as_configured, problems, with_priorities
from planner.failover.capacity import failure_capacity
from planner.failover.toolstack import toolstack_capacity
from planner.model.inventory import PoolView
from planner.model.pool import Pool

MIB = 2**20
GIB = 2**30
KEPT = {"ha_restart_priority": "restart", "ha_always_run": True}
NFS = {
    "name": "nfs",
    "type": "nfs",
    "shared": True,
    "connections": [{"host": each, "attached": True} for each in ("a", "b", "c")],
}
OWN = {"name": "own", "type": "ext", "shared": False, "connections": [{"host": "a", "attached": True}]}


def host(name: str, **fields: Any) -> dict[str, Any]:
    return {
        "name": name,
        "enabled": True,
        "live": True,
        "hvm": True,
        "memory": 16 * GIB,
        "memory_overhead": GIB,
        "control_domain": {"memory": GIB, "memory_overhead": 0, "vcpus": 1},
        "cpu": {"count": 16, "vendor": "GenuineIntel"},
        "hardware_platform_versions": [0],
        "interfaces": [],
        "usb_devices": [],
        "gpus": [],
        **fields,
    }


def vm(name: str, on: str | None, size: int = 4 * GIB, repository: str = "nfs", **fields: Any) -> dict[str, Any]:
    return {
        "name": name,
        "power_state": "running" if on else "halted",
        "runs_on": on,
        "domain_type": "hvm",
        "vcpus": 1,
        "memory": size,
        "hardware_platform_version": 0,
        "drives": [{"device": "xvda", "repository": repository}],
        "nics": [],
        "vgpus": [],
        "usb_groups": [],
        **KEPT,
        **fields,
    }


def view(*vms: dict[str, Any], hosts: tuple[dict[str, Any], ...] = (), **fields: Any) -> PoolView:
    document = {
        "name": "pool",
        "coordinator": "a",
        "software": {"product_version": "8.2.1"},
        "hosts": list(hosts or (host("a"), host("b"), host("c"))),
        "repositories": [NFS, OWN],
        "networks": [],
        "vms": list(vms),
        "ha": {"enabled": True},
        **fields,
    }
    return PoolView(Pool.model_validate(document))


def built(pool: PoolView) -> tuple[Problems, PoolProblem]:
    found = PoolProblem(pool)
    return problems(found, as_configured(pool)), found


def test_a_vm_counts_at_its_static_maximum_with_its_overhead() -> None:
    found, pool = built(view(vm("x", "a", memory={"dynamic_min": GIB, "dynamic_max": GIB, "static_max": 4 * GIB})))
    (restart,) = found.exact.restarts
    assert restart.size == (4096 + 2 + 1 + 32) * MIB
    assert found.exact.free["a"] == pool.free["a"] < found.exact.free["b"]
    assert found.exact.free["b"] - found.exact.free["a"] == 4 * GIB + (2 + 1 + 32) * MIB
    assert not pool.lacking


def test_an_agile_vm_may_go_anywhere_and_a_bound_one_nowhere() -> None:
    found, _ = built(view(vm("x", "a"), vm("y", "a", repository="own")))
    told = {each.vm: each.hosts for each in found.exact.restarts}
    assert told == {"x": None, "y": frozenset({"a"})}
    assert failure_capacity(found.exact).upper == 0
    assert toolstack_capacity(found.toolstack).failures == 0


def test_hosts_that_are_down_or_disabled_take_nobody_but_count_for_the_method() -> None:
    hosts = (host("a"), host("b", live=False), host("c", enabled=False))
    found, _ = built(view(vm("x", "a"), hosts=hosts))
    assert set(found.exact.free) == {"a"}
    assert found.exact.total_hosts == 3


def test_a_protected_vm_that_is_down_is_placed_first() -> None:
    found, pool = built(view(vm("x", None)))
    (restart,) = found.exact.restarts
    assert restart.host is not None
    assert found.exact.free[restart.host] == pool.free[restart.host] - restart.size
    assert not found.homeless
    assert not found.unplaced


def test_one_that_fits_nowhere_has_no_home() -> None:
    found, _ = built(view(vm("x", None, 64 * GIB)))
    assert [each.name for each in found.homeless] == ["x"]
    assert [each.name for each in found.unplaced] == ["x"]


@pytest.mark.parametrize(
    ("fields", "protected"),
    [
        ({}, True),
        ({"ha_restart_priority": "best-effort"}, False),
        ({"ha_restart_priority": ""}, False),
        ({"ha_always_run": False}, False),
        ({"power_state": "halted", "runs_on": None, "ha_always_run": None}, False),
        ({"driver_domain": True}, False),
    ],
)
def test_who_is_protected(fields: dict[str, Any], *, protected: bool) -> None:
    assert bool(as_configured(view(vm("x", "a", **fields)))) is protected


def test_other_priorities_can_be_asked_for() -> None:
    pool = view(vm("x", "a"), vm("y", "a", ha_restart_priority=""))
    assert [each.name for each in with_priorities(pool, {"y": "restart"})] == ["x", "y"]
    assert [each.name for each in with_priorities(pool, {"x": "best-effort"})] == []
    assert [each.name for each in with_priorities(pool, {"x": "restart"})] == ["x"]


def test_what_is_unknown_is_told() -> None:
    found, _ = built(view(vm("x", "a", memory=None)))
    assert {each.field for each in found.lacking} >= {"memory.static_max"}


def test_a_search_that_is_given_up_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.facts.failover_problem._STEPS", 0)
    found, _ = built(view(vm("x", None)))
    assert (found.undecided, found.homeless) == (True, ())


def test_what_is_unknown_of_one_vm_does_not_touch_a_plan_without_it() -> None:
    pool = view(vm("x", "a"), vm("y", "a", nics=None, ha_restart_priority=""))
    found = PoolProblem(pool)
    everything = problems(found, pool.vms.records)
    assert everything.lacking
    assert not problems(found, as_configured(pool)).lacking


def test_vms_and_hosts_of_one_name_are_told_apart() -> None:
    hosts = (host("a"), host("b"), host("b"))
    found, _ = built(view(vm("x", "a"), vm("x", "a"), hosts=hosts))
    assert [each.vm for each in found.exact.restarts] == ["x", "x (2)"]
    assert list(found.exact.free) == ["a", "b", "b (2)"]
