"""Objects of Xen Orchestra: collections of its REST interface, and the dump of all objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from planner.findings import Fault
from planner.readers.exports.faults import file_fault
from planner.readers.exports.manner import Manner
from planner.readers.exports.rows import Tables
from planner.readers.exports.selective import reading
from planner.readers.exports.xml_tables import MOST_ROWS, MOST_VMS
from planner.readers.exports.xo_chains import add_chains, add_empty
from planner.readers.exports.xo_columns import TYPES
from planner.readers.exports.xo_rows import Found, XoFile, rows
from planner.readers.loaded import Reading, joined
from planner.source.document import Document, Pointer
from planner.source.limits import LimitError
from planner.source.text import SourceText

_MARKS = frozenset({"$pool", "$poolId", "_xapiRef"})
_DEEPEST = 4
"""How deep objects may lie in lists and mappings: by collection, and by what each example shows."""
_LOOKED_AT = 20
_PATH = "/rest/v0/"
_MANNER = Manner(
    "Xen Orchestra does not tell the exact memory of hosts (it rounds up to GiB), settings of high availability beyond"
    " on and off, start order, groups, appliances, updates, CPU flags of running VMs and modes of bonds",
    "where these facts matter, give XenAPI records: get_all_records of each class, as one JSON object",
    "fetch the collections pools, hosts, vms, vm-controllers, srs, pbds, pifs, networks, vbds, vdis and vifs, each"
    " with ?fields=*, and give all files at once",
)
_PATHS = (
    "these are the paths of Xen Orchestra's objects, not the objects",
    "fetch the collections with ?fields=* at the end of each address",
)


@dataclass(frozen=True)
class Part:
    """A file that holds objects, of one collection or of many."""

    source: SourceText
    document: Document


def part(source: SourceText, document: Document) -> Part | None:
    """A file with objects of Xen Orchestra, beside which others may stand; None when it is anything else."""
    return Part(source, document) if is_objects(document.value) else None


def is_objects(value: object) -> bool:
    """Whether a value looks like objects of Xen Orchestra, or their paths, not like anything else."""
    layer = [value]
    for depth in range(_DEEPEST + 1):
        if any(_is_object(each) for each in layer) or (depth < 2 and any(_is_path(each) for each in layer)):  # noqa: PLR2004 - a list of paths
            return True
        layer = [inner for each in layer for inner in islice(_inside(each), _LOOKED_AT)]
    return False


def read_parts(parts: Sequence[Part]) -> Reading:
    """The pools whose objects stand in files beside each other."""
    collector = _Collector()
    faults: list[Fault] = []
    for each in parts:
        before = collector.number
        try:
            collector.take(each)
        except LimitError as error:
            return Reading(faults=(file_fault(each.source, "LD003", str(error), _MANNER.remedy),))
        if collector.number == before:
            faults.append(file_fault(each.source, "LD004", *_PATHS))
    pools = [_reading(pool, members) for pool, members in sorted(collector.pools.items())]
    return joined([Reading(faults=tuple(faults)), *pools])


def _is_object(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("type"), str) and not _MARKS.isdisjoint(value)


def _is_path(value: object) -> bool:
    return isinstance(value, str) and value.startswith(_PATH)


def _inside(value: object) -> Iterator[Any]:
    return iter(value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())


@dataclass
class _Collector:
    """Takes in objects, pool by pool."""

    pools: dict[str, dict[str, Found]] = field(default_factory=dict)
    number: int = 0
    vms: int = 0
    files: dict[tuple[int, str], XoFile] = field(default_factory=dict)

    def take(self, part: Part) -> None:
        """Take in all objects of a file. Raises LimitError when there are more than any pool has."""
        layer: list[tuple[Pointer, Any]] = [((), part.document.value)]
        for _ in range(_DEEPEST + 1):
            deeper: list[tuple[Pointer, Any]] = []
            for at, value in layer:
                if _is_object(value):
                    self._take(part, at, value)
                elif isinstance(value, dict):
                    deeper += [((*at, key), each) for key, each in value.items() if isinstance(each, dict | list)]
                elif isinstance(value, list):
                    deeper += [
                        ((*at, place), each) for place, each in enumerate(value) if isinstance(each, dict | list)
                    ]
            layer = deeper

    def _take(self, part: Part, at: Pointer, value: dict[str, Any]) -> None:
        name = value["type"]
        self.number += 1
        self.vms += name == "VM"
        if self.number > MOST_ROWS or self.vms > MOST_VMS:
            raise LimitError("there are more objects than any pool has")
        identity = next((each for each in (value.get("id"), value.get("uuid")) if isinstance(each, str)), None)
        if name not in TYPES or identity is None:
            return
        pool = next((each for each in (value.get("$pool"), value.get("$poolId")) if isinstance(each, str)), "")
        file = self.files.setdefault((id(part), name), XoFile(part.source, part.document, name))
        self.pools.setdefault(pool, {}).setdefault(identity, Found(file, at, {**value, "id": identity}))


def _reading(pool: str, members: dict[str, Found]) -> Reading:
    """The pool of the objects that name it."""
    tables: Tables = {}
    for found in members.values():
        for row in rows(found):
            tables.setdefault(row.kind, {})[row.ref] = row
    add_chains(tables, [each for each in members.values() if each.file.type == "PIF"])
    _name_driver_domains(tables, members)
    add_empty(tables, list(members.values()))
    first = min(members.values(), key=lambda each: each.file.source.path)
    return reading(first.file.source, tables, _MANNER, pool)


def _name_driver_domains(tables: Tables, members: dict[str, Found]) -> None:
    """Let connections refer to the VMs that serve them by their ids, as all else does."""
    ids = {str(each.values.get("_xapiRef")): each.id for each in members.values() if each.file.type.startswith("VM")}
    for row in tables.get("PBD", {}).values():
        settings = row.values.get("other_config")
        domain = str(settings.get("storage_driver_domain")) if isinstance(settings, dict) else ""
        if isinstance(settings, dict) and domain in ids:
            row.values["other_config"] = {**settings, "storage_driver_domain": ids[domain]}
