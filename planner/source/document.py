"""One document of a text: its value, and on request where each part of the value stands."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from sys import intern
from typing import Any

from planner.source.limits import LimitError, TextError

Pointer = tuple[str | int, ...]
Span = tuple[int, int]
"""Offsets of the first character, and of the one behind the last."""


@dataclass(frozen=True, slots=True)
class Node:
    """Where a value stands: its text, and the key it was given under."""

    start: int
    end: int
    key: Span | None
    holds: bool
    """It is a mapping or a list with something in it."""

    def span(self) -> Span:
        """What to show for it: a short value itself, a mapping or list by its key."""
        return self.key if self.holds and self.key else (self.start, self.end)


class Places:
    """Where every value of a document stands.

    The values are kept in the order of the text, each with the number of values in it, in arrays: a document of
    millions of values must not take gigabytes to be found fault with.
    """

    def __init__(self) -> None:
        self._starts, self._ends = array("q"), array("q")
        self._key_starts, self._key_ends = array("q"), array("q")
        self._sizes = array("q")
        self._keys: list[str | None] = []
        self._inner: dict[int, dict[str | int, int]] = {}

    def open(self, span: Span, key: str | None = None, key_span: Span = (-1, -1)) -> int:
        """Enter a value that begins; the number to close it with."""
        self._starts.append(span[0])
        self._ends.append(span[1])
        self._key_starts.append(key_span[0])
        self._key_ends.append(key_span[1])
        self._sizes.append(1)
        self._keys.append(key if key is None else intern(key))
        return len(self._starts) - 1

    def close(self, number: int, end: int) -> None:
        """Say where a mapping or list ends, when all in it were entered."""
        self._ends[number] = end
        self._sizes[number] = len(self._starts) - number

    def find(self, pointer: Pointer) -> tuple[Node, bool]:
        """The node of a pointer and True; where that is not written out, its nearest holder and False."""
        number = 0
        for step in pointer:
            within = self._within(number)
            inner = within.get(step)
            if inner is None and (merged := within.get("<<")) is not None:
                inner = self._within(merged).get(step)
                number = merged if inner is None else number
            if inner is None:
                return self._node(number), False
            number = inner
        return self._node(number), True

    def _within(self, number: int) -> dict[str | int, int]:
        """The values that a mapping or list holds itself, by key or position; of two with one key, the first."""
        if number not in self._inner:
            inner: dict[str | int, int] = {}
            each, end = number + 1, number + self._sizes[number]
            while each < end:
                key = self._keys[each]
                inner.setdefault(len(inner) if key is None else key, each)
                each += self._sizes[each]
            self._inner[number] = inner
        return self._inner[number]

    def _node(self, number: int) -> Node:
        key = (self._key_starts[number], self._key_ends[number])
        return Node(
            self._starts[number],
            self._ends[number],
            None if self._keys[number] is None else key,
            self._sizes[number] > 1,
        )


@dataclass(frozen=True, slots=True)
class Repeated:
    """A key that its mapping already has; the first one counts."""

    key: str
    start: int
    end: int


@dataclass
class Document:
    """One document: its value, or why there is none."""

    value: Any = None
    start: int = 0
    repeated: list[Repeated] = field(default_factory=list)
    error: LimitError | TextError | None = None
    scan: Callable[[], Places] | None = None
    """Goes over the text once more, for the places."""

    @cached_property
    def root(self) -> Places:
        """Where everything stands."""
        if self.scan:
            return self.scan()
        places = Places()
        places.open((self.start, self.start + 1))
        return places
