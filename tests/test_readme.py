"""Every block of the README does what it says, as it stands there."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

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
        if "xapi://" in block:
            continue  # that is tested where there is such a pool
        exec(block, names)  # noqa: S102 - it is what the README says
    assert "answer" in names


def test_the_inventories_of_the_readme_can_be_read(tmp_path: Path) -> None:
    own = next(block for block in blocks("yaml") if "kind: Pool" in block)
    assert not planner.check(loaded(tmp_path, own), select=["LD"]).findings
    wishes = next(block for block in blocks("yaml") if "kind: Wishes" in block)
    read = loaded(tmp_path, f"{LAB}---\n{wishes}")
    assert not planner.check(read, select=["LD"]).findings
    assert [len(view.placement) + len(view.host_limits) for view in read.inventory.pools] == [7]
    known = next(block for block in blocks("yaml") if "planner: ignore" in block)
    report = planner.check(loaded(tmp_path, f"kind: Pool\nname: lab\n{known}"), select=["VM001"])
    assert (len(report.findings), len(report.suppressed)) == (0, 1)


def test_the_settings_of_the_readme_are_settings() -> None:
    (block,) = blocks("toml")
    assert Settings.model_validate(tomllib.loads(block), by_alias=True).profile == "join"


@pytest.fixture
def pools(tmp_path: Path) -> Path:
    (tmp_path / "pools").mkdir()
    (tmp_path / "pools" / "lab.yaml").write_text(LAB)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "planner").write_text(f'#!/bin/sh\nexec {sys.executable} -m planner "$@"\n')
    (tmp_path / "bin" / "planner").chmod(0o755)
    return tmp_path


def in_ci(folder: Path, script: str, **variables: str) -> int:
    known = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", **variables}
    return subprocess.run(["bash", "-ec", script], cwd=folder, env=known, check=False).returncode  # noqa: S607


def block_with(word: str) -> Any:
    (document,) = parse(next(block for block in blocks("yaml") if word in block))
    return document.value


@pytest.mark.parametrize(("wrong", "code"), [(False, 0), (True, 1)])
def test_the_workflow_of_the_readme_checks_its_paths(pools: Path, wrong: bool, code: int) -> None:  # noqa: FBT001
    spoil(pools, wrong=wrong)
    inputs = next(step["with"] for step in block_with("uses:") if "/planner@" in step["uses"])
    (action,) = parse((ROOT / "action.yml").read_text())
    whole = {name: each["default"] for name, each in action.value["inputs"].items()} | inputs
    step = action.value["runs"]["steps"][-1]
    variables = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: whole[found[1]], text)
        for name, text in step["env"].items()
    }
    more = {"GITHUB_ACTION_PATH": str(ROOT), "RUNNER_TEMP": str(pools), "GITHUB_STEP_SUMMARY": str(pools / "s.md")}
    assert in_ci(pools, step["run"], **variables, **more) == code
    assert (pools / block_with("uses:")[-1]["with"]["sarif_file"]).exists()
    assert (pools / "s.md").read_text().startswith("### planner: ")


@pytest.mark.parametrize(("wrong", "code"), [(False, 0), (True, 1)])
def test_the_gitlab_job_of_the_readme_checks_its_paths(pools: Path, wrong: bool, code: int) -> None:  # noqa: FBT001
    spoil(pools, wrong=wrong)
    pipeline = block_with("include:")
    (template,) = parse((ROOT / pipeline["include"][0]["file"]).read_text())
    assert in_ci(pools, template.value["planner"]["script"][1], **pipeline["variables"]) == code
    assert all((pools / file).exists() for file in template.value["planner"]["artifacts"]["reports"].values())


@pytest.mark.parametrize(("wrong", "code"), [(False, 0), (True, 1)])
def test_the_pre_commit_hook_of_the_readme_checks_its_paths(pools: Path, wrong: bool, code: int) -> None:  # noqa: FBT001
    spoil(pools, wrong=wrong)
    (ours,) = block_with("hooks:")["repos"][0]["hooks"]
    (hooks,) = parse((ROOT / ".pre-commit-hooks.yaml").read_text())
    hook = next(each | ours for each in hooks.value if each["id"] == ours["id"])
    assert in_ci(pools, shlex.join([*hook["entry"].split(), *hook["args"]])) == code


def spoil(folder: Path, *, wrong: bool) -> None:
    if wrong:
        (folder / "pools" / "more.yaml").write_text("kind: Pool\nname: more\ncolour: red\n")


def test_the_workflow_of_the_readme_gives_what_the_action_takes() -> None:
    (steps,) = parse(next(block for block in blocks("yaml") if "uses:" in block))
    (action,) = parse((ROOT / "action.yml").read_text())
    (ours,) = (step for step in steps.value if "/planner@" in step["uses"])
    assert set(ours["with"]) <= set(action.value["inputs"])
