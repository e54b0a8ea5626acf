"""What searching for a placement may still take, over all questions that are asked of the solver."""

from __future__ import annotations

from copy import copy

from planner import patience
from planner.patience import Elapsed
from planner.solver import Outcome, WholeNumbers

USUAL = 8.0
"""What may be done where no time is given, as the solver counts it: the same on every machine."""
_SEARCH = 0.6
"""The part of the time that is given in which it is searched; the rest goes into steps and proofs."""
_SHARE = 0.3
_AGAIN = 0.5
_LEAST = 0.05


class Pot:
    """Effort, or seconds where they are given, from now on; each question gets a share of what is left."""

    def __init__(self, seconds: float | None) -> None:
        self.timed = seconds is not None
        self._all = USUAL if seconds is None else seconds * _SEARCH
        self._elapsed, self._spent = Elapsed(), 0.0

    @property
    def left(self) -> float:
        """What may still be used up."""
        return self._all - (self._elapsed.seconds if self.timed else self._spent)

    def anew(self) -> Pot:
        """For the same questions once more, about less: half as much; or what is left of a time that is given."""
        return self if self.timed else Pot(None).part(_AGAIN)

    def part(self, share: float) -> Pot:
        """A pot with a share of all that there was, and no more than there is; see `give_back`."""
        other = copy(self)
        other._all = min(share * self._all, max(0.0, self.left))  # noqa: SLF001 - it is one of these
        other._elapsed, other._spent = Elapsed(), 0.0  # noqa: SLF001
        return other

    def give_back(self, part: Pot) -> None:
        """Count what was used up of a part of it."""
        self._spent += part._spent

    @property
    def empty(self) -> bool:
        """Nothing is left for a further question, or nobody waits for an answer."""
        return patience.ended() or self.left < _LEAST * self._all

    def solve(self, numbers: WholeNumbers, share: float = _SHARE) -> Outcome:
        """What the solver finds with a share of what is left."""
        most = max(_LEAST * self._all, share * self.left)
        found = numbers.solve(most, most if self.timed else None)
        self._spent += found.effort
        return found
