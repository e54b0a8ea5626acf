"""Pools from sources that give less than the toolstack's own records, and the note that says so."""

from __future__ import annotations

from planner.findings import Fault, Named
from planner.readers.exports.export import Export
from planner.readers.exports.faults import several_pools
from planner.readers.exports.manner import Manner
from planner.readers.exports.pool_records import pool
from planner.readers.exports.rows import Tables
from planner.readers.loaded import Reading, Rooted
from planner.source.text import SourceText


def reading(source: SourceText, tables: Tables, manner: Manner, name: str = "") -> Reading:
    """The pool that rows describe; what their source never tells is unknown, and a note says so.

    `name` is that of the pool where no row has one.
    """
    export = Export(tables, manner=manner)
    found, origin = pool(export, source, name)
    about = Named("pool", found.label, found.label)
    note = Fault("LD020", f"{manner.lacks}; what is not told counts as unknown", manner.remedy, source.place(0), about)
    mixed = several_pools(source, len(tables.get("pool", {})))
    return Reading((Rooted(found, origin),), (*mixed, *_gaps(source, tables, manner, about), note, *export.faults))


def _gaps(source: SourceText, tables: Tables, manner: Manner, about: Named) -> tuple[Fault, ...]:
    """That the pool or all hosts are lacking, without which little can be checked."""
    lacking = [kind for kind in ("pool", "host") if not tables.get(kind)]
    if not lacking:
        return ()
    message = f"the pool {about.name} is described only in part: {' and '.join(lacking)} objects are lacking"
    return (Fault("LD004", message, manner.more, source.place(0), about),)
