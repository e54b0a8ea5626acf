"""XenAPI records in every layout that exports have, sorted into tables of rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from planner.readers.exports.classes import OF_TOOLSTACK, SPELLINGS, UNREAD, guess
from planner.readers.exports.rows import File, Row, Tables
from planner.readers.exports.xml_tables import MOST_ROWS, MOST_VMS
from planner.source.document import Pointer
from planner.source.limits import LimitError

_OPAQUE = "OpaqueRef:"
_REFERENCES = ("ref", "_ref", "opaque_ref")
_MOST_ENVELOPES = 4
_LOOKED_AT = 20
"""How many of a list's items or a mapping's values tell what it is."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a value holds no records that can be read."""

    message: str
    remedy: str
    pointer: Pointer = ()


EXPORT_RECORDS = (
    "export XenAPI records of all classes, by get_all_records of each, as one JSON object with a key per class"
)
UNCLEAR = Refused("the records are of no class that is known", EXPORT_RECORDS)


@dataclass
class Collector:
    """Takes in records, from one file or from several."""

    tables: Tables = field(default_factory=dict)
    stray: list[tuple[File, Pointer]] = field(default_factory=list)
    """Values that stand where a record was expected."""
    rows: int = 0

    def take(self, value: object, file: File, pointer: Pointer = (), kind: str | None = None) -> Refused | None:
        """Take in what a value holds; `kind` is its class where that is known."""
        opened = unwrap(value, pointer)
        if isinstance(opened, Refused):
            return opened
        value, pointer = opened
        if kind is not None:
            return self._take_class(kind, value, file, pointer)
        return self._take_whole(value, file, pointer)

    def _take_whole(self, value: object, file: File, pointer: Pointer) -> Refused | None:
        """Take in a value that has to tell itself what it is."""
        match value:
            case {"events": list() as events}:
                self._take_events(events, file, (*pointer, "events"))
                return None
            case dict() if _by_class(value):
                return self._take_classes(value, file, pointer)
            case dict() | list() if (found := _class_of(value)) is not None:
                return self._take_class(found, value, file, pointer)
        return UNCLEAR

    def _take_classes(self, value: dict[str, Any], file: File, pointer: Pointer) -> Refused | None:
        for name, records in value.items():
            kind = SPELLINGS.get(name.lower())
            if kind is not None and (refused := self.take(records, file, (*pointer, name), kind)):
                return refused
        return None

    def _take_class(self, kind: str, value: object, file: File, pointer: Pointer) -> Refused | None:
        table = self.tables.setdefault(kind, {})
        match value:
            case dict():
                for ref, record in value.items():
                    self._take_record(table, Row(kind, ref, {}, file, (*pointer, ref)), record)
            case list():
                for position, record in enumerate(value):
                    ref = _reference(record) or f"{kind} {len(table) + 1}"
                    self._take_record(table, Row(kind, ref, {}, file, (*pointer, position)), record)
            case _:
                return Refused(f"what is given for the class {kind} is no mapping and no list", EXPORT_RECORDS, pointer)
        return None

    def _take_record(self, table: dict[str, Row], row: Row, record: object) -> None:
        if not isinstance(record, dict):
            self.stray.append((row.file, row.at if isinstance(row.at, tuple) else ()))
            return
        row.values = {name.replace("__", "_"): value for name, value in record.items() if name not in UNREAD}
        table[row.ref] = row
        self.rows += 1
        if self.rows > MOST_ROWS or (row.kind == "VM" and len(table) > MOST_VMS):
            raise LimitError("there are more records than any pool has")

    def _take_events(self, events: list[Any], file: File, pointer: Pointer) -> None:
        for position, event in enumerate(events):
            match event:
                case {"class": str(name), "ref": str(ref), "operation": "del"}:
                    self.tables.get(SPELLINGS.get(name.lower(), ""), {}).pop(ref, None)
                case {"class": str(name), "ref": str(ref), "snapshot": record}:
                    if kind := SPELLINGS.get(name.lower()):
                        row = Row(kind, ref, {}, file, (*pointer, position, "snapshot"))
                        self._take_record(self.tables.setdefault(kind, {}), row, record)
                case _:
                    self.stray.append((file, (*pointer, position)))


def _reference(record: object) -> str | None:
    """The reference that a record of a list gives; its UUID where it gives none."""
    if not isinstance(record, dict):
        return None
    found = (record.get(key) for key in (*_REFERENCES, "uuid"))
    return next((each for each in found if isinstance(each, str) and each), None)


def unwrap(value: object, pointer: Pointer) -> tuple[object, Pointer] | Refused:
    """What an answer of the toolstack carries."""
    for _ in range(_MOST_ENVELOPES):
        if not is_envelope(value) or not isinstance(value, dict):
            break
        failure = value.get("ErrorDescription") or value.get("error")
        if failure or value.get("Status") == "Failure":
            message = f"the answer is an error of the toolstack: {_first_text(failure)}"
            return Refused(message, "see to the error, and export again", pointer)
        key = "Value" if "Status" in value else "result"
        value, pointer = value.get(key), (*pointer, key)
    return value, pointer


def is_envelope(value: object) -> bool:
    """Whether a value is an answer of JSON-RPC, or of XML-RPC turned into JSON."""
    if not isinstance(value, dict):
        return False
    keys = value.keys()
    return (
        ("jsonrpc" in keys and bool({"result", "error"} & keys))
        or {"result", "error"} <= keys
        or ("Status" in keys and bool({"Value", "ErrorDescription"} & keys))
    )


def holds_one_class(value: object, kind: str | None) -> bool:
    """Whether a value, or what an answer carries, is records of one class; `kind` is that of the file's name."""
    opened = unwrap(value, ())
    if isinstance(opened, Refused):
        return False
    match opened[0]:
        case dict() as records:
            keyed = all(isinstance(key, str) and key.startswith(_OPAQUE) for key in records)
            return keyed and (bool(records) or kind is not None)
        case list() as records:
            ours = any(not isinstance(each, dict) or "kind" in each for each in records)
            return kind is not None and not ours
    return False


def _first_text(failure: object) -> str:
    """The code of a failure, which comes first; parameters might hold anything."""
    match failure:
        case {"message": str(code)} | [str(code), *_] | str(code):
            return code[:60]
        case _:
            return "no code is given"


def _some(value: object) -> list[Any]:
    """The first few items of a list, or values of a mapping."""
    items: Iterator[Any] = iter(value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())
    return [item for item, _ in zip(items, range(_LOOKED_AT), strict=False)]


def _by_class(value: dict[Any, Any]) -> bool:
    """Whether a mapping's keys are classes."""
    named = [(key, each) for key, each in value.items() if isinstance(key, str) and key.lower() in SPELLINGS]
    return any(_holds_records(each) for _, each in named) or (
        bool(named) and all(isinstance(key, str) and key.lower() in {*SPELLINGS, *OF_TOOLSTACK} for key in value)
    )


def _holds_records(value: object) -> bool:
    if is_envelope(value):
        return True
    return isinstance(value, dict | list) and all(isinstance(each, dict) for each in _some(value))


def _class_of(value: dict[Any, Any] | list[Any]) -> str | None:
    """The class of records by references or in a list; None when it is not clear."""
    if isinstance(value, dict) and not all(str(key).startswith(_OPAQUE) for key in value):
        return None
    found = {guess(frozenset(map(str, each))) if isinstance(each, dict) else None for each in _some(value)}
    return found.pop() if len(found) == 1 else None


def is_bundle(value: object) -> bool:
    """Whether a value looks like records of the toolstack, not like a document of ours."""
    match value:
        case {"kind": _}:
            return False
        case dict():
            known = is_envelope(value) or isinstance(value.get("events"), list) or _by_class(value)
            keyed = bool(value) and all(isinstance(key, str) and key.startswith(_OPAQUE) for key in value)
            return known or keyed
        case list():
            ours = any(isinstance(each, dict) and "kind" in each for each in _some(value))
            return bool(value) and not ours and _class_of(value) is not None
    return False
