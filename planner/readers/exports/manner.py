"""How sources tell of a pool that give less than the toolstack's own records."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manner:
    """A source that leaves out columns, which are unknown then, and refers by UUIDs."""

    lacks: str
    """What is never told, as a sentence."""
    remedy: str
    """How to get what is never told."""
    more: str
    """How to get objects that were left out."""
