"""How many hosts of a pool may fail under the restart plan that it has."""

from __future__ import annotations

from planner.facts.failover_problem import PoolProblem, Problems, as_configured, problems
from planner.failover.answers import FailureCapacity
from planner.failover.capacity import failure_capacity
from planner.model.inventory import PoolView


def survival(view: PoolView) -> tuple[FailureCapacity, Problems]:
    """The failure capacity of a pool with the VMs that are protected now, and the problem that it answers."""
    found = problems(PoolProblem(view), as_configured(view))
    return capacity(found), found


def capacity(found: Problems) -> FailureCapacity:
    """The capacity; while a fact is lacking nothing is claimed but that not all hosts can fail."""
    if found.lacking or found.undecided:
        return FailureCapacity(0, max(0, len(found.exact.units) - 1), proven=False, witness=None, because=None)
    if found.homeless:
        return FailureCapacity(0, 0, proven=True, witness=None, because=None)
    return failure_capacity(found.exact)
