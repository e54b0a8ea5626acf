"""What a question lacks for an answer."""

from __future__ import annotations

from dataclasses import dataclass

from planner.model.fields import Record


@dataclass(frozen=True, slots=True)
class Lacking:
    """A field that nobody gave, so that a question stays open."""

    record: Record
    field: str
