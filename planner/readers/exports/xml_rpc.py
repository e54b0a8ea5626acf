"""A stored XML-RPC answer of the toolstack, `<methodResponse>`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from planner.readers.exports import xenapi
from planner.readers.exports.expat_text import Offsets, Scanner
from planner.readers.exports.faults import file_fault, unreadable
from planner.readers.exports.rows import At
from planner.readers.loaded import Reading
from planner.source.limits import LimitError, TextError
from planner.source.text import Place, SourceText

_DEEPEST = 48
_MOST_ELEMENTS = 3_000_000
_OPAQUE = "OpaqueRef:"
_INTEGER = re.compile(r"-?[0-9]{1,19}")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]*)?(e[+-]?[0-9]+)?", re.IGNORECASE)
_CONTAINERS = ("struct", "array")


@dataclass(frozen=True)
class XmlRpcFile:
    """A stored answer that holds records."""

    source: SourceText
    offsets: Offsets
    starts: dict[str, int]
    """Where the member of each reference begins, in bytes."""

    def place(self, at: At, column: str) -> Place:
        """Where a record's member stands; the record itself when that is not found."""
        steps = [step for step in at if isinstance(step, str) and step in self.starts] if isinstance(at, tuple) else []
        start = self.offsets.character(self.starts[steps[-1]]) if steps else 0
        end = self.source.text.find(f"<name>{_OPAQUE}", start + 1)
        found = self.source.text.find(f"<name>{column}</name>", start, end if end >= 0 else None) if column else -1
        return (
            self.source.place(start) if found < 0 else self.source.place(found, found + len(f"<name>{column}</name>"))
        )


@dataclass
class _Unmarshaller:
    """Takes in the elements of an answer."""

    scanner: Scanner
    root: str = ""
    value: Any = None
    """The value that ended last."""
    typed: bool = False
    containers: list[dict[str, Any] | list[Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    starts: dict[str, int] = field(default_factory=dict)
    name_start: int = 0
    fault: bool = False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        """Take in the begin of an element."""
        self.text.clear()
        match name:
            case "struct" | "array":
                self.containers.append({} if name == "struct" else [])
                self.keys.append("")
            case "value":
                self.typed = False
            case "name":
                self.name_start = self.scanner.byte
            case "fault":
                self.fault = True
        if self.scanner.depth == 1:
            self.root = name

    def end(self, name: str) -> None:
        """Take in the end of an element."""
        match name:
            case "struct" | "array" if self.containers:
                self.value, self.typed = self.containers.pop(), True
                self.keys.pop()
            case "name" if self.keys:
                self.keys[-1] = "".join(self.text)
                if self.keys[-1].startswith(_OPAQUE):
                    self.starts.setdefault(self.keys[-1], self.name_start)
            case "value":
                self._put("".join(self.text) if not self.typed else self.value)
            case "int" | "i4" | "i8" | "boolean" | "double" | "string" | "nil" | "dateTime.iso8601" | "base64":
                self.value, self.typed = _scalar(name, "".join(self.text)), True
        self.text.clear()

    def _put(self, value: object) -> None:
        match self.containers[-1] if self.containers else None:
            case dict() as members:
                members.setdefault(self.keys[-1], value)
            case list() as items:
                items.append(value)
            case _:
                self.value = value
        self.typed = True


def _scalar(kind: str, text: str) -> object:
    """A value by its type; the text as it is where it is not of that type, for the reader of its field to report."""
    match kind:
        case "int" | "i4" | "i8" if _INTEGER.fullmatch(text.strip()):
            return int(text)
        case "boolean" if text in ("0", "1"):
            return text == "1"
        case "double" if _NUMBER.fullmatch(text.strip()):
            return float(text)
        case "nil":
            return None
        case _:
            return text


def read(source: SourceText) -> Reading:
    """The pool that a stored answer describes."""
    opened = answer(source)
    return opened if isinstance(opened, Reading) else xenapi.reading(source, *opened)


def answer(source: SourceText) -> tuple[XmlRpcFile, object] | Reading:
    """A stored answer with its value; why there is none."""
    scanner = Scanner(source, deepest=_DEEPEST, most_elements=_MOST_ELEMENTS)
    taken = _Unmarshaller(scanner)
    try:
        scanner.scan(taken.start, taken.end, taken.text.append)
    except (LimitError, TextError) as error:
        return unreadable(source, error)
    if taken.fault or taken.root != "methodResponse":
        message = (
            "the answer is a fault of XML-RPC, and holds no records" if taken.fault else "this is no XML-RPC answer"
        )
        return Reading(faults=(file_fault(source, "LD004", message, "export again: get_all_records of each class"),))
    return XmlRpcFile(source, scanner.offsets, taken.starts), taken.value
