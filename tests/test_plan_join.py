"""Joins answered as plans. `python -m tests.test_plan_join` writes what is expected anew."""

import json
from pathlib import Path

import pytest

from tests.helpers import ROOT, run

GOLDEN = ROOT / "tests" / "golden"
SAMPLES = {
    "homogeneous-pool": ("xen01", 0),
    "homogeneous-pool-unprepared": ("xen01", 0),
    "heterogeneous-pool": ("xen02", 1),
    "heterogeneous-pool-forced": ("xen02", 0),
    "heterogeneous-pool-maskable": ("xen02", 0),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_plan_of_a_sample_is_as_expected(name: str) -> None:
    host, code = SAMPLES[name]
    ended = run("plan", "join", host, f"samples/{name}.yaml")
    assert (ended.code, ended.err) == (code, "")
    assert ended.out == (GOLDEN / f"plan-join-{name}.txt").read_text(encoding="utf-8")


def test_the_course_expects_three_failures_that_an_address_mends() -> None:
    told = json.loads(run("plan", "join", "xen01", "samples/homogeneous-pool.yaml", "--format", "json").out)
    states = {each["name"]: (each["state"], each["after_last_step"]) for each in told["outcome"]["repositories"]}
    assert states == {
        "Almacenamento VDIs (NAS / NFS)": ("will fail", "attached"),
        "Almacenamento VDIs (NAS / iSCSI)": ("will fail", "attached"),
        "Imaxes ISO (NAS / NFS)": ("will fail", "attached"),
        "Backup (NAS / CIFS)": ("would attach", "attached"),
        "Backup (NAS / NFS)": ("would attach", "attached"),
        "Imaxes ISO (PC / CIFS)": ("would attach", "attached"),
    }
    *_, address, plugs = told["steps"]
    assert "IP=172.16.0.201 netmask=255.255.255.0" in address["commands"][0]
    assert "eth2" in address["what"]
    assert len(plugs["commands"]) == 3


def test_the_unprepared_host_has_a_step_for_each_violation() -> None:
    told = json.loads(run("plan", "join", "xen01", "samples/homogeneous-pool-unprepared.yaml", "--format", "json").out)
    demanded = {"JN015", "JN028", "JN011", "JN017", "JN012", "JN049", "JN013", "JN048", "JN021"}
    assert {each["code"] for each in told["violations"]} == demanded | {"JN076"}
    assert all(each["steps"] for each in told["violations"])


def test_a_wish_may_stand_on_the_command_line_alone(tmp_path: Path) -> None:
    text = (ROOT / "samples" / "homogeneous-pool.yaml").read_text(encoding="utf-8")
    path = tmp_path / "pools.yaml"
    path.write_text(text.replace("joins:\n", "tags: [x]\n").replace("  - host: xen01\n", ""), encoding="utf-8")
    ended = run("plan", "join", "xen01", str(path))
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (GOLDEN / "plan-join-homogeneous-pool.txt").read_text(encoding="utf-8")


def test_force_may_be_said() -> None:
    sample = "samples/heterogeneous-pool.yaml"
    ended = run("plan", "join", "xen02", sample, "--force")
    assert ended.code == 0
    assert ended.out == (GOLDEN / "plan-join-heterogeneous-pool-forced.txt").read_text(encoding="utf-8")


def test_a_fact_that_is_lacking_leaves_it_undecided() -> None:
    pools = "kind: Pool\nname: lab\nhosts: [{name: a}]\n---\nkind: Pool\nname: b\nhosts: [{name: b}]\n"
    ended = run("plan", "join", "b", "-", "--pool", "lab", stdin=pools)
    assert ended.code == 3
    assert ended.out.startswith("b joins lab: not decided\n\nnot known\n")
    assert "  - JN012: vms of pool b is not known\n" in ended.out


def test_a_host_that_is_not_there_is_one_line() -> None:
    ended = run("plan", "join", "xen10", "samples/homogeneous-pool.yaml")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "planner: no host is called xen10; did you mean xen01?\n"


def test_a_plan_can_be_written_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "plan.sh"
    ended = run("plan", "join", "xen01", "samples/homogeneous-pool.yaml", "--format", "xe", "-o", str(file))
    assert (ended.code, ended.out) == (0, "")
    assert file.read_text(encoding="utf-8").startswith("#!/bin/sh\n# xen01 joins Pool - Homoxéneo\n")


def test_the_file_that_was_read_is_spared(tmp_path: Path) -> None:
    file = tmp_path / "pools.yaml"
    file.write_bytes((ROOT / "samples" / "homogeneous-pool.yaml").read_bytes())
    ended = run("plan", "join", "xen01", str(file), "-o", str(file))
    assert ended.code == 2
    assert file.read_bytes() == (ROOT / "samples" / "homogeneous-pool.yaml").read_bytes()


def write_anew() -> None:
    for name, (host, _) in SAMPLES.items():
        out = run("plan", "join", host, f"samples/{name}.yaml").out
        (GOLDEN / f"plan-join-{name}.txt").write_text(out, encoding="utf-8")


if __name__ == "__main__":
    write_anew()
