"""Somebody waits for a search: they are told how far it is, and may end it with what it has found.

A time may be set as well, after which it ends in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


class Elapsed:
    """The seconds since this was made: for searches to which somebody gives a time."""

    def __init__(self) -> None:
        self._begun = monotonic()

    @property
    def seconds(self) -> float:
        """How many they are by now."""
        return monotonic() - self._begun


_WAITING: ContextVar[Waiting | None] = ContextVar("waiting", default=None)
_OVER: ContextVar[Callable[[], bool]] = ContextVar("over", default=lambda: False)


@contextmanager
def waited_for(by: Waiting | None) -> Iterator[None]:
    """Whatever is searched in this block is waited for, by somebody or by nobody."""
    token = _WAITING.set(by)
    try:
        yield
    finally:
        _WAITING.reset(token)


@contextmanager
def for_at_most(seconds: float | None) -> Iterator[None]:
    """Whatever is searched in this block ends with the best that it has once so much time is gone; None: any time."""
    elapsed = Elapsed()
    token = _OVER.set(lambda: seconds is not None and elapsed.seconds >= seconds)
    try:
        yield
    finally:
        _OVER.reset(token)


@contextmanager
def unhurried() -> Iterator[None]:
    """What is searched in this block goes on to its end, whatever time is set and whoever has gone."""
    by = _WAITING.get()
    with for_at_most(None), waited_for(_ToTheEnd(by) if by else None):
        yield


def waiting() -> Waiting | None:
    """Who waits for what is searched now; None where nobody does."""
    return _WAITING.get()


def ended() -> bool:
    """Whether the best so far is wanted now: by whoever waits, or since the time is over."""
    found = _WAITING.get()
    return _OVER.get()() or (found is not None and found.ended)


class _ToTheEnd(Waiting):
    """Whoever is told for somebody else how far a search is, and never ends it."""

    def __init__(self, by: Waiting) -> None:
        super().__init__()
        self._by = by

    def told(self, what: str, best: str, bound: str) -> None:
        self._by.told(what, best, bound)
