"""What each command makes of files that are not there, cannot be read, or hold something wrong."""

from pathlib import Path

import pytest

import planner
from tests.helpers import Ended, loaded, run

GOOD = """\
kind: Pool
name: lab
coordinator: a
hosts:
  - {name: a, memory: 64 GiB}
  - {name: b, memory: 64 GiB}
vms:
  - {name: web, memory: 1 GiB}
"""
BROKEN = {
    "none.yaml": None,
    "syntax.yaml": "kind: [\n",
    "half.yaml": f"{GOOD}---\nkind: [\n",
    "empty.yaml": "",
    "packed.yaml": b"\x1f\x8b\x08",
    "other.json": "{}",
    "record.yaml": f"{GOOD}  - {{memory: 1 GiB}}\n",
    "name.yaml": f"{GOOD}  - {{name: 5, memory: 1 GiB}}\n",
}
"""Files of which nothing can be read, or in which a record cannot."""
VALUE = GOOD.replace("name: b, memory: 64 GiB", "name: b, memory: 5x")
"""One value is wrong, and counts as unknown."""
ANSWERS = {
    "show storage": 1, "show cpu": 1, "show ha": 1, "show vm web": 1, "convert": 1,
    "ha capacity": 0, "ha allows disable=b": 3, "ha protect --failures 1": 0, "ha improve -k 1": 0, "ha fail b": 3,
    "plan join b": 1, "plan evacuate a": 3, "plan grow --vm 1GiB": 3, "plan homes --pool lab": 3, "diff good.yaml": 1,
}  # fmt: skip
"""How each command ends for the file with the wrong value: those that show it with 1, the others by their answer."""


def told(folder: Path, command: str, name: str, content: str | bytes | None) -> Ended:
    (folder / "good.yaml").write_text(GOOD)
    if content is not None:
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return run(*command.split(), name, cwd=folder)


@pytest.mark.parametrize("command", ANSWERS)
@pytest.mark.parametrize("name", ["none.yaml", "syntax.yaml", "record.yaml"])
def test_what_cannot_be_read_ends_each_command_with_2_in_one_line(tmp_path: Path, command: str, name: str) -> None:
    ended = told(tmp_path, command, name, BROKEN[name])
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (2, "", 1)
    assert ended.err.startswith("planner: ")
    assert name in ended.err


@pytest.mark.parametrize("name", BROKEN)
def test_whatever_makes_it_unreadable(tmp_path: Path, name: str) -> None:
    ended = told(tmp_path, "show cpu", name, BROKEN[name])
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (2, "", 1)
    check = told(tmp_path, "check --format concise", name, BROKEN[name])
    assert check.code == (2 if name == "none.yaml" else 1)


@pytest.mark.parametrize("command", ANSWERS)
def test_a_wrong_value_counts_as_unknown_and_is_told(tmp_path: Path, command: str) -> None:
    ended = told(tmp_path, command, "value.yaml", VALUE)
    assert ended.code == ANSWERS[command]
    assert "value.yaml:6:23: error LD009" in ended.err + ended.out or ("LD009" in ended.out and command[:4] == "diff")


def test_either_side_of_a_comparison_has_to_be_readable(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "syntax.yaml").write_text("kind: [\n")
    ended = run("diff", "syntax.yaml", "good.yaml", "--fail-on", "never", cwd=tmp_path)
    assert (ended.code, ended.out) == (2, "")


def test_a_check_never_passes_over_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "syntax.yaml").write_text("kind: [\n")
    common = ("check", "good.yaml", "syntax.yaml", "--format", "concise")
    ended = run(*common, "--select", "NM", cwd=tmp_path)
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (2, "", 1)
    assert "syntax.yaml:2:1" in ended.err
    assert run(*common, "--select", "NM,LD", cwd=tmp_path).code == 1
    assert run(*common, "--select", "NM", "--ignore", "LD002", cwd=tmp_path).code == 0


def test_only_what_loses_records_is_a_loss(tmp_path: Path) -> None:
    assert loaded(tmp_path, VALUE).losses == ()
    assert loaded(tmp_path, f"{GOOD}colour: red\n", "a: b\n").losses == ()
    (lost,) = loaded(tmp_path, f"{GOOD}  - {{name: [], memory: x}}\ncolour: red\n", "a: b\n").losses
    assert lost.place.line in (9, 10)


def test_real_faults_beyond_those_that_are_told_lose_records_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planner.readers.MOST_FAULTS", 1)
    text = f"{GOOD}colour: red\nweight: 1\n---\n{GOOD}  - {{memory: 1 GiB}}\n"
    (lost,) = loaded(tmp_path, text).losses
    assert lost.code == "LD014"
    assert planner.check(loaded(tmp_path, text), select=["LD"]).findings
