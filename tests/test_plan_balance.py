"""`planner plan balance`, as a process, and how its plans are told.

`python -m tests.test_plan_balance` writes what is expected anew; read the difference before you keep it.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

import planner
from planner.model.inventory import Inventory
from planner.plans import NoPlan, Plan
from planner.plans.moving import MovesOutcome
from planner.reports.plans import render_plan
from planner.reports.schemas import SCHEMAS
from tests.facts.test_toolstack_evacuation import host, small, view, vm
from tests.helpers import ROOT, run

GOLDEN = ROOT / "tests" / "golden" / "plan-balance-sample.txt"
PROTECTED = {"ha_restart_priority": "restart", "ha_always_run": True}


def told() -> str:
    """The answer for a pool that is made up."""
    sample = run("sample", "--hosts", "3", "--vms", "14", "--seed", "4")
    return run("plan", "balance", "-", stdin=sample.out).out


def test_a_pool_is_told_as_expected() -> None:
    assert told() == GOLDEN.read_text(encoding="utf-8")


def test_a_pool_that_is_even_needs_no_move() -> None:
    ended = run("plan", "balance", "samples/ha-pool.yaml")
    assert ended.code == 0
    assert "no VM has to move" in ended.out
    assert "at once: no move makes the loads more even" in ended.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["samples/heterogeneous-pool.yaml"], "say which with --pool NAME"),
        (["samples/ha-pool.yaml", "--pool", "other"], "no pool is called other"),
        (["samples/ha-pool.yaml", "--limit-moves", "-1"], "--limit-moves"),
        (["samples/ha-pool.yam"], "samples/ha-pool.yam"),
    ],
)
def test_what_means_nothing_is_refused(arguments: list[str], message: str) -> None:
    ended = run("plan", "balance", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err
    assert "Traceback" not in ended.err


def test_more_failures_than_hosts_are_impossible_to_survive() -> None:
    ended = run("plan", "balance", "samples/ha-pool.yaml", "--keep-failures", "2")
    assert ended.code == 1
    assert "2 hosts may have to fail, and 2 hosts can be used" in ended.out


def balanced(hosts: list[dict[str, Any]], vms: list[dict[str, Any]], **fields: Any) -> Plan | NoPlan:
    asked = {key: fields.pop(key) for key in ("keep_failures", "always", "limit_moves") if key in fields}
    return planner.plan(planner.Balance(**asked), Inventory([view(hosts, vms, **fields).pool]))


def ways(found: Plan | NoPlan) -> list[tuple[str, str]]:
    """The moves in their order."""
    assert isinstance(found, Plan), found
    assert isinstance(found.outcome, MovesOutcome)
    assert found.outcome.balancing is not None
    return [(each.vm, each.target) for each in found.outcome.balancing.gains]


def lab(**fields: Any) -> Plan | NoPlan:
    """Four VMs of 2 GiB on one host of two, each of which has room for five."""
    vms = [vm(f"v{number}", 2, memory=small(2)) for number in range(4)]
    return balanced([host(name, 10) for name in "ab"], vms, **fields)


def test_two_of_four_go_to_the_empty_host() -> None:
    found = lab()
    assert ways(found) == [("v0", "b"), ("v1", "b")]
    assert isinstance(found, Plan)
    assert all(step.round == 1 for step in found.steps)


def test_no_more_moves_than_allowed() -> None:
    assert ways(lab(limit_moves=1)) == [("v0", "b")]
    assert ways(lab(limit_moves=0)) == []


def test_wishes_are_kept() -> None:
    def wish(**fields: Any) -> list[dict[str, Any]]:
        return [{"name": "wish"} | fields]

    assert ways(lab(placement=wish(vms=["v0", "v1", "v2"], hosts=["a"]))) == [("v3", "b")]
    assert ways(lab(placement=wish(vms=["v0", "v1"], not_hosts=["b"]))) == [("v2", "b"), ("v3", "b")]
    assert ways(lab(placement=wish(vms=["v0", "v3"], relation="together"))) in (
        [("v0", "b"), ("v3", "b")],
        [("v1", "b"), ("v2", "b")],
    )
    assert ways(lab(placement=wish(vms=["v0", "v1", "v2"], relation="together"))) == [("v3", "b")]
    kept_apart = ways(lab(placement=wish(vms=["v1", "v2"], relation="apart")))
    assert len(kept_apart) == 2
    assert len({"v1", "v2"} & {name for name, _ in kept_apart}) == 1


def test_a_vm_stays_away_from_one_that_cannot_move() -> None:
    vms = [vm("held", 1, "b", tools={"installed": False, "features": []}), vm("mine", 4), vm("other", 4), vm("more", 4)]
    apart = [{"name": "wish", "vms": ["held", "mine"], "relation": "apart"}]
    hosts = [host(name, 20) for name in "ab"]
    assert ways(balanced(hosts, vms, placement=apart)) == [("more", "b")]
    assert ways(balanced(hosts, vms)) == [("mine", "b")] or ways(balanced(hosts, vms)) == [("more", "b")]


def test_vms_that_find_no_room_change_places_through_a_third_host() -> None:
    """a holds 9 of 10 and 0.9 of its CPUs, b 9 of 10 as well; c has room for a detour, and its own load."""
    hosts = [host("a", 8), host("b", 8), host("c", 4) | {"enabled": True}]
    vms = [vm("a1", 4, "a", vcpus=32, memory=small(4)), vm("a2", 4, "a", vcpus=32, memory=small(4))]
    vms += [vm("b1", 4, "b", vcpus=2, memory=small(4)), vm("b2", 4, "b", vcpus=2, memory=small(4))]
    found = balanced(hosts, vms)
    assert isinstance(found, Plan)
    assert isinstance(found.outcome, MovesOutcome)
    assert found.outcome.balancing is not None
    vcpus = [each.peaks.vcpus for each in found.outcome.balancing.gains]
    assert vcpus[-1] is not None
    assert vcpus[-1] < 1000


def test_a_disabled_host_stays_as_it_is() -> None:
    hosts = [host("a", 10), host("b", 10), host("c", 10) | {"enabled": False}]
    vms = [vm("v", 2), vm("w", 2), vm("left", 8, "c")]
    found = balanced(hosts, vms)
    assert ways(found) == [("v", "b")]
    assert "not enabled and live, so left as they are: c" in render_plan(found, "full")


def test_without_the_number_of_cpus_memory_alone_is_evened_out() -> None:
    cpu = {key: value for key, value in host("a", 10)["cpu"].items() if key != "count"}
    hosts = [host("a", 10) | {"cpu": cpu}, host("b", 10)]
    found = balanced(hosts, [vm("v", 2), vm("w", 2)])
    assert ways(found) == [("v", "b")]
    text = render_plan(found, "full")
    assert "virtual CPUs are not counted, for lack of cpu.count of a" in text
    assert "highest load of memory: " in text
    assert "virtual CPUs for each physical one: not known" not in text


def test_where_more_could_be_moved_than_is_known_little_is_promised() -> None:
    """Nobody says whether one of two VMs has its tools, so nobody knows whether it can be moved."""
    hosts = [host(name, 10) for name in "ab"]
    vms = [vm("big", 6, memory=small(6)) | {"tools": None}, vm("held", 1, memory=small(1)) | {"tools": None}]
    found = balanced(hosts, vms)
    assert ways(found) == []
    assert isinstance(found, Plan)
    assert isinstance(found.outcome, MovesOutcome)
    (cost, *_) = found.outcome.costs
    assert cost.bound < cost.value
    text = render_plan(found, "full")
    assert "at once: no move was found that makes the loads more even" in text
    assert "more VMs could be moved than is known: tools of big and tools of held" in text
    cpu = {key: value for key, value in host("b", 10)["cpu"].items() if key != "count"}
    unsure = balanced([host("a", 10), host("b", 10) | {"cpu": cpu}], [vm("v", 2), vm("w", 2)])
    assert ways(unsure) == []
    assert "more VMs could be moved than is known: cpu.count of b" in render_plan(unsure, "full")


def test_what_is_not_known_of_memory_leaves_it_undecided() -> None:
    hosts = [host("a", 10), {key: value for key, value in host("b", 10).items() if key != "memory"}]
    found = balanced(hosts, [vm("v", 2)])
    assert isinstance(found, NoPlan)
    assert not found.proven
    assert "memory of b" in found.because[0].told
    assert render_plan(found, "full").startswith("even out the loads of lab: not decided")


def test_where_nobody_is_live_there_is_nothing_to_even_out() -> None:
    found = balanced([host("a", 10) | {"enabled": False}], [vm("v", 2)])
    assert isinstance(found, NoPlan)
    assert found.proven


def test_no_fewer_hosts_may_fail_than_today() -> None:
    """Today a fails: its four VMs fit on b and c. With two on each host c and b would still hold one host's VMs."""
    vms = [vm(f"v{number}", 2, memory=small(2), **PROTECTED) for number in range(4)]
    hosts = [host("a", 10), host("b", 4), host("c", 4)]
    found = balanced(hosts, vms)
    assert isinstance(found, Plan)
    assert isinstance(found.outcome, MovesOutcome)
    survived = found.outcome.survivals
    assert survived.before is not None
    assert survived.after is not None
    assert survived.after.lower >= survived.before.lower


def test_what_is_asked_may_be_more_than_there_is() -> None:
    vms = [vm(f"v{number}", 8, on, memory=small(8), **PROTECTED) for number, on in enumerate("ab")]
    found = balanced([host("a", 10), host("b", 10), host("c", 2)], vms, keep_failures=1)
    assert isinstance(found, NoPlan)
    assert not found.proven
    assert found.ways_out


def test_json_keeps_to_its_schema() -> None:
    for each in (lab(), balanced([host("a", 10) | {"enabled": False}], [])):
        for validator in (Draft7Validator, Draft202012Validator):
            validator(SCHEMAS["plan"]()).validate(json.loads(render_plan(each, "json")))


def test_preferences_are_told_in_every_form() -> None:
    """Of the webs no two had better share a host, and some do; the coordinator has too many virtual CPUs."""
    ended = run("plan", "balance", "samples/wishes.yaml")
    assert ended.code == 0
    assert "breaches of wishes: 3, no plan has less than 0" in ended.out
    assert "preferences are broken, though none more than today" in ended.out
    assert "breaches of wishes: 3" in run("plan", "balance", "samples/wishes.yaml", "--format", "markdown").out
    found = json.loads(run("plan", "balance", "samples/wishes.yaml", "--format", "json").out)
    assert found["outcome"]["costs"][0] == {"name": "breaches of wishes", "value": 3, "bound": 0}
    for validator in (Draft7Validator, Draft202012Validator):
        validator(SCHEMAS["plan"]()).validate(found)


def test_a_preference_that_is_kept_holds_vms_where_the_same_pool_would_move_them() -> None:
    text = (ROOT / "samples" / "wishes.yaml").read_text(encoding="utf-8")
    free = json.loads(run("plan", "balance", "-", "--format", "json", stdin=text).out)
    vms = [each["vm"] for each in free["outcome"]["moved"]]
    wish = f"  - {{name: calm, vms: {json.dumps(vms)}, stay: true, required: false}}\n"
    held = run("plan", "balance", "-", stdin=text.replace("host_limits:", f"{wish}host_limits:"))
    assert held.code == 0
    assert not [vm for vm in vms if f"move {vm} " in held.out]
    assert "left where they are, for they had better stay: db-1 and web-4" in held.out


def test_the_script_can_stop_where_further_moves_gain_little(tmp_path: Path) -> None:
    sample = run("sample", "--hosts", "8", "--vms", "100", "--seed", "1")
    text = run("plan", "balance", "-", "--format", "xe", stdin=sample.out).out
    (tmp_path / "plan.sh").write_text(text, encoding="utf-8")
    fake = '#!/bin/sh\ncase "$*" in *migrate*) echo "$*" >> done ;; esac\n'
    (tmp_path / "xe").write_text(fake, encoding="utf-8")
    (tmp_path / "xe").chmod(0o755)
    assert "enough)" in text
    wrong = subprocess.run(
        ["/bin/sh", "plan.sh"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        check=False,
        timeout=20,
    )
    assert (wrong.returncode, wrong.stderr) == (1, "say there or enough: sh plan.sh there\n")


if __name__ == "__main__":
    GOLDEN.write_text(told(), encoding="utf-8")
