"""Texts that are to be read as texts where Markdown is read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from planner.reports.words import visible

_MARKUP = re.compile(r"([\\*_\[\]<>|#`])")
_COMMAND = re.compile(r"`([a-z][^`']*(?:'[^']*'[^`']*)*)`")
"""A command in backticks; what is quoted in it may hold some itself."""


def plain(text: str) -> str:
    """A text that is no markup; commands in backticks stay."""
    return "".join(_parts(visible(text)))


def cell(text: str) -> str:
    """The same for a cell of a table, which a bar would end even inside a command."""
    return re.sub(r"(?<!\\)\|", r"\|", plain(text))


def _parts(text: str) -> Iterator[str]:
    end = 0
    for command in _COMMAND.finditer(text):
        yield _escaped(text[end : command.start()])
        yield f"`` {command[1]} ``" if "`" in command[1] else command[0]
        end = command.end()
    yield _escaped(text[end:])


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)
