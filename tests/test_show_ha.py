"""High availability told as a table and as JSON. `python -m tests.test_show_ha` writes what is expected anew."""

import json
from pathlib import Path

import pytest

from planner.overviews.ha import ha
from planner.reports.ha_overview import ha_table
from tests.helpers import ROOT, SHARED, loaded, run

SAMPLE = "samples/ha-pool.yaml"
GOLDEN = ROOT / "tests" / "golden" / "show-ha.txt"
REAL = sorted((SHARED / "data" / "xapi-db").glob("*.xml"))


def table(*texts: str, folder: Path) -> str:
    return ha_table(ha(loaded(folder, *texts).inventory))


def test_the_table_is_as_expected() -> None:
    ended = run("show", "ha", SAMPLE)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == GOLDEN.read_text(encoding="utf-8")


def test_the_course_expects_these_numbers() -> None:
    told = json.loads(run("show", "ha", SAMPLE, "--format", "json").out)
    assert (told["version"], told["kind"]) == (1, "ha")
    (pool,) = told["pools"]
    assert pool["heartbeat"] == ["Almacenamento VDIs (NAS / NFS)"]
    assert pool["failures_to_tolerate"] == 1
    assert pool["priorities"] == {"restart": 1, "best-effort": 5, "none": 0, "not known": 0}
    vms = {vm["name"]: vm for vm in pool["vms"]}
    assert [name for name, vm in vms.items() if vm["agile"]] == ["urouter"]
    assert (vms["urouter"]["begins"], vms["wsprinter"]["begins"]) == (0, 30)
    assert "which only xenA has" in vms["ubase"]["why"]
    assert {each["code"] for each in pool["obstacles"]} == {"HA008", "HA025", "HA026", "HA027"}


def test_a_vm_of_the_next_order_waits_for_the_delay(tmp_path: Path) -> None:
    text = (
        "kind: Pool\nname: lab\nha_plan: {}\nvms:\n"
        "  - {name: wsprinter, ha_restart_priority: restart, order: 1, start_delay: 0}\n"
        "  - {name: urouter, ha_restart_priority: restart, order: 0, start_delay: 30}\n"
    )
    lines = table(text, folder=tmp_path).splitlines()
    assert [line.split("  ")[1] for line in lines if "restart  " in line] == ["urouter", "wsprinter"]
    assert any("30 s, after urouter" in line for line in lines)


def test_what_is_not_known_is_said(tmp_path: Path) -> None:
    out = table("kind: Pool\nname: lab\nvms: [{name: x}]\n", folder=tmp_path)
    assert "lab: high availability is not known to be on" in out
    assert "heartbeat repository: not named" in out
    assert "failures to tolerate: not known" in out
    assert "0 restart, 0 best-effort, 0 none, 1 not known" in out
    assert "not known: hosts of lab and 4 more fields" in out


def test_pools_are_told_apart(tmp_path: Path) -> None:
    one = "kind: Pool\nname: one\nha: {enabled: true, timeout: 5}\nvms: [{name: x}]\n"
    two = "kind: Pool\nname: two\nha: {enabled: true, timeout: 30}\nvms: [{name: x}]\n"
    three = "kind: Pool\nname: three\nvms: []\nhosts: [{name: a, live: false, enabled: true}, {name: b}]\n"
    first, second = ha(loaded(tmp_path, one, two, three).inventory)
    assert "HA019" in {each.rule.code for each in first.obstacles}
    assert "HA019" not in {each.rule.code for each in second.obstacles}


def test_a_wish_in_a_document_of_its_own_counts(tmp_path: Path) -> None:
    pool = "kind: Pool\nname: lab\nha: {enabled: false}\nhosts: [{name: a}]\nrolling_upgrade: true\n"
    wishes = "kind: Wishes\npool: lab\nha_plan: {failures_to_tolerate: 3}\n"
    out = table(pool, wishes, folder=tmp_path)
    assert "high availability is off, and wished\n" in out
    assert "error HA009: lab is to be highly available in the middle of a rolling upgrade" in out
    assert out.index("HA017") < out.index("HA008")


def test_the_vm_that_serves_storage_is_no_guest(tmp_path: Path) -> None:
    out = table("kind: Pool\nname: lab\nvms: [{name: x}, {name: y, driver_domain: true}]\n", folder=tmp_path)
    assert "0 none, 1 not known" in out


def test_a_pool_without_vms_is_no_error(tmp_path: Path) -> None:
    assert table("kind: Pool\nname: lab\n", folder=tmp_path) == "no VM is described\n"


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_pools_can_be_shown(path: Path) -> None:
    ended = run("show", "ha", str(path), "--format", "json")
    assert json.loads(ended.out)["kind"] == "ha"


if __name__ == "__main__":
    GOLDEN.write_text(run("show", "ha", SAMPLE).out, encoding="utf-8")
