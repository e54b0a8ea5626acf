"""XenAPI records in JSON: one object per class, answers as they came over the wire, or a file per class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from planner.findings import Fault, Named
from planner.readers.exports.classes import SPELLINGS
from planner.readers.exports.export import Export
from planner.readers.exports.faults import file_fault, several_pools, unreadable
from planner.readers.exports.pool_records import pool
from planner.readers.exports.record_tables import EXPORT_RECORDS, Collector, Refused, holds_one_class, is_bundle
from planner.readers.exports.rows import At, File
from planner.readers.loaded import Reading, Rooted
from planner.source.document import Document, Pointer
from planner.source.limits import LimitError
from planner.source.text import Place, SourceText

__all__ = ["is_bundle", "part", "read", "read_parts", "reading"]


@dataclass(frozen=True)
class JsonFile:
    """A JSON file that holds records."""

    source: SourceText
    document: Document

    def place(self, at: At, column: str) -> Place:
        """Where a record's field stands; the record itself when the field is empty or not written out."""
        pointer: Pointer = at if isinstance(at, tuple) else ()
        node, _ = self.document.root.find((*pointer, column) if column else pointer)
        return self.source.place(*node.span())


@dataclass(frozen=True)
class Part:
    """A file with the records of one class."""

    source: SourceText
    file: File
    value: object
    kind: str | None
    """The class that the file is named for; None when its records have to tell."""


def read(source: SourceText, document: Document) -> Reading:
    """The pool that the records of one file describe."""
    if document.error is not None:
        return unreadable(source, document.error)
    return reading(source, JsonFile(source, document), document.value)


def reading(source: SourceText, file: File, value: object) -> Reading:
    """The pool that the records of a value describe."""
    collector = Collector()
    try:
        refused = collector.take(value, file)
    except LimitError as error:
        return unreadable(source, error)
    if refused is not None:
        return Reading(faults=(_refusal(source, file, refused),))
    return _pool(source, collector)


def part(path: Path, source: SourceText, file: File, value: object) -> Part | None:
    """A file that holds the records of one class only, beside others; None when it is anything else."""
    kind = SPELLINGS.get(path.name.partition(".")[0].lower())
    return Part(source, file, value, kind) if holds_one_class(value, kind) else None


def read_parts(parts: Sequence[Part]) -> Reading:
    """The pool that files describe of which each holds the records of one class."""
    collector = Collector()
    faults: list[Fault] = []
    for each in parts:
        try:
            refused = collector.take(each.value, each.file, kind=each.kind)
        except LimitError as error:
            return Reading(faults=(*faults, *unreadable(each.source, error).faults))
        if refused is not None:
            faults.append(_refusal(each.source, each.file, refused))
    if not collector.rows and faults:
        return Reading(faults=tuple(faults))
    result = _pool(parts[0].source, collector)
    return Reading(result.roots, (*faults, *result.faults))


def _refusal(source: SourceText, file: File, refused: Refused) -> Fault:
    return Fault(
        "LD004", refused.message, refused.remedy, file.place(refused.pointer, ""), Named("document", source.path)
    )


def _pool(source: SourceText, collector: Collector) -> Reading:
    """The pool of all records, though there be gaps."""
    if not collector.rows:
        return Reading(faults=(file_fault(source, "LD004", "there is no record in the file", EXPORT_RECORDS),))
    export = Export(collector.tables)
    found, origin = pool(export, source)
    stray = (
        Fault(
            "LD011",
            "where a record was expected stands another value, which is left out",
            "export the class again",
            file.place(pointer, ""),
            Named("document", source.path),
        )
        for file, pointer in collector.stray
    )
    mixed = several_pools(source, len(collector.tables.get("pool", {})))
    return Reading((Rooted(found, origin),), (*mixed, *_gaps(source, collector), *stray, *export.faults))


def _gaps(source: SourceText, collector: Collector) -> tuple[Fault, ...]:
    """That the records lack the pool or all hosts, without which little can be checked."""
    lacking = [kind for kind in ("pool", "host") if not collector.tables.get(kind)]
    if not lacking:
        return ()
    message = f"there is no record of the class {' and '.join(lacking)}: the export describes a pool only in part"
    return (file_fault(source, "LD004", message, EXPORT_RECORDS),)
