"""What the toolstack refuses while high availability is on, so that its restart plan does not break."""

from typing import Any

import pytest

from planner.facts.failover_guard import Planner, Supposed
from planner.model.inventory import PoolView
from tests.facts.test_toolstack_evacuation import host, small, view, vm

PROTECTED = {"ha_restart_priority": "restart", "ha_always_run": True}


def pool(free: int = 8, **ha: Any) -> PoolView:
    """Three hosts; on the first a protected VM of 4 GiB, on the second one that is not protected."""
    vms = [vm("p", 4, memory=small(4), **PROTECTED), vm("q", 4, "b", memory=small(4))]
    hosts = [host("a", free), host("b", free), host("c", free)]
    return view(hosts, vms, ha={"enabled": True, "plan_exists_for": 1, "allow_overcommit": False} | ha)


def said(given: PoolView, supposed: Supposed) -> object:
    found = Planner(given).guard(supposed)
    return found.lacking if found.refuses is None else found.refuses


def disabling(given: PoolView, name: str = "a") -> object:
    found = given.hosts.find(name)
    assert found
    return said(given, Supposed(disabled=found))


def moving(given: PoolView, name: str = "q", to: str = "c") -> object:
    guest, found = given.vms.find(name), given.hosts.find(to)
    assert guest
    assert found
    return said(given, Supposed(arriving=(guest, found)))


def test_a_host_may_go_while_one_more_failure_is_survived() -> None:  # H-42
    # p is then offline and placed on b or c, each with room for it; one of these may fail, as the other takes it.
    assert disabling(pool()) is False
    # Room of 4 on b and of 7 on c is left with 7 GiB each: 3 on b is not enough when c fails.
    assert disabling(pool(7)) is True


def test_two_failures_of_two_hosts_are_never_survived() -> None:  # H-29
    assert disabling(pool(plan_exists_for=1)) is False
    assert disabling(pool(12, plan_exists_for=2)) is True


def test_a_guest_that_arrives_counts_on_both_hosts() -> None:  # H-42
    # With q on both b and c each has 4 left, enough for p when a fails.
    assert moving(pool()) is False
    # With 7 GiB each has 3 left, and p finds no room.
    assert moving(pool(7)) is True


@pytest.mark.parametrize("ha", [{"enabled": False}, {"allow_overcommit": True}])
def test_nothing_is_refused_where_that_is_switched_off(ha: dict[str, Any]) -> None:
    assert disabling(pool(7, **ha)) is False
    assert moving(pool(7, **ha)) is False


def test_nothing_is_refused_where_the_plan_is_broken_already() -> None:  # H-42, H-43
    assert disabling(pool(3, plan_exists_for=2)) is False
    assert moving(pool(3, plan_exists_for=2)) is False


def test_what_is_not_known_is_told() -> None:
    found = disabling(pool(plan_exists_for=None))
    assert isinstance(found, tuple)
    assert [(each.field) for each in found] == ["plan_exists_for"]


def _with_room_kept(given: PoolView, name: str, to: str) -> PoolView:
    vms = [each.model_copy(update={"scheduled_on": to}) if each.name == name else each for each in given.vms.records]
    return PoolView(given.pool.model_copy(update={"vms": tuple(vms)}))


@pytest.mark.parametrize("free", range(4, 13))
@pytest.mark.parametrize("first", [("p", "b"), ("q", "c"), ("q", "a"), ("r", "a"), ("r", "b")])
@pytest.mark.parametrize("then", [("p", "c"), ("q", "a"), ("r", "b"), ("r", "a")])
def test_while_one_is_on_its_way_the_next_is_judged_as_if_its_room_were_kept(
    free: int, first: tuple[str, str], then: tuple[str, str]
) -> None:
    vms = [vm("p", 4, memory=small(4), **PROTECTED), vm("q", 4, "b", memory=small(4)), vm("r", 3, "c", memory=small(3))]
    ha = {"enabled": True, "failures_to_tolerate": 1, "allow_overcommit": False}
    given = view([host("a", free), host("b", free), host("c", free)], vms, ha=ha)
    guest, to = given.vms.find(first[0]), given.hosts.find(first[1])
    assert guest
    assert to
    under_way = Planner(given).while_arriving(guest, to)
    kept = _with_room_kept(given, *first)
    other, there = given.vms.find(then[0]), given.hosts.find(then[1])
    assert other
    assert there
    mine, theirs = under_way.guard(Supposed(arriving=(other, there))), moving(kept, *then)
    assert mine.refuses == theirs
