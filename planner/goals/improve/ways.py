"""Ways to let more hosts fail."""

from __future__ import annotations

from enum import Enum


class By(Enum):
    """What may be changed."""

    MOVES = "moves"
    PROMISES = "promises"
