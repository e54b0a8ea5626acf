"""A text with its path, and stretches of it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from planner.confidential import masked

STRETCH = 2**16
_NEAR = 2000
CROP = 96
"""How much of a long line is shown around a place."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of a file: lines and columns count from 1, in characters; the end is not part of it."""

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 2


@dataclass(frozen=True, slots=True)
class Snippet:
    """The part of a line that shows a place; `column` is where the place begins in it, from 1."""

    text: str
    column: int
    length: int


class SourceText:
    """The text of one file, without a byte order mark."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    @cached_property
    def _lines_before(self) -> list[int]:
        """How many lines end before each stretch of the text; not one number a line, for a file may be all lines."""
        before = [0]
        for start in range(0, len(self.text), STRETCH):
            before.append(before[-1] + self.text.count("\n", start, start + STRETCH))
        return before

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of a character."""
        stretch = min(offset // STRETCH, len(self._lines_before) - 1)
        line = self._lines_before[stretch] + self.text.count("\n", stretch * STRETCH, offset) + 1
        return line, offset - self.text.rfind("\n", 0, offset)

    def place(self, start: int, end: int | None = None) -> Place:
        """The place of the characters from `start` up to `end`; of one character when no end is given."""
        line, column = self.line_and_column(start)
        end_line, end_column = self.line_and_column(max(start + 1, end or 0))
        return Place(self.path, line, column, end_line, end_column)

    def line_offset(self, line: int) -> int:
        """Where a line begins; lines count from 1."""
        stretch = max(0, bisect_left(self._lines_before, line - 1) - 1)
        offset = stretch * STRETCH
        for _ in range(line - 1 - self._lines_before[stretch]):
            offset = self.text.find("\n", offset) + 1
        return offset

    def snippet(self, place: Place) -> Snippet:
        """The line of a place, cut to its neighbourhood where it is long."""
        start = self.line_offset(place.line)
        end = self.text.find("\n", start)
        end = len(self.text) if end < 0 else end
        near = max(start, start + place.column - _NEAR), min(end, start + place.column + _NEAR)
        line = masked(self.text[slice(*near)])
        column = min(place.column - (near[0] - start), len(line) + 1)
        length = place.end_column - place.column if place.end_line == place.line else len(line) - column + 1
        left = 0 if len(line) <= CROP else max(0, min(column - 1 - CROP // 4, len(line) - CROP))
        shown = line[left : left + CROP].expandtabs(1)
        return Snippet(shown, column - left, max(1, min(length, len(shown) - (column - left) + 1)))
