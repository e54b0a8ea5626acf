"""A text with its path, and stretches of it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from planner.confidential import masked, opens_secret

STRETCH = 2**16
_NEAR = 2000
_LINES_ABOVE = 100
_HIDDEN = "\0"
"""Stands in no text."""
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

    def cropped(self, room: int) -> Snippet:
        """The neighbourhood of the place, no longer than there is room for."""
        if len(self.text) <= room:
            return self
        left = max(0, min(self.column - 1 - room // 4, len(self.text) - room))
        shown, column = self.text[left : left + room], self.column - left
        return Snippet(shown, column, max(1, min(self.length, len(shown) - column + 1)))


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
        return line, offset - self._line_start(offset) + 1

    def _line_start(self, offset: int) -> int:
        """Where the line of a character begins. However long the line is, only two stretches are looked through."""
        stretch = min(offset // STRETCH, len(self._lines_before) - 1)
        last = self.text.rfind("\n", stretch * STRETCH, offset)
        if last < 0:
            behind = bisect_left(self._lines_before, self._lines_before[stretch])
            last = self.text.rfind("\n", max(0, behind - 1) * STRETCH, behind * STRETCH)
        return last + 1

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
        line, column = self._near(self.line_offset(place.line), place.column, "*")
        length = place.end_column - place.column if place.end_line == place.line else len(line) - column + 1
        return Snippet(line.expandtabs(1), column, max(1, min(length, len(line) - column + 1))).cropped(CROP)

    def hides(self, start: int, end: int) -> bool:
        """Whether any of these characters may belong to a secret, so that no message may repeat them."""
        begin = self._line_start(start)
        line, column = self._near(begin, start - begin + 1, _HIDDEN)
        return _HIDDEN in line[column - 1 :][: end - start]

    def _near(self, start: int, column: int, mask: str) -> tuple[str, int]:
        """What stands around a column of the line that begins at `start`, secrets masked, and its column in that."""
        here = start + column - 1
        end = self.text.find("\n", here, here + _NEAR)
        begin, end = max(start, here + 1 - _NEAR), min(here + _NEAR, len(self.text)) if end < 0 else end
        line = self.text[begin:end]
        shown = mask * len(line) if self._goes_on_with_secret(start, line) else masked(line, mask)
        return shown, min(here - begin + 1, len(line) + 1)

    def _goes_on_with_secret(self, start: int, line: str) -> bool:
        """Whether a line belongs to the value of a secret key in the lines above it, as its indentation tells."""
        depth = _depth(line)
        for number in range(_LINES_ABOVE):
            end = start - 1
            if end < 0 or (depth == 0 and number):
                return False
            start = max(self.text.rfind("\n", max(0, end - _NEAR), end) + 1, end - _NEAR, 0)
            above = self.text[start:end]
            next_to_it = number == 0 and (above.rstrip().endswith((":", "=")) or line.lstrip().startswith((":", "<")))
            if (_depth(above) < depth or next_to_it) and above.strip():
                if opens_secret(above):
                    return True
                depth = min(depth, _depth(above))
        return False


def _depth(line: str) -> int:
    """How far a line is indented, behind the dash of a list's item."""
    return len(line) - len(line.lstrip(" \t-"))
