"""How many hosts of a pool may fail, under the restart plan that it has and under others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.errors import GoalError
from planner.facts.failover_problem import (
    Guarded,
    PoolProblem,
    Problems,
    as_configured,
    best_effort,
    candidates,
    problems,
    runs,
    with_priorities,
)
from planner.facts.failure_limit import Bound, FailureLimit, failure_limit
from planner.facts.lacking import Lacking
from planner.failover.answers import FailureCapacity, SequentialCapacity, ToolstackCapacity
from planner.failover.capacity import failure_capacity
from planner.failover.sequential import sequential_capacity
from planner.failover.toolstack import bisected, method, plan_exists
from planner.model.guest import VM
from planner.model.inventory import Inventory, PoolView


@dataclass(frozen=True, slots=True)
class RestartPlanCapacity:
    """A choice of protected VMs, and what it survives."""

    name: str
    protected: tuple[VM, ...]
    exact: FailureCapacity
    toolstack: ToolstackCapacity


@dataclass(frozen=True, slots=True)
class HaCapacity:
    """What a pool survives."""

    view: PoolView
    hosts: int
    usable: int
    guarded: tuple[Guarded, ...]
    configured: int | None
    """The failures that are to be tolerated, as wished or else as the pool has it."""
    exact: FailureCapacity
    sequential: SequentialCapacity
    toolstack: ToolstackCapacity
    plans: tuple[RestartPlanCapacity, ...]
    best_effort: tuple[VM, ...]
    homeless: tuple[VM, ...]
    lacking: tuple[Lacking, ...]
    names: Mapping[str, str]
    """By key, what a person calls a host or a VM."""


def ha_capacity(
    inventory: Inventory, wished: Mapping[str, str] | None = None, *, by: str | None = None
) -> tuple[HaCapacity, ...]:
    """The failure capacity of every pool that has hosts; `by` is the prefix of tags that name what fails as one.

    Raises `planner.errors.GoalError` when a VM of the wishes is in no pool.
    """
    wished = wished or {}
    unknown = [name for name in wished if all(view.vms.find(name) is None for view in inventory.pools)]
    if unknown:
        raise GoalError(f"{unknown[0]} is no VM of these pools, or several bear that name; give its UUID")
    return tuple(_capacity(inventory, view, wished, by) for view in inventory.pools if view.hosts.records)


def _capacity(inventory: Inventory, view: PoolView, wished: Mapping[str, str], by: str | None) -> HaCapacity:
    pool = PoolProblem(view)
    domains = _domains(pool, by) if by else None
    limit = failure_limit(inventory, view)
    configured = problems(pool, as_configured(view), domains)
    running = tuple(vm for vm in candidates(view) if runs(vm))
    choices = [("as configured", as_configured(view)), ("everything protected", running), ("nothing protected", ())]
    if wished:
        told = ", ".join(f"{name}={priority}" for name, priority in wished.items())
        choices.append((told, with_priorities(view, wished)))
    exact = _honest(pool, configured)
    return HaCapacity(
        view,
        len(view.hosts.records),
        len(pool.usable),
        configured.guarded,
        _wish(view),
        exact,
        _sequential(configured, exact),
        _toolstack(configured, limit),
        tuple(_plan(pool, name, vms, domains, limit) for name, vms in choices),
        best_effort(view),
        configured.homeless,
        tuple(pool.lacking.values()),
        _names(pool),
    )


def _plan(
    pool: PoolProblem,
    name: str,
    vms: tuple[VM, ...],
    domains: Mapping[str, str] | None,
    limit: FailureLimit | Lacking | None,
) -> RestartPlanCapacity:
    found = problems(pool, vms, domains)
    return RestartPlanCapacity(name, vms, _honest(pool, found), _toolstack(found, limit))


def _honest(pool: PoolProblem, found: Problems) -> FailureCapacity:
    """The capacity; nothing is proven of it while a fact is lacking, or while VMs that are down have no room."""
    answer = failure_capacity(found.exact)
    if found.homeless:
        return FailureCapacity(0, 0, proven=not pool.lacking, witness=None, because=None)
    if pool.lacking and found.guarded:
        return FailureCapacity(0, answer.upper, proven=False, witness=answer.witness, because=answer.because)
    return answer


def _sequential(found: Problems, exact: FailureCapacity) -> SequentialCapacity:
    if not exact.proven or found.homeless:
        return SequentialCapacity(0, exact.upper, proven=False)
    return sequential_capacity(found.exact, effort=0.2)


def _toolstack(found: Problems, limit: FailureLimit | Lacking | None) -> ToolstackCapacity:
    total = found.toolstack.total_hosts or 0
    quorum = isinstance(limit, FailureLimit) and limit.bound is Bound.QUORUM
    most = min(total, limit.number) if isinstance(limit, FailureLimit) and quorum else total
    return bisected(
        most,
        lambda failures: not found.unplaced and plan_exists(found.toolstack, failures),
        lambda failures: method(found.toolstack, failures),
    )


def _wish(view: PoolView) -> int | None:
    wishes = [plan.failures_to_tolerate for plan in view.ha_plans if plan.failures_to_tolerate is not None]
    return wishes[0] if wishes else view.pool.ha.failures_to_tolerate if view.pool.ha else None


def _domains(pool: PoolProblem, prefix: str) -> dict[str, str]:
    """By host, the tag `PREFIX:…` or `PREFIX=…` that it has; hosts without one fail by themselves."""
    found: dict[str, str] = {}
    for host in pool.view.hosts.records:
        for tag in sorted(host.tags or ()):
            if tag.startswith((f"{prefix}:", f"{prefix}=")):
                found.setdefault(pool.host_keys[id(host)], tag)
    return found


def _names(pool: PoolProblem) -> dict[str, str]:
    told = {pool.vm_keys[id(vm)]: vm.name for vm in pool.view.vms.records}
    return told | {pool.host_keys[id(host)]: host.name for host in pool.view.hosts.records}
