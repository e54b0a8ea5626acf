"""Words by number."""

from __future__ import annotations

from collections.abc import Sized


def counted(number: int, noun: str) -> str:
    """A number and its noun: `1 VM`, `3 VMs`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def plural(items: Sized, one: str, several: str) -> str:
    """The word that fits one item, or that which fits several."""
    return one if len(items) == 1 else several
