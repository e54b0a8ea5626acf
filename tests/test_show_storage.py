"""Which host has which repository, told as a table and as JSON. `python -m tests.test_show_storage` writes it anew."""

import json
from pathlib import Path

import pytest

import planner
from planner.facts.reachability import State
from planner.overviews.storage import storage
from planner.reports.storage_overview import storage_json, storage_table
from tests.helpers import ROOT, SHARED, loaded, run

SAMPLE = "samples/homogeneous-pool.yaml"
GOLDEN = ROOT / "tests" / "golden" / "show-storage.txt"
REAL = sorted((SHARED / "data" / "xapi-db").glob("*.xml"))


def table(*texts: str, folder: Path) -> str:
    return storage_table(storage(loaded(folder, *texts).inventory))


def test_the_table_is_as_expected() -> None:
    ended = run("show", "storage", SAMPLE)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == GOLDEN.read_text(encoding="utf-8")


def test_the_course_expects_three_failures_and_three_successes() -> None:
    told = json.loads(run("show", "storage", SAMPLE, "--format", "json").out)
    assert (told["version"], told["kind"]) == (1, "storage")
    joiner = [
        (repository["name"], cell["state"], cell["network"])
        for repository in told["pools"][0]["repositories"]
        for cell in repository["hosts"]
        if cell["joining"] and repository["shared"]
    ]
    assert sorted(name for name, state, _ in joiner if state == "will fail") == [
        "Almacenamento VDIs (NAS / NFS)",
        "Almacenamento VDIs (NAS / iSCSI)",
        "Imaxes ISO (NAS / NFS)",
    ]
    assert {(state, network) for _, state, network in joiner if state != "will fail"} == {("would attach", "Xestión")}


def test_what_is_not_known_is_said(tmp_path: Path) -> None:
    text = (
        "kind: Pool\nname: lab\nhosts: [{name: a}]\nrepositories:\n"
        "  - name: r\n    type: nfs\n    shared: true\n    device_config: {server: nas}\n"
        "    connections: [{host: a, attached: false}]\n"
        "  - {name: s, type: lvmohba, shared: true, connections: []}\n"
    )
    out = table(text, folder=tmp_path)
    assert "? unknown: a: nas is a name: give its address in `addresses` of the site" in out
    assert "? unknown: a: addresses do not decide it: block storage" in out


def test_many_hosts_are_not_all_named() -> None:
    out = run("show", "storage", "samples/healthy-pool.yaml").out
    assert "attached: xcp-01, xcp-02, xcp-03, xcp-04, 12 more, 172.16.0.2:2049 over bond1 (storage)" in out
    assert "not connected: 15 hosts" in out


def test_a_pool_without_repositories_is_no_error(tmp_path: Path) -> None:
    assert table("kind: Pool\nname: lab\n", folder=tmp_path) == "no repository is described\n"


def test_faults_of_the_file_go_to_standard_error() -> None:
    ended = run("show", "storage", "-", stdin="kind: Pool\nname: lab\ncolour: red\nrepositories: [{name: r}]\n")
    assert (ended.code, "LD005" in ended.err, "r (type not known" in ended.out) == (1, True, True)


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_what_real_pools_have_attached_is_shown_as_attached(path: Path) -> None:
    read = planner.load(str(path))
    attached = sum(
        connection.attached is True
        for view in read.inventory.pools
        for repository in view.repositories.records
        for connection in repository.connections or ()
    )
    overviews = storage(read.inventory)
    cells = [cell for overview in overviews for row in overview.rows for cell in row.cells]
    assert sum(cell.reach.state is State.ATTACHED for cell in cells) == attached
    assert json.loads(storage_json(overviews))["pools"] or not attached


if __name__ == "__main__":
    GOLDEN.write_text(run("show", "storage", SAMPLE).out, encoding="utf-8")
