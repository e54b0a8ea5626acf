"""How many hosts of a pool may fail at once, as exactly as what is told of it allows."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from planner import patience
from planner.facts.failover_problem import Problems
from planner.failover.answers import FailureCapacity
from planner.failover.problem import FailoverProblem


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was said of a problem with so much effort."""

    problem: FailoverProblem
    effort: float
    whole: bool
    """Nobody wanted to have it sooner: with the same effort nothing closer is found."""
    capacity: FailureCapacity


_LATEST: deque[_Answer] = deque(maxlen=16)
"""The latest ones, the last one first: who judges a plan comes upon those that it was made with."""


def exact_capacity(found: Problems, *, effort: float = 1.0, in_haste: bool = False) -> FailureCapacity:
    """The capacity; while a fact is lacking nothing is claimed but that not all hosts can fail.

    Bounds that were found in haste a moment ago will do where `in_haste` says so.
    """
    return _unclear(found) or _answered(found.exact, effort, in_haste=in_haste or patience.ended())


def _answered(problem: FailoverProblem, effort: float, *, in_haste: bool) -> FailureCapacity:
    """The answer to a problem; one that was asked with the same effort a moment ago is not worked out again."""
    from planner.failover.capacity import failure_capacity  # noqa: PLC0415 - most checks can do without its tables

    for known in tuple(_LATEST):
        if known.effort == effort and (known.whole or in_haste) and known.problem == problem:
            return known.capacity
    answer = failure_capacity(problem, effort=effort)
    _LATEST.appendleft(_Answer(problem, effort, answer.proven or not patience.ended(), answer))
    return answer


def surely_survived(found: Problems, failures: int, effort: float) -> bool:
    """Whether so many hosts may fail, as far as so much effort proves it."""
    from planner.failover.capacity import survives  # noqa: PLC0415 - most checks can do without its tables

    unclear = _unclear(found)
    return unclear.lower >= failures if unclear else survives(found.exact, failures, effort=effort) is True


def capacity_at_a_glance(found: Problems) -> FailureCapacity:
    """Bounds of the same that hardly cost anything."""
    from planner.failover.capacity import glance  # noqa: PLC0415 - most checks can do without its tables

    return _unclear(found) or glance(found.exact)


def _unclear(found: Problems) -> FailureCapacity | None:
    if found.lacking or found.undecided:
        return FailureCapacity(0, max(0, len(found.exact.units) - 1), proven=False, witness=None, because=None)
    if found.homeless:
        return FailureCapacity(0, 0, proven=True, witness=None, because=None)
    return None
