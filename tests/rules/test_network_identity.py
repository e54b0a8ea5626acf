from typing import Any

import pytest

from tests.rules.asking import faults, problems
from tests.rules.hosts import bond, nic, pool, vlan


@pytest.mark.parametrize(
    ("second", "found"),
    [
        ({"bridge": "xapi1"}, True),
        ({"bridge": "xapi2"}, False),
        ({}, False),
        ({"bridge": "xapi1", "host_internal_management": True}, False),
    ],
)
def test_a_bridge_is_for_one_network(second: dict[str, Any], *, found: bool) -> None:
    lab = pool(networks=[{"name": "n", "bridge": "xapi1"}, {"name": "o", **second}])
    assert faults("NW025", lab) == ([("o", "bridge")] if found else [])


@pytest.mark.parametrize(("name", "found"), [("GUESTS 1", True), ("guests1", True), ("guests 2", False)])
def test_names_differ_in_more_than_capitals(name: str, *, found: bool) -> None:
    lab = pool(networks=[{"name": "guests 1"}, {"name": name}])
    assert bool(faults("NW027", lab)) is found


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (["nbd"], ["insecure_nbd"], [("m", "purpose")]),
        (["nbd", "insecure_nbd"], [], [("n", "purpose")]),
        (["nbd"], ["nbd"], []),
        (["insecure_nbd"], ["insecure_nbd"], []),
        (None, ["insecure_nbd"], []),
    ],
)
def test_disks_are_offered_in_one_way(one: list[str] | None, other: list[str], found: list[tuple[str, str]]) -> None:
    lab = pool(networks=[{"name": "n", "purpose": one}, {"name": "m", "purpose": other}])
    assert faults("NW032", lab) == found


N = {"network": "n"}


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ([nic("eth1", **N)], [("eth1", "device")]),
        ([nic("eth0", **N)], []),
        ([nic("eth0"), nic("eth1"), bond("eth0", "eth1", **N)], []),
        ([nic("eth1"), vlan(5, "eth1", **N)], []),
        ([], []),
    ],
)
def test_a_network_is_on_the_same_card_everywhere(other: list[dict[str, Any]], found: list[tuple[str, str]]) -> None:
    assert faults("NW026", pool([nic("eth0", **N)], other, networks=[{"name": "n"}])) == found


def test_the_card_of_the_coordinator_is_the_usual_one() -> None:
    lab = pool([nic("eth0", **N)], [nic("eth1", **N)], networks=[{"name": "n"}], coordinator="b")
    assert faults("NW026", lab) == [("eth0", "device")]


def test_a_host_is_once_on_each_network() -> None:
    two = [nic("eth0", **N), nic("eth1", **N)]
    assert faults("NW028", pool(two, networks=[{"name": "n"}])) == [("eth1", "network")]
    assert faults("NW028", pool([*two, bond("eth0", "eth1", **N)], networks=[{"name": "n"}])) == []
    assert faults("NW028", pool(two[:1], two[:1], networks=[{"name": "n"}])) == []


NFS = {"name": "r", "type": "nfs", "shared": True, "device_config": {"server": "10.0.0.7", "serverpath": "/"}}
VM = {"name": "x", "nics": [{"device": "0", "network": "m"}]}
M = nic("eth0", network="n", management=True)


@pytest.mark.parametrize(
    ("second", "more", "message"),
    [
        ([M], {"repositories": [NFS]}, "eth0 alone carries all traffic of a and b: management and storage"),
        ([M, vlan(5, network="m")], {"vms": [VM]}, "eth0 alone carries all traffic of b: management and VMs"),
        ([M], {}, None),
        ([M], {"repositories": [NFS | {"shared": False}]}, None),
        ([M], {"repositories": [NFS | {"type": "lvmohba"}]}, None),
    ],
)
def test_traffic_is_spread(second: list[dict[str, Any]], more: dict[str, Any], message: str | None) -> None:
    lab = pool([M], second, networks=[{"name": "n"}, {"name": "m"}], **more)
    assert [each.message for each in problems("NW033", lab)] == ([message] if message else [])


@pytest.mark.parametrize(
    "spread",
    [
        [M, nic("eth1", address="172.16.0.1/24")],
        [nic("eth0"), nic("eth1"), bond("eth0", "eth1", network="n", management=True)],
        [M, nic("eth1", network="m")],
        [],
    ],
)
def test_a_second_card_or_a_bond_will_do(spread: list[dict[str, Any]]) -> None:
    lab = pool(spread, spread, networks=[{"name": "n"}, {"name": "m"}], repositories=[NFS], vms=[VM])
    assert faults("NW033", lab) == []


def test_a_host_by_itself_is_left_alone() -> None:
    assert faults("NW033", pool([M], networks=[{"name": "n"}], repositories=[NFS])) == []
