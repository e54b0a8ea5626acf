"""Whether the toolstack refuses an operation because its plan for failures of hosts would break.

It looks only while high availability is on and no more may be promised than can be kept, and blocks nothing unless its
present plan, for as many failures as it says it has one for, covers all protected VMs.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from planner.facts.failover_problem import Known, PoolProblem, Problems, as_configured, problems
from planner.facts.failure_limit import most_asked
from planner.facts.lacking import Lacking
from planner.facts.toolstack_plan import covers_all, lacking_for_plan, planned_for
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView

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


class Planner:
    """The toolstack's planner on one pool. The present state is looked at once, however much is supposed."""

    def __init__(self, view: PoolView, known: Known | None = None) -> None:
        self._view, self._known = view, known
        self._pool = PoolProblem(view, known=known)
        self._vms = as_configured(view)
        self._arrivals: dict[tuple[int, int], Problems] = {}

    def while_arriving(self, vm: VM, host: Host) -> Planner:
        """The same while a guest is on its way to a host."""
        ha = self._view.pool.ha
        if ha is None or not ha.enabled or ha.allow_overcommit:
            return self
        pool = self._pool.with_arrival(vm, host)
        present = problems(pool.under_way(), self._vms) if pool.short else self._while_arriving(vm, host)
        other = copy(self)
        other.__dict__.update(_pool=pool, _present=present, _arrivals={})
        other.__dict__.pop("_planned", None)
        other.__dict__.pop("_covered", None)
        return other

    def guard(self, supposed: Supposed | None) -> Guard:
        """Whether an operation is refused that makes of the pool what is supposed; None where it is not asked."""
        if supposed is None:
            return Guard(Reason.NOT_ASKED)
        ha = self._view.pool.ha
        if ha is None or ha.enabled is None:
            return Guard(Reason.UNKNOWN, lacking=(Lacking(self._view.pool, "ha.enabled" if ha else "ha"),))
        if not ha.enabled:
            return Guard(Reason.OFF)
        if ha.allow_overcommit:
            return Guard(Reason.MAY_OVERCOMMIT)
        found = self._asked(supposed)
        if found.refuses and ha.allow_overcommit is None:
            return Guard(Reason.UNKNOWN, found.failures, (Lacking(ha, "allow_overcommit"),))
        return found

    def _asked(self, supposed: Supposed) -> Guard:
        """What it says while it is asked at all."""
        planned = self._planned
        if isinstance(planned, tuple):
            return Guard(Reason.UNKNOWN, lacking=planned)
        if supposed.failures is not None and planned == 0:
            return Guard(Reason.PLANS_FOR_NONE, planned)
        if self._covered is not True:
            return _unless_unknown(Reason.NO_PLAN_NOW, self._covered, planned, self._present)
        then = self._then(supposed)
        failures = planned if supposed.failures is None else supposed.failures
        covered = covers_all(then, failures)
        return _unless_unknown(Reason.KEPT if covered else Reason.BROKEN, covered, failures, then)

    @cached_property
    def _present(self) -> Problems:
        return problems(self._pool, self._vms)

    @cached_property
    def _planned(self) -> int | tuple[Lacking, ...]:
        return plan_exists_for(self._view, self._present)

    @cached_property
    def _covered(self) -> bool | None:
        return covers_all(self._present, self._planned) if isinstance(self._planned, int) else None

    def _then(self, supposed: Supposed) -> Problems:
        if supposed.disabled:
            return problems(PoolProblem(self._view, without=supposed.disabled, known=self._known), self._vms)
        if supposed.arriving:
            return self._while_arriving(*supposed.arriving)
        return problems(self._pool, self._protected(supposed.protected))

    def _while_arriving(self, vm: VM, host: Host) -> Problems:
        key = id(vm), id(host)
        if key not in self._arrivals:
            self._arrivals[key] = problems(self._pool.with_arrival(vm, host), self._vms)
        return self._arrivals[key]

    def _protected(self, more: VM | None) -> tuple[VM, ...]:
        return self._vms if more is None or any(each is more for each in self._vms) else (*self._vms, more)


def _unless_unknown(reason: Reason, covered: bool | None, failures: int, found: Problems) -> Guard:  # noqa: FBT001
    if covered is None:
        return Guard(Reason.UNKNOWN, failures, lacking_for_plan(found))
    return Guard(reason, failures)


def plan_exists_for(view: PoolView, found: Problems) -> int | tuple[Lacking, ...]:
    """For how many failures the toolstack says it has a plan: as told, else as it would find; or what is lacking."""
    ha = view.pool.ha
    if ha is None:
        return (Lacking(view.pool, "ha"),)
    if ha.plan_exists_for is not None:
        return ha.plan_exists_for
    if ha.failures_to_tolerate is None:
        return (Lacking(ha, "plan_exists_for"),)
    asked = most_asked(view)
    planned = planned_for(found, asked, ha.failures_to_tolerate)
    if planned is not None:
        return planned
    return (*lacking_for_plan(found), *((asked,) if isinstance(asked, Lacking) else ()))
