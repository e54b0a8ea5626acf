"""Promises that memory cannot keep. Each host has 14326 MiB for guests, each VM of 4 GiB takes 4131 MiB."""

from typing import Any

import pytest

from planner.failover.problem import LARGEST
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.overviews.ha_capacity import ha_capacity
from tests.facts.test_failover_problem import GIB, host, view, vm
from tests.rules.asking import faults, lacks, problems


def pool(each: int, **fields: Any) -> Pool:
    """Three hosts with so many protected VMs each; three fit on a host, so with two each one host may fail."""
    vms = [vm(f"{on}{number}", on) for on in ("a", "b", "c") for number in range(each)]
    return view(*vms, *fields.pop("more", ()), **fields).pool


def on(failures: int | None, **fields: Any) -> dict[str, Any]:
    return {"ha": {"enabled": True, "failures_to_tolerate": failures, **fields}}


@pytest.mark.parametrize(
    ("each", "failures", "found"),
    [(1, 2, False), (2, 1, False), (2, 2, True), (3, 1, True), (3, 0, False), (3, None, False)],
)
def test_no_more_is_promised_than_is_survived(each: int, failures: int | None, *, found: bool) -> None:
    held = pool(each, **on(failures))
    assert faults("HA041", held) == [("high availability", "failures_to_tolerate")] * found
    (capacity,) = ha_capacity(Inventory([held]))
    assert found is bool(failures and failures > capacity.exact.lower)


def test_it_says_which_hosts_and_what_is_survived() -> None:
    (found,) = problems("HA041", pool(2, **on(2)))
    assert found.message.startswith("pool is to survive 2 failures, and survives 1: when a and b fail, ")
    assert "ha-host-failures-to-tolerate=1" in found.remedy


def test_a_wish_counts_before_what_is() -> None:
    held = pool(2, ha={"enabled": False}, ha_plan={"failures_to_tolerate": 2})
    assert [each.subject for each in problems("HA041", held)] == [held.ha_plan]
    assert faults("HA041", pool(2, ha={"enabled": False, "failures_to_tolerate": 2})) == []


def test_more_than_there_are_hosts_is_told_by_another_rule() -> None:
    assert faults("HA041", pool(2, **on(3))) == []
    assert faults("HA017", pool(2, **on(3))) == [("high availability", "failures_to_tolerate")]


def test_what_is_not_known_is_told_once_for_each_rule() -> None:
    hosts = (host("a"), host("b", memory=None), host("c"))
    assert lacks("HA041", pool(3, hosts=hosts, **on(1))) == [("b", "memory")]
    assert lacks("HA042", pool(3, hosts=hosts, **on(1))) == []
    down = pool(1, hosts=hosts, more=(vm("down", None),), **on(1))
    assert lacks("HA042", down) == [("b", "memory")]


@pytest.mark.parametrize(("size", "found"), [(9, False), (12, True)])
def test_what_is_down_and_protected_has_to_fit_somewhere(size: int, *, found: bool) -> None:
    """With one VM a host has 10195 MiB left: 9 GiB and their overhead fit, 12 GiB do not."""
    held = pool(1, more=(vm("down", None, size * GIB),), **on(1))
    assert faults("HA042", held) == [("down", "ha_restart_priority")] * found
    assert faults("HA041", held) == [], "a failure is survived, or the other rule has said why not"


def test_each_may_fit_and_not_all() -> None:
    vms = [vm(f"down{number}", None, 9 * GIB) for number in range(4)]
    (found,) = problems("HA042", pool(1, more=tuple(vms), **on(0)))
    assert found.message == (
        "down0, down1, down2 and down3 are to be kept running and are down, and no host has room for them all"
    )
    assert [each.label for each in found.related] == ["down1", "down2", "down3"]


def test_more_memory_than_there_can_be_is_no_question_of_capacity() -> None:
    held = pool(1, hosts=(host("a", memory=LARGEST), host("b"), host("c")), more=(vm("down", None),), **on(1))
    assert (faults("HA041", held), faults("HA042", held)) == ([], [])
