from typing import Any

import pytest

from planner.model.pool import Pool
from tests.rules.asking import faults, lacks, problems

ON: dict[str, Any] = {"ha": {"enabled": True}}
OFF: dict[str, Any] = {"ha": {"enabled": False}}
WISHED: dict[str, Any] = OFF | {"ha_plan": {}}


def pool(*hosts: dict[str, Any], **fields: Any) -> Pool:
    named = [{"name": name} | host for name, host in zip("abc", hosts or ({}, {}), strict=False)]
    return Pool.model_validate({"name": "lab", "coordinator": "a", "hosts": named} | fields)


def runs(version: str) -> dict[str, Any]:
    return {"software": {"product_version": version}}


@pytest.mark.parametrize(
    ("hosts", "fields", "found", "unknown"),
    [
        ([runs("8.2.1"), runs("8.3.0")], WISHED, [("haplan", "")], []),
        ([runs("8.2.1"), runs("8.3.0")], ON, [("lab", "ha.enabled")], []),
        ([runs("8.2.1"), runs("8.3.0")], OFF, [], []),
        ([runs("8.2.1"), runs("8.3.0")], {}, [], [("lab", "ha")]),
        ([runs("8.3.0"), runs("8.3.0")], WISHED, [], []),
        ([runs("8.3.0"), runs("8.3.0")], WISHED | {"rolling_upgrade": True}, [("haplan", "")], []),
        ([{}, {}], WISHED, [], [("lab", "rolling_upgrade")]),
        ([{}, {}], WISHED | {"rolling_upgrade": False}, [], []),
        ([{}], WISHED, [], []),
        ([{}, {}], ON, [], []),
    ],
)
def test_nothing_is_enabled_in_the_middle_of_an_upgrade(
    hosts: list[dict[str, Any]], fields: dict[str, Any], found: list[tuple[str, str]], unknown: list[tuple[str, str]]
) -> None:
    lab = pool(*hosts, **fields)
    assert (faults("HA009", lab), lacks("HA009", lab)) == (found, unknown)


def test_the_hosts_that_differ_are_named() -> None:
    (problem,) = problems("HA009", pool(runs("8.3.0"), runs("8.2.1"), **WISHED))
    assert problem.message.endswith("in the middle of a rolling upgrade: b runs another release")


def licence(allowed: str) -> dict[str, Any]:
    return {"licence": {"restrictions": {"enable_xha": allowed}}}


@pytest.mark.parametrize(
    ("hosts", "fields", "found", "unknown"),
    [
        ([licence("true"), licence("false")], WISHED, [("haplan", "")], []),
        ([licence("true"), licence("true")], WISHED, [], []),
        ([licence("true"), {}], WISHED, [], []),
        ([licence("true"), licence("false")], WISHED | {"restrictions": {"enable_xha": "true"}}, [], []),
        ([{}, {}], WISHED | {"restrictions": {"enable_xha": "false"}}, [("haplan", "")], []),
        ([{}, {}], WISHED | {"restrictions": {}}, [], [("lab", "restrictions")]),
        ([licence("false")], ON | {"ha_plan": {}}, [], []),
        ([licence("false")], OFF, [], []),
    ],
)
def test_the_licence_has_to_allow_it(
    hosts: list[dict[str, Any]], fields: dict[str, Any], found: list[tuple[str, str]], unknown: list[tuple[str, str]]
) -> None:
    lab = pool(*hosts, **fields)
    assert (faults("HA010", lab), lacks("HA010", lab)) == (found, unknown)


def interface(**fields: Any) -> dict[str, Any]:
    return {"interfaces": [{"device": "eth1", "uuid": "p1"} | fields]}


@pytest.mark.parametrize(
    ("fields", "when", "found"),
    [
        ({"disallow_unplug": True, "attached": False}, WISHED, True),
        ({"disallow_unplug": True, "attached": False}, ON, False),
        ({"disallow_unplug": True, "attached": True}, WISHED, False),
        ({"disallow_unplug": True}, WISHED, False),
        ({"disallow_unplug": False, "attached": False}, WISHED, False),
    ],
)
def test_what_has_to_stay_up_is_up(fields: dict[str, Any], when: dict[str, Any], *, found: bool) -> None:
    assert bool(faults("HA011", pool(interface(**fields), **when))) is found


STORAGE = {"mode": "static", "management": False, "disallow_unplug": False}


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        (STORAGE, True),
        (STORAGE | {"mode": "dhcp"}, True),
        (STORAGE | {"mode": "none"}, False),
        (STORAGE | {"management": True}, False),
        (STORAGE | {"disallow_unplug": True}, False),
    ],
)
def test_an_address_is_kept_up(fields: dict[str, Any], *, found: bool) -> None:
    lab = pool(interface(**fields), **ON)
    assert faults("HA012", lab) == ([("eth1", "disallow_unplug")] if found else [])
    assert faults("HA012", pool(interface(**fields), **OFF)) == []


def test_members_of_bonds_need_not_be_kept_up() -> None:
    bond = {"device": "bond0", "bond": {"members": ["eth1"]}, "mode": "none"}
    host = {"interfaces": [{"device": "eth1"} | STORAGE, bond]}
    assert faults("HA012", pool(host, **ON)) == []


@pytest.mark.parametrize(
    ("host", "when", "offline", "dead"),
    [
        ({"live": False, "enabled": True}, WISHED, [("b", "live")], [("b", "enabled")]),
        ({"live": False, "enabled": False}, WISHED, [("b", "live")], []),
        ({"live": False, "enabled": True}, OFF, [], [("b", "enabled")]),
        ({"live": False}, ON, [], []),
        ({"live": True, "enabled": True}, WISHED, [], []),
    ],
)
def test_dead_hosts_are_told(
    host: dict[str, Any], when: dict[str, Any], offline: list[tuple[str, str]], dead: list[tuple[str, str]]
) -> None:
    lab = pool({"live": True, "enabled": True}, host, **when)
    assert (faults("HA013", lab), faults("HA014", lab)) == (offline, dead)


def test_a_host_of_which_nobody_knows_is_told() -> None:
    assert lacks("HA013", pool({"live": True}, {}, **WISHED)) == [("b", "live")]
    assert faults("HA014", pool({"live": False, "enabled": True})) == []
