from typing import Any

import pytest

from planner.model.pool import Pool
from tests.rules.asking import faults, lacks


def pool(*vms: dict[str, Any], kind: str = "vms", **fields: Any) -> Pool:
    named = [{"name": name} | vm for name, vm in zip("xyz", vms, strict=False)]
    return Pool.model_validate({"name": "lab", kind: named} | fields)


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
