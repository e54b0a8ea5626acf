"""What a question lacks for an answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.model.fields import Record


@dataclass(frozen=True, slots=True)
class Lacking:
    """A field that nobody gave, so that a question stays open."""

    record: Record
    field: str


def each_once(lacking: Iterable[Lacking]) -> tuple[Lacking, ...]:
    """Each field of each record once, in the order of their first mention."""
    return tuple({(id(each.record), each.field): each for each in lacking}.values())
