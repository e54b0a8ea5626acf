"""`planner ha fail` as a process. `python -m tests.test_ha_fail` writes what is expected anew."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from planner.errors import PlannerError
from planner.model.inventory import Inventory
from planner.overviews.failing import Names, failures
from planner.overviews.ha_failure import ha_failure
from planner.reports.ha_failure import ha_failure_table
from planner.reports.ha_failure_json import ha_failure_json
from tests.helpers import ROOT, run
from tests.rules.made_up_pools import inventory, pools

GOLDEN = ROOT / "tests" / "golden" / "ha-fail.txt"
SAMPLE = "samples/ha-pool.yaml"
SCHEMA = json.loads((ROOT / "schemas" / "ha-failure.json").read_text(encoding="utf-8"))
HEARTBEAT = "Almacenamento VDIs (NAS / NFS)"
ONLY_NETWORK = "Pool-wide network associated with eth0"
POOL = "Pool - Heteroxéneo"
SINGLE = "samples/homogeneous-pool.yaml"
PARTED = """
kind: Pool
name: lab
coordinator: b
networks: [{name: eth}]
repositories:
- {name: iscsi, type: lvmohba, shared: true, connections: [{host: a, attached: true}, {host: b, attached: true}]}
ha: {enabled: true, heartbeat: iscsi}
hosts:
- name: a
  uuid: u-1
  enabled: true
  live: true
  interfaces: [{device: eth0, network: eth, management: true, attached: true, carrier: true, mode: static,
    address: 10.0.0.1/24}]
- name: b
  uuid: u-2
  enabled: true
  live: true
  interfaces: [{device: eth0, network: eth, management: true, attached: true, carrier: true, mode: static,
    address: 10.0.0.2/24}]
vms: []
"""
LAB = """
kind: Pool
name: lab
coordinator: a
hosts:
- {name: a, uuid: u-2, enabled: true, live: true, tags: [rack:1]}
- {name: b, uuid: u-1, enabled: true, live: true, tags: [rack:1, old]}
- {name: c, uuid: u-3, enabled: true, live: true}
vms: []
"""


def told(*arguments: str, **kept: Any) -> dict[str, Any]:
    (pool,) = json.loads(run("ha", "fail", *arguments, "--format", "json", **kept).out)["pools"]
    return dict(pool)


def lab(folder: Path, text: str = "", ha: str = "ha: {enabled: true}\n") -> str:
    (folder / "pool.yaml").write_text(LAB.replace("vms: []\n", text or "vms: []\n") + ha, encoding="utf-8")
    return str(folder)


def test_the_table_is_as_expected() -> None:
    ended = run("ha", "fail", "xenA", SAMPLE)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == GOLDEN.read_text(encoding="utf-8")


def test_the_failure_of_the_course() -> None:
    """The coordinator is lost; its VM is started on the other host, which is the coordinator and stays that."""
    pool = told("xenA", SAMPLE)
    assert pool["restarted"] is True
    assert [(each["vm"], each["target"]) for each in pool["protected"]] == [("urouter", "xen02")]
    assert pool["coordinator"] == {"before": "xenA", "after": "xen02", "candidates": ["xen02"]}
    alerts = [(each["name"], each["about"]) for each in pool["alerts"]]
    assert ("HA_HOST_FAILED", "xenA") in alerts
    assert ("POOL_MASTER_TRANSITION", "xen02") in alerts
    groups = [(each["order"], each["earliest"], each["vms"]) for each in pool["timeline"] if each["what"] == "group"]
    assert groups[0] == (0, 78, ["urouter"])
    assert groups[2] == (1, 108, ["wsprinter"])
    assert "xen02 stays the coordinator\n" in run("ha", "fail", "xenA", SAMPLE).out


def test_the_other_host_of_the_course_takes_nothing_with_it() -> None:
    pool = told("xen02", SAMPLE)
    assert (pool["restarted"], pool["protected"], pool["left_down"]) == (True, [], [])
    assert pool["coordinator"]["after"] == "xenA"
    assert pool["afterwards"]["exact"] == {"lower": 0, "upper": 0, "proven": True}
    assert pool["afterwards"]["toolstack"] == 0


def test_the_heartbeat_disk_alone_is_survived_but_nothing_more() -> None:
    pool = told("--sr", HEARTBEAT, SAMPLE)
    assert {each["fate"] for each in pool["hosts"]} == {"lives on"}
    assert [each["name"] for each in pool["alerts"]] == ["HA_STATEFILE_LOST"]
    assert pool["cut_off"] == ["urouter"]
    assert pool["afterwards"]["exact"]["upper"] == 0
    ended = run("ha", "fail", "xen02", "--sr", HEARTBEAT, SAMPLE)
    assert ended.code == 1
    assert "fences itself, not seeing the heartbeat disk" in ended.out


def test_one_host_that_loses_the_heartbeat_disk_fences_itself() -> None:
    """The coordinator alone loses it: the other host sees it still, takes over and starts the VM, unlike above."""
    pool = told("--sr", HEARTBEAT, "--on", "xenA", SAMPLE)
    assert [(each["host"], each["fate"]) for each in pool["hosts"]] == [
        ("xen02", "lives on"),
        ("xenA", "fences itself"),
    ]
    assert pool["failed"] == {"hosts": [], "repositories": [HEARTBEAT], "networks": [], "on": ["xenA"]}
    assert [(each["vm"], each["target"]) for each in pool["protected"]] == [("urouter", "xen02")]
    assert pool["coordinator"]["after"] == "xen02"
    assert "HA_STATEFILE_LOST" not in [each["name"] for each in pool["alerts"]]
    out = run("ha", "fail", "--sr", HEARTBEAT, "--on", "xenA", SAMPLE).out
    assert f"the repository {HEARTBEAT} is lost on xenA\n" in out


def test_of_two_hosts_one_of_which_is_cut_off_the_lower_uuid_lives() -> None:
    """Both see the disk then, and each is alone: whose cable it was is no matter."""
    fates = [
        {each["host"]: each["fate"] for each in told("--network", "eth", "--on", on, "-", stdin=PARTED)["hosts"]}
        for on in ("a", "b")
    ]
    assert fates == [{"a": "lives on", "b": "fences itself"}] * 2


def test_nobody_notices_by_the_heartbeat_that_another_repository_is_lost() -> None:
    happens = [each["what"] for each in told("--sr", "Local storage on xenA", SAMPLE)["timeline"]]
    assert happens == ["failure"]
    happens = [each["what"] for each in told("--sr", HEARTBEAT, SAMPLE)["timeline"]]
    assert happens == ["failure", "missed"]


def test_one_network_for_everything_takes_all_hosts_with_it() -> None:
    ended = run("ha", "fail", "--network", ONLY_NETWORK, SAMPLE)
    assert ended.code == 1
    assert "xen02 and xenA: fence themselves" in ended.out
    assert "none: no host lives" in ended.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("xenA", SAMPLE),
        ("--network", "management", "samples/healthy-pool.yaml"),
        ("xen00", "samples/homogeneous-pool.yaml"),
    ],
)
def test_json_keeps_to_its_schema(arguments: tuple[str, ...]) -> None:
    jsonschema.validate(json.loads(run("ha", "fail", *arguments, "--format", "json").out), SCHEMA)


def test_hosts_of_a_domain_fail_together(tmp_path: Path) -> None:
    pool = told("--domain", "rack:1", lab(tmp_path))
    assert [each["fate"] for each in pool["hosts"]] == ["fails", "fails", "lives on"]
    assert pool["coordinator"]["after"] == "c"


def test_a_tie_for_coordinator_is_not_guessed(tmp_path: Path) -> None:
    pool = told("a", lab(tmp_path))
    assert pool["coordinator"] == {"before": "a", "after": None, "candidates": ["b", "c"]}
    out = run("ha", "fail", "a", str(tmp_path)).out
    assert "one of b and c: the first to whom all others agree (before: a)" in out
    assert "of those that ask at the same time b, by its UUID, wins" in out


def test_without_high_availability_nothing_is_restarted(tmp_path: Path) -> None:
    guest = "vms: [{name: x, runs_on: a, power_state: running, ha_restart_priority: restart}]\n"
    ended = run("ha", "fail", "a", lab(tmp_path, guest, "ha: {enabled: false}\n"))
    assert ended.code == 1
    assert "none: a is lost; the others stay in emergency mode" in ended.out
    assert "every protected VM runs again: no" in ended.out
    assert run("ha", "fail", "b", str(tmp_path)).code == 0


def test_whether_it_is_on_is_asked_for(tmp_path: Path) -> None:
    ended = run("ha", "fail", "a", lab(tmp_path, ha=""))
    assert ended.code == 3
    assert "not known: ha.enabled of lab" in ended.out


def test_what_is_lacking_is_named(tmp_path: Path) -> None:
    guest = "vms: [{name: x, runs_on: a, power_state: running, ha_restart_priority: restart}]\n"
    ended = run("ha", "fail", "a", lab(tmp_path, guest))
    assert ended.code == 3
    assert "not known: memory of b" in ended.out
    assert "x: not known" in ended.out


def test_hosts_are_told_from_paths(tmp_path: Path) -> None:
    folder = lab(tmp_path)
    assert told("u-1", folder, "c")["hosts"][1]["fate"] == "fails"
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "pool.yaml").write_text(LAB)
    assert run("ha", "fail", "a", cwd=tmp_path).code == 2
    ended = run("ha", "fail", "--host", "a", "a", "--format", "json", cwd=tmp_path)
    assert json.loads(ended.out)["pools"][0]["hosts"][0]["fate"] == "fails"
    assert told("a", "-", stdin=LAB)["hosts"][0]["fate"] == "fails"
    assert told("c", f"{folder}/*.yaml")["hosts"][2]["fate"] == "fails"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("xenA",), "xenA is no file or folder; give the path of an inventory too"),
        ((SAMPLE,), "nothing fails; name a host, or give --sr, --network or --domain"),
        (("xenB", SAMPLE), 'no host and no file has the name or UUID "xenB"; did you mean "xenA"?'),
        (("lab", SAMPLE), 'no host and no file has the name or UUID "lab"; 2 hosts are described'),
        (("--sr", "NFS", SAMPLE), 'no repository has the name or UUID "NFS"; 3 repositories are described'),
        (("xen02", "--on", "xenA", SAMPLE), f"nothing of {POOL} is lost on xenA; give --sr or --network too"),
        (
            ("--sr", HEARTBEAT, "--on", "x", SAMPLE),
            'no host and no file has the name or UUID "x"; 2 hosts are described',
        ),
        (
            ("--sr", "Local storage on xen00", "--on", "xen02", "samples/heterogeneous-pool.yaml", SINGLE),
            "Local storage on xen00 is part of Pool - Homoxéneo; name a host of it with --on",
        ),
        (("--domain", "rack:1", SAMPLE), 'no host has the tag "rack:1"; 0 tags of hosts are described'),
        (
            ("--network", ONLY_NETWORK, "samples/heterogeneous-pool.yaml"),
            f'"{ONLY_NETWORK}" could be 2 networks; give the UUID, or the file of one pool alone',
        ),
    ],
)
def test_what_cannot_be_meant_is_one_line(arguments: tuple[str, ...], said: str) -> None:
    ended = run("ha", "fail", *arguments)
    assert (ended.code, ended.out, ended.err) == (2, "", f"planner: {said}\n")


@pytest.mark.parametrize("seed", range(60))
def test_whatever_the_pool_there_is_an_answer(seed: int) -> None:
    made = inventory(pools(seed, distinct=True))
    turned = Inventory(
        [
            view.pool.model_copy(
                update={
                    "hosts": view.pool.hosts and view.pool.hosts[::-1],
                    "vms": view.pool.vms and view.pool.vms[::-1],
                }
            )
            for view in made.pools
        ],
        made.wishes,
        made.site,
    )
    for names in _possible(made):
        try:
            found = ha_failure(made, failures(made, names))
        except PlannerError:
            continue
        assert ha_failure_table(found)
        text = ha_failure_json(found)
        jsonschema.validate(json.loads(text), SCHEMA)
        assert ha_failure_json(ha_failure(turned, failures(turned, names))) == text


def _possible(made: Inventory) -> list[Names]:
    found = [Names(hosts=(host.uuid or host.name,)) for view in made.pools for host in view.hosts.records]
    first = next((host.uuid or host.name for view in made.pools for host in view.hosts.records), None)
    found += [
        Names(repositories=(each.uuid or each.name,), on=(first,) if first else ())
        for view in made.pools
        for each in view.repositories.records
    ]
    found += [
        Names(networks=(each.uuid or each.name,), on=(first,) if first else ())
        for view in made.pools
        for each in view.networks.records
    ]
    found += [
        Names(repositories=(each.uuid or each.name,)) for view in made.pools for each in view.repositories.records
    ]
    return found + [Names(networks=(each.uuid or each.name,)) for view in made.pools for each in view.networks.records]


if __name__ == "__main__":
    GOLDEN.write_text(run("ha", "fail", "xenA", SAMPLE).out, encoding="utf-8")
