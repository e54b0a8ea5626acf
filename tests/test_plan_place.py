"""`planner plan place`, as a process, and how its plans are told.

`python -m tests.test_plan_place` writes what is expected anew; read the difference before you keep it.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from planner.reports.schemas import SCHEMAS
from tests.goals.test_evacuate_disks import disk, repository
from tests.goals.test_evacuate_disks import pool as with_local_disk
from tests.helpers import ROOT, run

GOLDEN = ROOT / "tests" / "golden" / "plan-place-ha-pool.txt"
ARGUMENTS = ("plan", "place", "--halted", "--start", "--vm", "2GiB:2", "samples/ha-pool.yaml")
JOINED = "samples/homogeneous-pool-joined.yaml"


def test_a_scenario_is_told_as_expected() -> None:
    assert run(*ARGUMENTS).out == GOLDEN.read_text(encoding="utf-8")


def answered(*arguments: str) -> dict[str, Any]:
    ended = run("plan", "place", *arguments, "--format", "json")
    assert "Traceback" not in ended.err
    answer: dict[str, Any] = json.loads(ended.out)
    for validator in (Draft7Validator, Draft202012Validator):
        validator(SCHEMAS["plan"]()).validate(answer)
    return answer


def test_a_vm_on_a_local_disk_stays_and_its_disk_is_named() -> None:  # 6.J.4
    (stays,) = answered("--only", "dMySQL", JOINED)["outcome"]["stays"]
    assert (stays["vm"], stays["host"]) == ("dMySQL", "xen00")
    assert "xen01: its disk dMySQL disk is on Local storage on xen00" in stays["why"]


def test_a_vm_that_could_leave_with_its_disk_just_stays_where_there_is_no_room_for_it() -> None:
    outcome = answered("--only", "dMySQL", "--move-disks", JOINED)["outcome"]
    assert outcome["stays"] == [{"vm": "dMySQL", "host": "xen00", "why": None}]
    assert outcome["disks"] == []
    assert not any("dMySQL" in note for note in outcome["not_told"])


def test_local_disks_are_moved_first_where_that_is_asked(tmp_path: Path) -> None:
    wish = {"name": "near", "vms": ["v0"], "hosts": ["b"], "required": True}
    pool = with_local_disk([disk("d"), disk("e")], [repository("ab")], placement=[wish]).pools[0].pool
    file = tmp_path / "pool.json"
    file.write_text(json.dumps({"kind": "Pool"} | pool.model_dump(mode="json", exclude_unset=True)))
    without = run("plan", "place", str(file))
    assert (without.code, "of v0 to shared repositories first, with --move-disks" in without.out) == (1, True)
    ended = run("plan", "place", str(file), "--move-disks")
    assert ended.code == 0
    assert "v0: d from local to nfs, 20 GiB" in ended.out
    answer = answered("--move-disks", str(file))
    assert [each["phase"] for each in answer["steps"]] == ["storage", "move"]
    assert [(each["vm"], each["disk"]) for each in answer["outcome"]["disks"]] == [("v0", "d")]
    script = run("plan", "place", str(file), "--move-disks", "--format", "xe").out
    assert script.index("vdi-pool-migrate") < script.index("vm-migrate")


def test_why_disks_cannot_be_moved_is_told_too(tmp_path: Path) -> None:
    pool = with_local_disk([disk(f"d{number}", 41) for number in range(8)], [repository("ab")], "18 9").pools[0].pool
    file = tmp_path / "pool.json"
    file.write_text(json.dumps({"kind": "Pool"} | pool.model_dump(mode="json", exclude_unset=True)))
    notes = answered("--move-disks", str(file))["outcome"]["not_told"]
    assert sum("cannot be moved to a repository that other hosts have" in note for note in notes) == 6
    assert "the same holds of the disks of 2 more VMs" in notes


def test_a_vm_that_one_host_has_room_for_is_started_there() -> None:  # 6.J.4, 6.J.5
    (start,) = answered("--only", "dnfs", "--start", JOINED)["outcome"]["starts"]
    assert (start["vm"], start["host"], start["new"], start["by_steps"]) == ("dnfs", "xen00", False, True)


def test_a_vm_on_shared_storage_may_be_on_either_host(tmp_path: Path) -> None:  # 6.K.4, 6.J.6
    text = (ROOT / "samples/ha-pool.yaml").read_text(encoding="utf-8")
    for host, moved in (("xenA", []), ("xen02", [("urouter", 256 * 2**20)])):
        wish = f"placement:\n  - {{name: there, vms: [urouter], hosts: [{host}], required: false}}\n"
        file = tmp_path / "pool.yaml"
        file.write_text(text + wish, encoding="utf-8")
        outcome = answered("--only", "urouter", str(file))["outcome"]
        assert [(each["vm"], each["bytes"]) for each in outcome["moved"]] == moved
        assert outcome["costs"][0] == {"name": "breaches of wishes", "value": 0, "bound": 0}


def test_what_no_host_has_room_for_is_refused_with_what_is_missing() -> None:
    ended = run("plan", "place", "--vm", "8GiB", "samples/ha-pool.yaml")
    assert ended.code == 1
    told = " ".join(ended.out.split())
    assert "new VM 1 (8 GiB) finds no room: xenA:" in told
    assert "MiB more free on xenA" in told
    assert "xe vm-" not in told  # it does not exist yet


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--only", "urooter", "samples/ha-pool.yaml"], "is called urooter; did you mean urouter?"),
        (["--vm", "8GiB:0", "samples/ha-pool.yaml"], "a new VM needs memory and virtual CPUs"),
        (["--vm", "much", "samples/ha-pool.yaml"], "'much' is no size"),
        (["--always", "samples/ha-pool.yaml"], "--always goes with --keep-failures K"),
        (["--others", "samples/ha-pool.yaml"], "--others goes with --only VM or --vm SIZE"),
        (["--pool", "none", "samples/ha-pool.yaml"], "no pool is called none"),
        (["nothing.yaml"], "nothing.yaml"),
    ],
)
def test_what_means_nothing_is_refused_in_one_line(arguments: list[str], message: str) -> None:
    ended = run("plan", "place", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err
    assert "Traceback" not in ended.err


def test_standard_input_and_a_file_for_the_answer(tmp_path: Path) -> None:
    text = (ROOT / "samples/ha-pool.yaml").read_text(encoding="utf-8")
    file = tmp_path / "plan.sh"
    ended = run("plan", "place", "-", "--format", "xe", "-o", str(file), "--time", "5", stdin=text)
    assert (ended.code, ended.out) == (0, "")
    assert file.read_text(encoding="utf-8").startswith("#!/bin/sh\n")


if __name__ == "__main__":
    GOLDEN.write_text(run(*ARGUMENTS).out, encoding="utf-8")
