"""Rows of an export: one object of the toolstack each, and the values of its columns by their type."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from planner.confidential import is_secret
from planner.readers.exports.s_expressions import parse_map, parse_set
from planner.source.document import Pointer
from planner.source.text import Place

if TYPE_CHECKING:
    from planner.readers.exports.export import Export

Tables = dict[str, dict[str, "Row"]]
"""The rows of each class that a file has, by their references."""

At = int | Pointer
"""Where a row is in its file: the byte at which it begins, or the way to it."""

_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
_HIDDEN = ("REMOVED", "* obfuscated *")
"""What exporters write in place of a value that they keep back."""


COLLECTIONS = ("a set", "a map")
"""What is expected where the values are not shown in messages."""


class File(Protocol):
    """A file that holds rows."""

    def place(self, at: At, column: str) -> Place:
        """Where a row's column stands; the row itself when the column is empty or not written out."""


@dataclass(slots=True, eq=False)
class Row:
    """One object of the toolstack."""

    kind: str
    """Its class, spelt as the API does."""
    ref: str
    values: dict[str, Any]
    file: File
    at: At
    export: Export = field(init=False, repr=False)
    parsed: dict[str, Any] = field(default_factory=dict)
    """Sets and maps that were read already."""
    in_part: frozenset[str] = frozenset()
    """Columns of maps of which the source gives some entries only."""

    def place(self, column: str = "") -> Place:
        """Where a column of the row stands."""
        return self.file.place(self.at, column)

    def silent(self, column: str) -> bool:
        """Whether the source leaves out the column, so that nobody knows what it would say."""
        return self.export.manner is not None and column not in self.values

    def malformed(self, column: str, expected: str) -> None:
        """Report a value that cannot be used."""
        self.export.malformed(self, column, expected)


def any_text(row: Row, column: str) -> str | None:
    """A text, which may be empty; None when it is absent or was kept back."""
    value = row.values.get(column)
    if value is None or value in _HIDDEN:
        return None
    if isinstance(value, str):
        return value
    row.malformed(column, "a text")
    return None


def text(row: Row, column: str) -> str | None:
    """A text; None when it is absent or empty."""
    return any_text(row, column) or None


def word(row: Row, column: str) -> str | None:
    """A word of an enumeration, in lower case."""
    value = text(row, column)
    return None if value is None else value.lower()


def flag(row: Row, column: str) -> bool | None:
    """True or false, as text too; None when it is absent or empty."""
    value = row.values.get(column)
    if value is None or isinstance(value, bool):
        return value
    match value:
        case "true":
            return True
        case "false":
            return False
        case "" | "REMOVED":
            return None
        case _:
            row.malformed(column, "true or false")
            return None


def integer(row: Row, column: str) -> int | None:
    """A whole number, as text too; None when it is absent or empty."""
    value = row.values.get(column)
    if value is None or type(value) is int:
        return value
    if isinstance(value, str):
        if _INTEGER.fullmatch(value):
            return int(value)
        if value == "" or value in _HIDDEN:
            return None
    row.malformed(column, "a whole number")
    return None


def number(row: Row, column: str) -> float | None:
    """A number, as text too; None when it is absent or empty."""
    value = row.values.get(column)
    if value is None or value == "":
        return None
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        try:
            return float(value)
        except (ValueError, OverflowError):
            pass
    row.malformed(column, "a number")
    return None


def members(row: Row, column: str) -> tuple[str, ...] | None:
    """The texts of a set, without empty ones; None when the set is absent or broken."""
    found: tuple[str, ...] | None
    if column in row.parsed:
        found = row.parsed[column]
        return found
    value = row.values.get(column)
    items = parse_set(value) if isinstance(value, str) else _texts(value)
    if items is None and value is not None:
        row.malformed(column, "a set")
    found = None if items is None else tuple(item for item in items if item)
    row.parsed[column] = found
    return found


def _texts(value: Any) -> list[str] | None:  # noqa: ANN401 - what the file says
    if not isinstance(value, list):
        return None
    texts = [_as_text(item) for item in value]
    return None if None in texts else [item for item in texts if item is not None]


def _as_text(value: Any) -> str | None:  # noqa: ANN401 - what the file says
    """A scalar as the toolstack would write it."""
    match value:
        case str():
            return value
        case bool():
            return str(value).lower()
        case int():
            return str(value) if abs(value) < 2**64 else None
        case _:
            return None


def entries(row: Row, column: str) -> dict[str, str] | None:
    """A map of texts, without secrets; None when the map is absent or broken."""
    found: dict[str, str] | None
    if column in row.parsed:
        found = row.parsed[column]
        return found
    value = row.values.get(column)
    pairs = parse_map(value) if isinstance(value, str) else _pairs(value)
    if pairs is None and value is not None:
        row.malformed(column, "a map of texts")
    found = None if pairs is None else {key: each for key, each in pairs.items() if not _hidden(key, each)}
    row.parsed[column] = found
    return found


def _pairs(value: Any) -> dict[str, str] | None:  # noqa: ANN401 - what the file says
    if not isinstance(value, dict):
        return None
    pairs = {str(key): _as_text(each) for key, each in value.items()}
    return None if None in pairs.values() else {key: each for key, each in pairs.items() if each is not None}


def _hidden(key: str, value: str) -> bool:
    return value in _HIDDEN or is_secret(key, value)


def entry(row: Row, column: str, key: str) -> str | None:
    """One value of a map; None when the map or the key is absent, or the value empty."""
    return (entries(row, column) or {}).get(key) or None
