"""The toolstack's database in XML."""

from __future__ import annotations

import pytest

from planner.model.fields import Record
from planner.model.pool import Pool
from planner.model.walk import walk
from planner.readers.exports import xapi_database
from planner.readers.loaded import Reading
from tests.readers.exports import NULL, codes, database, pool_of, read_xml, real, row, table

REAL_COUNTS = [
    ("xs51-2host-ashes.xml", (2, 0, 0, 9, 3, 11, 2, 3)),
    ("xs55-2host-incubus.xml", (2, 4, 3, 11, 5, 16, 4, 41)),
    ("xs55-2host-grimsby-ad.xml", (2, 6, 3, 9, 3, 12, 10, 43)),
    ("xs55-snapshots.xml", (1, 1, 1, 6, 3, 6, 3, 41)),
    ("xs55-1host-krakout.xml", (1, 1, 0, 4, 1, 7 - 3, 1, 62)),
    ("xs56-1host-grimsby.xml", (1, 2, 1, 5, 2, 5, 5, 14)),
    ("xs56fp1-2host-pentiumd.xml", (2, 4, 3, 10, 4, 14, 16, 149)),
    ("xs60-2host-core2.xml", (2, 2, 2, 8, 2, 10, 4, 10)),
    ("xs60-2host-dt17-dt18.xml", (2, 4, 2, 8, 2, 10, 4, 51)),
    ("xs60-1host-small-vms.xml", (1, 2, 0, 4, 1, 4, 2, 6)),
    ("xs61-2host-dt16-dt23.xml", (2, 4, 4, 8, 2, 10, 4, 8)),
    ("xs61-1host-dt40.xml", (1, 2, 2, 5, 2, 5, 2, 5)),
]
"""Hosts, VMs, running, repositories, shared, connections, interfaces, disks."""


@pytest.mark.parametrize(("name", "counts"), REAL_COUNTS)
def test_a_real_database_gives_all_its_objects(name: str, counts: tuple[int, ...]) -> None:
    pool = pool_of(xapi_database.read(real(f"xapi-db/{name}")))

    hosts, vms, repositories = pool.hosts or (), pool.vms or (), pool.repositories or ()
    assert counts == (
        len(hosts),
        len(vms),
        sum(vm.power_state == "running" for vm in vms),
        len(repositories),
        sum(bool(each.shared) for each in repositories),
        sum(len(each.connections or ()) for each in repositories),
        sum(len(host.interfaces or ()) for host in hosts),
        len(pool.disks or ()),
    )


def test_a_partial_database_leaves_unknown_what_it_lacks() -> None:
    pool = pool_of(xapi_database.read(real("xapi-db/partial-4host-licensing.xml")))

    assert [len(pool.hosts or ()), pool.disks, pool.networks, pool.vms] == [4, None, None, ()]
    assert {host.memory for host in pool.hosts or ()} == {None}


def test_each_loss_of_a_broken_pool_is_told_once() -> None:
    reading = xapi_database.read(real("xapi-db/xs55-1host-krakout.xml"))

    lost = [(f.code, f.about.kind, f.field) for f in reading.faults if f.code.startswith("RF00")]
    assert {each: lost.count(each) for each in lost} == {
        ("RF003", "connection", "SR"): 3,
        ("RF003", "disk", "SR"): 42,
        ("RF005", "drive", "VM"): 3,
        ("RF005", "nic", "VM"): 3,
    }
    assert sum(disk.repository is None for disk in pool_of(reading).disks or ()) == 42


def test_every_record_of_a_real_pool_leads_back_to_a_row() -> None:
    source = real("xapi-db/xs56fp1-2host-pentiumd.xml")
    reading = xapi_database.read(source)
    pool = pool_of(reading)
    origin = reading.roots[0].origin

    shown = {
        type(record).__name__: source.text[source.line_offset(1) + origin.place(record, spot.pointer, "").column - 1 :][
            :4
        ]
        for spot, record in walk(pool)
    }
    assert set(shown.values()) == {"<row"}


def _text_at(source_text: str, reading: Reading, record: Record, field: str) -> str:
    pointer = next(spot.pointer for spot, each in walk(reading.roots[0].record) if each is record)
    place = reading.roots[0].origin.place(record, pointer, field)
    return source_text.splitlines()[place.line - 1][place.column - 1 : place.end_column - 1]


VM_ROW = {
    "ref": "OpaqueRef:v",
    "uuid": "v-1",
    "name__label": "ä%.b",
    "power_state": "Running",
    "resident_on": "OpaqueRef:h",
    "memory__static_max": "1024",
    "HVM__boot_policy": "BIOS order",
}


def test_a_field_leads_to_its_column_behind_letters_of_several_bytes() -> None:
    text = database(
        table("VM", **VM_ROW), table("VIF", ref="OpaqueRef:i", VM="OpaqueRef:v", device="0", MAC="1e:00:00:00:00:01")
    )
    reading = read_xml(text)
    vm = (pool_of(reading).vms or ())[0]

    assert vm.memory is not None
    assert vm.nics is not None
    assert _text_at(text, reading, vm, "runs_on") == 'resident_on="OpaqueRef:h"'
    assert _text_at(text, reading, vm, "memory.static_max") == 'memory__static_max="1024"'
    assert _text_at(text, reading, vm.memory, "static_max") == 'memory__static_max="1024"'
    assert _text_at(text, reading, vm.nics[0], "mac") == 'MAC="1e:00:00:00:00:01"'
    assert _text_at(text, reading, vm, "order") == "<row"
    assert vm.name == "ä b"


def test_a_host_without_metrics_has_unknown_memory_and_one_fault_tells_why() -> None:
    hosts = "".join(
        row(ref=f"OpaqueRef:{n}", uuid=f"u{n}", name__label=f"x{n}", metrics=f"OpaqueRef:m{n}") for n in "12"
    )
    reading = read_xml(database(f'<table name="host">{hosts}</table>'))

    assert [host.memory for host in pool_of(reading).hosts or ()] == [None, None]
    assert codes(reading).count("LD012") == 1


def test_the_later_of_two_tables_of_one_name_counts() -> None:
    text = database(
        table("network", ref="OpaqueRef:a", name__label="old"), table("network", ref="OpaqueRef:b", name__label="new")
    )

    assert [network.name for network in pool_of(read_xml(text)).networks or ()] == ["new"]


@pytest.mark.parametrize(("number", "order"), [("0", 0), ("1", 1), ("2", 2), ("3", 3)])
def test_a_priority_of_old_is_an_order(number: str, order: int) -> None:
    vm = (pool_of(read_xml(database(table("VM", **VM_ROW, ha_restart_priority=number), schema=55))).vms or ())[0]

    assert (vm.ha_restart_priority, vm.order) == ("restart", order)


@pytest.mark.parametrize(("old", "now"), [("best-effort", "best-effort"), ("rubbish", ""), ("", "")])
def test_other_priorities_of_old_are_kept_or_dropped(old: str, now: str) -> None:
    vm = (pool_of(read_xml(database(table("VM", **VM_ROW, ha_restart_priority=old), schema=55))).vms or ())[0]

    assert vm.ha_restart_priority == now


def test_processors_of_old_are_counted_row_by_row() -> None:
    rows = "".join(row(ref=f"OpaqueRef:{n}", host="OpaqueRef:h", vendor="GenuineIntel", family="6") for n in "1234")
    host = (pool_of(read_xml(database(f'<table name="host_cpu">{rows}</table>', schema=55))).hosts or ())[0]

    assert host.cpu is not None
    assert (host.cpu.vendor, host.cpu.family, host.cpu.count) == ("GenuineIntel", 6, 4)


def test_patches_of_old_are_updates() -> None:
    text = database(
        table("pool_patch", ref="OpaqueRef:p1", uuid="pp", name__label="XS60E001"),
        table("host_patch", ref="OpaqueRef:x", host="OpaqueRef:h", pool_patch="OpaqueRef:p1", applied="true"),
    )
    pool = pool_of(read_xml(text))

    assert [update.name for update in pool.updates or ()] == ["XS60E001"]
    assert (pool.hosts or ())[0].updates == ("XS60E001",)


@pytest.mark.parametrize("null", ["", NULL, "DummyRef:|x|VM.affinity"])
def test_a_null_reference_is_no_fault(null: str) -> None:
    reading = read_xml(database(table("VM", **(VM_ROW | {"resident_on": null}))))

    assert (pool_of(reading).vms or ())[0].runs_on is None
    assert codes(reading) == []


def test_a_lost_host_is_told_with_both_ends() -> None:
    reading = read_xml(database(table("VM", **(VM_ROW | {"resident_on": "OpaqueRef:gone"}))))

    (fault,) = reading.faults
    assert (fault.code, fault.about.kind, fault.about.name, fault.about.pool) == ("RF001", "vm", "ä b", "lab")
    assert "OpaqueRef:gone" in fault.message


def test_a_connection_without_its_host_is_left_out() -> None:
    text = database(
        table("SR", ref="OpaqueRef:s", uuid="s-1", name__label="nfs"),
        table("PBD", ref="OpaqueRef:b", uuid="b-1", SR="OpaqueRef:s", host="OpaqueRef:gone"),
    )
    reading = read_xml(text)

    assert (pool_of(reading).repositories or ())[0].connections == ()
    assert codes(reading) == ["RF001"]


def test_a_name_that_two_disks_bear_gives_way_to_the_uuid() -> None:
    disks = "".join(row(ref=f"OpaqueRef:d{n}", uuid=f"d-{n}", name__label="root") for n in "12")
    drive = table("VBD", ref="OpaqueRef:b", VM="OpaqueRef:v", VDI="OpaqueRef:d2", device="xvda", empty="false")
    pool = pool_of(read_xml(database(table("VM", **VM_ROW), f'<table name="VDI">{disks}</table>', drive)))

    assert [each.disk for each in (pool.vms or ())[0].drives or ()] == ["d-2"]


def test_an_empty_drive_names_no_disk() -> None:
    drive = table("VBD", ref="OpaqueRef:b", VM="OpaqueRef:v", VDI="cd", userdevice="3", empty="true", type="CD")
    reading = read_xml(database(table("VM", **VM_ROW), drive))

    (found,) = (pool_of(reading).vms or ())[0].drives or ()
    assert (found.device, found.disk, found.empty, found.type) == ("3", None, True, "cd")
    assert codes(reading) == ["RF020"]


def test_bonds_and_vlans_name_the_interfaces_below_them() -> None:
    def interface(ref: str, device: str, **more: str) -> str:
        return row(ref=f"OpaqueRef:{ref}", uuid=ref, host="OpaqueRef:h", device=device, **({"VLAN": "-1"} | more))

    pifs = "".join(
        [
            interface("e0", "eth0", bond_slave_of="OpaqueRef:b"),
            interface("e1", "eth1", bond_slave_of="OpaqueRef:b"),
            interface("b0", "bond0", IP="10.0.0.1", netmask="255.255.240.0"),
            interface("v7", "bond0", VLAN="7"),
        ]
    )
    text = database(
        f'<table name="PIF">{pifs}</table>',
        table("Bond", ref="OpaqueRef:b", uuid="b-1", master="OpaqueRef:b0"),
        table("VLAN", ref="OpaqueRef:v", uuid="v-1", tagged_PIF="OpaqueRef:b0", untagged_PIF="OpaqueRef:v7", tag="7"),
    )
    found = {each.label: each for each in (pool_of(read_xml(text)).hosts or ())[0].interfaces or ()}

    assert set(found) == {"eth0", "eth1", "bond0", "bond0.7"}
    bond, vlan = found["bond0"].bond, found["bond0.7"].vlan
    assert bond is not None
    assert vlan is not None
    assert (bond.members, bond.mode, vlan.on, found["bond0"].address) == (
        ("eth0", "eth1"),
        "balance-slb",
        "bond0",
        "10.0.0.1/20",
    )


@pytest.mark.parametrize(
    ("column", "value", "field"),
    [
        ("power_state", "Melting", "power_state"),
        ("order", "first", "order"),
        ("is_a_snapshot", "perhaps", "name"),
        ("tags", "('a' 'b", "tags"),
        ("platform", "password=hunter2", "platform"),
        ("resident_on", "Ref:1", "runs_on"),
        ("hardware_platform_version", "-5", "hardware_platform_version"),
    ],
)
def test_a_value_that_cannot_be_read_spoils_its_field_only(column: str, value: str, field: str) -> None:
    reading = read_xml(database(table("VM", **(VM_ROW | {column: value}))))

    assert codes(reading) == ["LD011"]
    assert "hunter2" not in reading.faults[0].message
    assert field == "name" or getattr((pool_of(reading).vms or ())[0], field) is None


def test_no_password_is_kept() -> None:
    config = (
        "(('server' '10.0.0.9') ('chappassword' 'hunter2') ('cifspassword_secret' 'hunter2')"
        " ('options' 'password=hunter2'))"
    )
    text = database(
        table("SR", ref="OpaqueRef:s", name__label="nfs"),
        table("PBD", ref="OpaqueRef:b", SR="OpaqueRef:s", host="OpaqueRef:h", device_config=config),
        table("secret", ref="OpaqueRef:x", value="hunter2"),
    )
    pool = pool_of(read_xml(text))

    ((connection,),) = ((pool.repositories or ())[0].connections or (),)
    assert connection.device_config == {"server": "10.0.0.9"}
    assert "hunter2" not in pool.model_dump_json()


def test_a_reference_never_shows_in_the_model() -> None:
    pool: Pool = pool_of(xapi_database.read(real("xapi-db/xs60-2host-dt17-dt18.xml")))

    bare = pool.model_copy(update={"vms": (), "templates": (), "snapshots": (), "disks": ()})
    assert "OpaqueRef:" not in bare.model_dump_json()


def test_both_sides_of_a_relation_are_believed_and_their_quarrel_told() -> None:
    groups = row(ref="OpaqueRef:g1", uuid="g-1", name__label="web", VMs="()") + row(
        ref="OpaqueRef:g2", uuid="g-2", name__label="db", VMs="('OpaqueRef:v')"
    )
    text = database(
        table("VM", **VM_ROW, groups="('OpaqueRef:g1')"), f'<table name="VM_group">{groups}</table>', schema=900
    )
    reading = read_xml(text)

    assert (pool_of(reading).vms or ())[0].groups == ("web", "db")
    assert codes(reading) == ["LD015", "LD015"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('<!DOCTYPE a [<!ENTITY x "y">]><database/>', "LD003"),
        ("<database>" + "<a>" * 20 + "</a>" * 20 + "</database>", "LD003"),
        ("<database><table", "LD002"),
        ("<database>&x;</database>", "LD002"),
        ("", "LD002"),
        ("<database/>", "LD004"),
        (database().replace('<table name="host">', '<table name="x">'), "LD004"),
        ("<database>" + "x" * (17 * 2**20) + "</database>", "LD003"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(text: str, code: str) -> None:
    reading = read_xml(text)

    assert (codes(reading), reading.roots) == ([code], ())


def test_broken_syntax_is_told_with_its_place() -> None:
    (fault,) = read_xml("<database>\nä<b></a></database>").faults

    assert (fault.place.line, fault.place.column) == (2, 7)


@pytest.mark.parametrize(("own", "expected"), [("(('mtu' '1400'))", 1400), ("(('mtu' 'large'))", None), ("()", None)])
def test_an_interface_may_have_an_mtu_of_its_own(own: str, expected: int | None) -> None:
    interface = table("PIF", ref="OpaqueRef:i", uuid="i", device="eth0", host="OpaqueRef:h", other_config=own)
    (host,) = pool_of(read_xml(database(interface))).hosts or ()
    assert [each.mtu_override for each in host.interfaces or ()] == [expected]
