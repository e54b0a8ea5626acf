"""Which wishes are kept, and by how much they are not, case by case."""

from typing import Any

import pytest

from planner.facts.host_limits import exceeded, most_kept, most_on, over, unsaid, untold
from planner.facts.lasting import breaches, has_preferences, may_stay, unkept
from planner.facts.wishes import against, broken, most_in_a_unit, staying, untold_units
from planner.model.inventory import PoolView
from planner.model.pool import Pool

GIB = 2**30
RACKS = {"a": ["rack:1"], "b": ["rack:1", "x"], "c": ["rack=2"], "d": ["other:1"]}


def view(on: str, *wishes: dict[str, Any], **fields: Any) -> PoolView:
    """VMs v, w, x and y on the hosts that the letters name; `-` is a VM that does not run."""
    vms = [
        {"name": name, "power_state": "halted" if host == "-" else "running"}
        | ({} if host == "-" else {"runs_on": host})
        for name, host in zip("vwxy", on, strict=False)
    ]
    hosts = [{"name": name, "tags": tags} for name, tags in RACKS.items()]
    placement = [{"name": f"wish {number}"} | wish for number, wish in enumerate(wishes)]
    return PoolView(Pool.model_validate({"name": "p", "hosts": hosts, "vms": vms, "placement": placement} | fields))


ALL = {"vms": ["v", "w", "x", "y"]}


@pytest.mark.parametrize(
    ("wish", "on", "much"),
    [
        ({"relation": "apart"}, "abcd", 0),
        ({"relation": "apart"}, "abca", 1),
        ({"relation": "apart"}, "aaaa", 3),
        ({"relation": "apart"}, "a-a-", 1),
        ({"relation": "apart", "by": "rack"}, "acd-", 0),
        ({"relation": "apart", "by": "rack"}, "ab--", 1),
        ({"relation": "apart", "by": "rack"}, "abcc", 2),
        ({"relation": "apart", "by": "rack"}, "dc--", 0),
        ({"relation": "apart", "by": "row"}, "abcd", 0),
        ({"relation": "together"}, "aaaa", 0),
        ({"relation": "together"}, "abaa", 1),
        ({"relation": "together"}, "abcd", 3),
        ({"relation": "together", "by": "rack"}, "abab", 0),
        ({"relation": "together", "by": "rack"}, "abcd", 2),
        ({"relation": "spread"}, "abcd", 0),
        ({"relation": "spread"}, "abcc", 1),
        ({"relation": "spread", "by": "rack"}, "abcd", 0),  # four over three units: no more than two in one
        ({"relation": "spread", "by": "rack"}, "aabd", 1),
        ({"relation": "spread", "hosts": ["a", "b"]}, "abab", 0),
        ({"relation": "spread", "hosts": ["a", "b"]}, "abbb", 1),
        ({"relation": "spread", "vms": ["v", "w", "x", "v"]}, "abb-", 1),
        ({"hosts": ["a"]}, "aabc", 2),
        ({"not_hosts": ["a"]}, "aabc", 2),
    ],
)
def test_by_how_much_a_wish_is_not_kept(wish: dict[str, Any], on: str, much: int) -> None:
    pool = view(on, ALL | wish | {"required": False})
    assert breaches(pool, pool) == much
    assert unkept(pool) == frozenset()
    assert unkept(view(on, ALL | wish)) == ({"wish 0"} if much else set())


def test_vms_on_wrong_hosts_show_it_and_else_all_of_them() -> None:
    (found,) = broken(view("aabc", ALL | {"hosts": ["a", "b"], "relation": "apart"}))
    assert [vm.name for vm in found.vms] == ["y"]
    (found,) = broken(view("aab-", ALL | {"hosts": ["a", "b"], "relation": "apart"}))
    assert [vm.name for vm in found.vms] == ["v", "w", "x"]


def test_how_many_one_unit_may_have() -> None:
    pool = view("abcd", ALL | {"relation": "spread"}, ALL | {"relation": "spread", "by": "rack"}, ALL)
    assert [most_in_a_unit(pool, rule) for rule in pool.placement] == [1, 2, None]


def test_a_vm_that_is_to_stay() -> None:
    pool = view("ab", {"vms": ["v"], "stay": True}, {"vms": ["w"], "stay": True, "required": False})
    assert [staying(pool, vm) for vm in pool.vms.records] == ["wish 0", None]
    assert against(pool, pool.vms.records[0], pool.hosts.records[2]) is None
    moved = view("ac", {"vms": ["v"], "stay": True}, {"vms": ["w"], "stay": True, "required": False})
    assert breaches(moved, pool) == 1
    assert breaches(pool, pool) == 0
    assert breaches(pool, view("a-", {"vms": ["w"], "stay": True, "required": False})) == 0


def test_a_host_of_which_no_tags_are_told_cannot_be_counted() -> None:
    by_rack = ALL | {"relation": "apart", "by": "rack"}
    hosts = [{"name": "a"}, {"name": "b", "tags": []}]
    pool = view("ab", by_rack, hosts=hosts)
    assert [len(untold_units(pool, host)) for host in pool.hosts.records] == [1, 0]
    for wish in (by_rack | {"required": False}, ALL | {"relation": "apart"}, ALL | {"by": "rack"}):
        pool = view("ab", wish, hosts=hosts)
        assert [untold_units(pool, host) for host in pool.hosts.records] == [(), ()]


def limited(*limits: dict[str, Any], vcpus: int | None = 2, cpus: int | None = 4, memory: int = 4) -> PoolView:
    """Two hosts of 16 GiB; a runs two VMs of 4 GiB, 31 MiB beside for each, and needs 2058 MiB itself."""
    own = {"memory": GIB, "memory_overhead": 0, "vcpus": 1}
    cpu = {} if cpus is None else {"cpu": {"count": cpus}}
    hosts = [
        {"name": name, "memory": 16 * GIB, "memory_overhead": GIB, "control_domain": own} | cpu for name in ("a", "b")
    ]
    vm = {"power_state": "running", "runs_on": "a", "domain_type": "hvm", "memory": memory * GIB}
    vms = [{"name": name} | vm | ({} if vcpus is None else {"vcpus": vcpus}) for name in "vw"]
    wishes = [{"name": f"limit {number}"} | limit for number, limit in enumerate(limits)]
    software = {"product_version": "8.2.1", "xapi": "1.249"}
    return PoolView(
        Pool.model_validate({"name": "p", "software": software, "hosts": hosts, "vms": vms, "host_limits": wishes})
    )


LEFT = 16384 - 2058 - 2 * (4096 + 2 + (256 * 2 + 2 * 4096) // 256)
"""What is free on a, in MiB."""


@pytest.mark.parametrize(
    ("limit", "found"),
    [
        ({"free_memory": LEFT * 2**20}, []),
        ({"free_memory": LEFT * 2**20 + 1}, [("a", 1, 0)]),
        ({"free_memory": LEFT * 2**20 + 1, "hosts": ["b"]}, []),
        ({"vcpus_per_cpu": 1.0}, []),
        ({"vcpus_per_cpu": 0.9}, [("a", 0, 1)]),  # 3.6 of them, so three
        ({"vcpus_per_cpu": 0.1}, [("a", 0, 4)]),
        ({"vcpus_per_cpu": 0.1, "free_memory": 13 * GIB}, [("a", 13 * GIB - LEFT * 2**20, 4)]),
        ({}, []),
    ],
)
def test_by_how_much_a_limit_is_not_kept(limit: dict[str, Any], found: list[tuple[str, int, int]]) -> None:
    pool = limited(limit)
    assert [(each.host.name, max(0, each.memory), max(0, each.vcpus)) for each in over(pool)] == found
    assert list(over(pool, required=False)) == []
    assert unkept(pool) == {f"limit 0 on {host}" for host, *_ in found}
    assert exceeded(limited(limit | {"required": False})) == len(found)


def test_the_tightest_limit_counts() -> None:
    pool = limited(
        {"free_memory": GIB, "vcpus_per_cpu": 2.0},
        {"free_memory": 2 * GIB},
        {"vcpus_per_cpu": 1.5, "hosts": ["b"]},
        {"vcpus_per_cpu": 0.5, "required": False},
    )
    a, b = pool.hosts.records
    assert (most_on(pool, a).memory, most_on(pool, a).vcpus) == (14 * GIB, 8)
    assert (most_on(pool, b).memory, most_on(pool, b).vcpus) == (14 * GIB, 6)


def test_what_is_not_known_of_limits_is_told_and_counts_as_not_kept() -> None:
    limit = {"vcpus_per_cpu": 2.0}
    assert [(each.host.name, [lack.field for lack in each.lacking]) for each in untold(limited(limit, vcpus=None))] == [
        ("a", ["vcpus.max", "vcpus.max"])
    ]
    assert [each.host.name for each in untold(limited(limit, cpus=None))] == ["a", "b"]
    assert unkept(limited(limit, cpus=None)) == {"limit 0 on a", "limit 0 on b"}
    soft = limited({"vcpus_per_cpu": 0.1, "required": False}, vcpus=None)
    assert unsaid(soft, soft.host_limits[0])
    assert exceeded(soft) == 0


def test_a_pool_may_stay_as_it_is_while_nothing_is_broken_that_was_kept() -> None:
    wish = ALL | {"relation": "apart"}
    assert may_stay(view("aab-", wish), view("aab-", wish), None)
    assert may_stay(view("aab-", wish), view("aaa-", wish), None)
    assert not may_stay(view("abc-", wish), view("aac-", wish), None)


def test_a_pool_may_not_stay_where_more_preferences_are_broken_than_at_the_start() -> None:
    apart, near = ALL | {"relation": "apart", "required": False}, ALL | {"relation": "together", "required": False}
    assert may_stay(view("aab-", apart), view("abb-", apart), None)
    assert may_stay(view("aab-", apart), view("abc-", apart), None)
    assert not may_stay(view("aab-", apart), view("aaa-", apart), None)
    assert may_stay(view("aab-", apart, near), view("aaa-", apart, near), None)
    calm = {"vms": ["v"], "stay": True, "required": False}
    assert not may_stay(view("ab--", calm), view("bb--", calm), None)
    assert may_stay(view("ab--", calm), view("aa--", calm), None)


def test_there_are_preferences_where_it_can_be_said_whether_they_are_kept() -> None:
    assert not has_preferences(view("aab-", ALL | {"relation": "apart"}))
    assert has_preferences(view("aab-", ALL | {"relation": "apart", "required": False}))
    soft = {"vcpus_per_cpu": 1.0, "required": False}
    assert has_preferences(limited(soft))
    assert not has_preferences(limited(soft, cpus=None))
    assert not has_preferences(limited({"vcpus_per_cpu": 1.0}))


def test_limits_that_had_better_be_kept_bound_hosts_on_which_they_are() -> None:
    pool = limited({"vcpus_per_cpu": 0.5, "required": False}, {"vcpus_per_cpu": 2.0, "required": False})
    a, b = (id(host) for host in pool.hosts.records)
    assert {host: most.vcpus for host, most in most_kept(pool).items()} == {a: 8, b: 2}
    assert most_kept(limited({"vcpus_per_cpu": 2.0, "required": False}, cpus=None)) == {}
    assert most_kept(limited({"vcpus_per_cpu": 2.0})) == {}
