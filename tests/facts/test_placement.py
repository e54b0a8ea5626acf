from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.facts.hosts_for_guests import Alike
from planner.facts.obstacles import API_ERRORS, Kind
from planner.facts.placement import Placement, obstacles
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.rules import placing
from planner.units import MIB
from tests.facts.places import GUEST, RUNNING, SHARED, lab, parts, told
from tests.rules.made_up_pools import inventory, pools


def start(view: PoolView) -> list[str]:
    return told(obstacles(view, *parts(view)))


SPOILT_GUEST: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    ({"vcpus": 0}, ["TOO_FEW_VCPUS", "TOO_FEW_VCPUS"]),
    ({"vcpus": {"max": 2, "at_startup": 3}}, ["VCPUS_OUT_OF_ORDER"]),
    ({"memory": {"dynamic_min": 2 * MIB, "dynamic_max": MIB, "static_max": 4 * MIB}}, ["MEMORY_LIMITS"]),
    ({"memory": {"static_min": 8 * MIB, "dynamic_min": MIB, "static_max": 4 * MIB}}, ["MEMORY_LIMITS"]),
    ({"shadow_multiplier": 0.5}, ["SHADOW_MULTIPLIER"]),
    ({"actions_after_crash": "rename_restart"}, ["CRASH_ACTION"]),
    ({"actions_after_crash": "coredump_and_restart"}, ["CRASH_ACTION"]),
    ({"actions_after_crash": "coredump_and_restart", "domain_type": "pv"}, []),
    ({"platform": {"cores-per-socket": "3"}}, ["CORES_PER_SOCKET"]),
    ({"platform": {"cores-per-socket": "0"}}, ["CORES_PER_SOCKET"]),
    ({"platform": {"cores-per-socket": "x"}}, ["CORES_PER_SOCKET"]),
    ({"platform": {"cores-per-socket": "2"}}, []),
    ({"platform": {"cores-per-socket": "3"}, "domain_type": "pv"}, []),
    ({"nested_virtualisation": True}, []),
    ({"nested_virtualisation": True, "memory": {"dynamic_min": MIB, "static_max": 2 * MIB}}, ["MEMORY_NOT_FIXED"]),
    ({"nested_virtualisation": True, "memory": {"dynamic_min": MIB, "static_max": MIB}}, ["web: memory.dynamic_max"]),
    ({"firmware": "uefi", "platform": {"device-model": "qemu-trad"}}, ["DEVICE_MODEL"]),
    ({"firmware": "bios", "platform": {"device-model": "qemu-upstream-uefi"}}, ["DEVICE_MODEL"]),
    ({"firmware": "bios", "vtpms": 1}, ["DEVICE_MODEL"]),
    ({"firmware": "uefi", "vtpms": 1}, []),
    ({"usb_groups": ["g"], "platform": {"device-model": "qemu-trad"}}, ["DEVICE_MODEL", "USB_ELSEWHERE"]),
    ({"hardware_platform_version": 3}, ["HARDWARE_PLATFORM"]),
    ({"hardware_platform_version": 2}, []),
    ({"hardware_platform_version": None}, []),
    ({"vcpus": 9}, ["TOO_MANY_VCPUS"]),
    ({"vcpus": 9, "platform": {"vcpu-unrestricted": "true"}}, []),
    ({"vcpus": 8}, []),
    ({"memory": 16384 * MIB}, ["MEMORY"]),
    ({"drives": None}, ["web: drives"]),
    ({"drives": [{"device": "xvda", "empty": True}]}, []),
    ({"drives": [{"device": "xvda"}]}, ["xvda: disk"]),
    ({"drives": [{"device": "xvda", "disk": "gone"}]}, ["xvda: disk"]),
    ({"drives": [{"device": "xvda", "repository": "nfs"}]}, []),
    ({"nics": None}, ["web: nics"]),
    ({"nics": [{"device": "0", "network": "gone"}]}, ["0: network"]),
    ({"vgpus": None}, ["web: vgpus"]),
    ({"vgpus": [{"group": "g", "type": "t", "implementation": "passthrough"}]}, ["NO_GRAPHICS"]),
    ({"usb_groups": None}, ["web: usb_groups"]),
    ({"usb_groups": ["g"]}, ["USB_ELSEWHERE"]),
    ({"driver_domain": True, "home": "a"}, ["BOUND_TO_ANOTHER_HOST"]),
    ({"driver_domain": True, "home": "b"}, []),
    (
        {
            "power_state": "suspended",
            "suspend_disk": "root",
            "last_boot_cpu": {"vendor": "GenuineIntel", "features": "f"},
        },
        [],
    ),
    ({"power_state": "suspended", "suspend_disk": "gone"}, ["web: suspend_disk"]),
]


@pytest.mark.parametrize(("guest", "expected"), SPOILT_GUEST)
def test_what_of_a_guest_keeps_it_from_a_host(guest: dict[str, Any], expected: list[str]) -> None:
    assert start(lab(guest)) == expected


SPOILT_HOST: list[tuple[dict[str, Any], list[str]]] = [
    ({"live": False}, ["HOST_NOT_LIVE"]),
    ({"enabled": False}, ["HOST_DISABLED"]),
    ({"enabled": None}, ["b: enabled"]),
    ({"hvm": False}, ["NO_VIRTUALISATION"]),
    ({"hvm": None}, ["b: hvm"]),
    ({"operations": ["evacuate"]}, ["EVACUATING"]),
    ({"interfaces": []}, ["NETWORK_NOT_THERE"]),
    ({"interfaces": None}, ["b: interfaces"]),
    ({"interfaces": [{"device": "eth0"}]}, ["eth0: network"]),
    (
        {
            "interfaces": [
                {"device": "eth0", "network": "net"},
                {"device": "eth1"},
                {"device": "bond0", "bond": {"members": ["eth0", "eth1"]}, "network": "private"},
            ]
        },
        ["NETWORK_ON_BONDED_NIC"],
    ),
    ({"cpu": {"count": 1}}, ["TOO_MANY_VCPUS"]),
    ({"cpu": None}, ["b: cpu.count"]),
    ({"memory": 3072 * MIB}, ["MEMORY"]),
    ({"memory": None}, ["b: memory"]),
]


@pytest.mark.parametrize(("host", "expected"), SPOILT_HOST)
def test_what_of_a_host_keeps_a_guest_away(host: dict[str, Any], expected: list[str]) -> None:
    assert start(lab(None, host)) == expected


def test_all_reasons_are_told_at_once() -> None:
    spoilt = {"enabled": False, "hvm": False, "interfaces": [], "memory": 2560 * MIB}
    assert start(lab(None, spoilt)) == ["HOST_DISABLED", "NETWORK_NOT_THERE", "NO_VIRTUALISATION", "MEMORY"]


@pytest.mark.parametrize(
    ("guest", "host", "expected"),
    [
        ({"domain_type": "pv"}, {"hvm": False}, []),
        ({"domain_type": "pvh"}, {"hvm": False}, ["NO_VIRTUALISATION"]),
        ({"domain_type": None}, {"hvm": True}, ["web: domain_type"]),
        ({"usb_groups": ["g"]}, {"usb_devices": [{"group": "g"}]}, []),
        ({"usb_groups": ["g"]}, {"usb_devices": [{"name": "stick"}]}, ["b: usb_devices"]),
        ({"usb_groups": ["g"]}, {"usb_devices": None}, ["b: usb_devices"]),
        ({"hardware_platform_version": 1}, {"hardware_platform_versions": [0]}, ["HARDWARE_PLATFORM"]),
        ({"hardware_platform_version": 1}, {"hardware_platform_versions": []}, ["HARDWARE_PLATFORM"]),
        ({"hardware_platform_version": 1}, {"hardware_platform_versions": None}, ["b: hardware_platform_versions"]),
        ({"hardware_platform_version": 0}, {"hardware_platform_versions": None}, []),
        ({"hardware_platform_version": None}, {"hardware_platform_versions": [0]}, ["web: hardware_platform_version"]),
        ({"driver_domain": True}, {"enabled": False}, []),
        (RUNNING | {"runs_on": "b"}, {"enabled": False}, []),
    ],
)
def test_guest_and_host_have_to_go_together(guest: dict[str, Any], host: dict[str, Any], expected: list[str]) -> None:
    assert start(lab(guest, host)) == expected


def graphics(**fields: Any) -> dict[str, Any]:
    return {"vgpus": [{"group": "g", "type": "t", "implementation": "nvidia"} | fields]}


def card(**fields: Any) -> dict[str, Any]:
    return {"gpus": [{"group": "g", "supported_types": ["t"], "enabled_types": ["t"]} | fields]}


@pytest.mark.parametrize(
    ("guest", "host", "others", "expected"),
    [
        (graphics(), card(), [], []),
        (graphics(), card(group="other"), [], ["NO_GRAPHICS"]),
        (graphics(), card(group=None), [], ["b: gpus"]),
        (graphics(), card(enabled_types=[]), [], ["GRAPHICS_TYPE"]),
        (graphics(), card(supported_types=None), [], ["gpu: enabled_types"]),
        (graphics(group=None), card(), [], ["t: group"]),
        (graphics(type=None), card(), [], ["vgpu: type"]),
        (graphics(), {"gpus": None}, [], ["b: gpus"]),
        (graphics(), card(), [{"name": "other", "runs_on": "b", **graphics()}], ["gpu: free_types"]),
        (graphics(), card(free_types=["t"]), [{"name": "other", "runs_on": "b", **graphics()}], []),
        (graphics(), card(free_types=[]), [{"name": "other", "runs_on": "b", **graphics()}], ["GRAPHICS_TYPE"]),
        (graphics(implementation="passthrough"), card() | {"iommu": False}, [], ["NO_IOMMU"]),
        (graphics(implementation="passthrough"), card() | {"iommu": None}, [], ["b: iommu"]),
        (graphics() | {"runs_on": "b", "power_state": "running"}, {"gpus": []}, [], []),
    ],
)
def test_a_graphics_processor_has_to_be_there_and_free(
    guest: dict[str, Any], host: dict[str, Any], others: list[dict[str, Any]], expected: list[str]
) -> None:
    assert start(lab(guest, host, *others)) == expected


@pytest.mark.parametrize(
    ("repository", "expected"),
    [
        ({"connections": [{"host": "a", "attached": True}]}, ["REPOSITORY_NOT_ATTACHED"]),
        ({"connections": [{"host": "b", "attached": False}]}, ["REPOSITORY_NOT_ATTACHED"]),
        ({"connections": [{"host": "b"}]}, ["b: attached"]),
        ({"connections": None}, ["nfs: connections"]),
        ({"connections": None, "tools": True}, []),
        ({"shared": False, "connections": [{"host": "b", "attached": True}]}, []),
    ],
)
def test_the_repository_has_to_be_attached(repository: dict[str, Any], expected: list[str]) -> None:
    assert start(lab(repositories=[SHARED | repository])) == expected


PRIVATE: dict[str, Any] = {"nics": [{"device": "0", "network": "private"}]}


@pytest.mark.parametrize(
    ("other", "network", "expected"),
    [
        ({"power_state": "halted"}, {}, []),
        ({"power_state": "running", "runs_on": "b"}, {"assumed_shared": False}, []),
        ({"power_state": "running", "runs_on": "a"}, {"assumed_shared": False}, ["NETWORK_NOT_THERE"]),
        ({"power_state": "running", "runs_on": "a"}, {"assumed_shared": True}, []),
        ({"power_state": "running", "runs_on": "a"}, {"managed": False}, []),
        ({"power_state": "running", "runs_on": "a"}, {}, ["private: assumed_shared"]),
        ({"power_state": "paused", "runs_on": "a"}, {"assumed_shared": False}, []),
        ({"power_state": None}, {"assumed_shared": False}, ["other: power_state"]),
    ],
)
def test_a_private_network_is_where_its_guests_run(
    other: dict[str, Any], network: dict[str, Any], expected: list[str]
) -> None:
    view = lab(
        PRIVATE, None, PRIVATE | {"name": "other"} | other, networks=[{"name": "net"}, {"name": "private"} | network]
    )
    assert start(view) == expected


@pytest.mark.parametrize(
    ("idle", "reserved", "expected"), [(1, False, []), (0, False, ["NO_VIRTUAL_FUNCTION"]), (0, True, []),
                                       (None, False, ["eth0: sriov.idle_functions"])]
)  # fmt: skip
def test_virtual_functions_have_to_be_idle(idle: int | None, reserved: bool, expected: list[str]) -> None:  # noqa: FBT001 - a case
    interfaces = {"interfaces": [{"device": "eth0", "network": "net", "sriov": {"idle_functions": idle}}]}
    nics = {"nics": [{"device": "0", "network": "net", "reserved_function": reserved}]}
    assert start(lab(nics, interfaces)) == expected


@pytest.mark.parametrize(("restricted", "expected"), [("true", ["NOT_LICENSED"]), ("false", []), (None, [])])
def test_some_features_need_a_licence(restricted: str | None, expected: list[str]) -> None:
    keys = ("restrict_network_sriov", "restrict_nested_virt")
    pool = {"restrictions": {key: restricted for key in keys if restricted}}
    virtual = {"interfaces": [{"device": "eth0", "network": "net", "sriov": {"idle_functions": 1}}]}
    assert start(lab(None, virtual, **pool)) == expected
    assert start(lab({"nested_virtualisation": True}, None, **pool)) == expected
    assert start(lab(**pool)) == []


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ({"vendor": "GenuineIntel", "features": "7-7"}, []),
        ({"vendor": "GenuineIntel", "features": "f-ff"}, ["CPU"]),
        ({"vendor": "AuthenticAMD", "features": "7-7"}, ["CPU"]),
        (None, ["web: last_boot_cpu"]),
    ],
)
def test_a_suspended_guest_resumes_where_its_cpu_is(flags: dict[str, str] | None, expected: list[str]) -> None:
    other = {"cpu": {"count": 8, "vendor": "GenuineIntel", "features_hvm": "f-7", "features_pv": "f-7"}}
    assert start(lab({"power_state": "suspended", "last_boot_cpu": flags}, other)) == expected


def test_in_a_rolling_upgrade_guests_start_on_the_newest_hosts() -> None:
    older = {"software": {"product_version": "8.2.1", "platform_version": "3.2.1", "xapi": "1.249"}}
    assert start(lab(None, older)) == []
    assert start(lab(None, older, rolling_upgrade=True)) == ["OLDER_SOFTWARE"]


def test_releases_of_old_looked_at_less() -> None:
    guest = {"vcpus": 16, "hardware_platform_version": None, "usb_groups": None}
    assert start(lab(guest, {"hardware_platform_versions": None}, software={"product_version": "6.2.0"})) == []


def test_an_empty_host_shows_what_lasts() -> None:
    view = lab(None, {"enabled": False}, GUEST | RUNNING | {"name": "big", "memory": 13000 * MIB, "runs_on": "b"})
    vm, host = parts(view)
    placement = Placement(view)
    assert told(placement.start(vm, host)) == ["HOST_DISABLED", "MEMORY"]
    assert told(placement.ever(vm, host)) == []


def test_every_obstacle_has_an_answer_of_the_toolstack() -> None:
    assert set(API_ERRORS) == set(Kind)


seeds = st.integers(0, 2**32)


def answers(documents: list[dict[str, Any]], seed: int) -> dict[tuple[str, str, str], tuple[list[str], list[str]]]:
    """By pool, guest and host, all that is told."""
    found = {}
    for view in inventory(documents, seed).pools:
        placement = Placement(view)
        for vm in view.vms.records:
            for host in view.hosts.records:
                answer = placement.start(vm, host)
                lacking = sorted(
                    f"{type(each.record).__name__} {each.record.label} {each.field}" for each in answer.lacking
                )
                kinds = sorted(f"{each.kind.name} {each.needed} {each.available}" for each in answer.obstacles)
                found[view.name, vm.name, host.name] = (kinds, lacking)
    return found


@settings(max_examples=200, deadline=None)
@given(seeds)
def test_the_order_of_records_changes_no_answer(seed: int) -> None:
    documents = pools(seed, distinct=True)
    assert answers(documents, seed) == answers([turned(each) for each in documents], seed)


def turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: turned(each) for key, each in value.items()}
    return [turned(each) for each in reversed(value)] if isinstance(value, list) else value


@settings(max_examples=200, deadline=None)
@given(seeds, st.integers(0, 2**40))
def test_more_memory_never_makes_an_obstacle(seed: int, more: int) -> None:
    documents = pools(seed, distinct=True)
    before, after = inventory(documents), inventory([enlarged(each, more) for each in documents])
    for one, other in zip(before.pools, after.pools, strict=True):
        small, large = Placement(one), Placement(other)
        for vm, same in zip(one.vms.records, other.vms.records, strict=True):
            for host, grown in zip(one.hosts.records, other.hosts.records, strict=True):
                kinds = {each.kind for each in small.start(vm, host).obstacles}
                assert {each.kind for each in large.start(same, grown).obstacles} <= kinds


def enlarged(pool: dict[str, Any], more: int) -> dict[str, Any]:
    hosts = [each | ({"memory": each["memory"] + more} if "memory" in each else {}) for each in pool.get("hosts", ())]
    return pool | {"hosts": hosts}


@settings(max_examples=200, deadline=None)
@given(seeds)
def test_one_host_speaks_for_all_that_are_alike(seed: int) -> None:
    for view in inventory(pools(seed)).pools:
        placement = Placement(view)
        alike = Alike(placement)
        for vm in view.vms.records:
            groups = alike.groups(vm)
            assert sorted(id(host) for group in groups for host in group) == sorted(map(id, view.hosts.records))
            for first, *others in groups:
                assert all(in_words(placement, vm, host) == in_words(placement, vm, first) for host in others)


def in_words(placement: Placement, vm: VM, host: Host) -> set[str]:
    return {placing.told(each) for each in placement.ever(vm, host).obstacles}


def test_hosts_that_differ_in_their_names_only_are_alike() -> None:
    view = lab()
    assert [len(group) for group in Alike(Placement(view)).groups(view.vms.records[0])] == [2]
