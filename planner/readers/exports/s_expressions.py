"""Sets and maps as the toolstack's database writes them: `('a' 'b')` and `(('k' 'v') ('l' ''))`."""

from __future__ import annotations

import re
from dataclasses import dataclass

Item = str | list["Item"]

_PROTECTED = re.compile(r"%([.tnr%_])", re.DOTALL)
_MEANING = {".": " ", "t": "\t", "n": "\n", "r": "\r", "%": "%", "_": "  "}
_TOKEN = re.compile(r"""\s+|[()]|'([^'\\]*(?:\\.[^'\\]*)*)'|"([^"\\]*(?:\\.[^"\\]*)*)"|([^\s()'"]+)""", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_DEEPEST = 4
"""A map whose values are sets has three levels."""


@dataclass(frozen=True, slots=True)
class Salvaged:
    """The items that could be read of a text that breaks off or is no list."""

    items: list[Item]


def unprotect(text: str) -> str:
    """The text whose spaces the database protected with `%`."""
    return _PROTECTED.sub(lambda found: _MEANING[found[1]], text) if "%" in text else text


def parse(text: str) -> list[Item] | Salvaged:
    """The items of the list that a text is; those read so far when it is not whole."""
    root: list[Item] = []
    stack = [root]
    position = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None or len(stack) > _DEEPEST or (len(stack) == 1 and root and not token[0].isspace()):
            return _salvage(root)
        position = token.end()
        if token[0] == "(":
            inner: list[Item] = []
            stack[-1].append(inner)
            stack.append(inner)
        elif token[0] == ")":
            stack.pop()
            if not stack:
                return _salvage(root)
        elif (item := _scalar(token)) is not None:
            stack[-1].append(item)
    whole = root[0] if len(stack) == 1 and root else None
    return whole if isinstance(whole, list) else _salvage(root)


def _scalar(token: re.Match[str]) -> str | None:
    """A quoted text or a bare word; None for space."""
    quoted = token[1] if token[1] is not None else token[2]
    if quoted is None:
        return token[3]
    return _ESCAPED.sub(r"\1", quoted) if "\\" in quoted else quoted


def _salvage(root: list[Item]) -> Salvaged:
    first = root[0] if root else []
    return Salvaged(first if isinstance(first, list) else root)


def parse_set(text: str) -> list[str] | None:
    """The members of a set; None when the text is none."""
    items = parse(text)
    if isinstance(items, Salvaged):
        return None
    members = [item for item in items if isinstance(item, str)]
    return members if len(members) == len(items) else None


def parse_map(text: str) -> dict[str, str] | None:
    """The entries of a map of texts, the first of each key; None when the text is none."""
    items = parse(text)
    if isinstance(items, Salvaged):
        return None
    entries: dict[str, str] = {}
    for item in items:
        match item:
            case [str(key), str(value)]:
                entries.setdefault(key, value)
            case _:
                return None
    return entries
