"""What is found of the best assignment before the solver is asked, and what of it is impossible."""

from __future__ import annotations

from itertools import pairwise

from planner.facts.loads import WHOLE
from planner.goals.place.asked import Asked
from planner.goals.place.climbing import Climb
from planner.goals.place.first import first
from planner.goals.place.gaps import Gaps
from planner.goals.place.pot import Pot
from planner.goals.place.spacing import Spacing
from planner.goals.place.worth import Targets, least_load, most_even, most_failures, worth
from planner.plans.costs import HIGHEST, UNEVEN


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

    def lowered(self, start: Targets, failures: int) -> list[Targets]:
        """Those with lower loads that are found, each better than the one before it."""
        climb = self._climb(start, failures)
        plainly, highest = climb.lower_plainly(), worth(self._asked, climb.targets).highest
        found = [start, climb.targets]
        spaced = None if highest is None else self.surviving(climb.targets, failures, highest)
        if spaced is not None:
            found.append(spaced)
        elif not plainly:
            climb.lower_carefully()
            found.append(climb.targets)
        return [after for before, after in pairwise(found) if after is not before]

    def most_failures(self, least: int) -> int:
        """No assignment survives more failures, where one is known that survives so many."""
        most = max(most_failures(self._asked), least)
        while most > least and (gaps := self.gaps(most)) is not None and not gaps.possible(None):
            most -= 1
        return most

    def _climb(self, start: Targets, failures: int) -> Climb:
        return Climb(self._asked, start, self._pot, failures if self._asked.wanted.guarded else 0)
