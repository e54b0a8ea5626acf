"""`planner plan update`, as a process, and how its plans are told.

`python -m tests.test_plan_update` writes what is expected anew; read the difference before you keep it.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

import planner
from planner.plans import Plan
from planner.reports.plans import render_plan
from planner.reports.schemas import SCHEMAS
from tests.goals.test_update import asked, lab
from tests.helpers import ROOT, run

GOLDEN = ROOT / "tests" / "golden"
JOINED = "samples/homogeneous-pool-joined.yaml"
SCENARIOS = {
    "plan-update-ha-pool": ("samples/ha-pool.yaml", "--reboot-minutes", "15", "--keep-failures", "1"),
    "plan-update-homogeneous-pool-joined": (JOINED,),
    "plan-update-homogeneous-pool-joined-stopping": (JOINED, "--may-stop", "dMySQL", "--format", "markdown"),
}


def told(name: str) -> str:
    return run("plan", "update", *SCENARIOS[name]).out


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_is_told_as_expected(name: str) -> None:
    assert told(name) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_a_vm_on_a_local_disk_is_told_before_the_first_restart() -> None:  # 6.J.4
    ended = run("plan", "update", JOINED)
    assert ended.code == 1
    assert "dMySQL cannot leave xen00" in ended.out
    assert "--may-stop dMySQL" in ended.out


def test_a_vm_on_shared_storage_goes_and_comes_back() -> None:  # 6.K.4, 6.J.6
    ended = run("plan", "update", "samples/ha-pool.yaml", "--format", "json")
    assert ended.code == 0
    answer = json.loads(ended.out)
    moves = [(step["what"], step["stage"]) for step in answer["steps"] if step["phase"] == "move"]
    assert moves == [("move urouter from xenA to xen02", "host xenA"), ("move urouter from xen02 to xenA", "host xenA")]
    assert answer["outcome"]["moves"] == answer["outcome"]["fewest_moves"] == 2


def test_high_availability_that_is_on_is_switched_off_and_on_again(tmp_path: Path) -> None:  # 6.L.6
    text = (ROOT / "samples/ha-pool.yaml").read_text(encoding="utf-8")
    file = tmp_path / "on.yaml"
    file.write_text(text.replace("ha: {enabled: false}", "ha: {enabled: true}"), encoding="utf-8")
    steps = json.loads(run("plan", "update", str(file), "--format", "json").out)["steps"]
    assert [steps[number]["what"] for number in (0, -1)] == [
        "switch high availability off",
        "switch high availability on again",
    ]
    assert "restart priorities are kept" in steps[0]["why"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["samples/ha-pool.yaml", "--always"], "--always goes with --keep-failures K"),
        (["samples/ha-pool.yaml", "--to", "new"], "new is no release; give a number, such as 8.3.0"),
        (["samples/ha-pool.yaml", "--may-stop", "uruter"], "is called uruter; did you mean urouter?"),
        (["samples/heterogeneous-pool.yaml"], "say which with --pool NAME"),
        (["samples/none.yaml"], "no such file or folder"),
        (["samples/ha-pool.yaml", "--at-once", "0"], ""),
    ],
)
def test_what_means_nothing_is_refused_in_one_line(arguments: list[str], message: str) -> None:
    ended = run("plan", "update", *arguments)
    assert ended.code == 2
    assert ended.out == ""
    assert message in ended.err
    assert "Traceback" not in ended.err


def test_what_is_not_known_ends_with_3() -> None:
    ended = run("plan", "update", "samples/ha-pool.yaml", "--to", "7.6")
    assert ended.code == 3
    assert "whether urouter gets back to xenA is not known" in ended.out


def test_json_keeps_to_its_schema() -> None:
    for each in (plan(), asked(lab()), asked(lab(), may_stop_any=True, to="9.0", returns=False)):
        for validator in (Draft7Validator, Draft202012Validator):
            validator(SCHEMAS["plan"]()).validate(json.loads(render_plan(each, "json")))


def plan() -> Plan:
    found = planner.plan(planner.Update(may_stop=("x",)), lab())
    assert isinstance(found, Plan)
    return found


ANSWERS = {
    "pool-list params=master --minimal": "b",
    "host-list --minimal": "a,b,c",
    "vm-list resident-on=a is-control-domain=false params=uuid --minimal": "x",
    "vm-list resident-on=b is-control-domain=false params=uuid --minimal": "y",
    "vm-list resident-on=c is-control-domain=false params=uuid --minimal": "z",
    "vm-param-get uuid=x param-name=power-state": "running",
}
target = next(step.what.split()[-1] for step in plan().steps if step.what.startswith("move y from b to"))
LATER = ANSWERS | {
    "vm-list resident-on=b is-control-domain=false params=uuid --minimal": "",
    f"vm-list resident-on={target} is-control-domain=false params=uuid --minimal": "y," + {"a": "x", "c": "z"}[target],
    "host-list name-label=b --minimal": "b",
}


def ran(folder: Path, part: str, answers: dict[str, str]) -> tuple[int, list[str], str]:
    """How a part of the script ends, the commands that it ran, and what it complains of; `xe` is a script here."""
    (folder / "plan.sh").write_text(render_plan(plan(), "xe"), encoding="utf-8")
    cases = "".join(f'"{asked_for}") echo "{said}"; exit ;;\n' for asked_for, said in answers.items())
    (folder / "xe").write_text(
        f'#!/bin/sh\ncase "$*" in\n{cases}esac\necho "xe $*" >> {folder}/done\n', encoding="utf-8"
    )
    (folder / "xe").chmod(0o755)
    ended = subprocess.run(
        ["/bin/sh", "plan.sh", part],
        cwd=folder,
        capture_output=True,
        text=True,
        input="done\n" * 20,
        env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"},
        check=False,
        timeout=20,
    )
    done = folder / "done"
    return ended.returncode, done.read_text(encoding="utf-8").splitlines() if done.exists() else [], ended.stderr


def test_the_script_does_what_the_plan_says_in_two_parts(tmp_path: Path) -> None:
    commands = [command for step in plan().steps for command in step.commands]
    code, done, complaint = ran(tmp_path, "1", ANSWERS)
    assert (code, complaint, done[-1]) == (0, "", "xe host-reboot uuid=b")
    code, done, complaint = ran(tmp_path, "2", LATER)
    assert (code, complaint) == (0, "")
    assert sorted(done) == sorted(commands)


@pytest.mark.parametrize(
    ("part", "asked_for", "said"),
    [
        ("1", "pool-list params=master --minimal", "c"),
        ("1", "host-list --minimal", "a,b"),
        ("1", "vm-list resident-on=c is-control-domain=false params=uuid --minimal", "z,new"),
        ("2", "pool-list params=master --minimal", "c"),
        ("2", f"vm-list resident-on={target} is-control-domain=false params=uuid --minimal", "z"),
    ],
)
def test_the_script_refuses_another_pool(tmp_path: Path, part: str, asked_for: str, said: str) -> None:
    code, done, complaint = ran(tmp_path, part, (ANSWERS if part == "1" else LATER) | {asked_for: said})
    assert (code, done) == (1, [])
    assert "nothing is done; plan anew" in complaint


def test_the_script_says_which_parts_there_are(tmp_path: Path) -> None:
    code, done, complaint = ran(tmp_path, "", ANSWERS)
    assert (code, done) == (1, [])
    assert "sh plan.sh 2 once it has restarted" in complaint


if __name__ == "__main__":
    for each in SCENARIOS:
        (GOLDEN / f"{each}.txt").write_text(told(each), encoding="utf-8")
