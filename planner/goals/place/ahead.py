"""What is found of the best assignment before the solver is asked, and what of it is impossible."""

from __future__ import annotations

from itertools import pairwise

from planner import patience
from planner.facts.loads import WHOLE
from planner.goals.place.asked import Asked
from planner.goals.place.climbing import Climb
from planner.goals.place.first import first
from planner.goals.place.gaps import Gaps
from planner.goals.place.guarding import Guard
from planner.goals.place.levelling import Level
from planner.goals.place.pot import Pot
from planner.goals.place.spacing import Spacing
from planner.goals.place.worth import Targets, least_load, most_even, most_failures, worth
from planner.plans.costs import HIGHEST, UNEVEN

_NEAR = 10
"""Loads that are no more above what none is below are made lower in other ways in large pools."""


def simple_bounds(asked: Asked, targets: Targets, gaps: Gaps | None = None) -> dict[str, int]:
    """What the highest load and the unevenness are no lower than, with gaps if these are needed."""
    highest = worth(asked, targets).highest
    if highest is None:
        return {}
    least = least_load(asked) if gaps is None else gaps.least_load(highest)
    return {HIGHEST: least, UNEVEN: least_uneven(asked, least, gaps)}


def least_uneven(asked: Asked, highest: int, gaps: Gaps | None = None) -> int:
    """What the unevenness is no lower than where the highest load is no lower than that, with gaps if needed."""
    lowest = None if gaps is None else gaps.most_lowest()
    even = most_even(asked) if lowest is None else min(lowest, most_even(asked))
    return max(0, highest - even)


class Ahead:
    """Ways to begin, some better than others."""

    def __init__(self, asked: Asked, pot: Pot) -> None:
        self._asked, self._pot = asked, pot
        self._gaps: dict[int, Gaps] = {}
        self._sought: set[tuple[int, int]] = set()
        self._last: tuple[Targets, int, Climb] | None = None

    def gaps(self, failures: int) -> Gaps | None:
        """The gaps that so many failures need; None where nothing is known of them."""
        if failures not in self._gaps:
            self._gaps[failures] = Gaps(self._asked, failures)
        return self._gaps[failures] if self._gaps[failures].known else None

    def any_surviving(self, failures: int) -> Targets | None:
        """An assignment that survives so many failures, beginning with where most VMs stay."""
        start = first(self._asked) if failures else None
        return None if start is None else self.surviving(start, failures)

    def surviving(self, start: Targets, failures: int, below: int = WHOLE + 1) -> Targets | None:
        """One that survives so many failures, breaks no more wishes than the start, and has loads lower than that.

        It is sought once: what is not found is not found another time.
        """
        gaps, sought = self.gaps(failures), (failures, worth(self._asked, start).breaches)
        if gaps is None or sought in self._sought:
            return None
        self._sought.add(sought)
        return Spacing(self._asked, start, self._pot, gaps, failures).found(below)

    def raised(self, start: Targets, failures: int) -> tuple[Targets, int]:
        """One that survives more failures, where one is found, and how many."""
        climb = self._climb(start, failures)
        climb.raise_failures()
        return climb.targets, climb.failures

    def lowered(self, start: Targets, failures: int, *, calmly: bool = False) -> list[Targets]:
        """Those with lower loads that are found, each better than the one before it.

        `calmly` begins with what is quicker in large pools, and moves more.
        """
        climb, found = self._climb(start, failures), [start]
        done = climb.lower_plainly()
        found.append(climb.targets)
        if calmly and not done:
            done = climb.lower_calmly()
            found.append(climb.targets)
        near = _NEAR if calmly else 0
        if calmly and not self._near(found[-1], failures, 0):
            found += self._levelled(found[-1], failures)
        if not self._near(found[-1], failures, near):
            spaced = self.surviving(climb.targets, failures, worth(self._asked, found[-1]).highest or 0)
            if spaced is None and not done and (calmly or not climb.lower_calmly()):
                climb.lower_carefully()
            found.append(min(found[-1], spaced or climb.targets, key=lambda each: worth(self._asked, each).of_loads))
        if not self._near(found[-1], failures, near):
            found += self._levelled(found[-1], failures)
        return [after for before, after in pairwise(found) if after is not before]

    def _levelled(self, targets: Targets, failures: int) -> list[Targets]:
        """The same, level by level."""
        least = simple_bounds(self._asked, targets, self.gaps(failures)).get(HIGHEST)
        if least is None:
            return []
        guard = Guard(self._asked, targets, failures if self._asked.wanted.guarded else 0)
        return Level(self._asked, self._pot, targets, guard, least).run()[1:]

    def _near(self, targets: Targets, failures: int, most: int) -> bool:
        """Whether loads are no more than that above what none are below."""
        costs = worth(self._asked, targets)
        bounds = simple_bounds(self._asked, targets, self.gaps(failures))
        values = {HIGHEST: costs.highest, UNEVEN: costs.uneven}
        return all((values[name] or 0) - bound <= most for name, bound in bounds.items())

    def most_failures(self, least: int) -> int:
        """No assignment survives more failures, where one survives so many; not as close for whoever has gone."""
        most = max(most_failures(self._asked), least)
        while most > least and self._refuted(most):
            most -= 1
        return most

    def _refuted(self, failures: int) -> bool:
        """Whether gaps tell that no assignment survives so many failures."""
        gaps = None if patience.ended() else self.gaps(failures)
        return gaps is not None and not gaps.possible(None)

    def _climb(self, start: Targets, failures: int) -> Climb:
        """One that begins there; the last one where it began there too."""
        if self._last is None or self._last[0] is not start or self._last[1] != failures:
            climb = Climb(self._asked, start, self._pot, failures if self._asked.wanted.guarded else 0)
            self._last = start, failures, climb
        return self._last[2]
