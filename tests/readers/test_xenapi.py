"""XenAPI records in JSON, and stored XML-RPC answers."""

from __future__ import annotations

import json
import time
import xmlrpc.client
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import planner
from planner.model.pool import Pool
from planner.readers.exports import xapi_database, xenapi, xml_rpc
from planner.readers.exports.classes import FIRST_SCHEMA
from planner.source import json_text
from planner.source.text import SourceText
from tests.readers.exports import codes, pool_of, read_json, real, records

SMALL: dict[str, dict[str, dict[str, Any]]] = {
    "pool": {"OpaqueRef:p": {"uuid": "p-1", "name_label": "", "master": "OpaqueRef:h", "default_SR": "OpaqueRef:NULL"}},
    "host": {"OpaqueRef:h": {"uuid": "h-1", "name_label": "xcp-1", "hostname": "xcp-1", "software_version": {}}},
    "VM": {
        "OpaqueRef:v": {
            "uuid": "v-1",
            "name_label": "web",
            "power_state": "Running",
            "is_a_template": False,
            "resident_on": "OpaqueRef:h",
            "memory_static_max": "8589934592",
        }
    },
}


def test_an_unnamed_pool_is_called_after_its_coordinator() -> None:
    reading = read_json(SMALL)

    assert (pool_of(reading).name, pool_of(reading).coordinator, codes(reading)) == ("xcp-1", "xcp-1", [])


def _lists(key: str) -> object:
    return {kind: [{**record, key: ref} for ref, record in table.items()] for kind, table in SMALL.items()}


LAYOUTS = {
    "lower case": {kind.lower(): table for kind, table in SMALL.items()},
    "lists with ref": _lists("ref"),
    "lists with _ref": _lists("_ref"),
    "lists with opaque_ref": _lists("opaque_ref"),
    "JSON-RPC 2": {"jsonrpc": "2.0", "result": SMALL, "id": 1},
    "JSON-RPC 1": {"result": SMALL, "error": None, "id": 1},
    "XML-RPC": {"Status": "Success", "Value": SMALL},
    "an answer per class": {kind: {"Status": "Success", "Value": table} for kind, table in SMALL.items()},
    "events": {
        "events": [
            {"class": kind.lower(), "ref": ref, "operation": "add", "snapshot": record}
            for kind, table in SMALL.items()
            for ref, record in table.items()
        ],
        "token": "t",
        "valid_ref_counts": {},
    },
    "with numbers": json.loads(json.dumps(SMALL).replace('"8589934592"', "8589934592")),
    "with classes that say nothing": {**SMALL, "message": {}, "Unknown": {"OpaqueRef:x": {"a": 1}}},
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_pool(layout: str) -> None:
    reading = read_json(LAYOUTS[layout])

    assert xenapi.is_bundle(LAYOUTS[layout])
    assert pool_of(reading) == pool_of(read_json(SMALL))


def as_xml(value: object) -> str:
    return xmlrpc.client.dumps(({"Status": "Success", "Value": value},), methodresponse=True, allow_none=True)


def as_lines(value: object) -> str:
    return json.dumps(value, indent=1)


FILES: dict[str, Callable[[dict[str, Any]], str]] = {
    "{}.json": as_lines,
    "{}.JSON": as_lines,
    "{}.get_all_records.json": as_lines,
    "rpc/{}.json": lambda table: as_lines({"jsonrpc": "2.0", "result": table, "id": 1}),
    "old/{}.json": lambda table: as_lines({"result": table, "error": None, "id": 1}),
    "status/{}.json": lambda table: as_lines({"Status": "Success", "Value": table}),
    "lists/{}.json": lambda table: as_lines([record | {"ref": ref} for ref, record in table.items()]),
    "xml/{}.xml": as_xml,
}


@pytest.mark.parametrize("name", FILES)
def test_files_of_one_class_each_make_one_pool_and_keep_their_places(tmp_path: Path, name: str) -> None:
    for kind, table in SMALL.items():
        path = tmp_path / name.format(kind)
        path.parent.mkdir(exist_ok=True)
        path.write_text(FILES[name](table))

    loaded = planner.load(str(tmp_path))

    (rooted,) = loaded.roots
    assert loaded.faults == ()
    assert rooted.record == pool_of(read_json(SMALL))
    assert isinstance(rooted.record, Pool)
    place = rooted.origin.place((rooted.record.vms or ())[0], ("vms", 0), "runs_on")
    assert Path(place.path).name == name.format("VM").rpartition("/")[2]
    line = loaded.texts[place.path].text.splitlines()[place.line - 1]
    assert line.strip() in ('"resident_on": "OpaqueRef:h",', "<name>resident_on</name>")


def test_a_class_without_records_is_known_to_be_empty(tmp_path: Path) -> None:
    for kind, table in [*SMALL.items(), ("network", {})]:
        (tmp_path / f"{kind}.json").write_text(json.dumps(table))
    (rooted,) = planner.load(str(tmp_path)).roots
    assert isinstance(rooted.record, Pool)
    assert rooted.record.networks == ()


def test_one_answer_that_is_a_failure_spoils_nothing_else(tmp_path: Path) -> None:
    failure = {"jsonrpc": "2.0", "error": {"code": 1, "message": "SESSION_INVALID", "data": ["secret"]}, "id": 1}
    for kind, table in [*SMALL.items(), ("VGPU", failure)]:
        (tmp_path / f"{kind}.json").write_text(json.dumps(table))
    loaded = planner.load(str(tmp_path))
    assert [fault.message for fault in loaded.faults] == ["the answer is an error of the toolstack: SESSION_INVALID"]
    assert [rooted.record for rooted in loaded.roots] == [pool_of(read_json(SMALL))]


def test_our_own_documents_are_no_records_whatever_their_file_is_called(tmp_path: Path) -> None:
    (tmp_path / "pool.json").write_text('[{"kind": "Pool", "name": "a"}]')
    (tmp_path / "host.json").write_text('{"kind": "Pool", "name": "b"}')
    assert [getattr(rooted.record, "name", "") for rooted in planner.load(str(tmp_path)).roots] == ["b", "a"]


def test_one_class_is_known_by_its_fields() -> None:
    reading = read_json(SMALL["VM"])

    assert [vm.name for vm in pool_of(reading).vms or ()] == ["web"]
    assert codes(reading) == ["LD004", "LD012"]


def test_a_stored_answer_in_xml_is_read() -> None:
    for kind in ("VM", "host"):
        text = xmlrpc.client.dumps(({"Status": "Success", "Value": SMALL[kind]},), methodresponse=True)
        pool = pool_of(xml_rpc.read(SourceText("answer.xml", text)))
        assert pool == pool_of(read_json(SMALL[kind])).model_copy(update={"name": pool.name})


def test_a_field_of_a_stored_answer_has_a_place() -> None:
    text = xmlrpc.client.dumps(({"Status": "Success", "Value": SMALL["VM"]},), methodresponse=True)
    reading = xml_rpc.read(SourceText("answer.xml", text))

    place = reading.roots[0].origin.place((pool_of(reading).vms or ())[0], ("vms", 0), "runs_on")
    assert text.splitlines()[place.line - 1].startswith("<name>resident_on</name>")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (
            {"jsonrpc": "2.0", "error": {"code": 1, "message": "SESSION_INVALID", "data": []}, "id": 1},
            "SESSION_INVALID",
        ),
        ({"result": None, "error": ["HOST_IS_SLAVE", "10.0.0.1"], "id": 1}, "HOST_IS_SLAVE"),
        ({"Status": "Failure", "ErrorDescription": ["X"]}, "X"),
        ({"OpaqueRef:1": {"uuid": "1"}}, "no class"),
    ],
)
def test_what_holds_no_records_is_refused(value: object, words: str) -> None:
    reading = read_json(value)

    assert xenapi.is_bundle(value)
    assert (codes(reading), reading.roots) == (["LD004"], ())
    assert words in reading.faults[0].message


@pytest.mark.parametrize(
    "value", [{"kind": "Pool", "name": "a"}, [{"kind": "Pool"}], {}, [], 5, None, {"name": "lab", "hosts": []}]
)
def test_our_own_documents_are_no_bundle(value: object) -> None:
    assert not xenapi.is_bundle(value)


def test_records_of_different_days_tell_their_losses() -> None:
    source = real("xenapi-records/fog-2hosts-xs62.json")
    reading = xenapi.read(source, json_text.parse(source.text))
    pool = pool_of(reading)

    lost = {(fault.code, fault.about.kind, fault.field) for fault in reading.faults if fault.about.kind == "pool"}
    assert {("RF001", "pool", "master"), ("RF003", "pool", "default_SR")} <= lost
    assert [len(pool.hosts or ()), len(pool.vms or ()), len(pool.repositories or ()), len(pool.networks or ())] == [
        2,
        4,
        1,
        1,
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_a_single_vm_is_read_with_what_it_needs(number: int) -> None:
    source = real(f"xenapi-records/ansible-test-vm-{number}.json")
    reading = xenapi.read(source, json_text.parse(source.text))

    assert [vm.name for vm in pool_of(reading).vms or ()] == [f"ansible-test-vm-{number}"]
    assert "LD004" in codes(reading)


@pytest.mark.parametrize(
    "name", ["xs60-2host-core2.xml", "xs60-2host-dt17-dt18.xml", "xs61-2host-dt16-dt23.xml", "xs61-1host-dt40.xml"]
)
def test_a_database_and_its_records_give_the_same_pool(name: str) -> None:
    source = real(f"xapi-db/{name}")
    later: dict[str, dict[str, dict[str, object]]] = {kind: {} for kind, first in FIRST_SCHEMA.items() if first > 63}

    from_records = pool_of(read_json({**later, **records(source.text)}))
    assert from_records == pool_of(xapi_database.read(source))


def test_a_dump_without_derived_columns_gives_the_same_pool() -> None:
    source = real("xapi-db/xs61-2host-dt16-dt23.xml")
    bundle = records(source.text)
    derived = {
        "PBDs",
        "VDIs",
        "VBDs",
        "VIFs",
        "PIFs",
        "resident_VMs",
        "VLAN_slave_of",
        "bond_master_of",
        "host_CPUs",
        "PGPUs",
        "PCIs",
    }
    bare = {
        kind: {
            ref: {column: v for column, v in record.items() if column not in derived} for ref, record in table.items()
        }
        for kind, table in bundle.items()
    }

    assert pool_of(read_json(bare)) == pool_of(read_json(bundle))


def test_a_large_pool_is_read_in_seconds() -> None:
    hosts = {f"OpaqueRef:h{n}": {"uuid": f"h{n}", "name_label": f"host {n}"} for n in range(64)}
    vms = {
        f"OpaqueRef:v{n}": SMALL["VM"]["OpaqueRef:v"]
        | {"uuid": f"v{n}", "name_label": f"vm {n}", "resident_on": f"OpaqueRef:h{n % 64}"}
        for n in range(4000)
    }
    drives = {f"OpaqueRef:b{n}": {"VM": f"OpaqueRef:v{n % 4000}", "device": "xvda", "empty": True} for n in range(8000)}
    bundle = {"pool": SMALL["pool"], "host": hosts, "VM": vms, "VBD": drives}

    started = time.perf_counter()
    pool = pool_of(read_json(bundle))
    print(f"64 hosts and 4000 VMs: {time.perf_counter() - started:.1f} s")  # noqa: T201 - to be seen with -s
    assert len(pool.vms or ()) == 4000


def test_a_key_given_twice_is_told_in_a_file_of_one_class_too(tmp_path: Path) -> None:
    for kind, table in SMALL.items():
        (tmp_path / f"{kind}.json").write_text(
            json.dumps(table).replace('"uuid": "v-1"', '"uuid": "v-1", "uuid": "v-2"')
        )
    loaded = planner.load(str(tmp_path))
    assert [fault.code for fault in loaded.faults] == ["LD008"]
    assert [rooted.record for rooted in loaded.roots] == [pool_of(read_json(SMALL))]
