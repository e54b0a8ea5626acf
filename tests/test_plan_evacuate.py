"""`planner plan evacuate`, as a process, and how its plans are told.

`python -m tests.test_plan_evacuate` writes what is expected anew; read the difference before you keep it.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

import planner
from planner.errors import GoalError
from planner.model.inventory import Inventory
from planner.plans import Plan
from planner.reports.plans import render_plan
from planner.reports.schemas import SCHEMAS
from tests.facts.test_toolstack_evacuation import host, small, view, vm
from tests.goals.test_evacuate_disks import disk, repository
from tests.goals.test_evacuate_disks import pool as with_local_disk
from tests.helpers import ROOT, run

GOLDEN = ROOT / "tests" / "golden"
SCENARIOS = {
    "plan-evacuate-ha-pool": ("xenA", "samples/ha-pool.yaml"),
    "plan-evacuate-homogeneous-pool-joined": ("xen00", "samples/homogeneous-pool-joined.yaml"),
}


def told(name: str) -> str:
    return run("plan", "evacuate", *SCENARIOS[name]).out


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_is_told_as_expected(name: str) -> None:
    assert told(name) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_a_vm_on_shared_storage_moves_with_its_memory_alone() -> None:  # 6.K.4, 6.J.6
    ended = run("plan", "evacuate", "xenA", "samples/ha-pool.yaml", "--format", "json")
    assert ended.code == 0
    answer = json.loads(ended.out)
    assert [(each["vm"], each["target"], each["bytes"]) for each in answer["outcome"]["moved"]] == [
        ("urouter", "xen02", 256 * 2**20)
    ]


def test_a_vm_on_a_local_disk_holds_its_host() -> None:  # 6.J.4
    ended = run("plan", "evacuate", "xen00", "samples/homogeneous-pool-joined.yaml")
    assert ended.code == 1
    assert "dMySQL cannot leave xen00" in ended.out
    assert "Local storage on xen00" in ended.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["xen00"], "is no file or folder; give the path of an inventory too"),
        (["samples/ha-pool.yaml"], "name a host of the pool too"),
        (["xenB", "samples/ha-pool.yaml"], "no host is called xenB; did you mean xenA?"),
        (["xenA", "xen02", "samples/ha-pool.yam"], "is no file or folder; give the path of an inventory too"),
        (["xenA", "xen01", "samples/"], ""),
        (["xenA", "samples/ha-pool.yaml", "--always"], "--always goes with --keep-failures K"),
    ],
)
def test_what_means_nothing_is_refused_in_one_line(arguments: list[str], message: str) -> None:
    ended = run("plan", "evacuate", *arguments)
    assert ended.code == 2
    assert ended.out == ""
    assert message in ended.err
    assert "Traceback" not in ended.err


def test_hosts_and_standard_input_go_together(tmp_path: Path) -> None:
    text = (ROOT / "samples/ha-pool.yaml").read_text(encoding="utf-8")
    file = tmp_path / "plan.json"
    ended = run(
        "plan", "evacuate", "xenA", "-", "--format", "json", "-o", str(file), "--keep-failures", "0", stdin=text
    )
    assert (ended.code, ended.out) == (0, "")
    assert json.loads(file.read_text(encoding="utf-8"))["answer"] == "plan"


def lab() -> Inventory:
    hosts = [host(name, 9) for name in "abc"]
    vms = [vm("x", 2, memory=small(2)), vm("y", 2, memory=small(2)), vm("z", 1, "b", memory=small(1))]
    return Inventory([view(hosts, vms, coordinator="b").pool])


def plan() -> Plan:
    found = planner.plan(planner.Evacuate("a"), lab())
    assert isinstance(found, Plan)
    return found


def test_json_keeps_to_its_schema() -> None:
    answers = [plan(), planner.plan(planner.Evacuate("a", "b", "c"), lab())]
    for each in answers:
        for validator in (Draft7Validator, Draft202012Validator):
            validator(SCHEMAS["plan"]()).validate(json.loads(render_plan(each, "json")))


def test_pools_that_no_uuid_tells_apart_are_told_apart_first() -> None:
    twice = Inventory([view([host(name, 9)], []).pool for name in "ab"])
    goals = [planner.Evacuate("a"), planner.Protect(1, pool="lab"), planner.Improve(1, pool="lab")]
    for goal in goals:
        with pytest.raises(GoalError, match="several pools are called lab"):
            planner.plan(goal, twice)
    other = view([host("b", 9)], [], name="other", uuid="lab").pool
    for goal in (planner.Evacuate("a"), planner.Improve(1, pool="other")):
        with pytest.raises(GoalError, match="several pools are called lab; give each of them its UUID"):
            planner.plan(goal, Inventory([twice.pools[0].pool, other]))


def test_a_load_that_is_not_known_is_no_cost() -> None:
    untold = [{key: value for key, value in host(name, 20).items() if key != "memory"} for name in ("a", "b")]
    answer = planner.plan(planner.Evacuate("a"), Inventory([view(untold, []).pool]))
    text = render_plan(answer, "full")
    assert "not known before, not known after" in text
    assert "highest load" not in text


def test_markdown_has_a_task_for_each_step() -> None:
    text = render_plan(plan(), "markdown")
    assert text.count("- [ ] **") == len(plan().steps)
    assert "## Round 1: 2 at the same time" in text
    assert {"### Where VMs go", "### Memory of the hosts, if every VM takes all it may"} <= set(text.splitlines())


ANSWERS = {
    "pool-list params=master --minimal": "b",
    "host-list --minimal": "a,b,c",
    "vm-list resident-on=a is-control-domain=false params=uuid --minimal": "y,x",
    "vm-list resident-on=b is-control-domain=false params=uuid --minimal": "z",
    "vm-list resident-on=c is-control-domain=false params=uuid --minimal": "",
    "vm-list resident-on=c is-control-domain=false params=name-label --minimal": "",
    "host-list name-label=c --minimal": "c",
}


def ran(folder: Path, part: str, answers: dict[str, str], *, fails: str = "nothing") -> tuple[int, list[str], str]:
    """How a part of the script ends, the commands that it ran, and what it complains of; `xe` is a script here."""
    (folder / "plan.sh").write_text(render_plan(plan(), "xe"), encoding="utf-8")
    cases = "".join(f'"{asked}") echo "{said}"; exit ;;\n' for asked, said in answers.items())
    fake = f'#!/bin/sh\ncase "$*" in\n{cases}*"{fails}"*) exit 1 ;;\nesac\necho "xe $*" >> {folder}/done\n'
    (folder / "xe").write_text(fake, encoding="utf-8")
    (folder / "xe").chmod(0o755)
    ended = subprocess.run(
        ["/bin/sh", "plan.sh", part],
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
    code, done, complaint = ran(tmp_path, "there", ANSWERS)
    assert (code, complaint) == (0, "")
    assert done[0] == "xe host-disable uuid=a"
    assert sorted(done) == sorted(command for step in plan().steps for command in step.commands)


def test_the_script_finds_the_way_back(tmp_path: Path) -> None:
    code, done, _ = ran(tmp_path, "back", ANSWERS)
    assert code == 0
    assert sorted(done) == sorted(command for step in plan().back for command in step.commands)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("pool-list params=master --minimal", "c"),
        ("host-list --minimal", "a,b"),
        ("vm-list resident-on=a is-control-domain=false params=uuid --minimal", "x"),
        ("vm-list resident-on=b is-control-domain=false params=uuid --minimal", "z,new"),
    ],
)
def test_the_script_refuses_another_pool(tmp_path: Path, asked: str, said: str) -> None:
    code, done, complaint = ran(tmp_path, "there", ANSWERS | {asked: said})
    assert (code, done) == (1, [])
    assert "nothing is done; plan anew" in complaint


def test_the_script_stops_when_a_move_fails(tmp_path: Path) -> None:
    code, _, complaint = ran(tmp_path, "there", ANSWERS, fails="vm-migrate uuid=x")
    assert code == 1
    assert "a command of this round failed" in complaint


def test_local_disks_are_moved_first_where_that_is_asked(tmp_path: Path) -> None:
    pool = with_local_disk([disk("d")], [repository("ab")]).pools[0].pool
    file = tmp_path / "pool.json"
    file.write_text(json.dumps({"kind": "Pool"} | pool.model_dump(mode="json", exclude_unset=True)))
    without = run("plan", "evacuate", "a", str(file))
    assert (without.code, "--move-disks: then there is a plan" in without.out) == (1, True)
    ended = run("plan", "evacuate", "a", str(file), "--move-disks")
    assert ended.code == 0
    assert "v0: d from local to nfs, 20 GiB" in ended.out
    answer = json.loads(run("plan", "evacuate", "a", str(file), "--move-disks", "--format", "json").out)
    assert [each["phase"] for each in answer["steps"]] == ["storage", "before", "move"]
    assert answer["outcome"]["disks"] == [
        {"vm": "v0", "disk": "d", "source": "local", "target": "nfs", "bytes": 20 * 2**30}
    ]
    script = run("plan", "evacuate", "a", str(file), "--move-disks", "--format", "xe").out
    assert script.index("vdi-pool-migrate") < script.index("host-disable") < script.index("vm-migrate")


if __name__ == "__main__":
    for each in SCENARIOS:
        (GOLDEN / f"{each}.txt").write_text(told(each), encoding="utf-8")
