from typing import Any

import pytest

from planner.model.pool import Pool
from tests.rules.asking import faults, lacks, problems


def pool(*vms: dict[str, Any], kind: str = "vms", **fields: Any) -> Pool:
    named = [{"name": name} | vm for name, vm in zip("xyz", vms, strict=False)]
    return Pool.model_validate({"name": "lab", kind: named} | fields)


@pytest.mark.parametrize(
    ("vcpus", "fields"),
    [
        ({"max": 2, "at_startup": 2}, []),
        ({"max": 2, "at_startup": 3}, ["at_startup"]),
        ({"max": 0, "at_startup": 1}, ["max"]),
        ({"max": 0, "at_startup": 0}, ["max", "at_startup"]),
        ({"max": -1, "at_startup": 3}, ["max", "at_startup"]),
        ({"at_startup": 3}, []),
        ({"max": 1}, []),
        (None, []),
    ],
)
@pytest.mark.parametrize("kind", ["vms", "templates"])
def test_virtual_cpus_are_in_order(kind: str, vcpus: dict[str, int] | None, fields: list[str]) -> None:
    assert faults("VM001", pool({"vcpus": vcpus}, kind=kind)) == [("x", f"vcpus.{field}") for field in fields]


def test_each_fault_of_virtual_cpus_has_its_own_answer() -> None:
    assert [each.api_error for each in problems("VM001", pool({"vcpus": 0}))] == ["INVALID_VALUE"] * 2
    assert problems("VM001", pool({"vcpus": {"max": 1, "at_startup": 2}}))[0].api_error == ""


RUNNING, PAUSED, HALTED, SUSPENDED = ({"power_state": each} for each in ("running", "paused", "halted", "suspended"))
HERE = {"runs_on": "a"}


@pytest.mark.parametrize(
    ("vms", "found", "unknown"),
    [
        ([RUNNING | HERE, RUNNING], [("y", "runs_on")], []),
        ([RUNNING | HERE, PAUSED], [("y", "runs_on")], []),
        ([RUNNING | HERE, HALTED, SUSPENDED], [], []),
        ([RUNNING, PAUSED, HALTED], [], [("x", "runs_on"), ("y", "runs_on")]),
        ([HERE, {}], [], []),
    ],
)
def test_a_running_vm_has_a_host(
    vms: list[dict[str, Any]], found: list[tuple[str, str]], unknown: list[tuple[str, str]]
) -> None:
    assert (faults("VM002", pool(*vms)), lacks("VM002", pool(*vms))) == (found, unknown)


@pytest.mark.parametrize(
    ("vm", "found"),
    [(HALTED | HERE, True), (SUSPENDED | HERE, True), (RUNNING | HERE, False), (HALTED, False), (HERE, False)],
)
def test_a_vm_that_does_not_run_has_no_host(vm: dict[str, Any], *, found: bool) -> None:
    assert bool(faults("VM003", pool(vm))) is found


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


@pytest.mark.parametrize(("multiplier", "found"), [(1, False), (1.0, False), (0.99, True), (0, True), (None, False)])
@pytest.mark.parametrize("kind", ["vms", "templates"])
def test_the_shadow_multiplier_is_at_least_one(kind: str, multiplier: float | None, *, found: bool) -> None:
    assert bool(faults("VM005", pool({"shadow_multiplier": multiplier}, kind=kind))) is found
