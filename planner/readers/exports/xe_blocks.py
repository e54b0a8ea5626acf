"""The blocks of lines that `xe` prints: one per object, with a name, a flag and a value on each line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from planner.source.limits import LimitError

MOST_VALUES = 4_000_000
_LINE = re.compile(r"(\s*)([A-Za-z][\w-]{0,79}) \((?: |S|M)?R[OW]\)(?: \[DEPRECATED\])?\s*:(?: (.*))?", re.DOTALL)
_PROMPT = re.compile(
    r"(?:.{0,200}[#$>]\s*)?xe\s.{0,200}?\b([a-z][a-z-]{0,40}?)(?:-param)?-list\b|\[?\w+@.{0,99}[#$](?:\s|$)"
)
"""A command that prints, or any other: what is below is no part of what is above."""


@dataclass(frozen=True, slots=True)
class Line:
    """One value, which may go on in the lines below, and where its name stands."""

    parts: list[str]
    start: int
    end: int

    @property
    def text(self) -> str:
        """The whole value."""
        return "\n".join(self.parts)


@dataclass(frozen=True, slots=True)
class Block:
    """One object as it was printed."""

    start: int
    end: int
    command: str | None
    """The class in the command that stands above it."""
    lines: dict[str, Line] = field(default_factory=dict)


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a text. Raises LimitError when there are more values than any pool has."""
    command: str | None = None
    block: Block | None = None
    value: Line | None = None
    after_blank, number, offset = True, 0, 0
    for line in text.split("\n"):
        start, offset = offset, offset + len(line) + 1
        found = _LINE.fullmatch(line)
        if found:
            begins = not found[1] and (found[2] == "uuid" or after_blank)
            if block is None or value is None or begins:
                if block is not None:
                    yield block
                block = Block(start, start + len(line.rstrip()), command)
            value = Line([found[3] or ""], start + len(found[1]), start + len(line))
            block.lines.setdefault(found[2], value)
            number += 1
        elif prompt := _PROMPT.match(line):
            command, value = prompt[1] or command, None
        elif value is not None and line.strip():
            value.parts.append(line)
        after_blank = not line.strip()
        if number > MOST_VALUES:
            raise LimitError("there are more values than any pool has")
    if block is not None:
        yield block
