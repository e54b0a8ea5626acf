"""XenAPI records in JSON: one object per class, answers as they came over the wire, or a file per class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.findings import Fault, Named
from planner.readers.exports.classes import SPELLINGS
from planner.readers.exports.export import Export
from planner.readers.exports.faults import file_fault, several_pools, unreadable
from planner.readers.exports.pool_records import pool
from planner.readers.exports.record_tables import EXPORT_RECORDS, Collector, Refused, is_bundle
from planner.readers.exports.rows import At, File
from planner.readers.loaded import Reading, Rooted
from planner.source.document import Document, Pointer
from planner.source.limits import LimitError
from planner.source.text import Place, SourceText

__all__ = ["is_bundle", "read", "read_bundle", "reading"]


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


def read_bundle(files: Mapping[str, tuple[SourceText, Document]]) -> Reading:
    """The pool that files describe of which each holds the records of the class that it is named for."""
    collector = Collector()
    faults: list[Fault] = []
    for stem, (source, document) in sorted(files.items()):
        if document.error is not None:
            faults.extend(unreadable(source, document.error).faults)
            continue
        file = JsonFile(source, document)
        try:
            refused = collector.take(document.value, file, kind=SPELLINGS.get(stem.lower()))
        except LimitError as error:
            return unreadable(source, error)
        if refused is not None:
            faults.append(_refusal(source, file, refused))
    first = files[min(files)][0] if files else None
    if first is None or not collector.rows:
        return Reading(faults=tuple(faults))
    result = _pool(first, collector)
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
