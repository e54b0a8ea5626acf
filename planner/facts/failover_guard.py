"""Whether the toolstack refuses an operation because its plan for failures of hosts would break.

It looks only while high availability is on and no more may be promised than can be kept, and blocks nothing unless its
present plan, for as many failures as it says it has one for, covers all protected VMs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from planner.facts.failover_problem import PoolProblem, Problems, as_configured, problems
from planner.facts.failure_limit import failure_limit
from planner.facts.lacking import Lacking
from planner.facts.toolstack_plan import covers_all, lacking_for_plan, planned_for
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView

WOULD_BREAK = "HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN"


@dataclass(frozen=True, slots=True)
class Supposed:
    """The state that the toolstack supposes to judge an operation; nothing supposed is the present one."""

    disabled: Host | None = None
    protected: VM | None = None
    arriving: tuple[VM, Host] | None = None
    """A guest, and the host where it takes room; it keeps what room it has elsewhere."""
    failures: int | None = None
    """The failures that are to be tolerated; else those for which there is a plan."""


class Reason(Enum):
    """Why the toolstack lets an operation pass, or does not."""

    NOT_ASKED = "it does not ask its planner before this operation"
    OFF = "high availability is off"
    MAY_OVERCOMMIT = "the pool may promise more than it can keep"
    NO_PLAN_NOW = "its present plan does not cover all protected VMs, and then it holds nothing back"
    PLANS_FOR_NONE = "it has a plan for no failure, and then it lets any number be asked for"
    KEPT = "its plan still covers all protected VMs"
    BROKEN = "its plan would no longer cover all protected VMs"
    UNKNOWN = "what its planner has to know is not known"


@dataclass(frozen=True, slots=True)
class Guard:
    """What the toolstack's planner says to an operation."""

    reason: Reason
    failures: int | None = None
    """The number of failures that it was asked about."""
    lacking: tuple[Lacking, ...] = ()

    @property
    def refuses(self) -> bool | None:
        """Whether the operation is refused; None while that is unknown."""
        return None if self.reason is Reason.UNKNOWN else self.reason is Reason.BROKEN


def guard(inventory: Inventory, view: PoolView, supposed: Supposed | None) -> Guard:
    """Whether an operation is refused that makes of a pool what is supposed; None where the planner is not asked."""
    if supposed is None:
        return Guard(Reason.NOT_ASKED)
    ha = view.pool.ha
    if ha is None or ha.enabled is None:
        return Guard(Reason.UNKNOWN, lacking=(Lacking(view.pool, "ha.enabled" if ha else "ha"),))
    if not ha.enabled:
        return Guard(Reason.OFF)
    if ha.allow_overcommit:
        return Guard(Reason.MAY_OVERCOMMIT)
    found = _asked(inventory, view, supposed)
    if found.refuses and ha.allow_overcommit is None:
        return Guard(Reason.UNKNOWN, found.failures, (Lacking(ha, "allow_overcommit"),))
    return found


def _asked(inventory: Inventory, view: PoolView, supposed: Supposed) -> Guard:
    """What the planner says while it is asked at all."""
    vms = as_configured(view)
    present = problems(PoolProblem(view), vms)
    planned = plan_exists_for(inventory, view, present)
    if isinstance(planned, tuple):
        return Guard(Reason.UNKNOWN, lacking=planned)
    if supposed.failures is not None and planned == 0:
        return Guard(Reason.PLANS_FOR_NONE, planned)
    now = covers_all(present, planned)
    if now is not True:
        return _unless_unknown(Reason.NO_PLAN_NOW, now, planned, present)
    pool = PoolProblem(view, without=supposed.disabled, arriving=supposed.arriving)
    more = (supposed.protected,) if supposed.protected and all(each is not supposed.protected for each in vms) else ()
    then = problems(pool, (*vms, *more))
    failures = planned if supposed.failures is None else supposed.failures
    covered = covers_all(then, failures)
    return _unless_unknown(Reason.KEPT if covered else Reason.BROKEN, covered, failures, then)


def _unless_unknown(reason: Reason, covered: bool | None, failures: int, found: Problems) -> Guard:  # noqa: FBT001
    if covered is None:
        return Guard(Reason.UNKNOWN, failures, lacking_for_plan(found))
    return Guard(reason, failures)


def plan_exists_for(inventory: Inventory, view: PoolView, found: Problems) -> int | tuple[Lacking, ...]:
    """For how many failures the toolstack says it has a plan: as told, else as it would find; or what is lacking."""
    ha = view.pool.ha
    if ha is None:
        return (Lacking(view.pool, "ha"),)
    if ha.plan_exists_for is not None:
        return ha.plan_exists_for
    if ha.failures_to_tolerate is None:
        return (Lacking(ha, "plan_exists_for"),)
    planned = planned_for(found, failure_limit(inventory, view), ha.failures_to_tolerate)
    return lacking_for_plan(found) if planned is None else planned
