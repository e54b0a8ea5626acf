"""Rows from one object of Xen Orchestra: the object's own, and those of what it tells about others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from planner.readers.exports.export import NO_REFERENCE
from planner.readers.exports.rows import At, Row
from planner.readers.exports.xo_columns import CONVERTED, IN_PART, TYPES, Way
from planner.source.document import Document, Pointer
from planner.source.text import Place, SourceText

_NONE = NO_REFERENCE[1]
_ABSENT = object()
_VERSION = re.compile(r"([0-9]{1,9})\.([0-9]{1,9})\.([0-9]{1,9})(?:-([0-9]{1,9}))?")
_LIVE = {"Running": True, "Halted": False}
_ON_HOST = ("Running", "Paused")


@dataclass(frozen=True)
class XoFile:
    """A file that holds objects of one type."""

    source: SourceText
    document: Document
    type: str

    def place(self, at: At, column: str) -> Place:
        """Where the property stands that says a column; the object itself when there is none."""
        pointer: Pointer = at if isinstance(at, tuple) else ()
        kind = TYPES.get(self.type)
        ways = (*_OF_OTHERS.get(self.type, ()), *(kind.ways if kind else ()), *(kind.links if kind else ()))
        way = next((way for name, way in ways if name == column), ()) if column else ()
        node, _ = self.document.root.find((*pointer, *way))
        return self.source.place(*node.span())


_OF_OTHERS: dict[str, tuple[Way, ...]] = {
    "host": (("live", ("power_state",)), ("memory_total", ("memory",))),
    "PIF": (
        ("carrier", ("carrier",)),
        ("speed", ("speed",)),
        ("slaves", ("bondSlaves",)),
        ("bond_slave_of", ("bondMaster",)),
        ("tag", ("vlan",)),
        ("tagged_PIF", ("device",)),
    ),
    "VM": (("resident_on", ("$container",)), ("VCPUs_params", ("cpuMask",)), ("networks", ("addresses",))),
}
"""Columns that are worked out of several properties, and the one to show for each."""


@dataclass(frozen=True, slots=True)
class Found:
    """An object, and where it is."""

    file: XoFile
    at: Pointer
    values: dict[str, Any]

    def row(self, kind: str, values: dict[str, Any], ref: str) -> Row:
        """A row that this object tells of."""
        return Row(kind, ref, values, self.file, self.at, in_part=IN_PART.get(kind, frozenset()))

    @property
    def id(self) -> str:
        """What others refer to it by."""
        return str(self.values["id"])

    @property
    def whole(self) -> bool:
        """Whether it came with all its properties, so that an absent one means that there is none."""
        return "_xapiRef" in self.values


def rows(found: Found) -> Iterator[Row]:
    """The object's row, and those of what it measures and reports."""
    kind = TYPES[found.file.type]
    values: dict[str, Any] = dict(kind.fixed)
    for column, way in kind.ways:
        value = _at(found.values, way)
        if value is not _ABSENT and value is not None:
            convert = CONVERTED.get((kind.kind, column))
            values[column] = convert(value) if convert else value
    for column, way in kind.links:
        value = _at(found.values, way)
        if value is None or (value is _ABSENT and found.whole):
            values[column] = _NONE
        elif value is not _ABSENT:
            values[column] = value
    more = _MORE.get(kind.kind)
    yield from more(found, values) if more else ()
    yield found.row(kind.kind, values, found.id)


def _at(value: Any, way: tuple[str | int, ...]) -> Any:  # noqa: ANN401 - what the file says
    """What stands at the end of a way; a mark of its own where nothing does."""
    for step in way:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step, _ABSENT)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return _ABSENT
    return value


def _given(found: Found, **properties: str) -> dict[str, Any]:
    """Columns whose properties are there."""
    values = found.values
    return {column: values[name] for column, name in properties.items() if values.get(name) is not None}


def _host(found: Found, values: dict[str, Any]) -> Iterator[Row]:
    software = _given(found, product_version="version", build_number="build", product_brand="productBrand")
    if software:
        values["software_version"] = software
    live = _LIVE.get(str(found.values.get("power_state")))
    values["metrics"] = f"metrics of {found.id}"
    yield found.row("host_metrics", {} if live is None else {"live": live}, values["metrics"])


def _network(found: Found, values: dict[str, Any]) -> Iterator[Row]:
    purposes = {"nbd": "nbd", "insecureNbd": "insecure_nbd"}
    if purposes.keys() <= found.values.keys():
        values["purpose"] = [word for name, word in purposes.items() if found.values[name] is True]
    return iter(())


def _interface(found: Found, values: dict[str, Any]) -> Iterator[Row]:
    values["metrics"] = f"metrics of {found.id}"
    yield found.row("PIF_metrics", _given(found, carrier="carrier", speed="speed"), values["metrics"])


def _repository(_found: Found, values: dict[str, Any]) -> Iterator[Row]:
    if isinstance(values.get("other_config"), dict):
        values["is_tools_sr"] = values["other_config"].get("xenserver_tools_sr") == "true"
    return iter(())


def _drive(_found: Found, values: dict[str, Any]) -> Iterator[Row]:
    if "VDI" in values:
        values["empty"] = values["VDI"] == _NONE
    return iter(())


def _guest(found: Found, values: dict[str, Any]) -> Iterator[Row]:
    """Where a VM runs, which its container says while it does; and what its tools report."""
    given = found.values
    state, container, pool = given.get("power_state"), given.get("$container"), given.get("$pool")
    if state not in _ON_HOST and isinstance(state, str):
        values["resident_on"] = _NONE
    elif container is not None and container != pool:
        values["resident_on"] = container
    if state != "Halted":
        values.pop("VCPUs_at_startup", None)
    if found.whole:
        mask = given.get("cpuMask")
        params = _given(found, weight="cpuWeight", cap="cpuCap")
        if isinstance(mask, list):
            params["mask"] = ",".join(map(str, mask))
        values["VCPUs_params"] = params
    reported = _given(
        found, PV_drivers_detected="pvDriversDetected", PV_drivers_up_to_date="pvDriversUpToDate", networks="addresses"
    )
    version = _VERSION.fullmatch(str(given.get("pvDriversVersion")))
    if version:
        keys = ("major", "minor", "micro", "build")
        reported["PV_drivers_version"] = {key: part for key, part in zip(keys, version.groups(), strict=True) if part}
    if "PV_drivers_detected" in reported:
        values["guest_metrics"] = f"tools of {found.id}"
        yield found.row("VM_guest_metrics", reported, values["guest_metrics"])


_MORE = {
    "host": _host,
    "network": _network,
    "PIF": _interface,
    "SR": _repository,
    "VBD": _drive,
    "VM": _guest,
}
