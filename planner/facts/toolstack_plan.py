"""What the toolstack's own planner says: whether its plan covers all protected VMs, and for how many failures."""

from __future__ import annotations

from planner.facts.failover_problem import Problems
from planner.facts.lacking import Lacking, each_once
from planner.failover.answers import ToolstackCapacity
from planner.failover.toolstack import bisected, method, plan_exists


def lacking_for_plan(found: Problems) -> tuple[Lacking, ...]:
    """What has to be known before the toolstack's planner can be followed."""
    unclear = (lack for each in found.guarded if each.agility.agile is None for lack in each.agility.lacking)
    return each_once((*found.lacking, *unclear))


def covers_all(found: Problems, failures: int) -> bool | None:
    """Whether its plan for so many failures restarts all protected VMs; None while a fact is lacking that it has."""
    if lacking_for_plan(found):
        return None
    return not found.unplaced and plan_exists(found.toolstack, failures)


def most_failures(found: Problems, most: int | Lacking) -> ToolstackCapacity | None:
    """The most failures, of those it asks itself about, that it says can be survived; None while a fact is lacking."""
    if lacking_for_plan(found) or isinstance(most, Lacking):
        return None
    return bisected(
        most,
        lambda failures: bool(covers_all(found, failures)),
        lambda failures: method(found.toolstack, failures),
    )


def planned_for(found: Problems, asked: int | Lacking, wanted: int) -> int | None:
    """For how many failures it says it has a plan, when it is asked for some; None while a fact is lacking."""
    covered = covers_all(found, wanted)
    if covered is not False:
        return wanted if covered else None
    most = most_failures(found, asked)
    return None if most is None else min(wanted, most.failures)
