"""`planner plan shutdown`, `startup` and `homes`, as a process, and what their scripts do.

`python -m tests.test_plan_power` writes what is expected anew; read the difference before you keep it.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from planner.reports.plans import render_plan
from planner.reports.schemas import SCHEMAS
from tests.goals.test_power import STATE, commands, down
from tests.helpers import ROOT, run

GOLDEN = ROOT / "tests" / "golden"
SCENARIOS = {
    "plan-shutdown-ha-pool": ("shutdown", "samples/ha-pool.yaml"),
    "plan-homes-ha-pool": ("homes", "samples/ha-pool.yaml"),
    "plan-startup-ha-pool": ("startup", "samples/ha-pool.yaml"),
}


def told(name: str) -> str:
    return run("plan", *SCENARIOS[name]).out


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_is_told_as_expected(name: str) -> None:
    assert told(name) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["shutdown", "samples/healthy-pool.yaml", "--within", "30"], 0, "within 30 min: yes, 30 min at most"),
        (["shutdown", "samples/ha-pool.yaml", "--within", "30"], 3, "shutdown_delay of urouter"),
        (["startup", "samples/homogeneous-pool.yaml", "--pool", "Pool - Homoxéneo"], 0, "power on xen00"),
        (["homes", "samples/homogeneous-pool.yaml"], 2, "say which with --pool NAME"),
        (["shutdown", "samples/homogeneous-pool.yaml"], 2, "say which with --pool NAME"),
        (["shutdown", "samples/ha-pool.yaml", "--pool", "gone"], 2, "no pool is called gone"),
        (["shutdown", "samples/ha-pool.yaml", "--within", "0"], 2, "within"),
    ],
)
def test_the_exit_code_says_whether_there_is_a_plan(arguments: list[str], code: int, message: str) -> None:
    ended = run("plan", *arguments)
    assert ended.code == code
    assert message in ended.out + ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("goal", ["shutdown", "startup"])
def test_the_json_is_as_its_schema_says(goal: str) -> None:
    answer = json.loads(run("plan", goal, "samples/healthy-pool.yaml", "--format", "json").out)
    Draft202012Validator(SCHEMAS["plan"]()).validate(answer)
    assert answer["outcome"]["power"] == {"shutdown": "down", "startup": "up"}[goal]
    rounds = {name for each in answer["outcome"]["rounds"] for name in each["vms"]}
    assert len(rounds) == len([step for step in answer["steps"] if step["phase"] == "guests"])


def test_the_json_of_homes_is_as_its_schema_says() -> None:
    answer = json.loads(run("plan", "homes", "samples/healthy-pool.yaml", "--format", "json").out)
    Draft202012Validator(SCHEMAS["plan"]()).validate(answer)
    assert len(answer["outcome"]["homes"]) == len(answer["steps"]) == 300
    loads = [each["after"] for each in answer["outcome"]["home_loads"]]
    assert max(loads) - min(loads) < 10


ANSWERS = {
    "pool-list params=master --minimal": "a",
    "host-list --minimal": "a,b",
    "vm-list resident-on=a is-control-domain=false params=uuid --minimal": "nas,user",
}


def ran(folder: Path, answers: dict[str, str], fails: str = "nothing") -> tuple[int, list[str], str]:
    """Run the script of a shutdown within two minutes with a toolstack that writes down what it is told."""
    (folder / "plan.sh").write_text(render_plan(down(STATE, 2), "xe"), encoding="utf-8")
    cases = "".join(f'"{asked}") echo "{said}"; exit ;;\n' for asked, said in answers.items())
    fake = f'#!/bin/sh\ncase "$*" in\n{cases}"{fails}") exit 1 ;;\nesac\necho "xe $*" >> {folder}/done\n'
    (folder / "xe").write_text(fake, encoding="utf-8")
    (folder / "xe").chmod(0o755)
    ended = subprocess.run(
        ["/bin/sh", "plan.sh"],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"},
        check=False,
        timeout=20,
    )
    done = folder / "done"
    return ended.returncode, done.read_text(encoding="utf-8").splitlines() if done.exists() else [], ended.stderr


def test_the_script_does_what_the_plan_says(tmp_path: Path) -> None:
    code, done, complaint = ran(tmp_path, ANSWERS)
    assert (code, complaint) == (0, "")
    gentle = [each.partition(" || ")[0] for each in commands(down(STATE, 2))]
    assert done == [each[each.index("xe ") :] for each in gentle]


def test_a_guest_that_does_not_go_is_shut_down_hard(tmp_path: Path) -> None:
    code, done, _ = ran(tmp_path, ANSWERS, fails="vm-shutdown uuid=user")
    assert code == 0
    assert "xe vm-shutdown uuid=user force=true" in done
    assert "xe vm-shutdown uuid=nas force=true" not in done


def test_the_script_stops_when_a_repository_stays_attached(tmp_path: Path) -> None:
    code, done, complaint = ran(tmp_path, ANSWERS, fails="pbd-unplug uuid=pbd-a")
    assert code == 1
    assert not any("host-shutdown" in each for each in done), complaint


def test_the_script_refuses_another_pool(tmp_path: Path) -> None:
    code, done, complaint = ran(tmp_path, ANSWERS | {"pool-list params=master --minimal": "b"})
    assert (code, done) == (1, [])
    assert "nothing is done; plan anew" in complaint


if __name__ == "__main__":
    for each in SCENARIOS:
        (GOLDEN / f"{each}.txt").write_text(told(each), encoding="utf-8")
