"""Whether so many hosts may fail once something is changed, and the least change with which they may."""

from __future__ import annotations

from collections.abc import Callable

from planner.facts.failover_problem import Problems
from planner.facts.toolstack_plan import covers_all
from planner.failover.capacity import survives
from planner.failover.problem import FailoverProblem

_EFFORT = 0.005


def survived(problem: FailoverProblem, failures: int) -> bool | None:
    """Whether any so many units may fail; None where that is not decided with the effort of one question of many."""
    return survives(problem, failures, effort=_EFFORT)


def judged(found: Problems, failures: int, *, for_toolstack: bool = False) -> bool | None:
    """Whether so many failures are survived, and accepted by the toolstack where it is asked.

    False where they are not survived in truth; None where that is not decided, or only the toolstack refuses.
    """
    truly = survived(found.exact, failures)
    if truly and for_toolstack and not covers_all(found, failures):
        return None
    return truly


def least(low: int, high: int, held: Callable[[int], bool | None], *, refused: bool = True) -> tuple[int, bool]:
    """The least number above `low` that is found to hold, and whether the one below it surely does not.

    `high` holds, and `low` does not: surely where it is `refused`. What is not decided is taken not to hold.
    """
    while high - low > 1:
        middle = (low + high) // 2
        verdict = held(middle)
        low, high, refused = (low, middle, refused) if verdict else (middle, high, verdict is False)
    return high, refused
