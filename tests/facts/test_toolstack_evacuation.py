"""Where the toolstack would send the guests of a host, by its own way of packing."""

import json
from typing import Any

import pytest

from planner.facts.obstacles import API_ERRORS
from planner.facts.toolstack_evacuation import (
    Groups,
    ToolstackPlan,
    not_all_on_one,
    spread_evenly,
    toolstack_evacuation,
)
from planner.model.inventory import PoolView
from planner.model.pool import Pool
from tests.facts.places import GUEST, HOST, MIB, SOFTWARE
from tests.helpers import SHARED

PARITY = SHARED / "data" / "parity" / "xapi-ha-planner-cases.json"
GIB = 1024 * MIB
OWN = HOST["memory_overhead"] + HOST["control_domain"]["memory"] + 64 * MIB


def host(name: str, free: int) -> dict[str, Any]:
    """A host with so much free memory, and some MiB more."""
    return HOST | {"name": name, "uuid": name, "memory": free * GIB + OWN, "cpu": HOST["cpu"] | {"count": 64}}


def vm(name: str, size: int, on: str = "a", **fields: Any) -> dict[str, Any]:
    """A running guest of so many GiB with the overhead that a database has before it is computed: hardly any."""
    memory = {"dynamic_min": size * GIB, "dynamic_max": size * GIB, "static_max": size * GIB}
    return GUEST | {"name": name, "uuid": name, "power_state": "running", "runs_on": on, "memory": memory} | fields


def view(hosts: list[dict[str, Any]], vms: list[dict[str, Any]], **fields: Any) -> PoolView:
    connections = [{"host": each["name"], "attached": True} for each in hosts]
    whole = {
        "name": "lab",
        "software": SOFTWARE | {"xapi": "24.30"},
        "coordinator": hosts[0]["name"],
        "hosts": hosts,
        "networks": [{"name": "net"}],
        "repositories": [{"name": "nfs", "type": "nfs", "shared": True, "connections": connections}],
        "disks": [{"name": "root", "repository": "nfs"}],
        "vms": vms,
        "ha": {"enabled": False},
    }
    return PoolView(Pool.model_validate(whole | fields))


def emptied(pool: PoolView, name: str = "a") -> ToolstackPlan:
    source = pool.hosts.find(name)
    assert source
    found = toolstack_evacuation(pool, source)
    assert found.lacking == ()
    return found


def codes(found: ToolstackPlan) -> dict[str, list[str]]:
    return {key: [API_ERRORS[each.kind] for each in obstacles] for key, obstacles in found.refused.items()}


def test_its_greed_leaves_out_what_a_better_order_places() -> None:  # E-3
    hosts = [host("a", 20), host("b", 6), host("c", 4)]
    sizes = {"v4": 4, "v3": 3, "w3": 3}
    found = emptied(view(hosts, [vm(name, size, memory=small(size)) for name, size in sizes.items()]))
    assert found.targets == {"v4": "b", "v3": "c"}
    assert codes(found) == {"w3": ["HOST_NOT_ENOUGH_FREE_MEMORY"]}


def small(size: int) -> dict[str, int]:
    """Just so many GiB with the overhead in them: 1 MiB for shadow of each 128 MiB, and 4 for two CPUs and the rest."""
    own = size * GIB - 64 * MIB
    return {"dynamic_min": own, "dynamic_max": own, "static_max": own}


def test_one_host_that_lacks_the_storage_stops_it() -> None:  # E-2 step 3
    hosts = [host("a", 20), host("b", 20), host("c", 20)]
    pool = view(hosts, [vm("v", 1)])
    (repository,) = pool.repositories.records
    connections = tuple(each for each in repository.connections or () if each.host != "c")
    less = pool.pool.model_copy(update={"repositories": (repository.model_copy(update={"connections": connections}),)})
    found = emptied(PoolView(less))
    assert found.targets == {}
    assert codes(found) == {"v": ["VM_REQUIRES_SR"]}


def test_what_is_refused_for_its_state_takes_room_all_the_same() -> None:  # E-2 step 5
    pool = view([host("a", 20), host("b", 5)], [vm("large", 4, tools={"installed": False}), vm("small", 2)])
    found = emptied(pool)
    assert found.targets == {"large": "b"}
    assert codes(found) == {"large": ["VM_LACKS_FEATURE"], "small": ["HOST_NOT_ENOUGH_FREE_MEMORY"]}


def test_while_high_availability_is_on_each_guest_has_to_be_protected() -> None:  # E-2 step 1
    vms = [vm("p", 1, ha_restart_priority="restart", ha_always_run=True), vm("q", 1, ha_restart_priority="best-effort")]
    found = emptied(view([host("a", 20), host("b", 20)], vms, ha={"enabled": True}))
    assert found.targets == {"p": "b"}
    assert codes(found) == {"q": ["HOST_EVACUATE_VM_NOT_HA_PROTECTED"]}


def test_without_another_host_there_is_none() -> None:  # E-1
    found = emptied(view([host("a", 20), host("b", 20) | {"enabled": False}], [vm("v", 1)]))
    assert codes(found) == {"v": ["NO_HOSTS_AVAILABLE"]}


def test_a_guest_in_pvh_counts_with_its_static_maximum() -> None:  # M-14
    memory = {"dynamic_min": GIB, "dynamic_max": 4 * GIB, "static_max": 4 * GIB}
    hosts = [host("a", 20), host("b", 3)]
    assert codes(emptied(view(hosts, [vm("v", 4, memory=memory, domain_type="pvh")]))) == {
        "v": ["HOST_NOT_ENOUGH_FREE_MEMORY"]
    }
    assert emptied(view(hosts, [vm("v", 4, memory=memory)])).targets == {"v": "b"}


@pytest.mark.skipif(not PARITY.exists(), reason="the shared data are not there")
def test_the_cases_of_the_toolstack() -> None:
    for case in json.loads(PARITY.read_text(encoding="utf-8"))["slave1_evacuation_plan"]:
        hosts, vms = [], []
        for each in (case["pool"]["master"], *case["pool"]["slaves"]):
            hosts.append(host(each["name_label"], each["memory_total"] // GIB))
            vms += [
                vm(one["name_label"], one["memory"] // GIB, each["name_label"])
                | {"ha_restart_priority": one["ha_restart_priority"], "ha_always_run": one["ha_always_run"]}
                | {"groups": [group["name_label"] for group in one["groups"]]}
                for one in each["vms"]
            ]
        names = sorted({name for one in vms for name in one["groups"]})
        groups = [{"name": name, "placement": "anti_affinity"} for name in names]
        found = emptied(view(hosts, vms, groups=groups, ha={"enabled": True}), "slave1")
        assert sorted(found.targets.items()) == sorted(map(tuple, case["expected"]))
        assert found.refused == {}


@pytest.mark.skipif(not PARITY.exists(), reason="the shared data are not there")
def test_the_cases_of_its_groups() -> None:
    for case in json.loads(PARITY.read_text(encoding="utf-8"))["anti_affinity_plans"]:
        slave, *others = [each for each in case["pool"]["slaves"] if each["name_label"] == "slave1"]
        assert not others
        free = {
            each["name_label"]: each["memory_total"]
            for each in (case["pool"]["master"], *case["pool"]["slaves"])
            if each is not slave
        }
        of = {one["name_label"]: one["groups"][0]["name_label"] for one in slave["vms"] if one["groups"]}
        sizes = {one["name_label"]: one["memory"] for one in slave["vms"]}
        for way, expected in (
            (spread_evenly, "expected_spread_evenly_plan"),
            (not_all_on_one, "expected_no_breach_plan"),
        ):
            assert sorted((way(sizes, free, Groups(of, {})) or {}).items()) == sorted(map(tuple, case[expected]))


def test_the_example_in_which_groups_are_given_up() -> None:  # P-16
    pool = view(
        [host("a", 40), host("b", 10), host("c", 8)],
        [
            vm("g1", 4, groups=["g"]) | {"memory": small(4)},
            vm("g2", 5, groups=["g"]) | {"memory": small(5)},
            vm("o", 8) | {"memory": small(8)},
        ],
        groups=[{"name": "g", "placement": "anti_affinity"}],
    )
    found = emptied(pool)
    assert found.targets == {"o": "b", "g2": "c"}
    assert codes(found) == {"g1": ["HOST_NOT_ENOUGH_FREE_MEMORY"]}
