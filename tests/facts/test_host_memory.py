from typing import Any

import pytest

from planner.facts.footprint import Question
from planner.facts.host_memory import HostMemory, free_memory
from planner.facts.memory import Policy
from planner.model.inventory import PoolView
from planner.model.pool import Pool
from planner.units import MIB

HOST: dict[str, Any] = {
    "name": "a",
    "memory": 131072 * MIB,
    "memory_overhead": 1272 * MIB,
    "control_domain": {"memory": 8192 * MIB, "vcpus": 16},
}
"""128 GiB with a hypervisor of 1200 MiB, a reserve of 72 MiB and a control domain of 8 GiB."""
OLD, NEW = {"product_version": "8.2.1", "xapi": "1.249"}, {"product_version": "8.3.0", "xapi": "26.3"}


def guest(name: str, **fields: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {"domain_type": "hvm", "vcpus": 8, "memory": 16384 * MIB, "power_state": "running"}
    return {"name": name} | whole | {"runs_on": "a"} | fields


def lab(*vms: dict[str, Any], **fields: Any) -> PoolView:
    return PoolView(Pool.model_validate({"name": "lab", "hosts": [HOST], "vms": list(vms), "software": NEW} | fields))


def free(view: PoolView, policy: Policy = Policy.DYNAMIC_MIN) -> int | None:
    (host,) = view.hosts.records
    room = free_memory(view, host, policy)
    assert room.lacking == ()
    return room.most


def test_what_guests_may_have_of_a_host() -> None:
    assert free(lab()) == 121524 * MIB
    assert free(lab(*(guest(str(number)) for number in range(7)))) == 5856 * MIB


def test_the_share_of_each_virtual_cpu_came_with_a_release() -> None:
    view = lab(guest("x"), software=OLD)
    assert free(view) == (121524 + 3 - 16524 + 2) * MIB


BALLOONED = {"dynamic_min": 4096 * MIB, "dynamic_max": 8192 * MIB, "static_max": 16384 * MIB}


@pytest.mark.parametrize(
    ("policy", "size"), [(Policy.DYNAMIC_MIN, 4096), (Policy.DYNAMIC_MAX, 8192), (Policy.STATIC_MAX, 16384)]
)
def test_each_policy_counts_its_own_limit(policy: Policy, size: int) -> None:
    assert free(lab(guest("x", memory=BALLOONED)), policy) == (121524 - size - 140) * MIB


def test_a_guest_that_moves_is_charged_on_both_hosts() -> None:
    view = lab(guest("x", scheduled_on="b"), hosts=[HOST, HOST | {"name": "b"}])
    assert [free_memory(view, host).most for host in view.hosts.records] == [(121524 - 16524) * MIB] * 2


def test_a_guest_is_charged_twice_where_it_is_and_has_room_reserved() -> None:
    assert free(lab(guest("x", scheduled_on="a"))) == (121524 - 2 * 16524) * MIB


@pytest.mark.parametrize(("state", "charged"), [("running", 1), ("paused", 1), ("halted", 0), ("suspended", 0)])
def test_only_guests_that_are_there_are_charged(state: str, charged: int) -> None:
    assert free(lab(guest("x", power_state=state))) == (121524 - charged * 16524) * MIB


def test_a_host_is_never_less_than_full() -> None:
    assert free(lab(*(guest(str(number)) for number in range(9)))) == 0


def fits(view: PoolView, vm: str, *, empty: bool = False) -> tuple[bool | None, list[str]]:
    (host,) = view.hosts.records
    guest = view.vms.find(vm)
    assert guest
    fit = HostMemory(view).fit(guest, host, Question.START, empty=empty)
    return fit.enough, sorted({f"{each.record.label}: {each.field}" for each in fit.lacking})


HALTED: dict[str, Any] = {"power_state": "halted", "runs_on": None}
SEVEN = [guest(str(number)) for number in range(7)]


def test_a_guest_fits_or_not() -> None:
    new = guest("new", **HALTED)
    assert fits(lab(*SEVEN[:6], new), "new") == (True, [])
    assert fits(lab(*SEVEN, new), "new") == (False, [])
    assert fits(lab(*SEVEN, new), "new", empty=True) == (True, [])


def test_a_guest_does_not_stand_in_its_own_way() -> None:
    assert fits(lab(*SEVEN), "3") == (True, [])
    assert fits(lab(*SEVEN[:6], guest("new", **(HALTED | {"scheduled_on": "a"}))), "new") == (True, [])


def test_a_release_that_is_not_known_matters_only_at_the_margin() -> None:
    unknown = {"software": {"product_version": "8.3.0"}}
    edge = guest("new", **HALTED, memory=(5856 - 52) * MIB)
    assert fits(lab(*SEVEN, guest("new", **HALTED, memory=4096 * MIB), **unknown), "new") == (True, [])
    assert fits(lab(*SEVEN, guest("new", **HALTED), **unknown), "new") == (False, [])
    assert fits(lab(*SEVEN, edge, software=NEW), "new") == (False, [])
    assert fits(lab(*SEVEN, edge, software=OLD), "new") == (True, [])
    assert fits(lab(*SEVEN, edge, **unknown), "new") == (None, ["a: software.xapi"])


def test_what_is_lacking_is_named_where_it_would_decide() -> None:
    new = guest("new", **HALTED)
    unsaid = guest("x", memory=None)
    assert fits(lab(new, unsaid), "new")[0] is None
    assert "x: memory.dynamic_min" in fits(lab(new, unsaid), "new")[1]
    assert fits(lab(*SEVEN, new, unsaid), "new") == (False, [])
    assert fits(lab(new, guest("x", runs_on=None)), "new") == (None, ["x: runs_on"])
    assert fits(lab(new, hosts=[HOST | {"memory": None}]), "new") == (None, ["a: memory"])
