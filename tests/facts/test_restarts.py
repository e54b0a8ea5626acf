"""What becomes of VMs after a failure, worked out by hand, and against every course that chance could take."""

from itertools import permutations
from random import Random
from typing import Any

import pytest

from planner.facts.fencing import Failure, Fate
from planner.facts.trial import How
from planner.failover.problem import Restart
from planner.failover.toolstack import greedy
from planner.model.inventory import Inventory, PoolView
from planner.overviews.ha_failure import HaFailure, ha_failure
from tests.facts.test_failover_problem import GIB, MIB, host, view, vm

OWN_MIB = 2 * 1024 + 10
"""What a host of these pools takes itself."""


def takes(gib: int) -> int:
    """MiB that a VM of so many GiB takes with its overhead."""
    return 1032 * gib + 3


def with_free(name: str, mib: int, **fields: Any) -> dict[str, Any]:
    return host(name, memory=(OWN_MIB + mib) * MIB, **fields)


def fail(pool: PoolView, *names: str, repository: str = "", on: str = "") -> HaFailure:
    inventory = Inventory([pool.pool])
    (own,) = inventory.pools
    lost = tuple(found for found in (own.repositories.find(repository or None),) if found)
    hosts = own.hosts.records
    struck, where = (
        tuple(each for each in hosts if each.name in names),
        tuple(each for each in hosts if each.name in on),
    )
    failure = Failure(struck, lost, on=where)
    (found,) = ha_failure(inventory, [(own, failure)])
    return found


def outcome(found: HaFailure) -> dict[str, tuple[bool | None, str | None]]:
    assert found.restarts
    assert found.best_effort
    every = (*found.restarts.vms, *found.best_effort.vms)
    return {each.vm.name: (each.starts, each.target.name if each.target else None) for each in every}


def test_a_whole_plan_is_followed() -> None:
    found = fail(view(vm("x", "a"), vm("y", "a"), vm("z", "b", GIB)), "a")
    assert outcome(found) == {"x": (True, "c"), "y": (True, "b")}
    assert found.restarts
    assert found.restarts.planned
    assert {each.how for each in found.restarts.vms} == {How.PLANNED}
    assert found.restarted is True
    assert found.rescue is None


def test_where_the_greedy_plan_fails_chance_decides_and_the_exact_plan_is_told() -> None:
    """VMs of 4, 3 and 3: the greedy way puts the largest on the roomiest host, and one of the others fits nowhere."""
    hosts = (host("a", memory=64 * GIB), with_free("b", 2 * takes(3)), with_free("c", takes(4)))
    found = fail(view(vm("x", "a", 4 * GIB), vm("y", "a", 3 * GIB), vm("z", "a", 3 * GIB), hosts=hosts), "a")
    assert found.restarts
    assert found.restarts.planned is False
    assert {each.starts for each in found.restarts.vms} == {None}
    assert found.restarted is None
    assert found.rescue
    assert [(each.name, on.name) for each, on in found.rescue.targets or ()] == [("x", "c"), ("y", "b"), ("z", "b")]
    assert found.afterwards.exact is None


def test_what_is_too_large_together_is_proven_not_to_start() -> None:
    hosts = (host("a", memory=64 * GIB), with_free("b", takes(3)), with_free("c", takes(4) - 1))
    found = fail(view(vm("x", "a", 4 * GIB), vm("y", "a", 3 * GIB), hosts=hosts), "a")
    assert outcome(found)["x"] == (False, None)
    assert found.restarted is False
    pair = fail(view(vm("x", "a", 3 * GIB), vm("y", "a", 3 * GIB), hosts=(hosts[0], hosts[1])), "a")
    assert outcome(pair) == {"x": (None, None), "y": (None, None)}
    assert pair.too_many
    assert pair.restarted is False


def test_a_host_that_the_plan_does_not_look_at_closely_refuses() -> None:
    """The plan counts memory alone; the roomier host has too few CPUs."""
    few = {"count": 1, "vendor": "GenuineIntel"}
    found = fail(view(vm("x", "a", vcpus=2), hosts=(host("a"), host("b", memory=20 * GIB, cpu=few), host("c"))), "a")
    assert outcome(found) == {"x": (False, "b")}
    assert found.restarted is False
    assert found.rescue
    assert [(each.name, on.name) for each, on in found.rescue.targets or ()] == [("x", "c")]
    assert ("HA_PROTECTED_VM_RESTART_FAILED", True) in [(each.name, each.sure) for each in found.alerts]


def test_one_bound_vm_throws_the_plan_away() -> None:
    both = {"name": "both", "type": "nfs", "shared": True}
    both["connections"] = [{"host": each, "attached": True} for each in ("a", "b")]
    nfs = {"name": "nfs", "type": "nfs", "shared": True}
    nfs["connections"] = [{"host": each, "attached": True} for each in ("a", "b", "c")]
    pool = view(vm("x", "a"), vm("y", "a", repository="both"), repositories=[both, nfs])
    found = fail(pool, "a")
    assert found.restarts
    assert found.restarts.planned is False
    assert outcome(found) == {"x": (True, None), "y": (True, "b")}
    (x,) = (each for each in found.restarts.vms if each.vm.name == "x")
    assert {each.name for each in x.candidates} == {"b", "c"}
    assert found.restarted is True


def test_what_is_on_lost_storage_cannot_be_started() -> None:
    hosts = (host("a"), host("b"))
    found = fail(
        view(vm("x", "a"), vm("y", "b"), hosts=hosts, ha={"enabled": True, "heartbeat": "own"}), "a", repository="nfs"
    )
    assert outcome(found) == {"x": (False, "b")}
    assert found.rescue
    assert [each.name for each in found.rescue.in_the_way] == ["x"]
    assert [each.name for each in found.cut_off] == ["y"]


ELSEWHERE = {"enabled": True, "heartbeat": "own"}


def test_storage_that_one_host_has_lost_keeps_vms_from_that_host_alone() -> None:
    """The toolstack sees that b has most room, and not that it has lost the storage; on c x could be started."""
    hosts = (host("a"), host("b", memory=64 * GIB), host("c"))
    pool = view(vm("x", "a"), vm("y", "b"), vm("z", "c"), hosts=hosts, ha=ELSEWHERE)
    found = fail(pool, "a", repository="nfs", on="b")
    assert outcome(found) == {"x": (False, "b")}
    assert found.restarted is False
    assert found.rescue
    assert [(each.name, on.name) for each, on in found.rescue.targets or ()] == [("x", "c")]
    assert [each.name for each in found.cut_off] == ["y"]
    assert found.afterwards.exact is not None
    assert found.afterwards.exact.upper == 0


def test_what_has_lost_its_storage_where_it_runs_is_started_where_it_is_seen() -> None:
    """b alone loses the heartbeat disk, which is on nfs: it fences itself, and its VMs find their disks elsewhere."""
    pool = view(vm("x", "a"), vm("y", "b"), ha={"enabled": True, "heartbeat": "nfs"})
    found = fail(pool, repository="nfs", on="b")
    assert outcome(found) == {"y": (True, "c")}
    assert [each.name for each in found.fencing.of(Fate.FENCED)] == ["b"]
    assert found.cut_off == ()
    named = [(each.name, each.about.name if each.about else None) for each in found.alerts]
    assert ("HA_HOST_FAILED", "b") in named
    assert ("HA_HOST_WAS_FENCED", "b") in named
    assert "HA_STATEFILE_LOST" not in [name for name, _ in named]
    assert found.election.changed is False
    assert found.restarted is True


def test_a_coordinator_that_loses_the_disk_alone_is_succeeded() -> None:
    found = fail(view(vm("x", "a"), ha={"enabled": True, "heartbeat": "nfs"}), repository="nfs", on="a")
    assert found.election.changed is True
    assert {each.name for each in found.election.candidates} == {"b", "c"}
    assert outcome(found)["x"][0] is True


EFFORT = {"ha_restart_priority": "best-effort", "ha_always_run": False}


def test_a_new_coordinator_tries_all_best_effort_vms() -> None:
    pool = view(vm("p", "b"), vm("e", "b", **EFFORT), vm("f", None, **EFFORT))
    assert set(outcome(fail(pool, "b"))) == {"p", "e"}
    assert set(outcome(fail(pool, "a"))) == {"f"}


def test_lost_vms_alone_are_tried_while_a_protected_one_stays_down() -> None:
    pool = view(vm("p", "a", repository="own"), vm("e", "a", **EFFORT), vm("f", None, **EFFORT))
    assert set(outcome(fail(pool, "a"))) == {"p", "e"}


def test_a_best_effort_vm_may_not_break_the_promise() -> None:
    hosts = (with_free("a", takes(8)), host("b"), with_free("c", takes(8) + takes(1)))
    ha = {"enabled": True, "failures_to_tolerate": 1}
    pool = view(vm("p", "a", 8 * GIB), vm("e", "b", 4 * GIB, **EFFORT), vm("s", "b", GIB, **EFFORT), hosts=hosts, ha=ha)
    found = fail(pool, "b")
    assert outcome(found) == {"e": (False, None), "s": (None, None)}
    assert found.best_effort
    assert [each.refused for each in found.best_effort.vms] == [True, False]
    allowing = view(
        *pool.pool.model_dump(mode="json", exclude_none=True)["vms"], hosts=hosts, ha={**ha, "allow_overcommit": True}
    )
    assert outcome(fail(allowing, "b"))["e"] != (False, None)


def test_the_promise_falls_with_its_alerts() -> None:
    pool = view(vm("x", "a"), hosts=(host("a"), host("b")), ha={"enabled": True, "failures_to_tolerate": 1})
    found = fail(pool, "b")
    assert found.promise
    assert (found.promise.wanted, found.promise.before, found.promise.after) == (1, 1, 0)
    names = [each.name for each in found.alerts]
    assert names == ["HA_HOST_FAILED", "HA_POOL_DROP_IN_PLAN_EXISTS_FOR", "HA_POOL_OVERCOMMITTED", "HA_HOST_WAS_FENCED"]
    already = {"enabled": True, "failures_to_tolerate": 1, "plan_exists_for": 0, "overcommitted": True}
    again = fail(view(vm("x", "a"), hosts=(host("a"), host("b")), ha=already), "b")
    assert [each.name for each in again.alerts] == ["HA_HOST_FAILED", "HA_HOST_WAS_FENCED"]


def test_an_unknown_size_leaves_all_open() -> None:
    pool = view(vm("x", "a", memory=None))
    found = fail(pool, "a")
    assert outcome(found) == {"x": (None, None)}
    assert found.restarted is None
    assert "memory.static_max" in {lack.field for lack in found.lacking}


def test_a_vm_of_unknown_priority_leaves_the_answer_open() -> None:
    found = fail(view(vm("x", "a", ha_restart_priority=None)), "a")
    assert found.restarted is None
    assert [each.name for each in found.left_down] == ["x"]


def test_a_vm_whose_protection_is_not_in_force_stays_down() -> None:
    found = fail(view(vm("x", "b", ha_always_run=False), vm("y", "b")), "b")
    assert set(outcome(found)) == {"y"}
    assert [each.name for each in found.left_down] == ["x"]


def test_nobody_starts_anything_where_no_host_lives() -> None:
    found = fail(view(vm("x", "b"), vm("e", "a", **EFFORT)), "a", "b", "c")
    assert found.restarted is False
    assert [each.name for each in found.left_down] == ["e", "x"]
    assert {each.name for each in found.alerts if each.sure} == set()


def test_a_vm_in_maintenance_is_not_started_again() -> None:
    found = fail(view(vm("x", "c"), vm("y", "b"), hosts=(host("a"), host("b"), host("c", enabled=False))), "b")
    assert set(outcome(found)) == {"y"}


def test_delays_count_from_vms_that_start() -> None:
    pool = view(
        vm("x", "b", order=0, start_delay=30),
        vm("y", "b", order=1, start_delay=0),
        vm("z", "b", order=-1, start_delay=0),
    )
    found = fail(pool, "b")
    groups = [(each.group.order, each.earliest, each.latest) for each in found.timeline if each.group]
    assert groups == [(0, 78, 98), (1, 108, None), (-1, 108, None)]


EVERYWHERE = {
    "name": "nfs",
    "type": "nfs",
    "shared": True,
    "connections": [{"host": each, "attached": True} for each in "abcd"],
}


def every_course(free: dict[str, int], groups: list[list[tuple[str, int]]]) -> list[set[str]]:
    """The VMs that start in each course that chance could take: any order in a group, any host with room."""
    if not groups:
        return [set()]
    courses = []
    for order in permutations(groups[0]):
        states: list[tuple[dict[str, int], set[str]]] = [(free, set())]
        for name, size in order:
            states = [
                (after, started | ({name} if fits else set()))
                for left, started in states
                for fits in [any(room >= size for room in left.values())]
                for after in (
                    [{**left, on: room - size} for on, room in left.items() if room >= size] if fits else [left]
                )
            ]
        courses += [started | rest for left, started in states for rest in every_course(left, groups[1:])]
    return courses


@pytest.mark.parametrize("seed", range(60))
def test_what_is_said_holds_in_every_course(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - a made-up pool is no secret
    sizes = {f"v{at}": random.randint(1, 4) for at in range(random.randint(1, 4))}
    orders = {name: random.choice((0, 0, 1)) for name in sizes}
    free = {name: random.choice((0, 2, 3, 4, 5, 6, 8)) for name in "bcd"[: random.randint(1, 3)]}
    room = {name: sum(takes(1) for _ in range(left)) for name, left in free.items()}
    hosts = (host("a", memory=64 * GIB), *(with_free(name, left) for name, left in room.items()))
    pool = view(
        *(vm(name, "a", size * GIB, order=orders[name]) for name, size in sizes.items()),
        hosts=hosts,
        repositories=[EVERYWHERE],
    )
    found = fail(pool, "a")
    assert found.restarts
    plan = greedy([Restart(name, takes(size), None) for name, size in sorted(sizes.items())], room)
    assert found.restarts.planned is (len(plan) == len(sizes))
    if found.restarts.planned:
        assert outcome(found) == {name: (True, plan[name]) for name in sizes}
        return
    groups = [[(name, takes(sizes[name])) for name in sizes if orders[name] == order] for order in (0, 1)]
    courses = every_course(room, [group for group in groups if group])
    for each in found.restarts.vms:
        if each.starts is not None:
            assert {each.vm.name in course for course in courses} == {each.starts}
    whole = [set(sizes) <= course for course in courses]
    if found.restarted is not None:
        assert set(whole) == {found.restarted}
    assert found.rescue is None or (found.rescue.targets is not None) == any(whole)
