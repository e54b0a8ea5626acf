"""How many hosts of a pool may fail under the restart plan that it has."""

from __future__ import annotations

from planner.facts.failover_capacity import exact_capacity, surely_survived
from planner.facts.failover_problem import Known, PoolProblem, Problems, as_configured, problems
from planner.failover.answers import FailureCapacity
from planner.model.inventory import PoolView

FEW_HOSTS = 16
GLANCE = 0.1
"""In pools of more hosts, the effort with which it is soon proven that hosts may fail."""


def survival(view: PoolView, known: Known | None = None, *, in_haste: bool = False) -> tuple[FailureCapacity, Problems]:
    """The failure capacity of a pool with the VMs that are protected now, and the problem that it answers.

    Bounds that were found in haste a moment ago will do where `in_haste` says so.
    """
    found = problems(PoolProblem(view, known=known), as_configured(view))
    return exact_capacity(found, in_haste=in_haste), found


def survived_soon(view: PoolView, failures: int) -> bool:
    """Whether so many hosts may surely fail, or nobody is protected: soon told, though not how many may."""
    found = problems(PoolProblem(view), as_configured(view))
    return not found.guarded or surely_survived(found, failures, GLANCE)
