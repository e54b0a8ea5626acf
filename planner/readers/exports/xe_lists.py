"""Lists as `xe` prints them: `xe pif-list`, `xe host-list params=all`, `xe pool-param-list`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from planner.findings import Fault
from planner.readers.exports.faults import file_fault, unreadable
from planner.readers.exports.manner import Manner
from planner.readers.exports.rows import At, Row, Tables
from planner.readers.exports.selective import reading
from planner.readers.exports.xe_blocks import Block, blocks
from planner.readers.exports.xe_columns import COMMANDS, METRICS, column_of, kind_of, value
from planner.readers.exports.xml_tables import MOST_ROWS, MOST_VMS
from planner.readers.loaded import Reading
from planner.source.limits import LimitError
from planner.source.text import Place, SourceText

_FILE_NAME = re.compile(r"([a-z-]+?)(?:-param)?-list(?![a-z])")
_ALL = "print each class with all its columns: xe host-list params=all, and so on"
_MANNER = Manner(
    "a printed list has only the columns that were asked for, and in its maps a value with a semicolon may be cut",
    f"{_ALL}; or give what xe pool-dump-database writes",
    f"{_ALL}; and give all lists at once",
)
_UNCLEAR = (
    "it does not show of which class these objects are",
    "keep the line with the command above the list, or name the file after it, such as host-list.txt",
)


@dataclass
class XeFile:
    """A text with printed lists."""

    source: SourceText
    blocks: dict[int, tuple[str, Block]] = field(default_factory=dict)
    """The class and the block of each row, by where it begins."""

    def place(self, at: At, column: str) -> Place:
        """Where the name of a column stands; the first line of the block when it is not printed."""
        found = self.blocks.get(at) if isinstance(at, int) else None
        if found is None:
            return self.source.place(0)
        kind, block = found
        kinds = (kind, *(metrics for _, metrics in METRICS.get(kind, ())))
        meant = (line for each in kinds for name, line in block.lines.items() if column_of(each, name) == column)
        line = next(meant, None) if column else None
        return self.source.place(line.start, line.end) if line else self.source.place(block.start, block.end)


def minimal(source: SourceText) -> Reading:
    """That a list has nothing but UUIDs."""
    message = "this is a list of UUIDs, as xe prints with --minimal, and says nothing of the objects"
    return Reading(faults=(file_fault(source, "LD004", message, _ALL),))


def read_parts(sources: Sequence[SourceText]) -> Reading:
    """The pool whose lists stand in files beside each other."""
    tables: Tables = {}
    faults: list[Fault] = []
    for source in sources:
        try:
            faults += _take(source, tables)
        except LimitError as error:
            return unreadable(source, error)
    if not any(tables.values()):
        return Reading(faults=tuple(faults))
    found = reading(sources[0], tables, _MANNER)
    return Reading(found.roots, (*faults, *found.faults))


def _take(source: SourceText, tables: Tables) -> Iterator[Fault]:
    """Add the rows of a file to those of others; one fault when the class of some is not clear."""
    file = XeFile(source)
    named = _FILE_NAME.match(PurePath(source.path).name.lower())
    unclear: Block | None = None
    for block in blocks(source.text):
        command = block.command if block.command in COMMANDS else named[1] if named else None
        kind = COMMANDS.get(command or "") or kind_of(block.lines)
        if kind is None:
            unclear = unclear or block
            continue
        file.blocks[block.start] = (kind, block)
        for row in _rows(file, block, kind, command):
            tables.setdefault(row.kind, {})[row.ref] = row
            if sum(map(len, tables.values())) > MOST_ROWS or (row.kind == "VM" and len(tables["VM"]) > MOST_VMS):
                raise LimitError("there are more objects than any pool has")
    if unclear is not None:
        yield file_fault(source, "LD004", *_UNCLEAR, unclear.start)


def _rows(file: XeFile, block: Block, kind: str, command: str | None) -> Iterator[Row]:
    """The row of a block, and those of what was measured of it."""
    values: dict[str, Any] = _values(kind, block)
    uuid = values.get("uuid")
    ref = uuid if isinstance(uuid, str) and uuid else f"{kind} at {block.start} of {file.source.path}"
    if kind == "VM":
        values.setdefault("is_a_template", command == "template") if command else None
        values.setdefault("is_a_snapshot", command == "snapshot") if command else None
    for link, metrics in METRICS.get(kind, ()):
        measured = {name: each for name, each in _values(metrics, block).items() if name not in ("uuid", "name_label")}
        if measured:
            values[link] = f"{link} of {ref}"
            yield Row(metrics, values[link], measured, file, block.start)
    yield Row(kind, ref, values, file, block.start)


def _values(kind: str, block: Block) -> dict[str, Any]:
    """What a block says of the columns of a class."""
    found: dict[str, Any] = {}
    for name, line in block.lines.items():
        column = column_of(kind, name)
        if column is not None and (said := value(kind, column, line.text)) is not None:
            found.setdefault(column, said)
    return found
