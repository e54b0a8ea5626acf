"""Objects of Xen Orchestra: what they tell is read, what they do not is unknown, and the load says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import planner
from planner.model.pool import Pool
from planner.readers.exports import xen_orchestra
from planner.readers.exports.xo_columns import TYPES
from planner.readers.loaded import Loaded, Reading
from planner.source import json_text
from planner.source.text import SourceText
from tests.readers.exports import codes, real
from tests.readers.test_export_laws import JSON, OFTEN, _sound

POOL = "pool-1"


def thing(kind: str, name: str, **more: object) -> dict[str, Any]:
    """An object as `?fields=*` brings it."""
    return {"type": kind, "id": name, "uuid": name, "$pool": POOL, "_xapiRef": f"OpaqueRef:x-{name}", **more}


OBJECTS = [
    thing("pool", POOL, name_label="lab", master="h1", default_SR="s1", HA_enabled=True, haSrs=["s1"], otherConfig={}),
    thing(
        "host",
        "h1",
        name_label="xcp-1",
        power_state="Running",
        enabled=True,
        hvmCapable=True,
        chipset_info={"iommu": True},
        version="8.3.0",
        memory={"usage": 2**31, "size": 32 * 2**30},
        CPUs={"vendor": "GenuineIntel", "cpu_count": "16", "features_hvm_host": "1fcbfbff-f7fa3203"},
        controlDomain="dom0",
        otherConfig={"iscsi_iqn": "iqn.x"},
    ),
    thing("network", "n1", name_label="lan", bridge="xenbr0", MTU=1500, nbd=True, insecureNbd=False),
    thing(
        "PIF", "p0", device="eth0", vlan=-1, **{"$host": "h1", "$network": "n1"}, isBondMaster=False, isBondSlave=True
    ),
    thing("PIF", "p1", device="eth1", vlan=-1, **{"$host": "h1", "$network": "n1"}, isBondMaster=False),
    thing("PIF", "pb", device="bond0", vlan=-1, **{"$host": "h1"}, isBondMaster=True, bondSlaves=["p0", "p1", None]),
    thing("PIF", "pv", device="bond0", vlan=7, **{"$host": "h1"}, isBondMaster=False, speed=10000, carrier=True),
    thing("SR", "s1", name_label="nfs", SR_type="nfs", shared=True, size=100, usage=50, physical_usage=20),
    thing(
        "PBD",
        "b1",
        host="h1",
        SR="s1",
        attached=True,
        device_config={"server": "10.0.0.9", "cifspassword": "hunter2", "username": "* obfuscated *"},
        otherConfig={"storage_driver_domain": "OpaqueRef:x-dom0"},
    ),
    thing("VDI", "d1", name_label="disk", **{"$SR": "s1"}, size=4096, usage=0, VDI_type="user"),
    thing(
        "VM",
        "v1",
        name_label="web",
        power_state="Running",
        **{"$container": "h1"},
        memory={"static": [1, 4 * 2**30], "dynamic": [2 * 2**30, 4 * 2**30], "size": 5},
        CPUs={"max": 4, "number": 2},
        high_availability="restart",
        startDelay=3,
        other={},
        VTPMs=[],
    ),
    thing(
        "VM",
        "v2",
        name_label="off",
        power_state="Halted",
        **{"$container": "h1"},
        CPUs={"max": 2, "number": 2},
        VTPMs=[],
    ),
    thing("VM-controller", "dom0", name_label="dom0", power_state="Running", **{"$container": "h1"}, VTPMs=[]),
    thing("VBD", "e1", VM="v1", VDI="d1", is_cd_drive=False, read_only=False, position="0", attached=True),
    thing("VBD", "e2", VM="v1", VDI=None, is_cd_drive=True, read_only=True, position="3", attached=False),
]


def loaded(folder: Path, **files: object) -> Loaded:
    """What planner reads of these files of one folder."""
    for name, value in files.items():
        text = value if isinstance(value, str) else json.dumps(value)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return planner.load(str(folder))


def only_pool(read: Loaded) -> Pool:
    (rooted,) = read.roots
    assert isinstance(rooted.record, Pool)
    return rooted.record


def test_what_objects_tell_is_read(tmp_path: Path) -> None:
    pool = only_pool(loaded(tmp_path, all=OBJECTS))

    assert (pool.name, pool.coordinator, pool.default_repository) == ("lab", "xcp-1", "nfs")
    (host,) = pool.hosts or ()
    assert (host.live, host.enabled, host.hvm, host.iommu, host.iscsi_iqn) == (True, True, True, True, None)
    assert host.cpu is not None
    assert (host.cpu.vendor, host.cpu.count, host.cpu.features_hvm_host) == ("GenuineIntel", 16, "1fcbfbff-f7fa3203")
    assert host.control_domain is not None
    web, off = pool.vms or ()
    assert (web.runs_on, off.runs_on, off.power_state) == ("xcp-1", None, "halted")
    assert (web.ha_restart_priority, web.start_delay, web.vtpms) == ("restart", 3, 0)
    assert web.memory is not None
    assert (web.memory.static_max, web.memory.dynamic_min) == (4 * 2**30, 2 * 2**30)
    assert web.vcpus is not None
    assert off.vcpus is not None
    assert (web.vcpus.max, web.vcpus.at_startup, off.vcpus.at_startup) == (4, None, 2)
    assert [(each.disk, each.type, each.empty) for each in web.drives or ()] == [
        ("disk", "disk", False),
        (None, "cd", True),
    ]
    (network,) = pool.networks or ()
    assert network.purpose == ("nbd",)


def test_bonds_and_vlans_are_worked_out_from_interfaces(tmp_path: Path) -> None:
    (host,) = only_pool(loaded(tmp_path, all=OBJECTS)).hosts or ()

    bond = next(each for each in host.interfaces or () if each.bond)
    tagged = next(each for each in host.interfaces or () if each.vlan)
    assert bond.bond is not None
    assert (bond.device, sorted(bond.bond.members or ()), bond.bond.mode) == ("bond0", ["eth0", "eth1"], None)
    assert tagged.vlan is not None
    assert (tagged.vlan.tag, tagged.vlan.on, tagged.speed, tagged.carrier) == (7, "bond0", 10000, True)


def test_what_objects_do_not_carry_is_unknown_and_a_note_says_so(tmp_path: Path) -> None:
    read = loaded(tmp_path, all=OBJECTS)
    pool = only_pool(read)

    assert pool.ha is not None
    assert (pool.ha.enabled, pool.ha.failures_to_tolerate, pool.ha.overcommitted, pool.ha.cluster_stack) == (
        True,
        None,
        None,
        None,
    )
    assert (pool.tls_verification, pool.updates, pool.groups, pool.appliances) == (None, None, None, None)
    (host,) = pool.hosts or ()
    assert (host.memory, host.memory_overhead, host.updates, host.updates_requiring_reboot) == (None, None, None, None)
    assert host.software is not None
    assert (host.software.product_version, host.software.xapi, host.software.packs, host.software.linux_pack) == (
        "8.3.0",
        None,
        None,
        None,
    )
    web = (pool.vms or ())[0]
    assert (web.order, web.appliance, web.shadow_multiplier, web.platform, web.last_boot_cpu) == (None,) * 5
    assert "LD020" in [fault.code for fault in read.faults]
    assert not [fault.code for fault in read.faults if fault.code not in ("LD020", "LD012")]


@pytest.mark.parametrize("layout", ["list", "by id", "collections", "lines", "answer", "files"])
def test_every_layout_gives_the_same_pool(tmp_path: Path, layout: str) -> None:
    whole, other = tmp_path / "a", tmp_path / "b"
    whole.mkdir()
    other.mkdir()
    collections = {kind: [each for each in OBJECTS if each["type"] == kind] for kind in TYPES}
    by_id = {each["id"]: each for each in OBJECTS}
    files: dict[str, object] = {
        "list": {"all": OBJECTS[::-1]},
        "by id": {"all": by_id},
        "collections": {"all": collections},
        "lines": {"all": "\n".join(json.dumps(each) for each in OBJECTS)},
        "answer": {"all": {"jsonrpc": "2.0", "id": 1, "result": by_id}},
        "files": {kind: value for kind, value in collections.items() if value},
    }[layout]
    read, expected = loaded(other, **files), only_pool(loaded(whole, all=OBJECTS))  # type: ignore[arg-type]
    pool = only_pool(read)

    assert {vm.name for vm in pool.vms or ()} == {"web", "off"}
    assert sorted(map(str, pool.hosts or ())) == sorted(map(str, expected.hosts or ())) or layout == "list"
    assert pool.model_dump(include={"name", "coordinator", "ha"}) == expected.model_dump(
        include={"name", "coordinator", "ha"}
    )


def test_two_pools_in_one_file_are_two_pools(tmp_path: Path) -> None:
    second = [{**thing("pool", "pool-2", name_label="other", master="h9"), "$pool": "pool-2"}]

    read = loaded(tmp_path, all=[*OBJECTS, *second])
    assert sorted(view.name for view in read.inventory.pools) == ["lab", "other"]


def test_paths_without_objects_are_refused_with_a_hint(tmp_path: Path) -> None:
    read = loaded(tmp_path, vms=["/rest/v0/vms/1"])

    ((code, remedy),) = [(fault.code, fault.remedy) for fault in read.faults]
    assert code == "LD004"
    assert "?fields=*" in remedy
    assert not read.roots


def test_secrets_are_not_read(tmp_path: Path) -> None:
    (repository,) = only_pool(loaded(tmp_path, all=OBJECTS)).repositories or ()

    (connection,) = repository.connections or ()
    assert connection.device_config == {"server": "10.0.0.9"}


def test_findings_point_at_the_property(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps(each) for each in OBJECTS)
    read = loaded(tmp_path, all=lines)
    (rooted,) = read.roots
    pool = only_pool(read)
    web = (pool.vms or ())[0]
    place = rooted.origin.place(web, ("vms", 0), "runs_on")

    row = lines.splitlines()[place.line - 1]
    assert row[place.column - 1 : place.end_column - 1] == '"h1"'
    assert '"v1"' in row


def test_real_objects_of_every_type_are_read() -> None:
    source = real("xenapi-records/xo-rest-examples-83.json")
    part = xen_orchestra.part(source, json_text.parse(source.text))
    assert part is not None
    reading = xen_orchestra.read_parts([part])

    _sound(reading)
    assert {"LD020", "LD004"} <= set(codes(reading))
    pools = [each.record for each in reading.roots if isinstance(each.record, Pool)]
    hosts = [host for pool in pools for host in pool.hosts or ()]
    assert [(host.name, host.memory, host.address) for host in hosts] == [
        ("XCP XO 8.3.0 master", None, "172.16.210.83")
    ]
    assert "XO Lab" in [pool.name for pool in pools]


def _read(text: str) -> Reading:
    source, document = SourceText("all.json", text), json_text.parse(text)
    part = xen_orchestra.part(source, document)
    return xen_orchestra.read_parts([part]) if part else Reading()


PROPERTIES = sorted({str(key) for each in OBJECTS for key in each})


@OFTEN
@given(st.data())
def test_objects_of_odd_values_are_read(data: st.DataObject) -> None:
    objects = json.loads(json.dumps(OBJECTS))
    for _ in range(data.draw(st.integers(1, 12))):
        each = data.draw(st.sampled_from(objects))
        each[data.draw(st.sampled_from(PROPERTIES))] = data.draw(JSON)
    for name in data.draw(st.lists(st.sampled_from(PROPERTIES), max_size=3)):
        data.draw(st.sampled_from(objects)).pop(name, None)
    _sound(_read(json.dumps(objects)))
