"""From a document's record to every record inside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.model.fields import Record

Pointer = tuple[str | int, ...]
"""Keys and list positions that lead from a document to one of its values."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a document a record is: the way to it, and the records that hold it, outermost first."""

    pointer: Pointer
    holders: tuple[Record, ...]

    def name(self, record: Record) -> str:
        """What a person calls the record: its own label behind those of its holders, less the document's."""
        if not self.holders:
            return record.label
        return "/".join(each.label for each in (*self.holders[1:], record))


def parts(record: Record) -> Iterator[tuple[Pointer, Record]]:
    """The records that a record holds itself, each with the way to it."""
    for field, value in record.__dict__.items():
        if isinstance(value, Record):
            yield (field,), value
        elif isinstance(value, tuple):
            for position, item in enumerate(value):
                if isinstance(item, Record):
                    yield (field, position), item


def walk(record: Record, spot: Spot | None = None) -> Iterator[tuple[Spot, Record]]:
    """A record and all records inside it, each with its spot."""
    here = spot or Spot((), ())
    yield here, record
    for way, part in parts(record):
        yield from walk(part, Spot(here.pointer + way, (*here.holders, record)))
