from typing import Any

import pytest

from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.model.site import Site
from tests.rules.join.joins import Fields, joined, lacking, problems, seen


def running(**more: Any) -> Fields:
    return {"vms": [{"name": "x", "power_state": "running", **more}]}


@pytest.mark.parametrize(("mine", "theirs"), [("true", "false"), ("false", "true"), ("true", "true")])
def test_either_side_can_lack_the_licence_for_a_large_pool(mine: str, theirs: str) -> None:
    hosts = [{"name": name} for name in ("a", "b", "c")]
    pool = {"hosts": hosts, "restrictions": {"restrict_pool_size": theirs}}
    joiner = {"restrictions": {"restrict_pool_size": mine}}

    assert problems("JN004", joined(pool=pool, joiner=joiner, version="7.6.0")) == [("new", "host")]
    assert problems("JN004", joined(pool=pool, joiner=joiner, version="7.2.0")) == []
    assert problems("JN004", joined(pool={**pool, "hosts": hosts[:2]}, joiner=joiner, version="7.6.0")) == []


def test_a_licence_for_large_pools_lets_more_hosts_in() -> None:
    hosts = [{"name": name} for name in ("a", "b", "c")]
    free = {"restrictions": {"restrict_pool_size": "false"}}

    assert problems("JN004", joined(pool={"hosts": hosts, **free}, joiner=free, version="7.6.0")) == []
    assert lacking("JN004", joined(pool={"hosts": hosts}, joiner=free, version="7.6.0")) == [("lab", "restrictions")]
    assert lacking("JN004", joined(pool={"hosts": None}, joiner=free, version="7.6.0")) == [("lab", "hosts")]
    bound: Fields = {"restrictions": {}}
    assert lacking("JN004", joined(pool={"hosts": hosts, **bound}, joiner=bound)) == [
        ("new", "software.product_version")
    ]


def test_hosts_that_join_together_count_together() -> None:
    bound = {"restrictions": {"restrict_pool_size": "true"}, "software": {"product_version": "8.0.0"}}
    lab = {"name": "lab", "joins": [{"host": "c"}, {"host": "d"}], "hosts": [{"name": "a"}, {"name": "b"}], **bound}
    singles = [{"name": name, "hosts": [{"name": name}], **bound} for name in ("c", "d")]

    found, _ = seen("JN004", Inventory([Pool.model_validate(each) for each in (lab, *singles)]))

    assert len(found) == 2
    assert "4 hosts" in found[0].message


def test_a_host_needs_a_management_interface() -> None:
    def interfaces(**fields: Any) -> Inventory:
        return joined({"interfaces": [{"device": "eth0", **fields}]})

    assert problems("JN005", interfaces(management=True)) == []
    assert problems("JN005", interfaces(management=False)) == [("new", "interfaces")]
    assert problems("JN005", joined({"interfaces": []})) == [("new", "interfaces")]
    assert lacking("JN005", interfaces()) == [("eth0", "management")]
    assert lacking("JN005", joined()) == [("new", "interfaces")]


@pytest.mark.parametrize(("code", "side", "name"), [("JN006", "joiner", "single"), ("JN009", "pool", "lab")])
def test_high_availability_has_to_be_off(code: str, side: str, name: str) -> None:
    def guarded(**fields: Any) -> Inventory:
        held: Fields = {"ha": fields}
        return joined(pool=held) if side == "pool" else joined(joiner=held)

    assert problems(code, guarded(enabled=True)) == [(name, "ha.enabled")]
    assert problems(code, guarded(enabled=False)) == []
    assert lacking(code, guarded()) == [(name, "ha.enabled")]
    assert lacking(code, joined()) == [(name, "ha.enabled")]


def test_one_pool_with_high_availability_is_told_once() -> None:
    lab = Pool.model_validate(
        {"name": "lab", "ha": {"enabled": True}, "joins": [{"host": "a"}, {"host": "b"}], "hosts": []}
    )
    singles = [Pool.model_validate({"name": name, "hosts": [{"name": name}]}) for name in "ab"]

    found, _ = seen("JN009", Inventory([lab, *singles]))

    assert len(found) == 1
    assert "lab, which a and b are to join" in found[0].message


def test_a_wish_by_uuid_is_told_by_name() -> None:
    lab = {"ha": {"enabled": True}, "joins": [{"host": "u-7"}]}

    (found,), _ = seen("JN009", joined({"uuid": "u-7"}, pool=lab))

    assert "lab, which new is to join" in found.message


def test_a_host_that_is_alone_can_join() -> None:
    assert problems("JN011", joined()) == []


def test_a_host_of_another_pool_has_to_leave_it() -> None:
    two = {"hosts": [{"name": "new", "uuid": "u1"}, {"name": "other", "uuid": "u2"}]}

    member, _ = seen("JN011", joined(joiner={**two, "coordinator": "other"}))
    coordinator, _ = seen("JN011", joined(joiner={**two, "coordinator": "new"}))

    assert "`xe pool-eject host-uuid=u1`" in member[0].remedy
    assert "designate" not in member[0].remedy
    assert "`xe pool-designate-new-master host-uuid=u2`" in coordinator[0].remedy
    assert problems("JN011", joined(joiner=two)) == [("new", "host")]


def test_a_host_cannot_join_its_own_pool() -> None:
    lab = Pool.model_validate({"name": "lab", "joins": [{"host": "a"}], "hosts": [{"name": "a"}, {"name": "b"}]})

    found, _ = seen("JN011", Inventory([lab]))

    assert [(each.message, each.api_error) for each in found] == [("a is a member of lab already", "")]


def test_a_coordinator_cannot_join_itself() -> None:
    lab = {"name": "lab", "coordinator": "a", "joins": [{"host": "a"}], "hosts": [{"name": "a"}, {"name": "b"}]}

    found, _ = seen("JN011", Inventory([Pool.model_validate(lab)]))
    copied, _ = seen("JN011", joined({"uuid": "u"}, {"uuid": "u"}))

    assert [each.api_error for each in (*found, *copied)] == ["OPERATION_NOT_ALLOWED"] * 2


def test_a_host_cannot_join_two_pools() -> None:
    pools = [{"name": name, "joins": [{"host": "c"}] * 2, "hosts": [{"name": name}]} for name in ("lab", "lab2")]
    single = {"name": "single", "hosts": [{"name": "c"}]}

    found, _ = seen("JN011", Inventory([Pool.model_validate(each) for each in (*pools, single)]))

    assert {each.message for each in found} == {"c is to join lab, and lab2 too", "c is to join lab2, and lab too"}
    assert all("remove the other wishes" in each.remedy for each in found)


def test_a_host_that_both_sides_describe_is_a_member_already() -> None:
    assert problems("JN011", joined({"uuid": "u"}, {"uuid": "u"})) == [("new", "host")]
    assert problems("JN011", joined({"uuid": "u"}, {"uuid": "v", "name": "new"})) == []
    assert lacking("JN011", joined({"uuid": "u"}, {"name": "new"})) == [("new", "uuid")]


@pytest.mark.parametrize(
    ("vm", "expected"),
    [
        ({"power_state": "running", "runs_on": "new"}, [("x", "runs_on")]),
        ({"power_state": "running"}, [("x", "power_state")]),
        ({"runs_on": "new"}, [("x", "runs_on")]),
        ({"power_state": "halted"}, []),
        ({"power_state": "suspended"}, []),
        ({"power_state": "paused"}, []),
    ],
)
def test_no_vm_may_run(vm: Fields, expected: list[tuple[str, str]]) -> None:
    assert problems("JN012", joined(joiner={"vms": [{"name": "x", **vm}]})) == expected


def test_whether_vms_run_has_to_be_said() -> None:
    assert lacking("JN012", joined()) == [("single", "vms")]
    assert lacking("JN012", joined(joiner={"vms": [{"name": "x"}]})) == [("x", "power_state")]
    assert lacking("JN012", joined(joiner=running(driver_domain=True))) == [("new", "software.product_version")]


def test_vms_of_other_hosts_of_the_same_pool_do_not_count() -> None:
    hosts = {"hosts": [{"name": "new"}, {"name": "other"}]}

    assert problems("JN012", joined(joiner={**hosts, **running(runs_on="other")})) == []
    assert problems("JN012", joined(joiner={**hosts, **running(runs_on="new")})) == [("x", "runs_on")]


def test_a_driver_domain_may_run_up_to_7_0() -> None:
    domain = running(driver_domain=True)

    assert problems("JN012", joined(joiner=domain, version="7.0.0")) == []
    assert problems("JN012", joined(joiner=domain, version="7.1.0")) == [("x", "power_state")]


QUIET: Fields = {"vms": [], "templates": [], "snapshots": [], "operations": []}
QUIET_HOST: Fields = {"operations": [], "control_domain": {"operations": []}}


@pytest.mark.parametrize("field", ["vms", "templates", "snapshots"])
def test_no_guest_may_have_an_operation_under_way(field: str) -> None:
    busy = {**QUIET, field: [{"name": "x", "operations": ["export", "clone"]}]}
    unsaid = {**QUIET, field: [{"name": "x"}]}

    assert problems("JN013", joined(QUIET_HOST, joiner=QUIET)) == []
    assert problems("JN013", joined(QUIET_HOST, joiner=busy)) == [("x", "operations")]
    assert lacking("JN013", joined(QUIET_HOST, joiner=unsaid)) == [("x", "operations")]
    assert lacking("JN013", joined(QUIET_HOST, joiner={**QUIET, field: None})) == [("single", field)]


def test_nothing_may_be_under_way_on_the_host_itself() -> None:
    busy = {"operations": ["evacuate"], "control_domain": {"operations": ["export"]}}

    assert problems("JN013", joined(busy, joiner=QUIET)) == [
        ("new", "control_domain.operations"),
        ("new", "operations"),
    ]
    assert lacking("JN013", joined(joiner=QUIET)) == [("new", "control_domain.operations"), ("new", "operations")]


def test_an_update_of_the_pool_under_way_has_an_answer_of_its_own() -> None:
    found, _ = seen("JN013", joined(QUIET_HOST, joiner={**QUIET, "operations": ["apply_updates"]}))

    assert [each.api_error for each in found] == ["NOT_SUPPORTED_DURING_UPGRADE"]


@pytest.mark.parametrize("state", ["suspended", "paused"])
def test_vms_that_sleep_are_worth_a_warning(state: str) -> None:
    found, _ = seen("JN049", joined(joiner={"vms": [{"name": "x", "power_state": state}]}))

    assert [(each.subject.label, each.field) for each in found] == [("x", "power_state")]
    assert "lets this pass" in found[0].message


def test_vms_that_run_or_are_halted_do_not_sleep() -> None:
    assert problems("JN049", joined(joiner=running())) == []
    assert problems("JN049", joined(joiner={"vms": [{"name": "x", "power_state": "halted"}]})) == []
    assert lacking("JN049", joined(joiner={"vms": [{"name": "x"}]})) == [("x", "power_state")]
    assert lacking("JN049", joined()) == [("single", "vms")]


def test_only_local_storage_and_the_tools_may_be_there() -> None:
    def with_repository(**fields: Any) -> Inventory:
        return joined(joiner={"repositories": [{"name": "r", **fields}]})

    assert problems("JN017", with_repository(shared=False)) == []
    assert problems("JN017", with_repository(shared=True, tools=True)) == []
    assert problems("JN017", with_repository(shared=True)) == [("r", "shared")]
    assert lacking("JN017", with_repository()) == [("r", "shared")]
    assert lacking("JN017", with_repository(shared=True, type="iso")) == [("r", "tools")]
    assert lacking("JN017", joined()) == [("single", "repositories")]


def test_shared_storage_is_forgotten_by_its_own_uuids() -> None:
    connections = [
        {"host": "new", "uuid": "pbd-1", "attached": True},
        {"host": "new", "uuid": "pbd-2", "attached": False},
    ]
    repository = {"name": "r", "uuid": "sr-1", "shared": True, "connections": connections}

    found, _ = seen("JN017", joined(joiner={"repositories": [repository]}))

    assert "`xe pbd-unplug uuid=pbd-1`, then `xe sr-forget uuid=sr-1`" in found[0].remedy
    assert "pbd-2" not in found[0].remedy


@pytest.mark.parametrize(
    ("mine", "theirs", "words"),
    [
        (0.5, 0, ""),
        (1, 0, "not in step"),
        (299, 0, "less than raises an alert, but not in step"),
        (-150, 150, "enough for an alert"),
        (2**62, -(2**62), "enough for an alert"),
    ],
)
def test_clocks_should_be_in_step(mine: float, theirs: float, words: str) -> None:
    found, _ = seen("JN048", joined({"clock_offset": mine}, {"clock_offset": theirs}))

    assert [each.field for each in found] == (["clock_offset"] if words else [])
    assert all(words in each.message and "does not check" in each.message for each in found)


def test_a_site_may_be_stricter_about_clocks() -> None:
    apart = joined({"clock_offset": 10}, {"clock_offset": 0}, site=Site(clock_skew_limit=5, clock_skew_notice=20))

    found, _ = seen("JN048", apart)

    assert "from 5 s on" in found[0].message
    assert lacking("JN048", joined({"clock_offset": 1})) == [("old", "clock_offset")]
    assert lacking("JN048", joined(pool={"hosts": None})) == [("lab", "hosts")]


def test_a_nic_to_manage_the_host_by_is_proposed() -> None:
    interfaces = [
        {"device": "eth1", "uuid": "p-1", "management": False},
        {"device": "eth0", "management": False},
        {"device": "bond0", "management": False, "bond": {"members": ["eth0", "eth1"]}},
    ]

    (found,), _ = seen("JN005", joined({"interfaces": interfaces}))

    assert found.remedy.endswith(": eth0, eth1 (p-1)")


@pytest.mark.parametrize(
    ("joiner", "host", "unchecked"),
    [
        ({"vms": [{"name": "x", "operations": ["export"]}]}, {}, False),
        ({}, {"control_domain": {"operations": ["export"]}}, False),
        ({}, {"operations": ["evacuate"]}, True),
        ({"operations": ["ha_enable"]}, {}, True),
        ({"operations": ["apply_updates"]}, {}, False),
    ],
)
def test_what_the_toolstack_does_not_look_at_is_said(joiner: Fields, host: Fields, *, unchecked: bool) -> None:
    found, _ = seen("JN013", joined(host, joiner=joiner))

    assert ["looks at VMs only" in each.message for each in found] == [unchecked]


def test_all_sides_without_a_licence_for_large_pools_are_named() -> None:
    bound: Fields = {"restrictions": {"restrict_pool_size": "true"}}
    hosts = [{"name": name} for name in ("a", "b", "c")]

    (found,), _ = seen("JN004", joined(pool={**bound, "hosts": hosts}, joiner=bound, version="8.2.0"))

    assert found.message.endswith("it may have 3: lab and single have none")
