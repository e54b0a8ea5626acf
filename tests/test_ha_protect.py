"""`planner ha protect` as a process."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from planner.reports.inventory_yaml import inventory_yaml
from tests.goals.made_up_moves import Small
from tests.helpers import ROOT, run

SAMPLE = "samples/ha-pool.yaml"
GOLDEN = ROOT / "tests" / "golden" / "ha-protect.txt"


def test_the_pool_of_the_course_is_kept_as_it_is() -> None:
    ended = run("ha", "protect", "--failures", "1", SAMPLE)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[0] == "restarts in Pool - Heteroxéneo for 1 failure: 0 steps"
    assert "    no other choice is better" in ended.out.splitlines()


def test_every_format_tells_the_steps() -> None:
    asked = ("ha", "protect", "-k", "2", SAMPLE)
    command = "ha-restart-priority=best-effort"
    assert all(command in run(*asked, "--format", form).out for form in ("full", "markdown", "xe", "json"))


def test_json_keeps_to_its_schema() -> None:
    told = json.loads(run("ha", "protect", "-k", "2", SAMPLE, "--format", "json").out)
    jsonschema.validate(told, json.loads((ROOT / "schemas" / "plan.json").read_text(encoding="utf-8")))
    outcome = told["outcome"]
    assert (outcome["promise"]["vms"], outcome["promise"]["proven"]) == ([], True)
    assert [(row["failures"], len(row["vms"])) for row in outcome["frontier"]] == [(0, 1), (1, 1)]


@pytest.mark.parametrize("given", ["urouter", "urouter=", "=1", "urouter=-1", "urouter=x"])
def test_a_weight_that_is_none_is_refused(given: str) -> None:
    ended = run("ha", "protect", "-k", "1", SAMPLE, "--weight", given)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"planner: --weight {given}: expected is VM=N")


@pytest.mark.parametrize("command", ["protect", "improve"])
def test_a_pool_whose_vms_nobody_tells_is_not_decided(command: str, tmp_path: Path) -> None:
    (tmp_path / "pool.yaml").write_text("kind: Pool\nname: lab\nhosts: [{name: a}, {name: b}]\n")
    ended = run("ha", command, "-k", "2", str(tmp_path))
    assert (ended.code, ended.err) == (3, "")
    assert "vms of lab" in ended.out


def _told(folder: Path) -> str:
    """What is answered for a pool in which not every restart can be promised."""
    path = folder / "pool.yaml"
    path.write_text(inventory_yaml([Small(80, hosts=4, most=9).inventory().pools[0].pool]), encoding="utf-8")
    ended = run("ha", "protect", "-k", "2", "--weight", "v5=3", str(path))
    assert (ended.code, ended.err) == (0, "")
    return ended.out


def test_the_answer_is_the_one_that_was_read_by_a_person(tmp_path: Path) -> None:
    assert _told(tmp_path) == GOLDEN.read_text(encoding="utf-8")


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as name:
        GOLDEN.write_text(_told(Path(name)), encoding="utf-8")
