"""The toolstack's database in XML, as `xe pool-dump-database` and `state.db` give it."""

from __future__ import annotations

from planner.readers.exports import xml_tables
from planner.readers.exports.export import Export
from planner.readers.exports.faults import file_fault, several_pools, unreadable
from planner.readers.exports.pool_records import pool
from planner.readers.loaded import Reading, Rooted
from planner.source.limits import LimitError, TextError
from planner.source.text import SourceText


def read(source: SourceText) -> Reading:
    """The pool that a database dump describes."""
    try:
        database = xml_tables.read(source)
    except (LimitError, TextError) as error:
        return unreadable(source, error)
    lacking = " and ".join(kind for kind in ("pool", "host") if not database.tables.get(kind))
    if lacking:
        message = (
            f"the database has no row in the table {lacking}, and describes no pool; "
            "a coordinator gives such a nearly empty one while an upgrade from a very old release is under way"
        )
        remedy = "finish the upgrade and export again: xe pool-dump-database file-name=pool.xml on the coordinator"
        return Reading(faults=(file_fault(source, "LD004", message, remedy),))
    export = Export(database.tables, database.schema)
    found, origin = pool(export, source)
    faults = (*several_pools(source, len(database.tables["pool"])), *export.faults)
    return Reading((Rooted(found, origin),), faults)
