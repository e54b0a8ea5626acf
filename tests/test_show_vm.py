"""On which hosts a VM can be, as a table and as JSON. `python -m tests.test_show_vm` writes what is expected anew."""

import json
from pathlib import Path
from typing import Any

import pytest

import planner
from planner.facts.placement import Placement
from planner.model.inventory import Inventory
from planner.overviews.vm import vm_overviews
from planner.units import MIB
from tests.facts.places import HOST, lab
from tests.helpers import ROOT, SHARED, loaded, run

GOLDEN = ROOT / "tests" / "golden"
HOMOGENEOUS, HA = "samples/homogeneous-pool.yaml", "samples/ha-pool.yaml"
JOINED = "samples/homogeneous-pool-joined.yaml"
REAL = sorted((SHARED / "data" / "xapi-db").glob("*.xml"))
SHOWN = {
    "show-vm-dnfs.txt": ("dnfs", HOMOGENEOUS),
    "show-vm-dMySQL.txt": ("dMySQL", HOMOGENEOUS),
    "show-vm-dnfs-joined.txt": ("dnfs", JOINED),
    "show-vm-urouter.txt": ("urouter", HA),
}


@pytest.mark.parametrize("name", SHOWN)
def test_the_table_is_as_expected(name: str) -> None:
    ended = run("show", "vm", *SHOWN[name])
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (GOLDEN / name).read_text(encoding="utf-8")


def shown(name: str, path: str = HOMOGENEOUS) -> dict[str, dict[str, Any]]:
    told = json.loads(run("show", "vm", name, path, "--format", "json").out)
    assert (told["version"], told["kind"]) == (1, "vm")
    return {cell["host"]: cell for cell in told["vms"][0]["hosts"]}


def test_a_local_disk_binds_a_vm_to_its_host() -> None:
    cells = shown("dMySQL")
    assert cells["xen00"]["runs_here"]
    assert [each["api_error"] for each in cells["xen01"]["start"]["obstacles"]] == [
        "VM_REQUIRES_SR",
        "HOST_NOT_ENOUGH_FREE_MEMORY",
    ]
    assert cells["xen01"]["disks_to_move"] == ["dMySQL disk"]


def test_a_host_that_is_short_of_memory_tells_what_would_fit() -> None:
    cells = shown("dnfs", JOINED)
    assert cells["xen00"]["start"]["can"] is True
    (obstacle,) = cells["xen01"]["start"]["obstacles"]
    assert obstacle["why"].startswith("memory: 260 MiB needed, 132 MiB free")
    assert (cells["xen01"]["lower_to"], cells["xen01"]["lower_dynamic_minimum_to"]) == (128 * MIB, 128 * MIB)


@pytest.mark.parametrize(("size", "fits"), [(128, True), (129, False)])
@pytest.mark.parametrize(
    "limits", ["{size} MiB", "{{dynamic_min: {size} MiB, dynamic_max: 256 MiB, static_max: 256 MiB}}"]
)
def test_what_would_fit_does_fit_and_no_more(tmp_path: Path, limits: str, size: int, *, fits: bool) -> None:
    text = (ROOT / JOINED).read_text(encoding="utf-8")
    lowered = text.replace("memory: 256 MiB", f"memory: {limits.format(size=size)}")
    (overview,) = vm_overviews(loaded(tmp_path, lowered).inventory, "dnfs")
    assert lowered != text
    assert [cell.start.can for cell in overview.cells] == [True, fits]


def test_the_one_vm_without_ties_moves_between_both_hosts(tmp_path: Path) -> None:
    assert shown("urouter", HA)["xen02"]["live_migration"]["can"] is True
    there = (
        (ROOT / HA)
        .read_text(encoding="utf-8")
        .replace("power_state: running\n    runs_on: xenA", "power_state: running\n    runs_on: xen02")
    )
    (overview,) = vm_overviews(loaded(tmp_path, there).inventory, "urouter")
    assert [(cell.host, cell.start.can, cell.live and cell.live.can) for cell in overview.cells] == [
        ("xen02", True, None),
        ("xenA", True, True),
    ]


def test_memory_that_has_to_be_fixed_is_not_ballooned() -> None:
    for nested, least in ((False, True), (True, False)):
        host = HOST | {"memory": 3072 * MIB}
        (overview,) = vm_overviews(Inventory([lab({"nested_virtualisation": nested}, hosts=[host]).pool]), "web")
        (cell,) = overview.cells
        assert cell.lower
        assert cell.lower.fixed
        assert bool(cell.lower.dynamic_min) is least


def test_a_name_that_nobody_bears_is_one_line() -> None:
    ended = run("show", "vm", "dnsf", HOMOGENEOUS)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == 'planner: no VM has the name or UUID "dnsf"; did you mean "dnfs"?\n'
    assert "2 VMs are described" in run("show", "vm", "zzzzzz", HOMOGENEOUS).err


def test_all_vms_of_a_name_are_shown_and_a_uuid_picks_one() -> None:
    text = "kind: Pool\nname: lab\nhosts: [{name: a}]\nvms: [{name: web, uuid: u1}, {name: web, uuid: u2}]\n"
    both = run("show", "vm", "web", "-", stdin=text)
    one = run("show", "vm", "u2", "-", stdin=text)
    assert both.out.startswith("2 VMs are called web; a UUID shows one of them alone\n\nweb in lab")
    assert ("u1" in both.out, "u2" in both.out, "u1" in one.out, "u2" in one.out) == (True, True, False, True)


def test_what_is_not_known_is_said() -> None:
    text = "kind: Pool\nname: lab\nhosts: [{name: a}]\nvms: [{name: web}]\n"
    out = run("show", "vm", "web", "-", stdin=text).out
    assert "? memory of a is not known" in out
    assert "? drives of web is not known" in out
    assert "1 host whose memory is not known" in out


def test_faults_of_the_file_go_to_standard_error() -> None:
    ended = run("show", "vm", "web", "-", stdin="kind: Pool\nname: lab\ncolour: red\nvms: [{name: web}]\n")
    assert (ended.code, "LD005" in ended.err, "web in lab" in ended.out) == (1, True, True)


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_a_running_vm_of_a_real_pool_can_run_where_it_runs(path: Path) -> None:
    for view in planner.load(str(path)).inventory.pools:
        placement = Placement(view)
        for vm in view.vms.records:
            host = view.hosts.find(vm.runs_on)
            if host and vm.power_state == "running":
                assert placement.start(vm, host).obstacles == ()


def write_anew() -> None:
    for name, arguments in SHOWN.items():
        (GOLDEN / name).write_text(run("show", "vm", *arguments).out, encoding="utf-8")


if __name__ == "__main__":
    write_anew()
