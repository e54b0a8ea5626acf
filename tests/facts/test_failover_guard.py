"""What the toolstack's planner holds back. Each host has 14326 MiB for guests, each VM of 4 GiB takes 4131 MiB."""

from typing import Any

import pytest

from planner.facts.failover_guard import Guard, Planner, Reason, Supposed
from planner.model.inventory import PoolView
from tests.facts.test_failover_problem import GIB, MIB, host, view, vm

FREE = {"ha_restart_priority": "", "ha_always_run": False}
WAITING = {"ha_restart_priority": "restart", "ha_always_run": False}
HA = {"enabled": True, "failures_to_tolerate": 1, "allow_overcommit": False}


def pool(*more: dict[str, Any], **ha: Any) -> PoolView:
    """Three hosts with two protected VMs each, 6064 MiB free on each: one may fail, and not two."""
    protected = [vm(f"{on}{number}", on) for on in ("a", "b", "c") for number in (1, 2)]
    return view(*protected, *more, ha={**HA, **ha})


def judged(held: PoolView, **supposed: Any) -> Guard:
    return Planner(held).guard(Supposed(**supposed))


def found(held: PoolView, name: str) -> Any:
    return held.vms.find(name) or held.hosts.find(name)


def test_a_host_is_not_disabled_when_the_others_could_lose_no_further_one() -> None:
    held = pool()
    assert judged(held, disabled=found(held, "a")) == Guard(Reason.BROKEN, 1)


@pytest.mark.parametrize(("size", "reason"), [(1024, Reason.KEPT), (1915, Reason.KEPT), (1916, Reason.BROKEN)])
def test_what_arrives_takes_room_of_its_host(size: int, reason: Reason) -> None:
    """The host has to keep 4131 of its 6064 MiB, so 1933 may go: 1915 with an overhead of 2 + 16."""
    held = pool(vm("z", None, size * MIB, **FREE))
    assert judged(held, arriving=(found(held, "z"), found(held, "a"))) == Guard(reason, 1)


def test_what_arrives_gives_its_source_nothing_back() -> None:
    held = pool()
    assert judged(held, arriving=(found(held, "a1"), found(held, "b"))).reason is Reason.BROKEN


def test_a_vm_that_comes_to_be_protected_is_placed_by_the_planner() -> None:
    held = pool(vm("z", None, **WAITING), vm("small", None, GIB, **WAITING))
    assert judged(held, protected=found(held, "z")).reason is Reason.BROKEN
    assert judged(held, protected=found(held, "small")).reason is Reason.KEPT


def test_one_that_is_not_agile_cannot_come_to_be_protected() -> None:
    held = pool(vm("z", None, GIB, repository="own", **WAITING))
    assert judged(held, protected=found(held, "z")).reason is Reason.BROKEN


def test_a_running_vm_is_protected_where_it_is() -> None:
    """On the failure of a its VM of 9291 MiB fits into what b has free, 10195 MiB, and with another VM there not."""
    hosts, other = (host("a"), host("b")), vm("w", "b", **FREE)
    for more, reason in (((), Reason.KEPT), ((other,), Reason.BROKEN)):
        held = view(vm("y", "b"), vm("z", "a", 9 * GIB, **FREE), *more, hosts=hosts, ha=HA)
        assert judged(held, protected=found(held, "z")) == Guard(reason, 1)


@pytest.mark.parametrize(("failures", "reason"), [(0, Reason.KEPT), (1, Reason.KEPT), (2, Reason.BROKEN)])
def test_more_failures_are_tolerated_only_with_a_plan(failures: int, reason: Reason) -> None:
    assert judged(pool(), failures=failures) == Guard(reason, failures)


def test_any_number_may_be_asked_for_while_there_is_a_plan_for_none() -> None:
    assert judged(pool(plan_exists_for=0), failures=9).reason is Reason.PLANS_FOR_NONE


def test_it_asks_for_as_many_failures_as_it_has_a_plan_for_not_as_are_to_be_tolerated() -> None:
    held = pool(plan_exists_for=0)
    assert judged(held, disabled=found(held, "a")) == Guard(Reason.KEPT, 0)


def test_a_protected_vm_that_is_not_agile_switches_all_checks_off() -> None:
    held = pool(vm("bound", "a", GIB, repository="own"))
    for supposed in ({"disabled": found(held, "a")}, {"protected": found(held, "bound")}):
        assert judged(held, **supposed) == Guard(Reason.NO_PLAN_NOW, 0)


@pytest.mark.parametrize(
    ("ha", "reason"),
    [
        ({"enabled": False}, Reason.OFF),
        ({"allow_overcommit": True}, Reason.MAY_OVERCOMMIT),
        ({"plan_exists_for": 2}, Reason.NO_PLAN_NOW),
    ],
)
def test_when_nothing_is_held_back(ha: dict[str, Any], reason: Reason) -> None:
    held = pool(**ha)
    answer = judged(held, disabled=found(held, "a"))
    assert (answer.reason, answer.refuses) == (reason, False)


@pytest.mark.parametrize(
    ("ha", "field"),
    [
        ({"enabled": None}, "ha.enabled"),
        ({"failures_to_tolerate": None}, "plan_exists_for"),
        ({"allow_overcommit": None}, "allow_overcommit"),
    ],
)
def test_what_has_to_be_known(ha: dict[str, Any], field: str) -> None:
    held = pool(**ha)
    answer = judged(held, disabled=found(held, "a"))
    assert (answer.refuses, [each.field for each in answer.lacking]) == (None, [field])


def test_whether_too_much_may_be_promised_does_not_matter_where_nothing_is_refused() -> None:
    held = pool(vm("z", None, GIB, **FREE), allow_overcommit=None)
    assert judged(held, arriving=(found(held, "z"), found(held, "a"))).reason is Reason.KEPT


def test_the_planner_may_not_be_asked() -> None:
    held = pool()
    assert Planner(held).guard(None).reason is Reason.NOT_ASKED
