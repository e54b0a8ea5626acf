from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.facts.evacuation import Evacuation
from planner.facts.migration import Moves
from planner.facts.placement import Placement
from planner.model.inventory import PoolView
from planner.units import MIB
from tests.facts.places import HOST, RUNNING, SHARED, lab, parts, told
from tests.rules.made_up_pools import inventory, pools

OLD = {"product_version": "6.2.0"}


def moved(view: PoolView) -> list[str]:
    return told(Moves(Placement(view)).live(*parts(view)))


GATES: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    ({"blocked_operations": ["pool_migrate"]}, ["BLOCKED"]),
    ({"blocked_operations": ["start"]}, []),
    ({"power_state": "paused"}, ["NOT_RUNNING"]),
    ({"power_state": "halted"}, ["NOT_RUNNING"]),
    ({"power_state": "halted", "last_boot_cpu": {"vendor": "Other", "features": "f"}}, ["NOT_RUNNING"]),
    ({"power_state": None}, ["web: power_state"]),
    ({"operations": ["snapshot"]}, ["BUSY"]),
    ({"platform": {"nomigrate": "true"}}, ["IMMOBILE"]),
    ({"platform": {"nomigrate": "false"}}, []),
    ({"nested_virtualisation": True}, ["IMMOBILE"]),
    ({"driver_domain": True}, ["SERVES_ITS_HOST"]),
    ({"tools": {"installed": False}}, ["NO_TOOLS"]),
    ({"tools": {"installed": False, "features": ["feature-suspend"]}}, []),
    ({"tools": {"installed": False}, "domain_type": "pv"}, []),
    ({"tools": None}, ["web: tools"]),
    ({"tools": {"installed": True, "cannot_suspend": "busy"}}, ["CANNOT_SUSPEND"]),
    ({"tools": {}}, ["tools: installed"]),
    ({"pci_devices": ["0000:3b:00.0"]}, ["PCI_ATTACHED"]),
    ({"usb_groups": ["g"]}, ["USB_ELSEWHERE", "USB_ATTACHED"]),
    ({"vgpus": [{"implementation": "passthrough"}]}, ["GRAPHICS_ATTACHED", "vgpu: group"]),
]


@pytest.mark.parametrize(("guest", "expected"), GATES)
def test_what_of_a_guest_keeps_it_from_being_moved(guest: dict[str, Any], expected: list[str]) -> None:
    assert moved(lab(RUNNING | guest)) == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ({"enabled": False}, ["HOST_DISABLED"]),
        ({"interfaces": []}, ["NETWORK_NOT_THERE"]),
        ({"memory": 3072 * MIB}, ["MEMORY"]),
    ],
)
def test_what_of_a_host_keeps_a_moving_guest_away(host: dict[str, Any], expected: list[str]) -> None:
    assert moved(lab(RUNNING, host)) == expected


def test_a_host_without_virtualisation_is_told_once() -> None:
    other = {"hvm": False, "cpu": HOST["cpu"] | {"features_hvm": ""}}
    assert moved(lab(RUNNING | {"last_boot_cpu": {"vendor": "GenuineIntel", "features": "f"}}, other)) == [
        "NO_VIRTUALISATION"
    ]


def test_nobody_asked_for_tools_up_to_a_release() -> None:
    assert moved(lab(RUNNING | {"tools": {"installed": False}}, software=OLD)) == []


def test_the_settings_of_a_start_do_not_matter_to_a_move() -> None:
    assert moved(lab(RUNNING | {"platform": {"cores-per-socket": "3"}})) == []


def test_a_licence_can_switch_a_move_off() -> None:
    assert moved(lab(RUNNING, restrictions={"restrict_xen_motion": "true"})) == ["NOT_LICENSED"]
    assert moved(lab(RUNNING, {"licence": {"restrictions": {"restrict_xen_motion": "true"}}})) == ["NOT_LICENSED"]
    assert moved(lab(RUNNING, restrictions={"restrict_xen_motion": "false"})) == []


LOCAL: dict[str, Any] = {
    "repositories": [
        SHARED | {"name": "disk", "type": "ext", "shared": False, "connections": [{"host": "a", "attached": True}]}
    ],
    "disks": [{"name": "root", "repository": "disk"}],
}


def with_disks(view: PoolView) -> tuple[list[str], list[str]]:
    vm, host = parts(view)
    moves = Moves(Placement(view))
    return told(moves.with_disks(vm, host)), [drive.device for drive in moves.disks_to_move(vm, host)]


def test_a_local_disk_comes_along_or_binds_the_guest() -> None:
    assert moved(lab(RUNNING, **LOCAL)) == ["REPOSITORY_NOT_ATTACHED"]
    assert with_disks(lab(RUNNING, **LOCAL)) == ([], ["xvda"])
    assert with_disks(lab(RUNNING)) == ([], [])


def test_a_cd_does_not_come_along() -> None:
    cd = {"drives": [{"device": "xvdd", "type": "cd", "disk": "root"}]}
    assert with_disks(lab(RUNNING | cd, **LOCAL)) == (["REPOSITORY_NOT_ATTACHED"], [])


@pytest.mark.parametrize(
    ("disk", "expected"),
    [
        ({"on_boot": "reset"}, ["RESET_AT_BOOT"]),
        ({"on_boot": "persist"}, []),
        ({"changed_block_tracking": True}, ["CHANGES_TRACKED"]),
        ({"sm_config": {"key_hash": "x"}}, ["ENCRYPTED"]),
    ],
)
def test_what_of_a_disk_keeps_it_from_coming_along(disk: dict[str, Any], expected: list[str]) -> None:
    local = LOCAL | {"disks": [LOCAL["disks"][0] | disk]}
    assert with_disks(lab(RUNNING, **local))[0] == expected


@pytest.mark.parametrize(
    ("disk", "expected"),
    [
        ({"on_boot": "reset"}, []),
        ({"on_boot": "reset", "caching": True}, ["RESET_AT_BOOT"]),
        ({"on_boot": "persist", "caching": True}, []),
    ],
)
def test_a_cached_disk_that_is_reset_binds_a_guest(disk: dict[str, Any], expected: list[str]) -> None:
    assert moved(lab(RUNNING, disks=[{"name": "root", "repository": "nfs"} | disk])) == expected


@pytest.mark.parametrize(
    ("features", "expected"), [({"VDI_SNAPSHOT": 1, "VDI_MIRROR": 1}, []), ({"VDI_SNAPSHOT": 1}, ["NO_MIRRORING"])]
)
def test_the_driver_has_to_mirror_disks(features: dict[str, int], expected: list[str]) -> None:
    assert with_disks(lab(RUNNING, **LOCAL, drivers=[{"type": "ext", "features": features}]))[0] == expected


def test_disks_of_running_guests_are_moved_since_a_release() -> None:
    assert "NOT_LICENSED" in with_disks(lab(RUNNING, **LOCAL, software={"product_version": "6.0.2"}))[0]
    assert "NOT_LICENSED" not in with_disks(lab(RUNNING, **LOCAL, software={"product_version": "6.2.0"}))[0]


OLDER = {"software": {"product_version": "8.2.1", "platform_version": "3.2.1", "xapi": "1.249"}}


def test_only_a_rolling_upgrade_or_moved_disks_forbid_the_way_back() -> None:
    assert moved(lab(RUNNING, OLDER)) == []
    assert moved(lab(RUNNING, OLDER, rolling_upgrade=True)) == ["OLDER_SOFTWARE"]
    assert with_disks(lab(RUNNING, OLDER, **LOCAL))[0] == ["OLDER_SOFTWARE"]


def test_in_a_rolling_upgrade_guests_move_among_hosts_that_wait_for_theirs() -> None:
    hosts = [HOST | OLDER, HOST | OLDER | {"name": "b"}, HOST | {"name": "new"}]
    view = lab(RUNNING, hosts=hosts, rolling_upgrade=True)
    assert moved(view) == []
    assert told(Placement(view).start(*parts(view))) == ["OLDER_SOFTWARE"]


def evacuated(view: PoolView) -> list[str]:
    host = view.hosts.find("a")
    assert host
    evacuation = Evacuation(Moves(Placement(view)), host)
    (vm,) = evacuation.guests()
    return told(evacuation.stands_in_the_way(vm))


@pytest.mark.parametrize(
    ("guest", "host", "pool", "expected"),
    [
        ({}, {}, {}, []),
        ({}, {"enabled": False}, {}, ["NO_HOST"]),
        ({}, {"enabled": None}, {}, ["b: enabled"]),
        ({}, {"live": False}, {}, ["HOST_NOT_LIVE"]),
        ({}, OLDER, {}, ["NO_HOST"]),
        ({}, {"memory": 0}, {}, []),
        ({}, {}, LOCAL, ["REPOSITORY_NOT_ATTACHED"]),
        ({"tools": {"installed": False}}, {}, {}, ["NO_TOOLS"]),
        ({}, {}, {"ha": {"enabled": True}}, ["NOT_PROTECTED"]),
        ({"ha_restart_priority": "restart"}, {}, {"ha": {"enabled": True}}, []),
    ],
)
def test_what_stands_in_the_way_of_emptying_a_host(
    guest: dict[str, Any], host: dict[str, Any], pool: dict[str, Any], expected: list[str]
) -> None:
    assert evacuated(lab(RUNNING | guest, host, **pool)) == expected


def test_one_host_that_cannot_take_a_guest_stands_in_the_way_though_others_can() -> None:
    third = parts(lab())[1].model_copy(update={"name": "c", "interfaces": ()})
    pool = lab(RUNNING).pool
    view = PoolView(pool.model_copy(update={"hosts": (*(pool.hosts or ()), third)}))
    assert set(evacuated(view)) == {"NETWORK_NOT_THERE", "REPOSITORY_NOT_ATTACHED"}


def test_what_serves_a_host_stays_there() -> None:
    view = lab(RUNNING | {"driver_domain": True})
    host = view.hosts.find("a")
    assert host
    assert Evacuation(Moves(Placement(view)), host).guests() == ()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_no_question_about_a_move_ever_raises(seed: int) -> None:
    for view in inventory(pools(seed), seed).pools:
        moves = Moves(Placement(view))
        for host in view.hosts.records:
            evacuation = Evacuation(moves, host)
            for vm in view.vms.records:
                answers = (moves.live(vm, host), moves.with_disks(vm, host), evacuation.stands_in_the_way(vm))
                assert all(each.can is None or isinstance(each.can, bool) for each in answers)
