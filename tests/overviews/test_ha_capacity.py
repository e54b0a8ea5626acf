"""What an overview of failure capacity tells beside the numbers. Each host has 14326 MiB for guests."""

from typing import Any

import pytest

from planner.model.inventory import Inventory
from planner.overviews.ha_capacity import HaCapacity, ha_capacity
from planner.overviews.ha_differences import Difference, Why
from planner.reports.ha_capacity import ha_capacity_table
from tests.facts.test_failover_problem import GIB, MIB, host, view, vm

FREE = {"ha_restart_priority": "", "ha_always_run": False}
EFFORT = {"ha_restart_priority": "best-effort", "ha_always_run": False}


def seen(*vms: dict[str, Any], by: str | None = None, wished: dict[str, str] | None = None, **more: Any) -> HaCapacity:
    (found,) = ha_capacity(Inventory([view(*vms, **more).pool]), wished, by=by)
    return found


def numbers(found: HaCapacity) -> tuple[int, int | None]:
    return found.exact.lower, found.toolstack.failures if found.toolstack else None


def told(found: HaCapacity) -> list[tuple[Why, list[str]]]:
    return [(each.why, [vm.name for vm in each.vms]) for each in found.differences]


def sized(name: str, on: str, mib: int, **more: Any) -> dict[str, Any]:
    """A VM that takes just so many MiB: its overhead is 2 MiB, and a 128th of itself and 1 MiB rounded up."""
    own = next(size for size in range(mib, 0, -1) if size + 2 + -(-(256 + 2 * size) // 256) == mib)
    return vm(name, on, own * MIB, **more)


def test_a_protected_vm_that_is_not_agile_makes_it_promise_nothing() -> None:
    """The bound one is on the host that its disk is on, and no other can run it; so nothing is survived either."""
    found = seen(vm("x", "a"), vm("y", "b", repository="own"))
    assert numbers(found)[1] == 0
    bound = seen(vm("x", "a", repository="own", drives=[], usb_groups=["dongle"]))
    assert numbers(bound) == (0, 0)
    assert told(bound) == []


def test_it_packs_greedily() -> None:
    """Room of 6 and 4 thousand MiB for VMs of 4, 3 and 3: it puts the 4 on the 6, and then finds no room for a 3."""
    vms = [sized("x4", "a", 4000), sized("x3", "a", 3000), sized("y3", "a", 3000)]
    rest = [sized("b0", "b", 8326, **FREE), sized("c0", "c", 10326, **FREE)]
    found = seen(*vms, *rest)
    assert numbers(found) == (1, 0)
    assert told(found) == [(Why.GREEDY, [])]
    assert found.differences[0].failures == 1


def test_beyond_32_hosts_it_counts_every_vm_as_the_largest() -> None:
    """33 hosts, one with 24 and 32 with 12 thousand MiB free; a VM of 13 on h01 has only h33, so it says none."""
    names = [f"h{at:02}" for at in range(1, 34)]
    hosts = tuple(host(name, memory=16 * GIB + (12 * 1024 * MIB if name == "h33" else 0)) for name in names)
    nfs = [
        {"name": "nfs", "type": "nfs", "shared": True, "connections": [{"host": n, "attached": True} for n in names]}
    ]
    big = vm("big", "h01", 13 * GIB)
    found = seen(
        big, *(vm(f"v{name}", name, GIB) for name in names[1:]), hosts=hosts, repositories=nfs, coordinator="h01"
    )
    assert found.toolstack
    assert (found.toolstack.failures, found.exact.lower >= 1) == (0, True)
    assert told(found) == [(Why.MANY_HOSTS, ["big"])]


def test_the_quorum_of_a_cluster_bounds_what_it_asks_for() -> None:
    members = [{"host": name, "enabled": True} for name in ("a", "b", "c")]
    found = seen(vm("x", "a"), cluster={"stack": "corosync", "members": members})
    assert numbers(found) == (2, 1)
    assert found.differences == (Difference(Why.QUORUM, failures=1),)


def test_what_binds_vms_unnoticed_makes_it_say_more() -> None:
    """Only b has as many CPUs as x; the toolstack does not look at them."""
    hosts = (host("a", cpu={"count": 8}), host("b", cpu={"count": 2}), host("c", cpu={"count": 2}))
    found = seen(vm("x", "a", vcpus=4), hosts=hosts)
    assert numbers(found) == (0, 2)
    assert told(found) == [(Why.BOUND_UNNOTICED, ["x"])]


def test_racks_are_no_hosts_to_the_toolstack() -> None:
    hosts = (host("a", tags=["rack=1"]), host("b", tags=["rack=1"]), host("c", tags=["rack=2"]))
    found = seen(vm("x", "a"), hosts=hosts, by="rack")
    assert numbers(found) == (1, 2)
    assert told(found) == [(Why.HOSTS_NOT_DOMAINS, [])]
    assert found.domains == {"a": "rack=1", "b": "rack=1", "c": "rack=2"}
    table = ha_capacity_table([found])
    assert "what fails as one: 2 racks; a failure is one of these\n" in table
    assert "no host has a tag room:…" in ha_capacity_table([seen(vm("x", "a"), by="room")])


@pytest.mark.parametrize(
    ("wanted", "kept", "to_the_toolstack"), [(None, None, None), (0, True, True), (2, True, True), (3, False, False)]
)
def test_whether_it_is_overcommitted(wanted: int | None, kept: bool | None, to_the_toolstack: bool | None) -> None:  # noqa: FBT001
    promise = seen(vm("x", "a"), ha={"enabled": True, "failures_to_tolerate": wanted}).promise
    assert (promise.configured, promise.kept, promise.kept_to_the_toolstack) == (wanted, kept, to_the_toolstack)


def test_a_bound_vm_makes_the_pool_overcommitted_to_the_toolstack_alone() -> None:
    """With no failure to tolerate nothing is promised that could break; the toolstack finds no plan even for that."""
    found = seen(vm("x", "a", repository="own"), ha={"enabled": True, "failures_to_tolerate": 0})
    assert (found.promise.kept, found.promise.kept_to_the_toolstack) == (True, False)
    assert "  overcommitted: no\n    to the toolstack: yes\n" in ha_capacity_table([found])


def test_each_plan_says_of_each_vm_what_it_is_promised() -> None:
    vms = (
        vm("kept", "a", order=1),
        vm("free", "b", **FREE),
        vm("effort", "b", **EFFORT),
        vm("down", None, ha_restart_priority="restart", ha_always_run=False),
        vm("untold", "c", ha_restart_priority=None, ha_always_run=None),
    )
    found = seen(*vms, wished={"free": "restart", "kept": ""})
    assert {plan.name: {row.vm.name: row.priority for row in plan.rows} for plan in found.plans} == {
        "as configured": {
            "kept": "restart",
            "effort": "best-effort",
            "down": "best-effort",
            "free": "none",
            "untold": "not known",
        },
        "everything protected": {
            "kept": "restart",
            "free": "restart",
            "effort": "restart",
            "untold": "restart",
            "down": "best-effort",
        },
        "nothing protected": {
            "kept": "best-effort",
            "effort": "best-effort",
            "down": "best-effort",
            "free": "none",
            "untold": "not known",
        },
        "free=restart, kept=none": {
            "free": "restart",
            "effort": "best-effort",
            "down": "best-effort",
            "kept": "none",
            "untold": "not known",
        },
    }
    assert "taken for not protected, since their priority is not known: untold" in ha_capacity_table([found])


def test_best_effort_vms_come_in_the_order_of_their_start() -> None:
    vms = [vm(name, "a", GIB, order=order, **EFFORT) for name, order in (("last", -1), ("one", 1), ("zero", 0))]
    found = seen(vm("x", "b"), *vms, vm("bound", "a", GIB, repository="own", **EFFORT))
    assert [each.vms for each in found.best_effort.fitting] == [("zero", "one", "last")] * 2
    assert [each.name for each in found.best_effort.bound] == ["bound"]


def test_groups_that_are_to_be_apart_are_told() -> None:
    """x is on a and y on b: when two hosts fail, both are on the third."""
    groups = [{"name": "web", "placement": "anti_affinity"}]
    found = seen(vm("x", "a", groups=["web"]), vm("y", "b", groups=["web"]), groups=groups)
    (told,) = found.apart
    assert (found.exact.lower, told.now, len(told.failed)) == (2, (), 2)
    assert told.then == (("x", "y"),) if set(told.failed) != {"a", "b"} else (("x", "y"),)
    assert "web: now all apart; when" in ha_capacity_table([found])


def test_how_many_hosts_may_fail_with_groups_kept_apart_is_told() -> None:
    """x is on a and y on b: when one fails its VM goes to the third, when both do one would be beside the other."""
    groups = [{"name": "web", "placement": "anti_affinity"}]
    found = seen(vm("x", "a", groups=["web"]), vm("y", "b", groups=["web"]), groups=groups)
    assert found.kept_apart is not None
    assert (found.kept_apart.lower, found.kept_apart.proven) == (1, True)
    assert "    with all of them kept apart, whichever hosts fail: 1 failure\n" in ha_capacity_table([found])
    assert seen(vm("x", "a"), vm("y", "b")).kept_apart is None


def test_what_is_left_after_the_next_failure_is_told() -> None:
    found = seen(vm("x", "a"))
    assert found.next_failure
    assert (found.next_failure.best.lower, found.next_failure.toolstack.lower) == (1, 1)
    assert seen(vm("x", "a", **FREE)).next_failure is None


def test_a_quorum_bounds_what_can_be_promised_too() -> None:
    members = [{"host": name, "enabled": True} for name in ("a", "b", "c")]
    cluster = {"stack": "corosync", "members": members}
    found = seen(vm("x", "a"), cluster=cluster, ha={"enabled": True, "failures_to_tolerate": 2})
    assert (found.exact.lower, found.promise.kept) == (2, False)
    assert (
        "overcommitted: yes: 2 failures are to be tolerated, 1 can be at most: the hosts that are left have to be a"
        " majority of its cluster\n"
    ) in ha_capacity_table([found])
    fewer = seen(vm("x", "a"), cluster=cluster, ha={"enabled": True, "failures_to_tolerate": 1})
    assert fewer.promise.kept is True


def test_a_cluster_that_nobody_describes_leaves_the_toolstack_unknown() -> None:
    gfs2 = {"name": "gfs", "type": "gfs2", "shared": True, "connections": []}
    found = seen(vm("x", "a", drives=[]), repositories=[gfs2])
    assert (found.exact.proven, found.toolstack) == (True, None)
    assert [(each.record.label, each.field) for each in found.lacking] == [("pool", "cluster")]


def test_vms_that_nobody_describes_leave_all_unknown() -> None:
    found = seen(vms=None)
    assert (found.exact.proven, found.toolstack) == (False, None)
    assert [(each.record.label, each.field) for each in found.lacking] == [("pool", "vms")]
