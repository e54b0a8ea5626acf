from typing import Any

import pytest

from planner.model.pool import Pool
from tests.rules.asking import faults, lacks, problems
from tests.rules.hosts import bond, nic, pool, vlan

ETH = [nic("eth0"), nic("eth1")]


@pytest.mark.parametrize(
    ("made", "found"),
    [
        (bond(), ["has no member"]),
        (bond("eth0"), ["has the only member eth0"]),
        (bond("eth0", "eth0"), ["has the only member eth0"]),
        (bond("eth0", "eth1"), []),
        ({"device": "bond0", "bond": {}}, []),
    ],
)
def test_a_bond_has_two_members(made: dict[str, Any], found: list[str]) -> None:
    assert [each.message for each in problems("NW008", pool([*ETH, made]))] == [f"bond0 of a {each}" for each in found]


@pytest.mark.parametrize(
    ("second", "more", "error"),
    [
        ({"vlan": {"tag": 5, "on": "eth0"}}, [], "CANNOT_ADD_VLAN_TO_BOND_SLAVE"),
        ({"tunnel": {"on": "eth9"}}, [], "IS_TUNNEL_ACCESS_PIF"),
        ({"sriov": {"on": "eth9"}}, [], "PIF_IS_SRIOV_LOGICAL"),
        ({"bond": {"members": ["x", "y"]}}, [], "PIF_ALREADY_BONDED"),
        ({"managed": False}, [], "PIF_UNMANAGED"),
        ({"management": True}, [], "CANNOT_PLUG_BOND_SLAVE"),
        ({"address": "10.0.0.1/24"}, [], "CANNOT_PLUG_BOND_SLAVE"),
        ({"address": "10.0.0.1/24", "mode": "none"}, [], None),
        ({"address": "0.0.0.0"}, [], None),  # noqa: S104 - what databases write for none
        ({"properties": {"gro": "off"}}, [], "INCOMPATIBLE_PIF_PROPERTIES"),
        ({"primary_address_type": "IPv6"}, [], "PIF_INCOMPATIBLE_PRIMARY_ADDRESS_TYPE"),
        ({}, [vlan(7, "eth1")], "CANNOT_ADD_VLAN_TO_BOND_SLAVE"),
        ({}, [bond("eth1", "eth2", device="bond1")], "PIF_ALREADY_BONDED"),
        ({}, [vlan(7, "bond0")], None),
        ({}, [nic("eth1", sriov={"on": "eth1"})], None),
    ],
)
def test_a_member_is_a_bare_card(second: dict[str, Any], more: list[dict[str, Any]], error: str | None) -> None:
    first = nic("eth0", properties={"gro": "on"}, primary_address_type="IPv4")
    member = "eth1.5" if "vlan" in second else "eth1"
    lab = pool([first, nic("eth1", **second), bond("eth0", member), *more])
    assert error in {each.api_error for each in problems("NW009", lab)} or error is None
    assert bool(problems("NW009", lab)) is (error is not None)


def test_the_primary_member_is_a_member() -> None:
    lab = pool([*ETH, nic("eth2"), bond("eth0", "eth1", primary="eth2")])
    assert problems("NW009", lab)[0].message == "eth2 is the primary member of bond0 of a, but no member of it"
    assert faults("NW009", pool([*ETH, bond("eth0", "eth1", primary="eth1")])) == []


@pytest.mark.parametrize(
    ("links_up", "carriers", "live", "message"),
    [
        (2, [True, True], True, None),
        (1, [True, False], True, "1 link of the 2 of bond0 of a is up, eth1 carries nothing"),
        (1, [None, None], None, "1 link of the 2 of bond0 of a is up"),
        (None, [True, False], None, "1 link of the 2 of bond0 of a is up, eth1 carries nothing"),
        (None, [True, None], None, None),
        (0, [False, False], None, None),
        (1, [True, False], False, None),
    ],
)
def test_a_bond_with_a_dead_link_is_told(
    links_up: int | None,
    carriers: list[bool | None],
    live: bool | None,  # noqa: FBT001 - a table
    message: str | None,
) -> None:
    cards = [nic(f"eth{number}", carrier=state) for number, state in enumerate(carriers)]
    hosts = [{"name": "a", "live": live, "interfaces": [*cards, bond("eth0", "eth1", links_up=links_up)]}]
    lab = Pool.model_validate({"name": "lab", "hosts": hosts})
    assert [each.message for each in problems("NW010", lab)] == ([message] if message else [])


USUAL = bond("eth0", "eth1", mode="lacp", network="n")


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ([*ETH, USUAL], []),
        ([*ETH, bond("eth1", "eth0", mode="lacp", network="n")], []),
        ([*ETH, bond("eth0", "eth1", mode="balance-slb", network="n")], ["n is a bond of eth0 and eth1 (balance-slb)"]),
        ([*ETH, bond("eth0", "eth1", network="n")], []),
        ([*ETH, nic("eth2"), bond("eth0", "eth2", mode="lacp", network="n")], ["n is a bond of eth0 and eth2 (lacp)"]),
        ([nic("eth0", network="n")], ["n is on the single card eth0"]),
        ([*ETH, vlan(5, "eth1", network="n")], []),
        ([], []),
    ],
)
def test_hosts_bond_a_network_in_one_way(other: list[dict[str, Any]], found: list[str]) -> None:
    lab = pool([*ETH, USUAL], other, networks=[{"name": "n"}])
    told = [each.message for each in problems("NW011", lab)]
    assert told == [f"{each} on b, but a bond of eth0 and eth1 (lacp) on a" for each in found]


def test_a_bond_on_a_member_only_is_told_of_the_coordinator() -> None:
    lab = pool([nic("eth0", network="n")], [*ETH, USUAL], networks=[{"name": "n"}])
    assert faults("NW011", lab) == [("eth0", "")]


@pytest.mark.parametrize(
    ("mode", "properties", "found"),
    [
        ("lacp", {"lacp-time": "slow", "hashing_algorithm": "src_mac"}, 0),
        ("lacp", {"lacp-time": "soon", "x": "y"}, 2),
        ("balance-slb", {"hashing_algorithm": "src_mac"}, 1),
        (None, {"x": "y"}, 0),
    ],
)
def test_settings_are_those_of_the_mode(mode: str | None, properties: dict[str, str], found: int) -> None:
    lab = pool([*ETH, bond("eth0", "eth1", mode=mode, properties=properties)])
    assert len(faults("NW012", lab)) == found


@pytest.mark.parametrize(
    ("mode", "cards", "backend", "found", "unknown"),
    [
        ("lacp", 2, "openvswitch", [], []),
        ("lacp", 2, "bridge", ["mode"], []),
        ("lacp", 2, None, [], [("a", "software.network_backend")]),
        ("active-backup", 3, "bridge", ["members"], []),
        ("active-backup", 3, "openvswitch", [], []),
        ("balance-slb", 5, None, ["members"], []),
        (None, 4, None, [], []),
    ],
)
def test_what_nobody_supports_is_told(
    mode: str | None, cards: int, backend: str | None, found: list[str], unknown: list[tuple[str, str]]
) -> None:
    names = [f"eth{number}" for number in range(cards)]
    made = [*map(nic, names), bond(*names, mode=mode)]
    lab = pool(made, software={"network_backend": backend})
    assert [each.field for each in problems("NW013", lab)] == found
    assert lacks("NW013", lab) == unknown
