"""What searching for a placement may still take, over all questions that are asked of the solver."""

from __future__ import annotations

from planner.solver import Outcome, WholeNumbers

USUAL = 16.0
"""What may be done where no time is given, as the solver counts it: the same on every machine."""
_SHARE = 0.3
_LEAST = 0.05


class Pot:
    """Effort, or seconds where they are given; each question gets a share of what is left."""

    def __init__(self, seconds: float | None) -> None:
        self._timed = seconds is not None
        self._all = self.left = USUAL if seconds is None else seconds

    @property
    def empty(self) -> bool:
        """Nothing is left for a further question."""
        return self.left < _LEAST * self._all

    def solve(self, numbers: WholeNumbers, share: float = _SHARE) -> Outcome:
        """What the solver finds with a share of what is left."""
        most = max(_LEAST * self._all, share * self.left)
        found = numbers.solve(most, most if self._timed else None)
        self.left -= found.effort
        return found
