"""Every block of the README does what it says, as it stands there."""

import re
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest

import planner
from planner.settings import Settings
from planner.source.yaml_text import parse
from tests.helpers import ROOT, loaded, run

README = (ROOT / "README.md").read_text()
POOL = """\
kind: Pool
name: lab
coordinator: xcp-01
hosts:
  - {name: xcp-01, memory: 64 GiB, tags: ['rack:1']}
  - {name: xcp-03, memory: 64 GiB}
  - {name: xcp-04, memory: 64 GiB}
vms:
  - {name: web, memory: 4 GiB, power_state: running, runs_on: xcp-01}
  - {name: db, memory: 4 GiB, power_state: running, runs_on: xcp-04}
"""
MEMBER = "  - {name: xcp-02, memory: 32 GiB}\n"
NEWCOMER = f"""\
joins: [{{host: xcp-02}}]
---
kind: Pool
name: newcomer
hosts:
{MEMBER}vms: []
"""
WITH_JOIN = POOL + NEWCOMER
LAB = POOL.replace("vms:\n", f"{MEMBER}vms:\n")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


COMMANDS = [line for block in blocks("console") for line in block.splitlines() if line.startswith("planner ")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "pool.yaml").write_text(LAB)
    (tmp_path / "old.yaml").write_text(LAB)
    (tmp_path / "new.yaml").write_text(LAB)
    (tmp_path / "wishes.yaml").write_text("kind: Wishes\npool: lab\n")
    shutil.copy(ROOT / "tests" / "readers" / "small-database.xml", tmp_path / "pool.xml")
    return tmp_path


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_readme_runs(line: str, folder: Path) -> None:
    if "join" in line:
        (folder / "lab" / "pool.yaml").write_text(WITH_JOIN)
    ended = run(*shlex.split(line, comments=True)[1:], cwd=folder)
    if "xapi://" in line:  # nobody answers there
        assert (ended.code, len(ended.err.splitlines())) == (2, 1)
        return
    assert ended.code in (0, 1, 3), ended.err
    assert "Traceback" not in ended.err
    assert ended.out or "-o" in line


def test_the_python_of_the_readme_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    names: dict[str, object] = {}
    for block in blocks("python"):
        exec(block, names)  # noqa: S102 - it is what the README says
    assert "answer" in names


def test_the_inventories_of_the_readme_can_be_read(tmp_path: Path) -> None:
    own = next(block for block in blocks("yaml") if "kind: Pool" in block)
    assert not planner.check(loaded(tmp_path, own), select=["LD"]).findings
    known = next(block for block in blocks("yaml") if "planner: ignore" in block)
    report = planner.check(loaded(tmp_path, f"kind: Pool\nname: lab\n{known}"), select=["VM001"])
    assert (len(report.findings), len(report.suppressed)) == (0, 1)


def test_the_settings_of_the_readme_are_settings() -> None:
    (block,) = blocks("toml")
    assert Settings.model_validate(tomllib.loads(block), by_alias=True).profile == "join"


def test_the_workflow_of_the_readme_gives_what_the_action_takes() -> None:
    (steps,) = parse(next(block for block in blocks("yaml") if "uses:" in block))
    (action,) = parse((ROOT / "action.yml").read_text())
    (ours,) = (step for step in steps.value if "/planner@" in step["uses"])
    assert set(ours["with"]) <= set(action.value["inputs"])
