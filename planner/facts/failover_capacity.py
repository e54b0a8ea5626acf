"""How many hosts of a pool may fail at once, as exactly as what is told of it allows."""

from __future__ import annotations

from planner.facts.failover_problem import Problems
from planner.failover.answers import FailureCapacity
from planner.failover.capacity import failure_capacity


def exact_capacity(found: Problems) -> FailureCapacity:
    """The capacity; while a fact is lacking nothing is claimed but that not all hosts can fail."""
    if found.lacking or found.undecided:
        return FailureCapacity(0, max(0, len(found.exact.units) - 1), proven=False, witness=None, because=None)
    if found.homeless:
        return FailureCapacity(0, 0, proven=True, witness=None, because=None)
    return failure_capacity(found.exact)
