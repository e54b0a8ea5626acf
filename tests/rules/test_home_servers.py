from typing import Any

import pytest

from planner.model.pool import Pool
from planner.units import MIB
from tests.facts.places import HOST, SHARED, lab
from tests.rules.asking import faults, lacks, problems


def pool(*vms: dict[str, Any], kind: str = "vms", **fields: Any) -> Pool:
    named = [{"name": name} | vm for name, vm in zip("xyz", vms, strict=False)]
    return Pool.model_validate({"name": "lab", kind: named} | fields)


@pytest.mark.parametrize(
    ("host", "home", "found", "unknown"),
    [
        ({"enabled": False}, "a", [("x", "home"), ("y", "home")], []),
        ({"enabled": True}, "a", [], []),
        ({}, "a", [], [("a", "enabled")]),
        ({"enabled": False}, None, [], []),
        ({"enabled": False}, "gone", [], []),
    ],
)
def test_a_home_server_is_enabled(
    host: dict[str, Any], home: str | None, found: list[tuple[str, str]], unknown: list[tuple[str, str]]
) -> None:
    lab = pool({"home": home}, {"home": home}, hosts=[{"name": "a"} | host])
    assert (faults("VM004", lab), lacks("VM004", lab)) == (found, unknown)


LOCAL: dict[str, Any] = {
    "repositories": [SHARED | {"connections": [{"host": "b", "attached": True}]}],
}


@pytest.mark.parametrize(
    ("guest", "host", "found", "unknown"),
    [
        ({"home": "b"}, {}, [], []),
        ({}, {"hvm": False}, [], []),
        ({"home": "b"}, {"hvm": False}, [("web", "home")], []),
        ({"home": "b"}, {"hvm": None}, [], [("b", "hvm")]),
        ({"home": "b"}, {"hvm": None, "interfaces": []}, [("web", "home")], []),
        ({"home": "b"}, {"enabled": False, "live": False}, [], []),
        ({"home": "b"}, {"memory": 3072 * MIB}, [("web", "home")], []),
        ({"home": "gone"}, {"hvm": False}, [], []),
        ({"home": "b", "vcpus": 0, "shadow_multiplier": 0.5}, {}, [], []),
    ],
)
def test_a_home_server_can_run_its_vm(
    guest: dict[str, Any], host: dict[str, Any], found: list[tuple[str, str]], unknown: list[tuple[str, str]]
) -> None:
    view = lab(guest, host)
    assert (faults("VM006", view.pool), lacks("VM006", view.pool)) == (found, unknown)


def test_guests_that_are_there_today_do_not_make_a_home_server_wrong() -> None:
    other = {"name": "big", "power_state": "running", "runs_on": "b", "memory": 13000 * MIB}
    assert faults("VM006", lab({"home": "b"}, {}, other).pool) == []


def test_a_home_server_that_can_is_named() -> None:
    view = lab({"home": "a"}, {}, **LOCAL)
    (problem,) = problems("VM006", view.pool)
    assert problem.message == (
        "a is the home server of web, but could not run it: its disk root is on nfs, which is not attached there"
    )
    assert problem.remedy.startswith("give it b, which can run it, as home server: `xe vm-param-set uuid=")
    (nowhere,) = problems("VM006", lab({"home": "b"}, {"hvm": False}, hosts=[HOST | {"name": "b", "hvm": False}]).pool)
    assert nowhere.remedy.endswith("affinity=''`")


@pytest.mark.parametrize(
    ("hosts", "home", "found"), [("ab", "a", True), ("a", "a", False), ("ab", None, False), ("ab", "c", False)]
)
def test_a_template_hands_its_home_server_on(hosts: str, home: str | None, *, found: bool) -> None:
    one = pool({"home": home}, kind="templates", hosts=[{"name": each} for each in hosts])
    assert bool(faults("VM007", one)) is found


@pytest.mark.parametrize(
    ("placement", "vm", "found"),
    [
        ("anti_affinity", {"home": "a", "groups": ["g"]}, True),
        ("normal", {"home": "a", "groups": ["g"]}, False),
        ("anti_affinity", {"groups": ["g"]}, False),
        ("anti_affinity", {"home": "a", "groups": []}, False),
        ("anti_affinity", {"home": "a"}, False),
    ],
)
def test_a_home_server_counts_more_than_a_group(placement: str, vm: dict[str, Any], *, found: bool) -> None:
    one = pool(vm, hosts=[{"name": "a"}], groups=[{"name": "g", "placement": placement}])
    assert bool(faults("VM008", one)) is found
