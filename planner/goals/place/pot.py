"""What searching for a placement may still take, over all questions that are asked of the solver."""

from __future__ import annotations

from copy import copy

from planner.solver import Outcome, WholeNumbers

USUAL = 8.0
"""What may be done where no time is given, as the solver counts it: the same on every machine."""
_SOLVER = 0.4
"""The part of the time that is given which the solver gets; the rest goes into questions, steps and proofs."""
_SHARE = 0.3
_LEAST = 0.05


class Pot:
    """Effort, or seconds where they are given; each question gets a share of what is left."""

    def __init__(self, seconds: float | None) -> None:
        self._timed = seconds is not None
        self._all = self.left = USUAL if seconds is None else seconds * _SOLVER

    def part(self, share: float) -> Pot:
        """A pot with a share of all that there was; what is spent of it has to be taken from this one."""
        other = copy(self)
        other._all = other.left = share * self._all  # noqa: SLF001 - it is one of these
        return other

    @property
    def spent(self) -> float:
        """What was used up."""
        return self._all - self.left

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
