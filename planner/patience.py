"""Somebody waits for a search: they are told how far it is, and may end it with what it has found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic


class Waiting:
    """Somebody who waits. Whoever derives from it decides what is done with what it is told."""

    def __init__(self) -> None:
        self.ended = False
        """They wait no longer: a search ends with the best that it has."""

    def told(self, what: str, best: str, bound: str) -> None:
        """How far a search is: what it is for, the best so far, and what nothing is better than; empty: none yet."""


_WAITING: ContextVar[Waiting | None] = ContextVar("waiting", default=None)


@contextmanager
def waited_for(by: Waiting) -> Iterator[None]:
    """Whatever is searched in this block is waited for."""
    token = _WAITING.set(by)
    try:
        yield
    finally:
        _WAITING.reset(token)


def waiting() -> Waiting | None:
    """Who waits for what is searched now; None where nobody does."""
    return _WAITING.get()


def ended() -> bool:
    """Whether whoever waits would have the best so far, now."""
    found = _WAITING.get()
    return found is not None and found.ended


class Elapsed:
    """The seconds since this was made: for searches to which somebody gives a time."""

    def __init__(self) -> None:
        self._begun = monotonic()

    @property
    def seconds(self) -> float:
        """How many they are by now."""
        return monotonic() - self._begun
