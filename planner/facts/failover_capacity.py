"""How many hosts of a pool may fail at once, as exactly as what is told of it allows."""

from __future__ import annotations

from planner.facts.failover_problem import Problems
from planner.failover.answers import FailureCapacity


def exact_capacity(found: Problems, *, effort: float = 1.0) -> FailureCapacity:
    """The capacity; while a fact is lacking nothing is claimed but that not all hosts can fail."""
    from planner.failover.capacity import failure_capacity  # noqa: PLC0415 - most checks can do without its tables

    return _unclear(found) or failure_capacity(found.exact, effort=effort)


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
