"""The toolstack's database in XML: tables of rows, and where each row and column stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from planner.readers.exports.classes import SPELLINGS, UNREAD
from planner.readers.exports.expat_text import Offsets, Scanner
from planner.readers.exports.rows import At, Row, Tables
from planner.readers.exports.s_expressions import unprotect
from planner.source.text import Place, SourceText

_DEEPEST = 16
_MOST_ELEMENTS = 1_000_000
MOST_ROWS = 200_000
"""Rows of all classes that are read: the largest pools have less than half."""
MOST_VMS = 40_000
MOST_VALUES = 4_000_000

_ATTRIBUTE = re.compile(r"""\s+([^\s=<>"'/]+)\s*=\s*("[^"]*"|'[^']*')""")
_MOST_SHARED = 100_000
_LONGEST_SHARED = 64


@dataclass(frozen=True)
class XmlFile:
    """A database dump that holds rows."""

    source: SourceText
    offsets: Offsets

    def place(self, at: At, column: str) -> Place:
        """Where a row's column stands; the row itself when the column is empty or not written out."""
        start = self.offsets.character(at if isinstance(at, int) else 0)
        name = re.compile(r"[^\s/>]+").match(self.source.text, start)
        position = name.end() if name else start + 1
        end = position
        while column and (found := _ATTRIBUTE.match(self.source.text, position)):
            if found[1].replace("__", "_") == column:
                return self.source.place(found.start(1), found.end())
            position = found.end()
        return self.source.place(start, end)


@dataclass
class Database:
    """What a dump holds."""

    tables: Tables
    schema: int | None


@dataclass
class _Collector:
    """Takes in the elements of a dump."""

    scanner: Scanner
    file: XmlFile
    root: str = ""
    manifest: dict[str, str] = field(default_factory=dict)
    tables: Tables = field(default_factory=dict)
    rows: int = 0
    values: int = 0
    table: dict[str, Row] | None = None
    kind: str = ""
    shared: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take in the begin of an element."""
        match self.scanner.depth, name:
            case 1, _:
                self.root = name
            case 2, "table":
                self.kind = SPELLINGS.get(attributes.get("name", "").lower(), "")
                self.table = {} if self.kind else None
                if self.table is not None:
                    self.tables[self.kind] = self.table
            case 3, "row" if self.table is not None:
                self._row(self.table, attributes)
            case 3, "pair":
                self.manifest[attributes.get("key", "")[:_LONGEST_SHARED]] = attributes.get("value", "")[
                    :_LONGEST_SHARED
                ]

    def end(self, name: str) -> None:
        """Take in the end of an element."""
        if name == "table":
            self.table = None

    def _row(self, table: dict[str, Row], attributes: dict[str, str]) -> None:
        ref = attributes.get("ref") or attributes.get("_ref") or attributes.get("uuid") or f"row {len(table) + 1}"
        shared = self.shared
        values = {}
        for column, text in attributes.items():
            if column not in UNREAD:
                plain = unprotect(text) if "%" in text else text
                if len(plain) < _LONGEST_SHARED and len(shared) < _MOST_SHARED:
                    plain = shared.setdefault(plain, plain)
                values[column.replace("__", "_")] = plain
        table[ref] = Row(self.kind, ref, values, self.file, self.scanner.byte)
        self.rows += 1
        self.values += len(values)
        if self.rows > MOST_ROWS or self.values > MOST_VALUES or (self.kind == "VM" and len(table) > MOST_VMS):
            raise self.scanner.refuse("there are more rows than any pool has")


def read(source: SourceText) -> Database:
    """The tables of a dump. LimitError and TextError say why there are none."""
    scanner = Scanner(source, deepest=_DEEPEST, most_elements=_MOST_ELEMENTS)
    collector = _Collector(scanner, XmlFile(source, scanner.offsets))
    scanner.scan(collector.start, collector.end)
    schema = collector.manifest.get("schema_minor_vsn", "")
    known = schema.isascii() and schema.isdecimal() and len(schema) < len("9" * 6)
    return Database(collector.tables, int(schema) if known else None)
