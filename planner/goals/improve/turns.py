"""Choices that differ from turn to turn, as if by chance, and are the same every time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_FACTOR, _STEP, _ROUND = 6364136223846793005, 1442695040888963407, 2**64
"""Numbers that make each number look unlike the one before: all of 64 bits come up once in a round."""


class Turns:
    """A sequence of choices."""

    def __init__(self) -> None:
        self._state = 1

    def below(self, most: int) -> int:
        """A number from zero on that is below `most`."""
        self._state = (self._state * _FACTOR + _STEP) % _ROUND
        return (self._state >> 33) % most

    def some(self, of: Sequence[T], number: int) -> list[T]:
        """So many of these, or all of them where they are fewer."""
        left, found = list(of), list[T]()
        while left and len(found) < number:
            found.append(left.pop(self.below(len(left))))
        return found
