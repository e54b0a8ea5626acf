"""What Xen Orchestra has no objects for, but tells by those it has: bonds, VLANs, and that there is none of a class."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from planner.readers.exports.export import NO_REFERENCE
from planner.readers.exports.rows import Row, Tables
from planner.readers.exports.xo_columns import TYPES
from planner.readers.exports.xo_rows import Found

_NONE = NO_REFERENCE[1]
_LISTS = (
    ("VM", "VIFs", "VIF"),
    ("VM", "$VBDs", "VBD"),
    ("VM", "$VGPUs", "VGPU"),
    ("VM", "VTPMs", "VTPM"),
    ("host", "$PIFs", "PIF"),
    ("host", "$PBDs", "PBD"),
    ("host", "$PCIs", "PCI"),
    ("host", "$PGPUs", "PGPU"),
    ("SR", "$PBDs", "PBD"),
    ("SR", "VDIs", "VDI"),
)
"""Which property of which class lists the parts of another."""


def add_chains(tables: Tables, interfaces: Iterable[Found]) -> None:
    """Add the bonds and VLANs that the interfaces tell of."""
    found = {each.id: each for each in interfaces}
    rows = tables.get("PIF", {})
    told = [each for each in found.values() if isinstance(each.values.get("isBondMaster"), bool)]
    if told:
        tables["Bond"] = {}
    for each in told:
        if each.values["isBondMaster"]:
            _bond(tables, rows, each)
    beneath = {
        (str(row.values.get("host")), str(row.values.get("device"))): ref
        for ref, row in rows.items()
        if _tag(found[ref].values) == -1
    }
    tags = {ref: tag for ref, each in found.items() if (tag := _tag(each.values)) is not None}
    if tags:
        tables["VLAN"] = {}
    for ref, tag in tags.items():
        if tag >= 0:
            _vlan(tables, rows[ref], found[ref], tag, beneath)


def _bond(tables: Tables, rows: dict[str, Row], interface: Found) -> None:
    ref = f"bond of {interface.id}"
    tables["Bond"][ref] = interface.row("Bond", {"master": interface.id}, ref)
    members: Any = interface.values.get("bondSlaves")
    for member in members if isinstance(members, list) else ():
        if isinstance(member, str) and member in rows:
            rows[member].values["bond_slave_of"] = ref


def _vlan(tables: Tables, row: Row, interface: Found, tag: int, beneath: dict[tuple[str, str], str]) -> None:
    carrier = beneath.get((str(row.values.get("host")), str(row.values.get("device"))), _NONE)
    values = {"untagged_PIF": interface.id, "tagged_PIF": carrier, "tag": tag}
    tables["VLAN"][f"vlan of {interface.id}"] = interface.row("VLAN", values, f"vlan of {interface.id}")


def _tag(values: dict[str, Any]) -> int | None:
    tag = values.get("vlan")
    return tag if type(tag) is int else None


def add_empty(tables: Tables, members: Sequence[Found]) -> None:
    """Add a class as one without rows when every object that could have such parts says that it has none."""
    for owner, name, kind in _LISTS:
        lists = [each.values.get(name) for each in members if TYPES[each.file.type].kind == owner]
        if lists and all(each == [] for each in lists):
            tables.setdefault(kind, {})
