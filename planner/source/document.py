"""One document of a text: its value, and on request where each part of the value stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from planner.source.limits import LimitError, TextError

Pointer = tuple[str | int, ...]


@dataclass(slots=True)
class Node:
    """Where a value stands: offsets of its text and of the key it was given under, and the values inside it."""

    start: int
    end: int
    key: tuple[int, int] | None = None
    items: dict[str | int, Node] = field(default_factory=dict)

    def find(self, pointer: Pointer) -> tuple[Node, bool]:
        """The node of a pointer and True; where that is not written out, its nearest holder and False."""
        node = self
        for step in pointer:
            inner = node.items.get(step)
            if inner is None:
                return node, False
            node = inner
        return node, True

    def span(self) -> tuple[int, int]:
        """What to show for it: a short value itself, a mapping or list by its key."""
        return self.key if self.items and self.key else (self.start, self.end)


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
    scan: Callable[[], Node] | None = None
    """Goes over the text once more, for the places."""

    @cached_property
    def root(self) -> Node:
        """Where everything stands."""
        return self.scan() if self.scan else Node(self.start, self.start + 1)
