"""How a pool is updated host by host, in pools that a reader can follow."""

from dataclasses import replace
from typing import Any

import pytest

import planner
from planner.errors import GoalError
from planner.model.inventory import Inventory
from planner.plans import NoPlan, Plan, Step
from planner.plans.changes import FieldChange
from planner.plans.moving import Survivals
from planner.plans.updating import UpdateOutcome
from planner.verify import broken_promises
from tests.facts.test_toolstack_evacuation import host, small, view, vm

PROTECTED = {"ha_restart_priority": "restart", "ha_always_run": True}
LOCAL = {"drives": [{"device": "xvda", "disk": "own"}]}
STORES: list[dict[str, Any]] = [
    {
        "name": "nfs",
        "type": "nfs",
        "shared": True,
        "connections": [{"host": name, "attached": True} for name in "abc"],
    },
    {"name": "here", "type": "lvm", "shared": False, "connections": [{"host": "a", "attached": True}]},
]
DISKS = [{"name": "own", "repository": "here"}, {"name": "root", "repository": "nfs"}]


def pool(free: dict[str, int], vms: list[tuple[str, int, str]], **fields: Any) -> Inventory:
    """Hosts with so many GiB free, and VMs with their size and host; b is the coordinator."""
    more: dict[str, dict[str, Any]] = fields.pop("more", {})
    of_hosts: dict[str, dict[str, Any]] = fields.pop("of_hosts", {})
    hosts = [host(name, size) | of_hosts.get(name, {}) for name, size in free.items()]
    guests = [vm(name, size, on, memory=small(size)) | more.get(name, {}) for name, size, on in vms]
    return Inventory([view(hosts, guests, **({"coordinator": "b"} | fields)).pool])


def lab(**fields: Any) -> Inventory:
    """A pool in which x can only run on a."""
    whole = {"more": {"x": LOCAL}, "repositories": STORES, "disks": DISKS} | fields
    return pool({"a": 8, "b": 8, "c": 8}, [("x", 1, "a"), ("y", 1, "b"), ("z", 2, "c")], **whole)


def asked(given: Inventory, **options: Any) -> Plan | NoPlan:
    return planner.plan(planner.Update(**options), given)


def steps(found: Plan | NoPlan) -> list[str]:
    assert isinstance(found, Plan), found
    return [step.what for step in found.steps]


def outcome(found: Plan | NoPlan) -> UpdateOutcome:
    assert isinstance(found, Plan), found
    assert isinstance(found.outcome, UpdateOutcome)
    return found.outcome


def causes(found: Plan | NoPlan) -> list[str]:
    assert isinstance(found, NoPlan), found
    return [cause.told for cause in found.because]


def round_trip(name: str, *, moves: list[str], back: list[str]) -> list[str]:
    return [
        f"take {name} out of service",
        *moves,
        f"update {name} and restart it",
        f"wait until {name} is up again",
        f"put {name} back into service",
        *back,
    ]


def test_the_coordinator_comes_first_and_vms_come_back_before_the_next_host() -> None:  # E-14, X-9
    found = asked(pool({"a": 8, "b": 8}, [("x", 1, "a"), ("y", 2, "b")]))
    assert steps(found) == [
        *round_trip("b", moves=["move y from b to a"], back=["move y from a to b"]),
        *round_trip("a", moves=["move x from a to b"], back=["move x from b to a"]),
    ]
    assert (outcome(found).moves, outcome(found).fewest) == (4, 4)
    assert [(each.hosts, each.leave, each.come) for each in outcome(found).stages] == [(("b",), 1, 1), (("a",), 1, 1)]


def test_what_is_in_the_way_of_any_host_is_told_for_all_of_them_at_once() -> None:
    found = asked(pool({"a": 8, "b": 2, "c": 2}, [("p", 6, "a"), ("q", 1, "b"), ("r", 1, "c")], more={"q": NO_TOOLS}))
    assert isinstance(found, NoPlan)
    assert found.proven
    first, second = causes(found)
    assert first == "q cannot be moved live from b: it has no guest tools"
    assert second.startswith("to empty a: p finds no room: b: ")
    assert found.ways_out[0] == "with `--may-stop q` the plan shuts it down and starts it again"


NO_TOOLS = {"tools": {"installed": False}}


def test_a_vm_that_cannot_move_is_shut_down_last_and_started_first_where_it_may_be() -> None:
    assert causes(asked(lab())) == [
        "x cannot leave a: b and c: its disk own is on here, which is not attached there",
    ]
    found = asked(lab(), may_stop=("x",))
    assert [step for step in steps(found) if "x" in step.split() or "restart" in step] == [
        "update b and restart it",
        "shut down x",
        "update a and restart it",
        "start x on a",
        "update c and restart it",
    ]
    assert [(each.vm, each.host) for stage in outcome(found).stages for each in stage.stopped] == [("x", "a")]
    assert outcome(found).fewest == 4


def test_a_cd_that_only_one_host_has_is_ejected() -> None:  # E-17, UP010
    cd = {"device": "xvdd", "type": "cd", "repository": "here", "empty": False}
    found = asked(lab(more={"x": {"drives": [{"device": "xvda", "disk": "root"}, cd]}}))
    assert isinstance(found, NoPlan)
    assert any("eject its CD: `xe vm-cd-eject uuid=x`" in way for way in found.ways_out)


def test_where_there_is_no_room_the_smallest_vms_that_may_be_are_shut_down() -> None:
    given = pool({"a": 7, "b": 5}, [("p", 4, "a"), ("q", 2, "a"), ("r", 1, "a")])
    assert isinstance(asked(given), NoPlan)
    found = asked(given, may_stop_any=True)
    assert [each.vm for stage in outcome(found).stages for each in stage.stopped] == ["q"]
    found = asked(given, may_stop=("p", "r"))
    assert [each.vm for stage in outcome(found).stages for each in stage.stopped] == ["p"]


def test_a_pool_of_one_host_is_updated_when_its_vms_may_be_shut_down() -> None:
    given = pool({"b": 8}, [("x", 1, "b")])
    assert causes(asked(given)) == ["no other host of lab would be left"]
    assert "shut down x" in steps(asked(given, may_stop_any=True))
    assert len(steps(asked(pool({"b": 8}, [])))) == 4


def test_a_vm_that_others_need_is_not_shut_down() -> None:
    stores = [STORES[0] | {"device_config": {"server": "10.0.0.9", "serverpath": "/x"}}, STORES[1]]
    given = lab(repositories=stores, more={"x": LOCAL | {"addresses": ["10.0.0.9"]}})
    (told,) = causes(asked(given, may_stop=("x",)))
    assert told.endswith("; x serves nfs, which others need, so it is not shut down")


def test_a_vm_whose_shutdown_is_blocked_is_in_the_way() -> None:
    given = lab(more={"x": LOCAL | {"blocked_operations": ["clean_shutdown"]}})
    (told,) = causes(asked(given, may_stop_any=True))
    assert told.endswith("; the clean shutdown of x is blocked")


def test_a_guest_without_tools_is_shut_down_by_hand() -> None:
    found = asked(lab(more={"x": NO_TOOLS | {"domain_type": "hvm"}}), may_stop=("x",))
    assert isinstance(found, Plan)
    (step,) = [step for step in found.steps if step.what == "shut down x"]
    assert step.by_hand == ("shut x down from inside: it has no guest tools, so it may not do as it is asked",)
    assert step.commands == (
        '[ "$(xe vm-param-get uuid=x param-name=power-state)" = halted ] || xe vm-shutdown uuid=x',
    )


def test_a_vm_that_starts_with_its_host_is_not_started_twice() -> None:
    found = asked(lab(more={"x": LOCAL | {"auto_start": True}}), may_stop=("x",))
    assert isinstance(found, Plan)
    (step,) = [step for step in found.steps if step.what == "start x on a"]
    assert step.commands == (
        '[ "$(xe vm-param-get uuid=x param-name=power-state)" = running ] || xe vm-start uuid=x on=a',
    )


def test_a_paused_vm_is_not_shut_down() -> None:
    (told,) = causes(asked(lab(more={"x": LOCAL | {"power_state": "paused"}}), may_stop=("x",)))
    assert told.endswith("; x is paused, so it is not shut down")


def test_high_availability_is_off_from_the_first_step_to_the_last() -> None:  # H-49, X-9
    ha = {"enabled": True, "failures_to_tolerate": 1, "plan_exists_for": 1, "heartbeat": "nfs"}
    found = asked(pool({"a": 8, "b": 8}, [("x", 1, "a")], ha=ha, workload_balancing=True))
    told = steps(found)
    assert told[:2] == ["switch high availability off", "switch workload balancing off"]
    assert told[-2:] == ["switch workload balancing on again", "switch high availability on again"]
    assert isinstance(found, Plan)
    assert "(HA_IS_ENABLED)" in found.steps[0].why
    assert "hosts that restart for it would count as failed" in found.steps[0].why
    upgrade = asked(pool({"a": 8, "b": 8}, [], ha=ha), to="8.4")
    assert isinstance(upgrade, Plan)
    assert "(NOT_SUPPORTED_DURING_UPGRADE)" in upgrade.steps[0].why


def test_whether_it_is_on_need_not_be_known() -> None:
    found = asked(pool({"a": 8, "b": 8}, [], ha=None))
    assert steps(found)[0] == "switch high availability off, if it is on"
    assert steps(found)[-1] == "put a back into service"
    assert (
        "whether high availability is on is not known; switch it on again in the end if it was" in outcome(found).notes
    )


def test_members_go_down_together_where_they_can_be_emptied_together() -> None:
    given = pool({"a": 2, "b": 8, "c": 2, "d": 2}, [("x", 1, "a"), ("y", 1, "c"), ("z", 2, "d")])
    assert [each.hosts for each in outcome(asked(given, at_once=4)).stages] == [("b",), ("a", "c", "d")]
    assert [each.hosts for each in outcome(asked(given, at_once=2)).stages] == [("b",), ("a", "c"), ("d",)]
    tight = pool({"a": 2, "b": 2, "c": 2, "d": 2}, [("x", 2, "a"), ("y", 2, "c"), ("z", 1, "b")])
    assert [each.hosts for each in outcome(asked(tight, at_once=2)).stages] == [("b",), ("a",), ("c",), ("d",)]


def test_what_is_said_of_a_host_that_is_down_is_no_fault_of_the_next_one() -> None:
    stores = [{"name": "nfs", "type": "nfs", "shared": True, "connections": AC}]
    wish = {"ha_plan": {"heartbeat": "nfs", "failures_to_tolerate": 1}, "repositories": stores}
    found = outcome(asked(pool({"a": 8, "b": 8, "c": 8}, [], **wish), at_once=2))
    assert [each.hosts for each in found.stages] == [("b",), ("a", "c")]


def test_members_go_down_one_by_one_rather_than_that_a_vm_is_shut_down_for_it() -> None:
    tight = pool({"a": 2, "b": 2, "c": 2, "d": 2}, [("x", 2, "a"), ("y", 2, "c"), ("z", 1, "b")])
    found = outcome(asked(tight, at_once=2, may_stop_any=True))
    assert [each.hosts for each in found.stages] == [("b",), ("a",), ("c",), ("d",)]
    assert all(not each.stopped for each in found.stages)
    only = {"x": {"drives": [{"device": "xvda", "disk": "two"}]}}
    stores = [*STORES, {"name": "two", "type": "nfs", "shared": True, "connections": AC}]
    disks = [*DISKS, {"name": "two", "repository": "two"}]
    given = pool({"a": 8, "b": 8, "c": 8}, [("x", 1, "a")], more=only, repositories=stores, disks=disks)
    found = outcome(asked(given, at_once=2, may_stop_any=True))
    assert [(each.hosts, each.stopped) for each in found.stages] == [(("b",), ()), (("a",), ()), (("c",), ())]


AC = [{"host": name, "attached": True} for name in "ac"]


def test_clustered_storage_allows_one_host_at_a_time() -> None:  # E-9
    stores = [*STORES, {"name": "g", "type": "gfs2", "shared": True, "connections": []}]
    given = pool({"a": 8, "b": 8}, [], repositories=stores, disks=DISKS)
    (told,) = causes(asked(given, at_once=2))
    assert "CLUSTERED_SR_DEGRADED" in told
    assert isinstance(asked(given), Plan)


def test_in_an_upgrade_no_vm_goes_back_to_older_software() -> None:  # E-15, M-30
    # To empty a (6 GiB), y has to leave c for b, which is up to date by then: it can, but comes back only when c is.
    given = pool({"a": 6, "b": 3, "c": 6}, [("x", 6, "a"), ("y", 2, "c")])
    told = steps(asked(given, to="9.0"))
    assert told.index("move y from c to b") < told.index("upgrade a to 9.0")
    assert told.index("upgrade c to 9.0") < told.index("move y from b to c")
    assert outcome(asked(given, to="9.0")).fewest == 4
    assert told.count("move y from b to c") == 1
    # Here the VM that would have to make room is on b, which is up to date, and only a host that is not has any.
    given = pool({"a": 3, "b": 4, "c": 2}, [("x", 3, "a"), ("y", 2, "b")], software=OLD)
    assert isinstance(asked(given), Plan)
    found = asked(given, to="9.0")
    assert causes(found) == ["no order of hosts was found in which a can be emptied once others are up to date"]
    assert isinstance(found, NoPlan)
    assert not found.proven


OLD = {"product_version": "8.2.1", "platform_version": "3.2.1", "xapi": "1.20"}


def test_hosts_that_have_the_release_are_left_as_they_are() -> None:
    new = {"software": OLD | {"product_version": "9.0", "platform_version": "4.0"}}
    given = pool({"a": 8, "b": 8, "c": 8}, [("x", 1, "c")], software=OLD, of_hosts={"b": new})
    found = asked(given, to="9.0")
    assert [each.hosts for each in outcome(found).stages] == [("a",), ("c",)]
    assert outcome(found).skipped == ("b",)
    assert len(steps(asked(given, to="9.0.0"))) == len(steps(found))
    (told,) = causes(asked(given, to="8.2.1"))
    assert told == "b runs 9.0, which is newer than 8.2.1: a release cannot be taken back"


def test_an_upgrade_that_was_begun_is_finished() -> None:  # E-14, E-15, M-23
    new = {"software": OLD | {"product_version": "9.0", "platform_version": "4.0"}}
    vms = [("x", 1, "a"), ("y", 1, "b"), ("z", 1, "c")]
    given = pool({"a": 8, "b": 8, "c": 8}, vms, software=OLD, of_hosts={"b": new}, rolling_upgrade=True)
    found = asked(given, to="9.0")
    assert [each.hosts for each in outcome(found).stages] == [("a",), ("c",)]
    assert outcome(found).moves == 4
    assert isinstance(found, Plan)
    ends = [number for number, step in enumerate(found.steps) if _ends_upgrade(step)]
    assert [found.steps[number].what for number in ends] == ["wait until c is up again"]
    assert all("what else 9.0 changes" not in note for note in outcome(found).notes)


def _ends_upgrade(step: Step) -> bool:
    return any(isinstance(each, FieldChange) and each.field == "rolling_upgrade" for each in step.changes)


def test_it_is_told_where_the_toolstack_itself_would_stop() -> None:  # E-2, V-12
    found = asked(lab(), may_stop=("x",))
    assert [(each.vm, each.host, each.errors) for each in outcome(found).refused] == [("x", "a", ("VM_REQUIRES_SR",))]
    assert outcome(asked(pool({"a": 8, "b": 8}, [("x", 1, "a")]))).refused == ()


def test_whether_a_host_is_in_service_need_not_be_known_where_it_gets_no_vm() -> None:
    assert len(steps(asked(pool({"a": 8, "b": 8}, [], of_hosts={"a": {"enabled": None}})))) == 8


def test_a_vm_that_may_not_start_again_is_not_shut_down() -> None:
    given = pool({"b": 8}, [("x", 1, "b")], of_hosts={"b": {"memory": None}})
    (told,) = causes(asked(given, may_stop_any=True))
    assert told == "whether x, once shut down, can be started again on b is not known: memory of b"


def test_a_pool_in_the_middle_of_an_upgrade_gets_no_updates() -> None:  # E-16
    (told,) = causes(asked(pool({"a": 8, "b": 8}, [], rolling_upgrade=True)))
    assert "NOT_SUPPORTED_DURING_UPGRADE" in told


def test_updates_that_the_pool_has_are_applied_by_their_commands() -> None:
    updates = [{"name": "fix", "uuid": "u1"}]
    given = pool({"a": 8, "b": 8}, [], updates=updates, of_hosts={"a": {"updates": []}, "b": {"updates": ["u1"]}})
    found = asked(given)
    assert isinstance(found, Plan)
    (step,) = [each for each in found.steps if each.what == "apply fix to a and restart it"]
    assert step.commands == ("xe update-apply uuid=u1 host=a", "xe host-reboot uuid=a")
    assert step.by_hand == ()


def test_a_host_that_is_not_live_is_in_the_way_and_the_others_are_told_too() -> None:
    given = lab(of_hosts={"c": {"live": False}})
    told = causes(asked(given))
    assert (
        told[0] == "c is not live, so it can neither be updated nor take VMs: bring it up, or take it out of lab, first"
    )
    assert any(each.startswith("x cannot leave a: ") for each in told)


def test_a_host_that_is_out_of_service_stays_so() -> None:
    given = pool({"a": 8, "b": 8, "c": 8}, [("x", 1, "b")], of_hosts={"c": {"enabled": False}})
    told = steps(asked(given))
    assert "update c and restart it" in told
    assert "put c back into service" not in told


def test_vms_that_need_not_come_back_stay_unless_they_are_in_the_way() -> None:
    given = pool({"a": 8, "b": 8, "c": 8}, [("x", 1, "a"), ("y", 2, "b"), ("z", 1, "c")])
    found = asked(given, returns=False)
    assert outcome(found).moves < outcome(asked(given)).moves
    assert outcome(found).fewest is None
    assert all(stage.come == 0 for stage in outcome(found).stages)


def test_no_wish_that_is_kept_today_is_broken_in_the_end() -> None:
    near = {"name": "near", "vms": ["x", "y"], "relation": "together"}
    given = pool(
        {"a": 8, "b": 8},
        [("x", 1, "a"), ("y", 1, "a")],
        more={"x": LOCAL},
        repositories=STORES,
        disks=DISKS,
        placement=[near],
    )
    found = asked(given, may_stop=("x",), returns=False)
    assert causes(found) == ["in the end the wish near would not be kept; leave --no-return out"]
    assert isinstance(asked(given, may_stop=("x",)), Plan)


def test_failures_may_be_asked_for_in_the_end_and_at_every_moment() -> None:
    given = pool({"a": 4, "b": 4, "c": 4}, [("x", 2, "a"), ("y", 2, "b")], more={"x": PROTECTED, "y": PROTECTED})
    assert isinstance(asked(given, keep_failures=1), Plan)
    found = asked(given, keep_failures=1, always=True)
    assert outcome(found).survivals.during is not None
    assert outcome(found).survivals.during.lower == 1
    assert isinstance(found, Plan)
    assert broken_promises(replace(found, outcome=replace(outcome(found), keep_failures=2)), given)
    assert broken_promises(
        replace(found, outcome=replace(outcome(found), survivals=Survivals(None, None, None))), given
    )
    none = asked(given, keep_failures=2, always=True)
    assert causes(none)[0].startswith("to empty ")
    assert isinstance(asked(given, keep_failures=3), NoPlan)


def test_no_more_vms_are_moved_for_a_host_than_is_allowed() -> None:
    given = pool({"a": 8, "b": 8}, [("x", 1, "a"), ("y", 1, "a")])
    assert isinstance(asked(given, limit_moves=2), Plan)
    assert causes(asked(given, limit_moves=1)) == ["to empty a: 2 VMs have to leave, and 1 may be moved"]


def test_the_time_is_that_of_the_moves_and_of_the_restarts_where_it_is_said() -> None:
    interface = {"device": "eth0", "management": True, "attached": True, "speed": 1000, "network": "net"}
    fast = {name: {"interfaces": [interface]} for name in "ab"}
    given = pool({"a": 8, "b": 8}, [("x", 1, "a")], of_hosts=fast)
    found = asked(given, reboot_minutes=10)
    # 960 MiB at 1,000 Mbit/s are 8.05 s, there and back.
    assert (outcome(found).seconds, outcome(found).restart_seconds) == (18, 600)
    assert outcome(asked(pool({"a": 8, "b": 8}, [("x", 1, "a")]))).seconds is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"pool": "lob"}, "no pool is called lob; did you mean lab"),
        ({"may_stop": ("xx",)}, "no VM of lab is called xx"),
        ({"to": "newest"}, "newest is no release"),
    ],
)
def test_what_means_nothing_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(GoalError, match=message):
        asked(lab(), **options)
