"""`planner plan shutdown`, `startup` and `homes`, as a process, and what their scripts do.

`python -m tests.test_plan_power` writes what is expected anew; read the difference before you keep it.
"""

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import planner
from planner.plans import Plan
from planner.plans.homing import HomesOutcome
from planner.plans.powering import PowerOutcome
from planner.reports.plans import render_plan
from planner.reports.schemas import SCHEMAS
from planner.verify import broken_promises
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


@pytest.mark.parametrize("goal", ["homes", "startup"])
@pytest.mark.parametrize(("failures", "code"), [(0, 0), (1, 0), (2, 1)])
def test_so_many_hosts_may_fail_in_the_end_or_it_is_refused(goal: str, failures: int, code: int) -> None:
    asked = ("--keep-failures", str(failures), "--limit-moves", "0", "--time", "5")
    ended = run("plan", goal, "samples/ha-pool.yaml", *asked, "--format", "json")
    assert (ended.code, ended.err) == (code, "")
    answer = json.loads(ended.out)
    Draft202012Validator(SCHEMAS["plan"]()).validate(answer)
    if code:
        assert answer["because"][0]["told"] == "2 hosts may have to fail, and in the end 1 may"
    else:
        assert (answer["outcome"]["keep_failures"], answer["outcome"]["always"]) == (failures, False)


@pytest.mark.parametrize("goal", ["homes", "startup", "shutdown"])
def test_at_every_moment_means_while_anybody_is_protected(goal: str) -> None:
    assert run("plan", goal, "samples/ha-pool.yaml", "--keep-failures", "1", "--always").code == 0
    assert run("plan", goal, "samples/ha-pool.yaml", "--keep-failures", "2", "--always").code == 3
    alone = run("plan", goal, "samples/ha-pool.yaml", "--always")
    assert (alone.code, "--always goes with --keep-failures K" in alone.err) == (2, True)


def test_how_many_may_fail_is_open_where_a_protected_vm_says_too_little(tmp_path: Path) -> None:
    guests = [{"name": "db", "power_state": "running", "runs_on": "a", "ha_restart_priority": "restart"}]
    pool = {"name": "lab", "hosts": [{"name": "a", "memory": "8 GiB"}, {"name": "b", "memory": "8 GiB"}], "vms": guests}
    file = tmp_path / "pool.json"
    file.write_text(json.dumps({"kind": "Pool"} | pool))
    ended = run("plan", "homes", str(file), "--keep-failures", "1")
    assert ended.code == 3
    assert "Traceback" not in ended.err


def test_what_is_told_of_failures_is_judged() -> None:
    given = planner.load(ROOT / "samples" / "ha-pool.yaml").inventory
    for goal in (planner.Homes(), planner.Startup()):
        found = planner.plan(goal, given)
        assert isinstance(found, Plan)
        assert isinstance(found.outcome, HomesOutcome | PowerOutcome)
        assert broken_promises(found, given) == ()
        promised = replace(found, outcome=replace(found.outcome, keep_failures=2))
        assert broken_promises(promised, given) == ("2 failures are to be survived, 1 are",)
    down_to_nothing = planner.plan(planner.Shutdown(), given)
    assert isinstance(down_to_nothing, Plan)
    assert isinstance(down_to_nothing.outcome, PowerOutcome)
    for always in (False, True):
        told_so = replace(down_to_nothing.outcome, keep_failures=2, always=always)
        assert bool(broken_promises(replace(down_to_nothing, outcome=told_so), given)) is always


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
