from typing import Any

import pytest

from planner.facts.wiring import Wiring, wirings
from planner.model.host import Host
from planner.model.inventory import Inventory
from planner.model.network import Interface
from planner.model.pool import Pool

BOND = {"device": "bond0", "uuid": "b", "bond": {"members": ["eth0", "u1"]}}
STACK: list[dict[str, Any]] = [
    {"device": "eth0"},
    {"device": "eth1", "uuid": "u1"},
    BOND,
    {"device": "bond0", "vlan": {"tag": 5, "on": "b"}},
    {"device": "tunnel", "tunnel": {"on": "bond0.5"}},
    {"device": "eth2"},
    {"device": "functions", "sriov": {"on": "eth2"}},
]


def wiring(*interfaces: dict[str, Any]) -> Wiring:
    return Wiring(Host.model_validate({"name": "a", "interfaces": list(interfaces)}))


def labels(found: tuple[Interface, ...]) -> list[str]:
    return [each.label for each in found]


@pytest.mark.parametrize(
    ("name", "below", "cards"),
    [
        ("eth0", [], ["eth0"]),
        ("bond0", ["eth0", "eth1"], ["eth0", "eth1"]),
        ("bond0.5", ["bond0"], ["eth0", "eth1"]),
        ("tunnel", ["bond0.5"], ["eth0", "eth1"]),
        ("functions", ["eth2"], ["eth2"]),
    ],
)
def test_what_an_interface_rides_on(name: str, below: list[str], cards: list[str]) -> None:
    host = wiring(*STACK)
    (interface,) = host.named(name)
    assert (labels(host.below(interface)), labels(host.cards(interface))) == (below, cards)


def test_members_know_their_bonds() -> None:
    host = wiring(*STACK)
    assert [labels(host.bonds_over(each)) for each in host.named("u1") + host.named("eth2")] == [["bond0"], []]


def test_what_rides_on_itself_has_no_cards() -> None:
    host = wiring({"device": "a", "vlan": {"tag": 1, "on": "b.2"}}, {"device": "b", "vlan": {"tag": 2, "on": "a.1"}})
    assert [labels(host.cards(each)) for each in host.interfaces] == [[], []]
    assert [host.link_up(each) for each in host.interfaces] == [None, None]
    alone = wiring({"device": "a", "vlan": {"tag": 1, "on": "a.1"}})
    assert alone.below(alone.interfaces[0]) == ()


@pytest.mark.parametrize(
    ("bond", "members", "up"),
    [
        ({"links_up": 0}, [True, True], False),
        ({"links_up": 1}, [False, False], True),
        ({}, [True, False], True),
        ({}, [False, False], False),
        ({}, [False, None], None),
    ],
)
def test_a_bond_is_up_while_one_member_is(bond: dict[str, Any], members: list[bool | None], up: bool | None) -> None:  # noqa: FBT001 - a table
    cards = [{"device": f"eth{number}", "carrier": state} for number, state in enumerate(members)]
    host = wiring(*cards, {"device": "bond0", "bond": {"members": ["eth0", "eth1"], **bond}})
    assert host.link_up(host.named("bond0")[0]) is up


def test_hosts_without_interfaces_are_passed_over() -> None:
    hosts = [{"name": "a"}, {"name": "b", "interfaces": []}, {"name": "c", "interfaces": [{"device": "eth0"}]}]
    found = wirings(Inventory([Pool.model_validate({"name": "lab", "hosts": hosts})]))
    assert [each.host.name for _, each in found] == ["c"]


def test_a_tower_of_vlans_has_the_link_of_its_ground() -> None:
    tower = [{"device": "v", "uuid": f"u{n}", "vlan": {"tag": n % 4000, "on": f"u{n - 1}"}} for n in range(1, 3000)]
    host = wiring({"device": "eth0", "uuid": "u0", "carrier": False}, *tower)
    (top,) = host.named("u2999")
    assert (host.link_up(top), labels(host.cards(top))) == (False, ["eth0"])


def test_two_meanings_of_a_carrier_leave_the_link_open() -> None:
    cards = [{"device": "eth0", "uuid": "1", "carrier": True}, {"device": "eth0", "uuid": "2", "carrier": False}]
    host = wiring(*cards, {"device": "eth0", "vlan": {"tag": 5, "on": "eth0"}})
    assert host.link_up(host.named("eth0.5")[0]) is None
