"""Situations that people told in public threads, made anew: what is found holds the code that they got."""

from __future__ import annotations

import json
from typing import Any

import pytest

import planner
from planner.facts.evacuation import Evacuation
from planner.facts.failure_limit import FailureLimit, failure_limit
from planner.facts.heartbeat import chosen_in
from planner.facts.migration import Moves
from planner.facts.placement import Placement
from planner.findings import Problem
from planner.model.inventory import Inventory, PoolView
from planner.model.pool import Pool
from planner.overviews.ha_capacity import ha_capacity
from planner.rules import Rule
from tests.helpers import SHARED
from tests.rules.join.pairs import changed, repository

TOLD = SHARED / "data" / "scenarios" / "pool-scenarios.json"
RAW = SHARED / "data" / "cpu" / "cpuid-raw.json"
HASWELL = "1fcbfbff-f7fa3223-2d93fbff-00000123-00000001-000007ab-00000000-00000000-00001000-9c000400"
IVY_BRIDGE = "1fcbfbff-f7ba2223-2d93fbff-00000103-00000001-00000281-00000000-00000000-00001000-9c000400"
GIB = 2**30

NOT_REBUILT = {
    "ha-enable-two-host-nfs-reboot": "an internal error of one release, whose cause nobody found",
    "migration-network-no-ip": "which network a migration will take is chosen when it is begun",
}
"""Threads of which no inventory is made, and why."""

Fields = dict[str, Any]


def pool(*vms: Fields, hosts: tuple[Fields, ...] = (), **fields: Any) -> PoolView:
    """A pool of two hosts or more, and its guests, all running with tools in them."""
    running = {
        "power_state": "running",
        "domain_type": "hvm",
        "vcpus": 1,
        "memory": GIB,
        "tools": {"installed": True, "features": ["feature-suspend"]},
        "vgpus": [],
        "usb_groups": [],
        "nics": [],
        "drives": [],
    }
    usual = {"enabled": True, "live": True, "hvm": True, "memory": 128 * GIB, "memory_overhead": GIB, "interfaces": []}
    usual |= {"control_domain": {"memory": GIB, "memory_overhead": GIB}, "cpu": {"count": 16}}
    document = {
        "name": "pool",
        "software": {"product_version": "8.2.1", "platform_version": "3.2.1"},
        "hosts": [{"name": f"host{at}", **usual, **each} for at, each in enumerate(hosts or ({}, {}), start=1)],
        "vms": [{"name": f"vm{at}", **running, **each} for at, each in enumerate(vms, start=1)],
        **fields,
    }
    (view,) = Inventory([Pool.model_validate(document)]).pools
    return view


def said(*views: PoolView, inventory: Inventory | None = None) -> list[tuple[Rule, Problem]]:
    """What each rule finds."""
    held = inventory or Inventory([view.pool for view in views])
    told = [(rule, each) for rule in planner.catalogue() if rule.check for each in rule.check(held)]
    return [(rule, each) for rule, each in told if isinstance(each, Problem)]


def codes(*views: PoolView, inventory: Inventory | None = None) -> set[str]:
    """The toolstack's codes in what is found."""
    return {each.api_error or rule.api_error for rule, each in said(*views, inventory=inventory)}


def rules(view: PoolView) -> set[str]:
    """The rules that find something."""
    return {rule.code for rule, _ in said(view)}


def local(name: str, host: str) -> Fields:
    return repository(name, 1, host, type="ext", shared=False)


def on(repository: str, host: str = "host1") -> Fields:
    return {"runs_on": host, "drives": [{"device": "xvda", "repository": repository}]}


def test_the_threads_that_can_be_rebuilt_are_those_below() -> None:
    """All but those in which nothing is left that an inventory could hold."""
    if not TOLD.exists():
        pytest.skip("the threads are not beside the project")
    told = json.loads(TOLD.read_text(encoding="utf-8"))["scenarios"]
    here = {name.removeprefix("test_").replace("_", "-") for name in globals() if name.startswith("test_")}
    assert {each["id"] for each in told if each["facts_complete"] == "good"} <= here
    if {each["id"] for each in told} >= NOT_REBUILT.keys():
        assert {each["id"] for each in told} - here == NOT_REBUILT.keys()


def test_evac_unprotected_vm_ha() -> None:
    nfs = repository("nfs", 1, "host1", "host2")
    view = pool(on("nfs") | {"ha_restart_priority": ""}, repositories=[nfs], ha={"enabled": True})
    assert "HOST_NOT_ENOUGH_FREE_MEMORY" in codes(view)
    protected = pool(
        on("nfs") | {"ha_restart_priority": "restart", "ha_always_run": True}, repositories=[nfs], ha={"enabled": True}
    )
    assert "HOST_NOT_ENOUGH_FREE_MEMORY" not in codes(protected)


def test_rpu_local_disk() -> None:
    hosts = ({},) * 4
    names = [f"host{at}" for at in range(1, 5)]
    nfs, own = repository("nfs", 2, *names), local("own", "host1")
    both = {"runs_on": "host1", "drives": [{"device": "a", "repository": "nfs"}, {"device": "b", "repository": "own"}]}
    view = pool(both, on("nfs"), on("nfs", "host2"), hosts=hosts, repositories=[nfs, own])
    assert "CANNOT_EVACUATE_HOST" in codes(view)
    assert "CANNOT_EVACUATE_HOST" not in codes(pool(on("nfs"), hosts=hosts, repositories=[nfs]))
    evacuation = Evacuation(Moves(Placement(view)), view.hosts.records[0])
    assert [each.api_error for each in evacuation.stands_in_the_way(view.vms.records[0]).obstacles] == [
        "VM_REQUIRES_SR"
    ] * 3


def test_evac_mixed_cpu_generation() -> None:
    def cpu(features: str, count: int) -> Fields:
        sets = dict.fromkeys(("features_hvm", "features_pv", "features_hvm_host", "features_pv_host"), features)
        return {"cpu": {"vendor": "GenuineIntel", "count": count, **sets}}

    hosts = ({"name": "hera", **cpu(HASWELL, 24)}, {"name": "zeus", **cpu(IVY_BRIDGE, 16)})
    seen = {"last_boot_cpu": {"vendor": "GenuineIntel", "features": HASWELL}, "runs_on": "hera"}
    view = pool(seen, {**seen, "last_boot_cpu": {"vendor": "GenuineIntel", "features": IVY_BRIDGE}}, hosts=hosts)
    assert {"CANNOT_EVACUATE_HOST", "VM_INCOMPATIBLE_WITH_THIS_HOST"} <= codes(view)
    moves = Moves(Placement(view))
    told = [moves.live(vm, view.hosts.records[1]) for vm in view.vms.records]
    assert [[each.api_error for each in answer.obstacles] for answer in told] == [
        ["VM_INCOMPATIBLE_WITH_THIS_HOST"],
        [],
    ]


def test_the_processors_of_the_evacuation_are_told_apart_as_real_ones_are() -> None:
    if not RAW.exists():
        pytest.skip("the processors are not beside the project")
    raw = {each["cpu_model"]: each["raw_featureset"] for each in json.loads(RAW.read_text(encoding="utf-8"))["entries"]}
    new, old = (
        next(features for model, features in raw.items() if which in model) for which in ("E5-2696 v3", "E5-2697 v2")
    )
    hosts = tuple(
        {"name": name, "cpu": {"vendor": "GenuineIntel", "count": 16, "features_hvm": features}}
        for name, features in (("hera", new), ("zeus", old))
    )
    seen = {"last_boot_cpu": {"vendor": "GenuineIntel", "features": new}, "runs_on": "hera"}
    view = pool(seen, hosts=hosts)
    (answer,) = Moves(Placement(view)).live(view.vms.records[0], view.hosts.records[1]).obstacles
    assert answer.api_error == "VM_INCOMPATIBLE_WITH_THIS_HOST"
    assert {"avx2", "bmi2", "fma"} <= set(answer.details)


def test_cpu_vendor_differs() -> None:
    hosts = tuple(
        {"cpu": {"vendor": vendor, "count": 16, "features_hvm": HASWELL}} for vendor in ("GenuineIntel", "AuthenticAMD")
    )
    seen = {"last_boot_cpu": {"vendor": "GenuineIntel", "features": IVY_BRIDGE}, "runs_on": "host1"}
    view = pool(seen, hosts=hosts)
    assert "VM_INCOMPATIBLE_WITH_THIS_HOST" in codes(view)
    (answer,) = Moves(Placement(view)).live(view.vms.records[0], view.hosts.records[1]).obstacles
    assert answer.api_error == "VM_INCOMPATIBLE_WITH_THIS_HOST"


def test_evac_local_storage_vms() -> None:
    """What was told then is that memory is lacking; that nothing can leave its own disks is what is true."""
    view = pool(on("own"), on("own"), repositories=[local("own", "host1")])
    (found,) = [each for rule, each in said(view) if rule.code == "VM030"]
    assert found.subject is view.hosts.records[0]
    assert found.message.endswith("vm1 and vm2; by reason: VM_REQUIRES_SR (2)")


def test_migrate_memory_one_host_full() -> None:
    large = {"memory": 125 * GIB, "runs_on": "host2"}
    view = pool({"memory": 8 * GIB, "runs_on": "host1"}, large, hosts=({},) * 3)
    moves = Moves(Placement(view))
    told = [moves.live(view.vms.records[0], host).obstacles for host in view.hosts.records[1:]]
    assert [[each.api_error for each in obstacles] for obstacles in told] == [["HOST_NOT_ENOUGH_FREE_MEMORY"], []]


def test_local_sr_live_migrate() -> None:
    view = pool(on("host1-sr"), repositories=[local("host1-sr", "host1"), local("host2-sr", "host2")])
    assert "VM_REQUIRES_SR" in codes(view)
    answer = Moves(Placement(view)).live(view.vms.records[0], view.hosts.records[1])
    assert [each.api_error for each in answer.obstacles] == ["VM_REQUIRES_SR"]


def test_start_vm_requires_sr() -> None:
    unplugged = repository("gone", 1, connections=[{"host": "host1", "attached": False}])
    halted = on("gone") | {"runs_on": None, "power_state": "halted"}
    view = pool(halted, repositories=[unplugged])
    assert "NO_HOSTS_AVAILABLE" in codes(view)
    placement = Placement(view)
    found = {
        each.api_error for host in view.hosts.records for each in placement.start(view.vms.records[0], host).obstacles
    }
    assert found == {"VM_REQUIRES_SR"}


def test_default_sr_local() -> None:
    view = pool(repositories=[local("own", "host1")], default_repository="own")
    assert "ST004" in rules(view)


def test_pbd_slave_down() -> None:
    off = [{"host": "host-01", "attached": True}, {"host": "host-02", "attached": False}]
    nfs = repository("NFS", 1, connections=off)
    hosts = ({"name": "host-01"}, {"name": "host-02", "live": False})
    view = pool(hosts=hosts, repositories=[nfs])
    assert "ST018" in rules(view)
    assert "ST001" not in rules(view)


def test_ha_armed_mismatch() -> None:
    armed = {"ha_statefiles": ["state"], "ha_network_peers": ["x"]}
    view = pool(hosts=(armed, {"ha_statefiles": []}), ha={"enabled": True})
    assert "HA_POOL_IS_ENABLED_BUT_HOST_IS_DISABLED" in codes(view)


def test_ha_agility_halted_vm() -> None:
    own = local("own", "host1")
    wished = {"ha_restart_priority": "restart"}
    halted = on("own") | {"runs_on": None, "power_state": "halted", "ha_always_run": False, **wished}
    running = on("own") | wished | {"ha_always_run": True}
    unshared, refused = "HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED", "HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN"
    for vm, found, code in ((halted, {"HA034"}, refused), (running, {"HA001"}, unshared)):
        view = pool(vm, repositories=[own], ha={"enabled": True})
        assert rules(view) & {"HA001", "HA034"} == found
        assert code in codes(view)


def test_ha_start_over_plan() -> None:
    """A start is one more VM in the plan: what two hosts could carry before, one of them could not carry after it."""
    nfs = repository("nfs", 1, "host1", "host2")
    large = on("nfs") | {"memory": 70 * GIB, "ha_restart_priority": "restart", "hardware_platform_version": 0}
    started = large | {"ha_always_run": True}
    for second, most in (
        (large | {"runs_on": None, "power_state": "halted", "ha_always_run": False}, 1),
        (started | {"runs_on": "host2"}, 0),
    ):
        view = pool(started, second, repositories=[nfs], ha={"enabled": True, "failures_to_tolerate": 1})
        (told,) = ha_capacity(Inventory([view.pool]))
        assert (told.promise.configured, told.exact.lower, told.exact.upper) == (1, most, most)
        assert told.toolstack.failures == most


def test_ha_pause_when_disabled() -> None:
    """Where high availability is off, a VM may still be one that is always to run."""
    nfs = repository("nfs", 1, "host1", "host2")
    view = pool(
        on("nfs") | {"ha_restart_priority": "restart", "ha_always_run": True}, repositories=[nfs], ha={"enabled": False}
    )
    assert not {code for code in rules(view) if code.startswith("HA")}


def test_ha_ha_configuration_empty() -> None:
    """Which repository holds the heartbeat is found by way of the disk alone."""
    nfs = repository("nfs", 1, "host1", "host2")
    disk = {"name": "Statefile for HA", "uuid": "s1", "repository": "nfs", "type": "ha_statefile"}
    view = pool(repositories=[nfs], disks=[disk], ha={"enabled": True, "statefiles": ["s1"]})
    (found,) = chosen_in(view)
    assert (found.repository.name, found.field) == ("nfs", "ha.statefiles")


@pytest.mark.parametrize(("hosts", "clustered", "most"), [(3, 3, 1), (2, 2, 0), (2, 1, 1)])
def test_ha_corosync_quorum(hosts: int, clustered: int, most: int) -> None:
    members = [{"host": f"host{at}", "enabled": at <= clustered, "joined": True} for at in range(1, hosts + 1)]
    view = pool(hosts=({},) * hosts, cluster={"stack": "corosync", "members": members}, vms=[])
    limit = failure_limit(Inventory([view.pool]), view)
    assert isinstance(limit, FailureLimit)
    assert limit.number == most


@pytest.mark.parametrize("force", [True, False])
def test_join_mgmt_vlan(force: bool) -> None:  # noqa: FBT001 - a parameter of the case
    vlan = {
        "joiner.hosts.0.interfaces.0.management": False,
        "joiner.hosts.0.interfaces+": [
            {"device": "eth0", "vlan": {"tag": 0, "on": "eth0"}, "management": True, "mode": "static", "attached": True}
        ],
        "pool.joins.0.force": force,
    }
    assert "POOL_JOINING_HOST_MANAGEMENT_VLAN_DOES_NOT_MATCH" in codes(inventory=changed("rolling", [vlan]))


def test_join_license_mixed() -> None:
    mixed = {"joiner.hosts.0.licence.edition": "xcp-ng", "pool.hosts.1.licence.edition": "enterprise-per-socket"}
    assert "LICENSE_HOST_POOL_MISMATCH" in codes(inventory=changed("rolling", [mixed]))


def test_join_suspended_vms() -> None:
    vm = {"joiner.vms+": [{"name": "sleeps", "power_state": "suspended", "operations": []}]}
    told = [rule.code for rule, _ in said(inventory=changed("rolling", [vm]))]
    assert [code for code in told if code.startswith("JN")] == ["JN049"]


@pytest.mark.parametrize(
    ("interface", "code"),
    [
        ({"device": "bond0", "bond": {"members": ["eth1", "eth2"]}}, "POOL_JOINING_HOST_HAS_BONDS"),
        ({"device": "eth1", "vlan": {"tag": 7, "on": "eth1"}}, "POOL_JOINING_HOST_HAS_NON_MANAGEMENT_VLANS"),
        ({"device": "eth1", "sriov": {"on": "eth1"}}, "POOL_JOINING_HOST_HAS_NETWORK_SRIOVS"),
        ({"device": "tunnel0", "tunnel": {"on": "eth1"}}, "POOL_JOINING_HOST_HAS_TUNNELS"),
    ],
)
def test_join_bond_vlan_sriov(interface: Fields, code: str) -> None:
    further = {"joiner.hosts.0.interfaces+": [{"attached": True, "managed": True, "management": False, **interface}]}
    assert code in codes(inventory=changed("rolling", [further]))
