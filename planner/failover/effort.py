"""Work that is counted, so that the same question ends in the same place on every machine."""

from __future__ import annotations


class Exhausted(Exception):  # noqa: N818 - it is no error: the answer is that more work would be needed
    """The effort that was allowed is spent."""


class Effort:
    """So many steps are left."""

    def __init__(self, steps: float) -> None:
        self.left = int(steps)

    def spend(self, steps: int = 1) -> None:
        """Count steps. Raises Exhausted when none is left."""
        self.left -= steps
        if self.left < 0:
            raise Exhausted
