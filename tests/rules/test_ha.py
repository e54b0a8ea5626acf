from typing import Any

import pytest

from planner.findings import Problem
from planner.model.pool import Pool
from planner.model.site import Site
from planner.model.wishes import Wishes
from tests.rules.asking import answers, faults, lacks, problems

A, B = {"host": "a", "attached": True}, {"host": "b", "attached": True}
ON: dict[str, Any] = {"ha": {"enabled": True}}
WISHED: dict[str, Any] = {"ha_plan": {"heartbeat": "nfs"}}
BARE: dict[str, Any] = {"drives": [], "nics": [], "vgpus": [], "usb_groups": []}
LOCAL = BARE | {"drives": [{"device": "xvda", "disk": "root"}]}
SHARED = BARE | {"drives": [{"device": "xvda", "repository": "nfs"}]}
RESTART, BEST_EFFORT = {"ha_restart_priority": "restart"}, {"ha_restart_priority": "best-effort"}


def pool(*vms: dict[str, Any], **fields: Any) -> Pool:
    return Pool.model_validate(
        {
            "name": "lab",
            "hosts": [{"name": name, "enabled": True, "interfaces": []} for name in "ab"],
            "repositories": [
                {"name": "nfs", "type": "nfs", "shared": True, "connections": [A, B]},
                {"name": "local", "type": "lvm", "shared": False, "connections": [A]},
            ],
            "disks": [{"name": "root", "repository": "local"}],
            "networks": [{"name": "private"}],
            "vms": [{"name": name} | vm for name, vm in zip("xyz", vms, strict=False)],
        }
        | fields
    )


@pytest.mark.parametrize(
    ("vm", "when", "found"),
    [
        (LOCAL | RESTART, ON, True),
        (LOCAL | RESTART, WISHED, True),
        (LOCAL | RESTART, {"ha": {"enabled": False}}, False),
        (SHARED | RESTART, ON, False),
        (LOCAL | BEST_EFFORT, ON, False),
        (LOCAL, ON, False),
        (LOCAL | RESTART | {"ha_always_run": False}, ON, False),
        (LOCAL | RESTART | {"ha_always_run": False}, WISHED, True),
    ],
)
def test_a_protected_vm_can_run_on_every_host(vm: dict[str, Any], when: dict[str, Any], *, found: bool) -> None:
    assert faults("HA001", pool(vm, **when)) == ([("x", "ha_restart_priority")] if found else [])
    assert lacks("HA001", pool(vm, **when)) == []


def test_a_wish_in_a_document_of_its_own_counts() -> None:
    wishes = Wishes.model_validate({"pool": "lab", "ha_plan": {}})
    assert faults("HA001", pool(LOCAL | RESTART), wishes=[wishes]) == [("x", "ha_restart_priority")]


def test_every_cause_is_told_in_one_finding() -> None:
    vm = LOCAL | RESTART | {"vgpus": [{}], "usb_groups": ["g"], "nics": [{"device": "0", "network": "private"}]}
    (problem,) = problems("HA001", pool(vm, **ON))
    assert problem.message == (
        "x is to be restarted by high availability, but cannot run on every host: "
        "it has a USB device of its host; it has a graphics processor of its host; "
        "its disk root is on local, which only a has; its interface 0 is on private, which no host has"
    )
    assert problem.remedy == (
        "move its disk root to nfs, move its interface 0 to a network that all hosts have, "
        "take the USB device from it, take the graphics processor from it, or promise nothing: "
        "`xe vm-param-set uuid=$(xe vm-list name-label=x --minimal) ha-restart-priority=best-effort`"
    )
    assert [record.label for record in problem.related] == ["local", "private"]
    assert problem.api_error == "VM_HAS_VGPU"


def interfaces(*second: dict[str, Any]) -> dict[str, Any]:
    first = [{"device": "eth0", "network": "private"}]
    hosts = [{"name": "a", "interfaces": first}, {"name": "b", "interfaces": list(second)}]
    return {"hosts": [host | {"enabled": True} for host in hosts]}


@pytest.mark.parametrize(
    ("vm", "fields", "cause", "action", "api_error"),
    [
        (
            SHARED, {"repositories": [{"name": "nfs", "shared": True, "connections": [A]}]},
            "its disk xvda is on nfs, which b lacks", "attach nfs on b", "HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED",
        ),
        (
            SHARED, {"repositories": [{"name": "nfs", "shared": True, "connections": []}]},
            "its disk xvda is on nfs, which no host has", "attach nfs on a and b",
            "HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED",
        ),
        (
            BARE | {"drives": [{"device": "xvdd", "type": "cd", "repository": "local"}]}, {},
            "its CD xvdd is on local, which only a has", "eject its CD xvdd", "HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED",
        ),
        (
            LOCAL, {"repositories": [{"name": "local", "shared": False, "connections": [A, B]}]},
            "its disk root is on local, which is not shared", "move its disk root to a shared repository",
            "HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED",
        ),
        (
            BARE | {"nics": [{"device": "0", "network": "private"}]}, interfaces(),
            "its interface 0 is on private, which b lacks", "give b an interface on private",
            "HA_CONSTRAINT_VIOLATION_NETWORK_NOT_SHARED",
        ),
        (
            BARE | {"nics": [{"device": "0", "network": "private"}]},
            interfaces({"device": "eth0", "network": "private", "sriov": {"requires_reboot": False}}),
            "its interface 0 uses a virtual function of a network card",
            "move its interface 0 to a network without virtual functions", "VM_HAS_SRIOV_VIF",
        ),
    ],
)  # fmt: skip
def test_each_cause_has_its_words(
    vm: dict[str, Any], fields: dict[str, Any], cause: str, action: str, api_error: str
) -> None:
    (problem,) = problems("HA001", pool(vm | RESTART, **ON, **fields))
    assert problem.message.endswith(f": {cause}")
    assert problem.remedy.startswith(f"{action}, or ")
    assert problem.api_error == api_error


@pytest.mark.parametrize(
    ("vm", "fields", "unknown"),
    [
        (RESTART, ON, [("x", "vgpus"), ("x", "usb_groups"), ("x", "drives"), ("x", "nics")]),
        (LOCAL | RESTART | {"vgpus": None}, ON, []),
        (LOCAL | RESTART, {}, [("lab", "ha")]),
        (LOCAL | RESTART, {"ha": {}}, [("lab", "ha.enabled")]),
        (LOCAL, {}, []),
        (SHARED | RESTART, ON | {"repositories": [{"name": "nfs"}]}, [("nfs", "shared"), ("nfs", "connections")]),
    ],
)
def test_what_nobody_says_leaves_the_promise_undecided(
    vm: dict[str, Any], fields: dict[str, Any], unknown: list[tuple[str, str]]
) -> None:
    assert lacks("HA001", pool(vm, **fields)) == unknown


def test_what_is_lacking_for_several_vms_is_told_once() -> None:
    lab = pool(SHARED | RESTART, SHARED | RESTART, **ON, repositories=[{"name": "nfs", "shared": True}])
    assert lacks("HA001", lab) == [("nfs", "connections")]


@pytest.mark.parametrize(
    ("vm", "when", "found"),
    [(LOCAL | BEST_EFFORT, ON, True), (LOCAL | RESTART, ON, False), (SHARED | BEST_EFFORT, ON, False),
     (LOCAL | BEST_EFFORT, {"ha": {"enabled": False}}, False), (LOCAL | BEST_EFFORT, WISHED, True)],
)  # fmt: skip
def test_best_effort_is_vain_for_a_vm_bound_to_a_host(vm: dict[str, Any], when: dict[str, Any], *, found: bool) -> None:
    assert bool(faults("HA005", pool(vm, **when))) is found


def heartbeat(repository: dict[str, Any] | None = None, **fields: Any) -> Pool:
    whole = {"name": "nfs", "type": "nfs", "shared": True, "connections": [A, B]} | (repository or {})
    return pool(**(WISHED | {"repositories": [whole]} | fields))


@pytest.mark.parametrize(
    ("repository", "found", "unknown"),
    [
        ({}, [], []),
        ({"connections": [A]}, ["SR_HAS_NO_PBDS"], []),
        ({"connections": [A, B | {"attached": False}]}, ["SR_HAS_NO_PBDS"], []),
        ({"type": "lvm"}, ["SR_OPERATION_NOT_SUPPORTED"], []),
        ({"type": "iso", "connections": []}, ["SR_HAS_NO_PBDS", "SR_OPERATION_NOT_SUPPORTED"], []),
        ({"type": None}, [], [("nfs", "type")]),
        ({"type": "gfs2"}, [], [("lab", "drivers")]),
        ({"connections": None}, [], [("nfs", "connections")]),
        ({"connections": [A, {"host": "b"}]}, [], [("b", "attached")]),
    ],
)
def test_the_heartbeat_is_where_all_hosts_can_write(
    repository: dict[str, Any], found: list[str], unknown: list[tuple[str, str]]
) -> None:
    lab = heartbeat(repository)
    assert [each.api_error or "SR_HAS_NO_PBDS" for each in problems("HA002", lab)] == found
    assert lacks("HA002", lab) == unknown


def test_disabled_hosts_need_the_heartbeat_too() -> None:
    hosts = [{"name": "a", "enabled": True}, {"name": "b", "enabled": False}]
    assert len(faults("HA002", heartbeat({"connections": [A]}, hosts=hosts))) == 1


ROOMY = {"size": 2**40, "used": 0}
NOW = {"ha_plan": None, "disks": [{"name": "state", "repository": "nfs"}]}


@pytest.mark.parametrize(
    ("ha", "field"),
    [
        ({"enabled": True, "heartbeat": "nfs"}, "ha.heartbeat"),
        ({"enabled": True, "statefiles": ["state"]}, "ha.statefiles"),
        ({"enabled": True, "statefiles": ["state", "state"], "heartbeat": "nfs"}, "ha.heartbeat"),
        ({"enabled": False, "heartbeat": "nfs"}, None),
        ({"enabled": True, "statefiles": ["gone"]}, None),
    ],
)
def test_the_heartbeat_that_is_there_now_is_held_to_the_same(ha: dict[str, Any], field: str | None) -> None:
    lab = heartbeat({"type": "lvm"}, ha=ha, **NOW)
    assert faults("HA002", lab) == ([("lab", field)] if field else [])


@pytest.mark.parametrize(
    ("repository", "found", "unknown"),
    [
        ({}, [], [("haplan", "heartbeat")]),
        (ROOMY, [], []),
        (ROOMY | {"used": 2**40}, [("haplan", "heartbeat")], []),
        (ROOMY | {"type": "lvm"}, [("haplan", "heartbeat")], []),
        (ROOMY | {"type": "gfs2"}, [], [("haplan", "heartbeat")]),
        (ROOMY | {"connections": [A]}, [("haplan", "heartbeat")], []),
        (ROOMY | {"connections": None}, [], [("haplan", "heartbeat")]),
        ({"type": None}, [], [("haplan", "heartbeat")]),
    ],
)
def test_some_repository_will_do_when_none_is_named(
    repository: dict[str, Any], found: list[tuple[str, str]], unknown: list[tuple[str, str]]
) -> None:
    lab = heartbeat(repository, ha_plan={})
    assert (faults("HA002", lab), lacks("HA002", lab)) == (found, unknown)


def test_unknown_hosts_or_repositories_leave_the_heartbeat_undecided() -> None:
    assert lacks("HA002", heartbeat(hosts=None)) == [("lab", "hosts")]
    assert lacks("HA002", heartbeat(ha_plan={}, repositories=None)) == [("lab", "repositories")]


@pytest.mark.parametrize(
    ("repository", "found", "unknown"),
    [
        ({"size": 2**40, "used": 0}, [], []),
        ({"size": 2**20, "used": 0}, [("haplan", "heartbeat")], []),
        ({"size": 2**20}, [], [("nfs", "used")]),
        ({"size": 2**32, "used": 2**28}, [], [("lab", "software")]),
    ],
)
def test_the_heartbeat_has_room(
    repository: dict[str, Any], found: list[tuple[str, str]], unknown: list[tuple[str, str]]
) -> None:
    lab = heartbeat(repository)
    assert (faults("HA003", lab), lacks("HA003", lab)) == (found, unknown)


def test_the_room_that_is_missing_is_told() -> None:
    lab = heartbeat({"size": 2**28, "used": 0}, software={"product_version": "6.2.0"})
    (problem,) = problems("HA003", lab)
    assert problem.message == "256 MiB are free on nfs, but the disks of heartbeat and metadata need 260 MiB"
    assert problem.remedy == "free 4 MiB on nfs, or choose a repository with more room"
    full = heartbeat({"size": 2**28, "used": 2**28}, software={"product_version": "6.2.0"})
    assert problems("HA003", full)[0].message.startswith("nothing is free on nfs")


@pytest.mark.parametrize(
    ("priority", "version", "found", "unknown"),
    [
        ("restart", None, False, False),
        ("best-effort", None, False, False),
        ("", None, False, False),
        (None, None, False, False),
        ("Restart", "6.2.0", True, False),
        ("1", "6.2.0", True, False),
        ("1", "5.6.100", False, False),
        ("1", None, False, True),
        ("4", "5.6.100", True, False),
    ],
)
@pytest.mark.parametrize("kind", ["vms", "templates"])
def test_a_priority_is_one_that_means_something(
    kind: str, priority: str | None, version: str | None, *, found: bool, unknown: bool
) -> None:
    fields = {kind: [{"name": "x", "ha_restart_priority": priority}], "software": {"product_version": version}}
    lab = pool(**fields)
    assert faults("HA004", lab) == ([("x", "ha_restart_priority")] if found else [])
    assert lacks("HA004", lab) == ([("lab", "software")] if unknown else [])


def test_a_digit_becomes_a_priority_and_an_order() -> None:
    lab = pool({"ha_restart_priority": "2"}, software={"product_version": "6.2.0"})
    assert problems("HA004", lab)[0].remedy.endswith("ha-restart-priority=restart order=2`")


@pytest.mark.parametrize(("order", "found"), [(-1, True), (0, False), (5, False), (None, False)])
def test_a_negative_order_comes_last(order: int | None, *, found: bool) -> None:
    assert bool(faults("HA006", pool({"order": order}))) is found


CHAP, EMPTY = {"chapuser": "x"}, {"chapuser": ""}


@pytest.mark.parametrize(
    ("repository", "found"),
    [
        ({}, False),
        ({"type": "smb"}, True),
        ({"type": "cifs"}, True),
        ({"type": "lvmoiscsi"}, False),
        ({"type": "lvmoiscsi", "device_config": CHAP}, True),
        ({"type": "lvmoiscsi", "device_config": EMPTY}, False),
        ({"type": "lvmoiscsi", "connections": [A, B | {"device_config": CHAP}]}, True),
    ],
)
def test_some_storage_is_not_supported_for_the_heartbeat(repository: dict[str, Any], *, found: bool) -> None:
    assert bool(faults("HA007", heartbeat(repository))) is found


@pytest.mark.parametrize(
    ("fields", "hosts", "found"),
    [
        (ON, 3, [("lab", "ha.enabled")]),
        (ON, 2, []),
        (WISHED, 3, [("haplan", "")]),
        (ON | WISHED, 3, [("lab", "ha.enabled")]),
        ({"ha": {"enabled": False}}, 3, []),
    ],
)
def test_high_availability_wants_hosts(fields: dict[str, Any], hosts: int, found: list[tuple[str, str]]) -> None:
    assert faults("HA008", pool(**fields), site=Site(ha_hosts=hosts)) == found


def test_what_is_and_what_is_to_be_highly_available_is_told_apart() -> None:
    messages = [problems("HA008", pool(**fields), site=Site(ha_hosts=3))[0].message for fields in (ON, WISHED)]

    assert messages == [f"lab is {words}highly available with 2 hosts, 3 are recommended" for words in ("", "to be ")]


def test_hosts_that_are_to_join_are_counted() -> None:
    joiner = Pool.model_validate({"name": "c", "hosts": [{"name": "c"}]})
    assert faults("HA008", pool(**WISHED, joins=[{"host": "c"}]), joiner) == []


@pytest.mark.parametrize(
    ("fields", "unknown"),
    [
        ({}, [("lab", "ha")]),
        ({"ha": {}}, [("lab", "ha.enabled")]),
        (ON | {"hosts": None}, [("lab", "hosts")]),
    ],
)
def test_unknown_hosts_or_wishes_leave_the_number_undecided(
    fields: dict[str, Any], unknown: list[tuple[str, str]]
) -> None:
    assert lacks("HA008", pool(**fields)) == unknown


def test_a_pool_without_high_availability_is_left_alone() -> None:
    lab = pool(LOCAL | RESTART | {"ha_always_run": True}, LOCAL | BEST_EFFORT, ha={"enabled": False})
    said = [each for number in (1, 2, 3, 5, 7, 8) for each in answers(f"HA00{number}", lab)]
    assert not any(isinstance(each, Problem) for each in said)


def test_the_hosts_without_the_heartbeat_are_named() -> None:
    (problem,) = problems("HA002", heartbeat({"connections": []}))

    assert problem.message == "nfs cannot hold the heartbeat: it is not attached on a and b"
    assert problem.remedy.startswith("attach nfs on a and b, or choose")
