"""Whether a pool may stay as it is in the midst of a plan that moves VMs."""

from __future__ import annotations

from planner.facts.host_limits import exceeded, limits, over, unsaid, untold
from planner.facts.survival import FEW_HOSTS, survival, survived_soon
from planner.facts.wishes import broken, preferences_broken, preferred
from planner.model.inventory import PoolView


def unkept(view: PoolView) -> frozenset[str]:
    """The wishes that have to be kept and are not, or may not be: their names, those of limits with the host."""
    places = [(each.limit, each.host) for each in over(view)] + [(each.limit, each.host) for each in untold(view)]
    limits = (f"{limit.name} on {host.name}" for limit, host in places)
    return frozenset((*(each.rule.name for each in broken(view)), *limits))


def breaches(view: PoolView, before: PoolView) -> int:
    """By how much the wishes that had better be kept are not, when the pool has been as it was before."""
    return preferences_broken(view, before) + exceeded(view)


def has_preferences(view: PoolView) -> bool:
    """Whether there are wishes that had better be kept, and it can be said of them whether they are."""
    return bool(preferred(view)) or any(not unsaid(view, limit) for limit in limits(view, required=False))


def may_stay(start: PoolView, now: PoolView, failures: int | None, *, soon: bool = False) -> bool:
    """Whether no wish is broken that was kept at the start, and so many hosts may fail, if anybody is protected.

    Of the wishes that had better be kept no more are broken than at the start. That hosts may fail is proven exactly,
    or in a large pool as far as it is `soon` proven.
    """
    if unkept(now) - unkept(start) or breaches(now, start) > breaches(start, start):
        return False
    if not failures:
        return True
    if soon and len(now.hosts.records) > FEW_HOSTS:
        return survived_soon(now, failures)
    capacity, found = survival(now)
    return not found.guarded or capacity.lower >= failures
