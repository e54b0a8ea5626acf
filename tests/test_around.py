"""What stands around the command: the action of GitHub, the hook of pre-commit, GitLab, the image, the shell."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from planner.source.yaml_text import parse
from tests.helpers import ROOT, SHARED, Ended, run
from tests.reports.reading import annotations

BASE = """\
kind: Pool
name: lab
coordinator: xcp-01
hosts:
  - name: xcp-01
    memory: 64 GiB
vms:
  - name: web
    vcpus: {max: 2, at_startup: 2}
"""


def value(name: str) -> Any:
    (document,) = parse((ROOT / name).read_text())
    assert document.error is None
    return document.value


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments],  # noqa: S607
        cwd=folder,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode()


def act(folder: Path, **environment: str) -> Ended:
    """Run what the action runs, as a runner would."""
    command = folder.parent / "bin" / "planner"
    command.parent.mkdir(exist_ok=True)
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m planner "$@"\n')
    command.chmod(0o755)
    done = subprocess.run(
        ["bash", str(ROOT / "ci" / "github-check")],  # noqa: S607
        cwd=folder,
        env={
            **os.environ,
            "PATH": f"{command.parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "GITHUB_STEP_SUMMARY": str(folder.parent / "summary.md"),
            **environment,
        },
        capture_output=True,
        check=False,
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / "pools").mkdir(parents=True)
    (folder / "pools" / "lab, one.yaml").write_text(BASE)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "base")
    (tmp_path / "summary.md").write_text("")
    return folder


def test_a_pull_request_is_annotated_on_the_lines_that_it_changes(repository: Path) -> None:
    common = {"PLANNER_PATHS": "pools\n", "PLANNER_ARGUMENTS": "--select=VM001,NM001\n", "PLANNER_SARIF": "p.sarif"}
    assert act(repository, **common).code == 0

    git(repository, "checkout", "-qb", "change")
    file = repository / "pools" / "lab, one.yaml"
    file.write_text(BASE.replace("at_startup: 2", "at_startup: 4") + "  - {name: web, uuid: w2}\n")
    git(repository, "commit", "-qam", "head")
    changed = {
        int(line) for line in re.findall(r"^@@ .*\+(\d+)", git(repository, "diff", "-U0", "HEAD~1"), re.MULTILINE)
    }
    ended = act(repository, **common)

    assert (ended.code, ended.err) == (1, "")
    found = annotations(ended.out)
    assert [(each.level, each.properties["line"]) for each in found] == [("error", "9"), ("notice", "10")]
    assert {each.properties["file"] for each in found} == {"pools/lab, one.yaml"}
    assert {9} <= changed <= {9, 10}
    results = json.loads((repository / "p.sarif").read_text())["runs"][0]["results"]
    assert [each["locations"][0]["physicalLocation"]["region"]["startLine"] for each in results] == [9, 10]
    summary = (repository.parent / "summary.md").read_text().splitlines()
    assert summary[0] == "### planner: 1 error, 1 note"
    assert summary[4].startswith("| error | VM001 | pools/lab, one.yaml:9 | ")
    assert summary[5].startswith("| note | NM001 | pools/lab, one.yaml:10 | ")


def test_inputs_of_the_action_are_texts_and_never_commands(repository: Path) -> None:
    ended = act(repository, PLANNER_PATHS="$(touch here); pools\n`touch here`", PLANNER_ARGUMENTS="")
    assert ended.code == 2
    assert "$(touch here); pools" in ended.err
    assert not (repository / "here").exists()


def test_the_threshold_of_the_action_decides_its_end(repository: Path) -> None:
    file = repository / "pools" / "lab, one.yaml"
    file.write_text(BASE + "  - {name: web, uuid: w2}\n")
    common = {"PLANNER_PATHS": "pools", "PLANNER_ARGUMENTS": "--select=NM001"}
    assert act(repository, **common, PLANNER_FAIL_ON="").code == 0
    assert act(repository, **common, PLANNER_FAIL_ON="note").code == 1


@pytest.mark.parametrize(
    ("name", "schema"),
    [("action.yml", "github-action.json"), (".pre-commit-hooks.yaml", "pre-commit-hooks.json")],
)
def test_a_definition_keeps_to_its_published_schema(name: str, schema: str) -> None:
    path = SHARED / "data" / "schemas" / schema
    if not path.exists():
        pytest.skip(f"{schema} is not there")
    Draft7Validator(json.loads(path.read_text())).validate(value(name))


def test_the_hook_reads_all_files_each_time_and_runs_the_command() -> None:
    (hook,) = value(".pre-commit-hooks.yaml")
    assert hook["pass_filenames"] is False
    assert hook["entry"].split() == ["planner", "check"]
    assert run(*hook["entry"].split()[1:], "samples/healthy-pool.yaml").code == 0


def test_no_input_of_the_action_is_put_into_a_script() -> None:
    assert all("${{" not in step["run"] for step in value("action.yml")["runs"]["steps"])


def test_gitlab_gets_both_its_reports(tmp_path: Path) -> None:
    job = value("ci/gitlab.yml")["planner"]
    assert job["artifacts"]["when"] == "always"
    (tmp_path / "pool.yaml").write_text(BASE)
    script = job["script"][1].replace("planner check", f"{sys.executable} -m planner check", 1)
    done = subprocess.run(
        ["sh", "-c", script],  # noqa: S607
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PLANNER_PATHS": ".", "PLANNER_ARGUMENTS": "--select=NM"},
        check=False,
    )
    assert done.returncode == 0
    assert all((tmp_path / file).exists() for file in job["artifacts"]["reports"].values())


def test_the_image_does_not_run_as_root() -> None:
    lines = (ROOT / "Containerfile").read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users == ["10001:10001"]
    assert lines[-1] == 'ENTRYPOINT ["planner"]'


def completed(folder: Path, line: str) -> list[str]:
    """What bash is offered for the last word of a line."""
    words = line.split(" ")
    environment = {"_PLANNER_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    return run(cwd=folder, **environment).out.splitlines()


def test_rules_are_completed() -> None:
    assert completed(ROOT, "planner explain JN01")[:2] == ["JN011", "JN012"]
    assert completed(ROOT, "planner check lab/ --select NM001,NM") == ["NM001,NM001", "NM001,NM002"]
    assert completed(ROOT, "planner check --ignore VM00")[0] == "VM001"


def test_goals_are_completed() -> None:
    assert "join" in completed(ROOT, "planner plan ")


def test_hosts_and_vms_of_the_given_files_are_completed(tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "pool.yaml").write_text(BASE)
    (tmp_path / "here.yaml").write_text(BASE.replace("xcp-01", "xcp-99").replace("web", "db"))
    assert completed(tmp_path, "planner ha capacity lab --set w") == ["web="]
    assert completed(tmp_path, "planner plan join xcp") == ["xcp-99"]
    assert completed(tmp_path, "planner show vm d") == ["db"]
    (tmp_path / "here.yaml").write_text("kind: [")
    assert "".join(completed(tmp_path, "planner show vm d")) == ""
