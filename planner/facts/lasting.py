"""Whether a pool may stay as it is in the midst of a plan that moves VMs."""

from __future__ import annotations

from planner.facts.survival import survival
from planner.facts.wishes import broken
from planner.model.inventory import PoolView


def may_stay(start: PoolView, now: PoolView, failures: int | None) -> bool:
    """Whether no wish is broken that was kept at the start, and so many hosts may fail, where that is asked."""
    if {each.rule for each in broken(now)} - {each.rule for each in broken(start)}:
        return False
    return not failures or survival(now)[0].lower >= failures
