"""Which operations the toolstack refuses while high availability is on, because its restart plan would break.

It holds a change against the failures for which it has a plan now, by its own way of planning. Where it has no plan for
all protected VMs to begin with, it refuses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from planner.facts.failover_problem import Known, PoolProblem, Problems, as_configured, keys, problems
from planner.facts.footprint import Question, footprint
from planner.facts.high_availability import enabled
from planner.facts.lacking import Lacking, each_once
from planner.facts.memory import charged
from planner.failover.problem import FailoverProblem
from planner.failover.toolstack import plan_exists
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.pool import Pool

API_ERROR = "HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN"


def refuses_to_disable(view: PoolView, host: Host, known: Known | None = None) -> bool | tuple[Lacking, ...]:
    """Whether the toolstack refuses to take a host out of service, or what is not known of that."""
    looked = _looked_at(view, known)
    if not isinstance(looked, Problems):
        return looked
    hosts = tuple(each.model_copy(update={"enabled": False}) if each is host else each for each in view.hosts.records)
    pool: Pool = view.pool.model_copy(update={"hosts": hosts})
    without = PoolView(pool)
    return not _planned(problems(PoolProblem(without, known), as_configured(view)), _failures(view))


def refuses_arrival(view: PoolView, vm: VM, host: Host, known: Known | None = None) -> bool | tuple[Lacking, ...]:
    """Whether the toolstack refuses to move a guest to a host, or what is not known of that.

    It charges the new host for the guest and gives the old one no credit.
    """
    looked = _looked_at(view, known)
    if not isinstance(looked, Problems):
        return looked
    rule = charged(view, view.coordinator) is not False if view.coordinator else True
    need = footprint(vm, Question.HA_PLAN, vcpus_charged=rule)
    if need.lacking:
        return need.lacking
    key = keys(view.hosts.records)[id(host)]
    free = dict(looked.toolstack.free)
    if key in free:
        free[key] -= need.least
    return not _planned(replace(looked, toolstack=_with_free(looked.toolstack, free)), _failures(view))


def _with_free(problem: FailoverProblem, free: Mapping[str, int]) -> FailoverProblem:
    return FailoverProblem(free, problem.restarts, problem.total_hosts, problem.domains)


def _failures(view: PoolView) -> int:
    return (view.pool.ha.plan_exists_for if view.pool.ha else None) or 0


def _looked_at(view: PoolView, known: Known | None) -> Problems | bool | tuple[Lacking, ...]:
    """The problem that a change is held against; False where nothing is refused, or what is not known."""
    ha = view.pool.ha
    if enabled(view) is False or not as_configured(view):
        return False
    if ha is None or ha.enabled is None:
        return (Lacking(view.pool, "ha.enabled" if ha else "ha"),)
    if ha.allow_overcommit:
        return False
    found = problems(PoolProblem(view, known), as_configured(view))
    agility = [lack for each in found.guarded if each.agility.agile is None for lack in each.agility.lacking]
    if ha.plan_exists_for is None or found.lacking or agility:
        unsaid = [Lacking(ha, "plan_exists_for")] if ha.plan_exists_for is None else []
        return each_once((*unsaid, *found.lacking, *agility))
    return found if _planned(found, ha.plan_exists_for) else False


def _planned(found: Problems, failures: int) -> bool:
    """Whether the toolstack has a plan for all protected VMs."""
    return not found.unplaced and plan_exists(found.toolstack, failures)
