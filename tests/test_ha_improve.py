"""`planner ha improve` as a process."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from planner.reports.inventory_yaml import inventory_yaml
from tests.goals.made_up_moves import Small
from tests.goals.test_improve_shrinking import pool as made_to_shrink
from tests.goals.test_improve_shrinking import sized
from tests.helpers import ROOT, run

GOLDEN = ROOT / "tests" / "golden" / "ha-improve.txt"
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


@pytest.mark.parametrize(
    ("asked", "code", "begins"),
    [
        (("-k", "1", "--for-toolstack"), 0, "let 1 host of Pool - Heteroxéneo fail: 0 steps"),
        (("-k", "2", "--for-toolstack"), 0, "let 2 hosts of Pool - Heteroxéneo fail: 1 step"),
        (("-k", "2", "--by", "promises"), 0, "let 2 hosts of Pool - Heteroxéneo fail: 1 step"),
        (("-k", "2", "--by", "moves"), 1, "let 2 hosts of Pool - Heteroxéneo fail: impossible"),
    ],
)
def test_each_way_ends_with_its_code(asked: tuple[str, ...], code: int, begins: str) -> None:
    ended = run("ha", "improve", *asked, SAMPLE)
    assert (ended.code, ended.err, ended.out.splitlines()[0]) == (code, "", begins)


def test_moves_and_promises_come_together_where_neither_is_enough(tmp_path: Path) -> None:
    """First the promise is taken back, then the VM moves: the toolstack has a plan at every moment."""
    (tmp_path / "pool.yaml").write_text(inventory_yaml([Small(28).inventory().pools[0].pool]), encoding="utf-8")
    ended = run("ha", "improve", "-k", "2", str(tmp_path))
    assert (ended.code, ended.err) == (0, "")
    promise, move = ended.out.index("promise v1 no restart, only try"), ended.out.index("move v3 from a to c")
    assert promise < move
    assert "promises taken back: 1, and no plan has less" in ended.out
    assert "a restart promised no more to 2 VMs, v1 and v2; fewer are not enough" in ended.out


def test_less_memory_for_a_vm_that_is_down_is_told_beside(tmp_path: Path) -> None:
    own = made_to_shrink(sized("x", 6, "a"), sized("d", 6, None, 1)).pools[0].pool
    (tmp_path / "pool.yaml").write_text(inventory_yaml([own]), encoding="utf-8")
    ended = run("ha", "improve", "-k", "1", str(tmp_path))
    assert (ended.code, ended.err) == (0, "")
    assert "less memory for 1 protected VM that is down: d with 4052 MiB; less may be enough" in ended.out


@pytest.mark.parametrize("way", [(), ("--for-toolstack",)])
def test_less_memory_for_a_vm_that_runs_is_told_beside_in_each_form(way: tuple[str, ...], tmp_path: Path) -> None:
    own = made_to_shrink(sized("x", 6, "a", 1), sized("y", 6, "b", 1)).pools[0].pool
    (tmp_path / "pool.yaml").write_text(inventory_yaml([own]), encoding="utf-8")
    less = (
        "less memory for one VM that runs and is protected, shut down for it and started where it was: 2091 MiB less "
        "for x, which has 4052 MiB then, or 2091 MiB less for y, which has 4052 MiB then; less is not enough"
    )
    told = {}
    for form in ("full", "markdown", "json"):
        ended = run("ha", "improve", "-k", "1", *way, str(tmp_path), "--format", form)
        assert (ended.code, ended.err) == (0, "")
        told[form] = ended.out
    assert less in " ".join(told["full"].split())
    assert f"\n- {less}\n" in told["markdown"]
    answer = json.loads(told["json"])
    jsonschema.validate(answer, json.loads((ROOT / "schemas" / "plan.json").read_text(encoding="utf-8")))
    assert answer["others"][0] == less


def test_more_failures_than_hosts_are_a_wish_that_cannot_be() -> None:
    ended = run("ha", "improve", "-k", "3", SAMPLE)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.count("\n") == 1


def test_what_is_not_known_ends_with_3(tmp_path: Path) -> None:
    pool = Small(3).inventory().pools[0].pool
    hosts = tuple(each.model_copy(update={"memory": None}) for each in pool.hosts or ())
    path = tmp_path / "pool.yaml"
    path.write_text(inventory_yaml([pool.model_copy(update={"hosts": hosts})]), encoding="utf-8")
    ended = run("ha", "improve", "-k", "1", str(path))
    assert (ended.code, ended.err) == (3, "")
    assert "memory of a" in ended.out


def _told(folder: Path) -> str:
    """What is answered for a pool for which the toolstack wants more than is true, one way after the other."""
    path = folder / "pool.yaml"
    path.write_text(inventory_yaml([Small(80, hosts=4, most=9).inventory().pools[0].pool]), encoding="utf-8")
    ways: tuple[tuple[str, ...], ...] = ((), ("--for-toolstack",), ("--by", "promises"))
    parts = []
    for way in ways:
        ended = run("ha", "improve", "-k", "2", *way, str(path))
        assert (ended.code, ended.err) == (0, "")
        parts.append(f"$ planner ha improve -k 2 {' '.join((*way, 'pool.yaml'))}\n{ended.out}")
    return "\n".join(parts)


def test_the_answers_are_those_that_were_read_by_a_person(tmp_path: Path) -> None:
    assert _told(tmp_path) == GOLDEN.read_text(encoding="utf-8")


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as name:
        GOLDEN.write_text(_told(Path(name)), encoding="utf-8")
