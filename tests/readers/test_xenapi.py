"""XenAPI records in JSON, and stored XML-RPC answers."""

from __future__ import annotations

import json
import time
import xmlrpc.client
from typing import Any

import pytest

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


def test_files_of_one_class_each_make_one_pool_and_keep_their_places() -> None:
    texts = {kind: json.dumps(table, indent=1) for kind, table in SMALL.items()}
    reading = xenapi.read_bundle(
        {kind: (SourceText(f"{kind}.json", text), json_text.parse(text)) for kind, text in texts.items()}
    )
    pool = pool_of(reading)

    place = reading.roots[0].origin.place((pool.vms or ())[0], ("vms", 0), "runs_on")
    assert pool == pool_of(read_json(SMALL))
    assert (place.path, texts["VM"].splitlines()[place.line - 1].strip()) == (
        "VM.json",
        '"resident_on": "OpaqueRef:h",',
    )


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
        (["/rest/v0/vms/1"], "paths"),
        ([{"type": "VM", "id": "1", "$pool": "2"}], "Xen Orchestra"),
        ({"1": {"type": "VM", "id": "1", "$pool": "2", "_xapiRef": "OpaqueRef:1"}}, "Xen Orchestra"),
        ({"OpaqueRef:1": {"uuid": "1"}}, "no class"),
    ],
)
def test_what_holds_no_records_is_refused(value: object, words: str) -> None:
    reading = read_json(value)

    assert xenapi.is_bundle(value)
    assert (codes(reading), reading.roots) == (["LD004"], ())
    assert words in reading.faults[0].message


def test_the_hint_for_paths_names_the_fields() -> None:
    assert "?fields=*" in read_json(["/rest/v0/vms/1"]).faults[0].remedy


@pytest.mark.parametrize(
    "value", [{"kind": "Pool", "name": "a"}, [{"kind": "Pool"}], {}, [], 5, None, {"name": "lab", "hosts": []}]
)
def test_our_own_documents_are_no_bundle(value: object) -> None:
    assert not xenapi.is_bundle(value)


def test_objects_of_xen_orchestra_are_refused() -> None:
    source = real("xenapi-records/xo-rest-examples-83.json")

    reading = xenapi.read(source, json_text.parse(source.text))
    assert (codes(reading), reading.roots) == (["LD004"], ())
    assert "Xen Orchestra" in reading.faults[0].message


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
