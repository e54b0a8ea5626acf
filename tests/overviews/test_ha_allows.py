"""What actions do to a pool of three hosts with two protected VMs of 4131 MiB each on 14326 MiB: one may fail."""

from typing import Any

import pytest

from planner.errors import GoalError
from planner.facts.failover_guard import Reason
from planner.model.inventory import Inventory
from planner.overviews.ha_allows import Judgement, ha_allows
from tests.facts.test_failover_guard import FREE, HA, WAITING, pool
from tests.facts.test_failover_problem import GIB, view, vm


def asked(*actions: str, more: tuple[dict[str, Any], ...] = (), **ha: Any) -> tuple[Judgement, ...]:
    return ha_allows(Inventory([pool(*more, **ha).pool]), actions)


def exact(found: Judgement) -> tuple[int, int]:
    return found.before.exact.lower, found.after.exact.lower


def test_disabling_a_host_is_refused_and_would_leave_nothing() -> None:
    (found,) = asked("disable=a")
    assert (found.allowed, found.falls_short, exact(found)) == (False, True, (1, 0))


def test_a_move_can_be_refused_though_as_much_is_survived_after_it() -> None:
    (found,) = asked("migrate=a1@b")
    assert found.outcomes[0].guard.reason is Reason.BROKEN
    assert (found.allowed, found.falls_short, exact(found)) == (False, False, (1, 1))


def test_what_is_done_before_counts() -> None:
    first, second = asked("protect=a1:none", "tolerate=0")
    assert first.outcomes[0].guard.reason is Reason.NOT_ASKED
    assert (second.before.configured, second.after.configured) == (1, 0)
    assert second.after.plan_exists_for == 0
    (alone,) = asked("disable=a")
    _, after = asked("tolerate=0", "disable=a")
    assert (alone.allowed, after.allowed) == (False, True)
    assert after.falls_short is False


def test_a_vm_that_is_to_be_protected_is_once_it_is_started() -> None:
    (found,) = asked("start=small@a", more=(vm("small", None, GIB, **WAITING),))
    assert (found.allowed, exact(found)) == (True, (1, 1))
    assert found.action.host


def test_where_the_toolstack_draws_a_host_each_is_looked_at() -> None:
    """Each has room for z with its 1035 MiB, but b can spare no more than 898 of its 5029 MiB; a coordinates."""
    more = (vm("z", None, GIB, **FREE), vm("w", "b", GIB, **FREE))
    (found,) = asked("start=z", more=more)
    assert [(each.host and each.host.name, each.allowed) for each in found.outcomes] == [
        ("a", True),
        ("b", False),
        ("c", True),
    ]
    assert (found.drawn, found.allowed, found.host and found.host.name) == (True, None, "c")
    (refused,) = asked("start=z@b", more=more)
    assert (refused.allowed, [each.host and each.host.name for each in refused.outcomes]) == (False, ["b"])


@pytest.mark.parametrize(
    ("action", "allowed", "errors"),
    [
        ("memory=a1:8GiB", False, ["VM_BAD_POWER_STATE"]),
        ("memory=z:8GiB", True, []),
        ("memory=z:1024", False, ["MEMORY_CONSTRAINT_VIOLATION_ORDER"]),
        ("start=a1@b", False, ["VM_BAD_POWER_STATE"]),
    ],
)
def test_ordinary_obstacles(action: str, allowed: bool, errors: list[str]) -> None:  # noqa: FBT001
    memory = {"static_min": GIB, "dynamic_min": GIB, "dynamic_max": GIB, "static_max": GIB}
    (found,) = asked(action, more=(vm("z", None, memory=memory, **FREE),), plan_exists_for=0)
    assert (found.allowed, [each.api_error for each in found.outcomes[0].answer.obstacles]) == (allowed, errors)


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("reboot=a", "reboot=a: expected is one of disable=HOST, start=VM[@HOST], "),
        ("disable=", "expected is one of"),
        ("disable=x", "disable=x: x is no host of these pools"),
        ("start=x@a", "x is no VM of these pools"),
        ("start=a1@x", "x is no host of pool"),
        ("migrate=a1", "expected is migrate=VM@HOST"),
        ("migrate=a1@a", "a1 runs on a already"),
        ("memory=a1", "expected is memory=VM:SIZE"),
        ("memory=a1:8GB8", "expected a whole number of bytes"),
        ("protect=a1:always", "always is no priority; expected is one of restart, best-effort, none"),
        ("tolerate=-1", "expected is a number of failures, zero or more"),
        ("tolerate=99999999999999999999999", "expected is a number of failures, zero or more"),
    ],
)
def test_what_cannot_be_read_is_refused(action: str, said: str) -> None:
    with pytest.raises(GoalError) as raised:
        asked(action)
    assert said in str(raised.value)


def test_names_may_hold_the_signs_that_separate() -> None:
    names = ("web@a", "db:none")
    held = pool(*(vm(name, None, GIB, **FREE) for name in names))
    start, protect = ha_allows(Inventory([held.pool]), ("start=web@a@b", "protect=db:none"))
    assert (start.action.vm and start.action.vm.name, start.action.host and start.action.host.name) == ("web@a", "b")
    assert (protect.action.vm and protect.action.vm.name, protect.action.priority) == ("db:none", "restart")


def test_no_more_than_a_quorum_allows_can_be_tolerated() -> None:
    members = [{"host": name, "enabled": True} for name in ("a", "b", "c")]
    held = view(vm("x", "a"), cluster={"stack": "corosync", "members": members}, ha={**HA, "allow_overcommit": True})
    one, two = ha_allows(Inventory([held.pool]), ("tolerate=1", "tolerate=2"))
    assert (one.allowed, one.falls_short) == (True, False)
    assert (two.allowed, two.falls_short, two.after.exact.lower, two.after.lower) == (True, True, 2, 1)
