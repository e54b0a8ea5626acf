"""Work that is counted, so that the same question ends in the same place on every machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

SECOND = 100_000
"""The steps for which an ordinary processor core needs about a second."""


class Exhausted(Exception):  # noqa: N818 - it is no error: the answer is that more work would be needed
    """The effort that was allowed is spent."""


class Effort:
    """So many steps are left, and the solver may be asked or not."""

    def __init__(self, steps: float, *, solver: bool = True) -> None:
        self.left, self.solver = float(steps), solver

    def spend(self, steps: float = 1) -> None:
        """Count steps. Raises Exhausted when none is left."""
        self.left -= steps
        if self.left < 0:
            raise Exhausted

    def ask_solver(self, steps: float) -> None:
        """Count steps for a question to the solver. Raises Exhausted when none is left, or it may not be asked."""
        if not self.solver:
            raise Exhausted
        self.spend(steps)

    def within(self, steps: float, work: Callable[[Effort], T]) -> T | None:
        """What comes of work that may use a part of what is left; None when that is spent first."""
        part = Effort(max(0.0, min(steps, self.left)), solver=self.solver)
        granted = part.left
        try:
            return work(part)
        except Exhausted:
            return None
        finally:
            self.left -= granted - part.left
