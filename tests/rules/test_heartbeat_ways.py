from typing import Any

import pytest

from planner.model.pool import Pool
from tests.rules.asking import faults, lacks, problems

WISHED: dict[str, Any] = {"ha_plan": {"heartbeat": "heart"}}
A = {"host": "a", "attached": True}


def pool(*interfaces: dict[str, Any], kind: str = "nfs", host: dict[str, Any] | None = None, **fields: Any) -> Pool:
    heart = {"name": "heart", "type": kind, "device_config": {"server": "10.0.0.9"}, "connections": [A]}
    whole = {
        "name": "lab",
        "hosts": [{"name": "a", "interfaces": list(interfaces)} | (host or {})],
        "repositories": [heart, {"name": "other"}],
        "disks": [],
    }
    return Pool.model_validate(whole | WISHED | fields)


def disk(name: str, kind: str | None, repository: str = "heart") -> dict[str, Any]:
    return {"name": name, "type": kind, "repository": repository}


@pytest.mark.parametrize(
    ("disks", "found"),
    [
        ([disk("s", "ha_statefile"), disk("l", "redo_log"), disk("m", "metadata")], False),
        ([disk("web", "user")], True),
        ([disk("web", None)], True),
        ([disk("web", "user", "other")], False),
        ([], False),
    ],
)
def test_the_heartbeat_has_a_repository_of_its_own(disks: list[dict[str, Any]], *, found: bool) -> None:
    assert faults("HA025", pool(disks=disks)) == ([("haplan", "heartbeat")] if found else [])


def test_of_many_disks_a_few_are_named() -> None:
    (problem,) = problems("HA025", pool(disks=[disk(name, "user") for name in "edcba"]))
    assert problem.message.endswith("it holds 5 other disks, a, b, c and 2 more")
    assert lacks("HA025", pool(disks=None)) == [("lab", "disks")]


ETH0 = {"device": "eth0", "management": True, "attached": True, "mode": "static", "carrier": True} | {
    "address": "10.0.0.1/24"
}
BOND = ETH0 | {"device": "bond0", "bond": {"members": ["eth0", "eth1"]}}
VLAN = ETH0 | {"device": "eth0", "vlan": {"tag": 20, "on": "bond0"}}
CARRIER = {"device": "bond0", "management": False, "bond": {"members": ["eth0", "eth1"]}}


@pytest.mark.parametrize(
    ("interfaces", "found", "unknown"),
    [
        ([ETH0], [("eth0", "bond")], []),
        ([BOND], [], []),
        ([ETH0 | {"bond": {"members": ["eth1"]}}], [("eth0", "bond")], []),
        ([ETH0 | {"bond": {}}], [], []),
        ([VLAN, CARRIER], [], []),
        ([VLAN, {"device": "bond0", "management": False}], [("eth0.20", "bond")], []),
        ([VLAN], [], [("eth0.20", "vlan.on")]),
        ([{"device": "eth0"}], [], [("eth0", "management")]),
        ([], [], []),
    ],
)
def test_the_hosts_hear_each_other_over_two_cables(
    interfaces: list[dict[str, Any]], found: list[tuple[str, str]], unknown: list[tuple[str, str]]
) -> None:
    lab = pool(*interfaces)
    assert (faults("HA026", lab), lacks("HA026", lab)) == (found, unknown)
    assert faults("HA026", pool(*interfaces, ha_plan=None, ha={"enabled": False})) == []


def test_the_network_of_a_cluster_counts_too() -> None:
    cluster = {"members": [{"host": "a", "interface": "eth1", "enabled": True}]}
    eth1 = {"device": "eth1", "management": False, "mode": "dhcp"}
    assert faults("HA026", pool(BOND, eth1, cluster=cluster)) == [("eth1", "bond")]
    assert faults("HA028", pool(BOND, eth1, cluster=cluster)) == [("eth1", "mode")]
    cluster["members"][0] |= {"enabled": False}
    assert faults("HA026", pool(BOND, eth1, cluster=cluster)) == []


@pytest.mark.parametrize(
    ("kind", "interface", "host", "found", "unknown"),
    [
        ("nfs", ETH0, {}, True, []),
        ("nfs", ETH0, {"multipathing": True}, True, []),
        ("nfs", BOND, {"multipathing": False}, False, []),
        ("lvmohba", ETH0, {"multipathing": False}, True, []),
        ("lvmoiscsi", BOND, {"multipathing": False}, True, []),
        ("lvmoiscsi", ETH0, {"multipathing": True}, False, []),
        ("lvmohba", ETH0, {}, False, [("a", "multipathing")]),
        ("ext", ETH0, {"multipathing": False}, False, []),
        ("linstor", ETH0, {"multipathing": False}, False, []),
        ("nfs", VLAN, {}, False, [("a", "interfaces")]),
    ],
)
def test_there_are_two_ways_to_the_heartbeat(
    kind: str, interface: dict[str, Any], host: dict[str, Any], unknown: list[tuple[str, str]], *, found: bool
) -> None:
    lab = pool(interface, kind=kind, host=host)
    assert faults("HA027", lab) == ([("a", "multipathing")] if found else [])
    assert lacks("HA027", lab) == unknown


def test_a_connection_that_is_multipathed_is_enough() -> None:
    heart = {"name": "heart", "type": "lvmohba", "connections": [A | {"multipathed": True}]}
    assert faults("HA027", pool(repositories=[heart], host={"multipathing": False})) == []


def test_a_server_of_which_no_way_is_known_is_told() -> None:
    heart = {"name": "heart", "type": "nfs", "device_config": {"server": "nas"}, "connections": [A]}
    assert lacks("HA027", pool(ETH0, repositories=[heart])) == [("a", "interfaces")]


@pytest.mark.parametrize(
    ("mode", "found", "unknown"), [("dhcp", True, []), ("static", False, []), (None, False, [("eth0", "mode")])]
)
def test_addresses_do_not_change(mode: str | None, unknown: list[tuple[str, str]], *, found: bool) -> None:
    lab = pool(ETH0 | {"mode": mode})
    assert faults("HA028", lab) == ([("eth0", "mode")] if found else [])
    assert lacks("HA028", lab) == unknown


def test_the_address_that_it_has_is_offered() -> None:
    (problem,) = problems("HA028", pool(ETH0 | {"mode": "dhcp", "uuid": "p"}))
    assert "`xe pif-reconfigure-ip uuid=p mode=static IP=10.0.0.1 netmask=255.255.255.0`" in problem.remedy
