from typing import Any

import pytest

from planner.model.pool import Pool
from tests.rules.asking import faults, lacks, problems
from tests.rules.hosts import bond, nic, pool, vlan

DEAD = {"attached": True, "carrier": False}


def lab(*interfaces: dict[str, Any], plugged: bool | None = True, live: bool | None = None) -> Pool:
    """One host, with a running VM on the network n."""
    return Pool.model_validate(
        {
            "name": "lab",
            "networks": [{"name": "n"}, {"name": "m"}],
            "hosts": [{"name": "a", "live": live, "interfaces": list(interfaces)}],
            "vms": [{"name": "x", "runs_on": "a", "nics": [{"device": "0", "network": "n", "attached": plugged}]}],
        }
    )


@pytest.mark.parametrize(
    ("interfaces", "found", "of_guests"),
    [
        ([nic(management=True, **DEAD)], ["management"], []),
        ([nic(address="10.0.0.1/24", network="n", **DEAD)], ["the address 10.0.0.1 and 1 running VM: x"], []),
        ([nic(network="n", **DEAD)], [], ["1 running VM: x"]),
        ([nic(network="m", **DEAD)], [], []),
        ([nic(management=True, attached=True, carrier=True)], [], []),
        ([nic(management=True, attached=True)], [], []),
        ([nic(management=True, attached=False, carrier=False)], [], []),
        ([nic(**DEAD), vlan(5, address="10.0.0.1/24", attached=True)], ["the address 10.0.0.1"], []),
        ([nic(**DEAD), nic("eth1", **DEAD), bond("eth0", "eth1", management=True, links_up=0)], ["management"], []),
    ],
)
def test_what_is_needed_has_a_link(interfaces: list[dict[str, Any]], found: list[str], of_guests: list[str]) -> None:
    for code, expected in (("NW017", found), ("NW039", of_guests)):
        told = [each.message.partition("carries ")[2] for each in problems(code, lab(*interfaces))]
        assert told == expected


def test_hosts_that_are_off_and_unplugged_guests_need_no_link() -> None:
    assert faults("NW017", lab(nic(management=True, **DEAD), live=False)) == []
    assert faults("NW039", lab(nic(network="n", **DEAD), plugged=False)) == []
    assert faults("NW039", lab(nic(network="n", **DEAD), plugged=None)) == [("eth0", "carrier")]


def test_the_cards_below_are_the_ones_to_look_at() -> None:
    interfaces = [nic("eth0"), nic("eth1"), bond("eth0", "eth1", links_up=0), vlan(5, "bond0", address="10.0.0.1/24")]
    (problem,) = problems("NW017", lab(*interfaces))
    assert problem.remedy == "see cable, card and switch port of eth0 and eth1 of a"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"management": True}, "is for management"),
        ({"mode": "static", "address": "10.0.0.1/24"}, "has an address"),
        ({"mode": "dhcp"}, "has an address"),
        ({"disallow_unplug": True}, "has to stay up"),
        ({"disallow_unplug": True, "managed": False}, None),
        ({"disallow_unplug": True, "attached": None}, None),
        ({"mode": "none"}, None),
    ],
)
def test_what_has_to_be_up_is_attached(fields: dict[str, Any], why: str | None) -> None:
    found = problems("NW018", lab(nic(**{"attached": False} | fields)))
    assert [each.message for each in found] == ([f"eth0 of a {why}, but is not attached"] if why else [])


def test_members_of_bonds_are_never_attached() -> None:
    member = nic("eth0", attached=False, disallow_unplug=True)
    assert faults("NW018", lab(member, nic("eth1"), bond("eth0", "eth1", attached=True))) == []
    assert faults("NW018", lab(member, live=False)) == []
    stale = {"management": False, "mode": "static", "address": "10.0.0.1/24", "disallow_unplug": False}
    assert faults("NW019", lab(nic("eth0", **stale), nic("eth1"), bond("eth0", "eth1"))) == []


@pytest.mark.parametrize(
    ("fields", "found", "unknown"),
    [
        ({"disallow_unplug": True}, [], []),
        ({"disallow_unplug": False}, [("eth0", "disallow_unplug")], []),
        ({}, [], [("eth0", "disallow_unplug")]),
        ({"management": True, "disallow_unplug": False}, [], []),
        ({"mode": "none", "disallow_unplug": False}, [], []),
    ],
)
def test_addresses_of_storage_stay_up(
    fields: dict[str, Any], found: list[tuple[str, str]], unknown: list[tuple[str, str]]
) -> None:
    one = lab(nic(**{"management": False, "mode": "static", "address": "10.0.0.1/24"} | fields))
    assert (faults("NW019", one), lacks("NW019", one)) == (found, unknown)


@pytest.mark.parametrize(
    ("fields", "found"),
    [({"management": True}, True), ({"network": "n"}, True), ({"network": "m"}, False), ({"managed": True}, False)],
)
def test_what_is_in_use_is_managed(fields: dict[str, Any], *, found: bool) -> None:
    assert bool(faults("NW035", lab(nic(**{"managed": False} | fields)))) is found


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"attached": True, "mtu": 1500}, "mtu"),
        ({"attached": True, "mtu": 9000}, None),
        ({"attached": False, "mtu": 1500}, None),
        ({"attached": True, "mtu": -1}, None),
        ({"mtu_override": 1500, "attached": True, "mtu": 1500}, "mtu_override"),
        ({"mtu_override": 9000}, None),
        ({}, None),
    ],
)
def test_interfaces_run_with_the_frames_of_their_network(fields: dict[str, Any], field: str | None) -> None:
    found = faults("NW014", pool([nic(network="n", **fields)], networks=[{"name": "n", "mtu": 9000}]))
    assert found == ([("eth0", field)] if field else [])


def test_the_frames_of_members_are_those_of_their_bond() -> None:
    cards = [nic("eth0", network="n", attached=True, mtu=1500), nic("eth1"), bond("eth0", "eth1")]
    assert faults("NW014", pool(cards, networks=[{"name": "n", "mtu": 9000}])) == []


@pytest.mark.parametrize(
    ("below", "above", "found"), [(1500, 9000, True), (9000, 1500, False), (1500, 1500, False), (None, 9000, False)]
)
def test_a_vlan_fits_into_what_carries_it(below: int | None, above: int, *, found: bool) -> None:
    networks = [{"name": "n", "mtu": below}, {"name": "m", "mtu": above}]
    lab = pool([nic(network="n"), vlan(5, network="m")], networks=networks)
    assert bool(faults("NW015", lab)) is found


@pytest.mark.parametrize(
    ("mtu", "management", "found"), [(9000, True, True), (1500, True, False), (9000, False, False)]
)
def test_management_has_usual_frames(mtu: int, *, management: bool, found: bool) -> None:
    lab = pool([nic(network="n", management=management)], [], networks=[{"name": "n", "mtu": mtu}])
    assert bool(faults("NW016", lab)) is found
