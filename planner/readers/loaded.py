"""What reading gives: records, each with a way back to its place in a file, and the faults met on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from planner.findings import Fault
from planner.model.fields import Record
from planner.model.inventory import Inventory
from planner.model.pool import Pool
from planner.model.site import Site
from planner.model.walk import Pointer, Spot, walk
from planner.model.wishes import Wishes
from planner.source.text import Place, SourceText

UNREAD = ("LD001", "LD002", "LD003")
"""Of these nothing is read: no text, broken syntax, and what is beyond the limits."""

Root = Pool | Wishes | Site


class Origin(Protocol):
    """Knows where the records of one root stand in its file."""

    @property
    def path(self) -> str:
        """The file of the root itself."""

    def place(self, record: Record, pointer: Pointer, field: str) -> Place:
        """The place of a record's field, or of its nearest part that is written out.

        `pointer` leads from the root to the record; `field` is dotted, and empty for the record itself.
        """


@dataclass(frozen=True)
class Rooted:
    """A root record and its origin."""

    record: Root
    origin: Origin


@dataclass(frozen=True)
class Reading:
    """What one file gave."""

    roots: tuple[Rooted, ...] = ()
    faults: tuple[Fault, ...] = ()
    untold: int = 0
    """How many more faults there are, beyond those that are told."""


def joined(readings: Sequence[Reading]) -> Reading:
    """Several readings as one."""
    return Reading(
        tuple(rooted for reading in readings for rooted in reading.roots),
        tuple(fault for reading in readings for fault in reading.faults),
        sum(reading.untold for reading in readings),
    )


@dataclass(frozen=True)
class Loaded:
    """All that was read in one run: the inventory, and the faults found while reading."""

    roots: tuple[Rooted, ...]
    faults: tuple[Fault, ...]
    texts: Mapping[str, SourceText] = field(default_factory=dict)
    """Each file's text by its path, to show places of it."""

    @cached_property
    def inventory(self) -> Inventory:
        """All roots as one inventory."""
        records = [rooted.record for rooted in self.roots]
        return Inventory(
            pools=[record for record in records if isinstance(record, Pool)],
            wishes=[record for record in records if isinstance(record, Wishes)],
            site=next((record for record in records if isinstance(record, Site)), None),
        )

    @property
    def losses(self) -> tuple[Fault, ...]:
        """The faults by which files, documents or records are left out, so that no answer about the rest is sure.

        Where nothing could be used, all faults are among them.
        """
        return tuple(each for each in self.faults if each.loses or each.code in UNREAD or not self.roots)

    @cached_property
    def spots(self) -> dict[int, tuple[Rooted, Spot, Record]]:
        """Every record by its identity, with its root and its spot in it."""
        return {id(record): (rooted, spot, record) for rooted in self.roots for spot, record in walk(rooted.record)}
