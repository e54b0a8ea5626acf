"""`planner ha improve` as a process."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from planner.reports.inventory_yaml import inventory_yaml
from tests.goals.made_up_moves import Small
from tests.helpers import ROOT, run

SAMPLE = "samples/ha-pool.yaml"


def test_what_holds_already_takes_no_step() -> None:
    ended = run("ha", "improve", "--failures", "1", SAMPLE)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[0] == "let 1 host of Pool - Heteroxéneo fail: 0 steps"
    assert "host-evacuate" not in ended.out


def test_promises_are_taken_back_where_no_move_helps() -> None:
    ended = run("ha", "improve", "-k", "2", SAMPLE)
    assert ended.code == 0
    assert "promise urouter no restart, only try" in ended.out


@pytest.mark.parametrize("seed", range(3))
def test_json_keeps_to_its_schema(seed: int, tmp_path: Path) -> None:
    (tmp_path / "pool.yaml").write_text(inventory_yaml([Small(seed).inventory().pools[0].pool]), encoding="utf-8")
    told = json.loads(run("ha", "improve", "-k", "1", str(tmp_path), "--format", "json").out)
    jsonschema.validate(told, json.loads((ROOT / "schemas" / "plan.json").read_text(encoding="utf-8")))
    assert told["answer"] == "plan"
