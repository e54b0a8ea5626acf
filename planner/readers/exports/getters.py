"""How columns are read where that takes more than their type: defaults, parts of maps, parts of texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from planner.readers.exports.labels import interface_label, label
from planner.readers.exports.rows import Row, any_text, entries, entry, flag, integer, members, text, word

Getter = Callable[[Row, str], Any]

_DIGITS = 19
"""A number with fewer fits into 64 bits."""


def called(row: Row, column: str) -> str:
    """What a person calls the object; that the column of its name is no text is reported."""
    any_text(row, column)
    return label(row)


def at(key: str) -> Getter:
    """One text of a map."""
    return lambda row, column: entry(row, column, key)


def at_count(key: str) -> Getter:
    """One whole number of a map."""

    def get(row: Row, column: str) -> int | None:
        value = entry(row, column, key)
        if value is None or _count(value):
            return None if value is None else int(value)
        row.malformed(column, f"a map whose {key} is a whole number")
        return None

    return get


def is_true(key: str) -> Getter:
    """Whether a map says `true` under a key; it does not when the key is absent."""

    def get(row: Row, column: str) -> bool | None:
        found = entries(row, column) if column in row.values else {}
        if found is None or (column in row.in_part and key not in found):
            return None
        return found.get(key) == "true"

    return get


def positive(row: Row, column: str) -> int | None:
    """A size that is unknown when it is zero or less."""
    value = integer(row, column)
    return value if value is not None and value > 0 else None


def values_of(row: Row, column: str) -> tuple[str, ...] | None:
    """What is under way: the words of the map of operations, each once."""
    found = entries(row, column) if column in row.values else {}
    return None if found is None else tuple(sorted({value for value in found.values() if value}))


def listed(separator: str = ",") -> Getter:
    """The parts of a text."""

    def get(row: Row, column: str) -> tuple[str, ...] | None:
        value = any_text(row, column)
        return None if value is None else split(value, separator)

    return get


def split(value: str, separator: str = ",") -> tuple[str, ...]:
    """The parts of a text, without empty ones."""
    return tuple(part.strip() for part in value.split(separator) if part.strip())


def mtu(row: Row, column: str) -> int | None:
    """An MTU, which is 1500 when it is absent or zero."""
    return 1500 if row.values.get(column) in (None, 0, "0", "") else integer(row, column)


def false_if_absent(row: Row, column: str) -> bool | None:
    """A flag that is false when its column is absent."""
    return False if row.values.get(column) is None else flag(row, column)


def true_if_absent(row: Row, column: str) -> bool | None:
    """A flag that is true when its column is absent."""
    return True if row.values.get(column) is None else flag(row, column)


def only(found: dict[str, str] | None, keys: Iterable[str]) -> dict[str, str] | None:
    """The entries of a map whose keys begin with one of some words."""
    beginnings = tuple(keys)
    return None if found is None else {key: value for key, value in found.items() if key.startswith(beginnings)}


def texts(row: Row, column: str) -> tuple[str, ...] | None:
    """A set of texts, which is empty when its column is absent."""
    return members(row, column) if column in row.values else ()


def lower_texts(row: Row, column: str) -> tuple[str, ...] | None:
    """A set of words in lower case, which is empty when its column is absent."""
    found = texts(row, column)
    return None if found is None else tuple(each.lower() for each in found)


def texts_map(row: Row, column: str) -> dict[str, str] | None:
    """A whole map of texts, which is empty when its column is absent; references in it mean nothing elsewhere."""
    found = entries(row, column) if column in row.values else {}
    if found is None or column in row.in_part:
        return None
    return {key: value for key, value in found.items() if "OpaqueRef:" not in key and "OpaqueRef:" not in value}


def counts(default: tuple[int, ...]) -> Getter:
    """A set of whole numbers."""

    def get(row: Row, column: str) -> tuple[int, ...] | None:
        found = members(row, column) if column in row.values else None
        if found is None:
            return None if column in row.values else default
        if not all(_count(each) for each in found):
            row.malformed(column, "a set of whole numbers")
            return None
        return tuple(int(each) for each in found)

    return get


def _count(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < _DIGITS


def word_or(default: str) -> Getter:
    """A word of an enumeration in lower case, or what it is when the column is absent."""
    return lambda row, column: default if row.values.get(column) is None else word(row, column)


def integer_or(default: int) -> Getter:
    """A whole number, or what it is when the column is absent."""
    return lambda row, column: default if row.values.get(column) is None else integer(row, column)


def to_interface(code: str) -> Getter:
    """A reference to an interface: its device, with its tag for a VLAN."""

    def get(row: Row, column: str) -> str | None:
        found = row.export.refer(row, column, "PIF", code)
        return interface_label(found) if found else None

    return get


def to_repository(row: Row, column: str) -> str | None:
    """A reference to a repository."""
    found = row.export.refer(row, column, "SR", "RF003")
    return row.export.name(found) if found else None


def disks_in_text(row: Row, column: str) -> tuple[str, ...] | None:
    """Disks whose references are kept as plain texts."""
    found = row.export.find_all(row, column, "VDI", "RF004")
    return None if found is None else tuple(row.export.name(each) for each in found)


def known_only(row: Row, column: str) -> str | None:
    """A text, unless it says that nothing is known."""
    value = text(row, column)
    return None if value in ("N/A", "<unknown>") else value
