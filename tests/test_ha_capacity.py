"""`planner ha capacity` as a process. `python -m tests.test_ha_capacity` writes what is expected anew."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.helpers import ROOT, run

GOLDEN = ROOT / "tests" / "golden" / "ha-capacity.txt"
SAMPLE = "samples/ha-pool.yaml"


def test_the_table_is_as_expected() -> None:
    ended = run("ha", "capacity", SAMPLE, "--set", "urouter=best-effort")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == GOLDEN.read_text(encoding="utf-8")


def test_the_two_restart_plans_of_the_course() -> None:
    (pool,) = json.loads(run("ha", "capacity", SAMPLE, "--set", "urouter=best-effort", "--format", "json").out)["pools"]
    assert {plan["name"]: (plan["exact"]["lower"], plan["toolstack"]["failures"]) for plan in pool["plans"]} == {
        "as configured": (1, 1),
        "everything protected": (1, 1),
        "nothing protected": (2, 2),
        "urouter=best-effort": (2, 2),
    }
    assert list(pool) == [
        *("pool", "hosts", "protected", "not_agile", "configured", "exact", "sequential", "toolstack", "plans"),
        "best_effort",
    ]


@pytest.mark.parametrize("path", [SAMPLE, "samples/healthy-pool.yaml", "samples/homogeneous-pool-joined.yaml"])
def test_json_keeps_to_its_schema(path: str) -> None:
    ended = run("ha", "capacity", path, "--format", "json")
    jsonschema.validate(json.loads(ended.out), json.loads((ROOT / "schemas" / "ha-capacity.json").read_text()))


def test_racks_fail_as_one(tmp_path: Path) -> None:
    text = (ROOT / SAMPLE).read_text(encoding="utf-8")
    racked = text.replace("  - name: xenA\n", "  - name: xenA\n    tags: [rack:1]\n").replace(
        "  - name: xen02\n", "  - name: xen02\n    tags: [rack:1]\n"
    )
    assert racked.count("rack:1") == 2
    (tmp_path / "pool.yaml").write_text(racked, encoding="utf-8")
    (pool,) = json.loads(run("ha", "capacity", str(tmp_path), "--by", "rack", "--format", "json").out)["pools"]
    assert (pool["exact"]["lower"], pool["exact"]["witness"]) == (0, ["rack:1"])


def test_what_is_not_known_is_not_decided(tmp_path: Path) -> None:
    (tmp_path / "pool.yaml").write_text(
        "kind: Pool\nname: lab\nha: {enabled: true}\nhosts: [{name: a}, {name: b}]\n"
        "vms: [{name: x, runs_on: a, ha_restart_priority: restart}]\n"
    )
    ended = run("ha", "capacity", str(tmp_path))
    assert ended.code == 3
    assert "not known: memory of a" in ended.out
    assert "(not decided)" in ended.out


def test_bounds_hold_whatever_the_unknown_is(tmp_path: Path) -> None:
    """Without the memory of a host, what is true of the sample with it is between the bounds."""
    text = (ROOT / SAMPLE).read_text(encoding="utf-8")
    known, unknown = (
        _capacity_of(tmp_path, each) for each in (text, re.sub(r"(?m)^    memory: .*\n", "", text, count=1))
    )
    assert text != re.sub(r"(?m)^    memory: .*\n", "", text, count=1)
    for sure, plan in zip(known["plans"], unknown["plans"], strict=True):
        exact = plan["exact"]
        assert exact["lower"] <= sure["exact"]["lower"] <= sure["exact"]["upper"] <= exact["upper"]
        assert exact["proven"] is (plan["name"] == "nothing protected")
        assert (plan["toolstack"]["failures"] is None) is not exact["proven"]
    assert unknown["toolstack"] == {"failures": None, "steps": []}


def test_a_vm_that_is_down_is_not_called_homeless_while_a_host_is_unknown(tmp_path: Path) -> None:
    text = (
        "kind: Pool\nname: lab\nha: {enabled: true}\nhosts: [{name: a}, {name: b}]\nvms:\n"
        "- {name: x, power_state: halted, memory: 1GiB, ha_always_run: true, ha_restart_priority: restart}\n"
    )
    found = _capacity_of(tmp_path, text)
    assert (found["exact"]["lower"], found["exact"]["upper"], found["exact"]["proven"]) == (0, 1, False)
    ended = run("ha", "capacity", str(tmp_path))
    assert ended.code == 3
    assert "the toolstack says: not known\n" in ended.out
    assert "no room" not in ended.out


def _capacity_of(folder: Path, text: str) -> dict[str, Any]:
    (folder / "pool.yaml").write_text(text, encoding="utf-8")
    (pool,) = json.loads(run("ha", "capacity", str(folder), "--format", "json").out)["pools"]
    return dict(pool)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("urouter=always", "--set urouter=always: expected is VM=PRIORITY, with one of restart, best-effort, none"),
        ("nobody=restart", "nobody is no VM of these pools, or several bear that name; give its UUID"),
    ],
)
def test_a_wish_that_cannot_be_read_is_refused(option: str, said: str) -> None:
    ended = run("ha", "capacity", SAMPLE, "--set", option)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


def write_anew() -> None:
    GOLDEN.write_text(run("ha", "capacity", SAMPLE, "--set", "urouter=best-effort").out, encoding="utf-8")


if __name__ == "__main__":
    write_anew()
