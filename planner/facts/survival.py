"""How many hosts of a pool may fail under the restart plan that it has."""

from __future__ import annotations

from planner.facts.failover_capacity import exact_capacity, surely_survived
from planner.facts.failover_problem import Known, PoolProblem, Problems, as_configured, problems
from planner.failover.answers import FailureCapacity
from planner.model.inventory import PoolView


def survival(view: PoolView, known: Known | None = None, *, in_haste: bool = False) -> tuple[FailureCapacity, Problems]:
    """The failure capacity of a pool with the VMs that are protected now, and the problem that it answers.

    Bounds that were found in haste a moment ago will do where `in_haste` says so.
    """
    found = problems(PoolProblem(view, known=known), as_configured(view))
    return exact_capacity(found, in_haste=in_haste), found


def survived(view: PoolView, failures: int, effort: float) -> bool:
    """Whether so many hosts may surely fail, or nobody is protected: soon told, though not how many may."""
    found = problems(PoolProblem(view), as_configured(view))
    return not found.guarded or surely_survived(found, failures, effort)
