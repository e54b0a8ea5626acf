"""How many hosts of a pool may fail at once, as exactly as what is told of it allows."""

from __future__ import annotations

from collections import deque

from planner import patience
from planner.facts.failover_problem import Problems
from planner.failover.answers import FailureCapacity
from planner.failover.problem import FailoverProblem

_LATEST: deque[tuple[FailoverProblem, float, FailureCapacity]] = deque(maxlen=8)
"""The latest problems with their answers: who judges a plan comes upon those that it was made with."""


def exact_capacity(found: Problems, *, effort: float = 1.0) -> FailureCapacity:
    """The capacity; while a fact is lacking nothing is claimed but that not all hosts can fail."""
    return _unclear(found) or _answered(found.exact, effort)


def _answered(problem: FailoverProblem, effort: float) -> FailureCapacity:
    """The answer to a problem; one that was asked with the same effort a moment ago is not worked out again."""
    from planner.failover.capacity import failure_capacity  # noqa: PLC0415 - most checks can do without its tables

    for known, spent, answer in tuple(_LATEST):
        if spent == effort and known == problem:
            return answer
    answer = failure_capacity(problem, effort=effort)
    if not patience.ended():  # whoever waits no longer may have got less of an answer
        _LATEST.append((problem, effort, answer))
    return answer


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
