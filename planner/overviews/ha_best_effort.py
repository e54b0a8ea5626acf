"""Which VMs without a promise still fit when the worst hosts fail, beside all to which a restart is promised.

A VM fits for a number of failures when, whichever hosts fail, it can be restarted along with all protected VMs and with
those that are counted before it. They are counted in the order in which they are started; one that does not fit is
passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.failover.capacity import failure_capacity
from planner.failover.problem import FailoverProblem, Restart

_EFFORT = 0.05
_MOST_QUESTIONS = 60


@dataclass(frozen=True, slots=True)
class Fitting:
    """What still fits for a number of failures."""

    failures: int
    vms: tuple[str, ...]
    """By key, in the order in which they are started."""
    complete: bool
    """All VMs were looked at; else more may fit."""


def fitting(problem: FailoverProblem, others: Sequence[Restart], most: int) -> tuple[Fitting, ...]:
    """For each number of failures from one up to `most`, the VMs on hosts that still fit, of those given in order."""
    counted = _Counted(problem)
    found: list[Fitting] = []
    rest = [each for each in others if each.host is not None]
    for failures in range(1, most + 1):
        kept, complete = counted.kept(rest, failures)
        found.append(Fitting(failures, tuple(each.vm for each in kept), complete))
        rest = kept
    return tuple(found)


class _Counted:
    """Questions of what is survived along with some VMs; each is asked once, and not too many."""

    def __init__(self, problem: FailoverProblem) -> None:
        self._problem = problem
        self._known: dict[frozenset[str], int] = {}

    def kept(self, wanted: Sequence[Restart], failures: int) -> tuple[list[Restart], bool]:
        """Those that fit for so many failures, and whether all were looked at."""
        kept: list[Restart] = []
        rest = list(wanted)
        while rest:
            if len(self._known) >= _MOST_QUESTIONS:
                return kept, False
            more = self._prefix(kept, rest, failures)
            kept += rest[:more]
            rest = rest[more + 1 :]
        return kept, True

    def _prefix(self, kept: Sequence[Restart], rest: Sequence[Restart], failures: int) -> int:
        """How many of the first fit beside those that are kept."""
        if self._survived([*kept, *rest]) >= failures:
            return len(rest)
        lower, upper = 0, len(rest)
        while upper - lower > 1:
            middle = (lower + upper) // 2
            fits = self._survived([*kept, *rest[:middle]]) >= failures
            lower, upper = (middle, upper) if fits else (lower, middle)
        return lower

    def _survived(self, more: Sequence[Restart]) -> int:
        key = frozenset(each.vm for each in more)
        if key not in self._known:
            problem = self._problem
            restarts = (*problem.restarts, *more)
            asked = FailoverProblem(problem.free, restarts, problem.total_hosts, problem.domains)
            self._known[key] = failure_capacity(asked, effort=_EFFORT).lower
        return self._known[key]
