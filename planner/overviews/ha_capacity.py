"""How many hosts of a pool may fail, under the restart plan that it has and under others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.errors import GoalError
from planner.facts.failover_problem import (
    Guarded,
    PoolProblem,
    Problems,
    as_configured,
    best_effort,
    candidates,
    is_on_a_host,
    problems,
    with_priorities,
)
from planner.facts.failure_limit import Bound, FailureLimit, failure_limit
from planner.facts.lacking import Lacking, each_once
from planner.facts.survival import capacity
from planner.failover.answers import FailureCapacity, SequentialCapacity, ToolstackCapacity
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
    toolstack: ToolstackCapacity | None
    """None while a fact is lacking that it would have."""


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
    toolstack: ToolstackCapacity | None
    """None while a fact is lacking that it would have."""
    plans: tuple[RestartPlanCapacity, ...]
    best_effort: tuple[VM, ...]
    homeless: tuple[VM, ...]
    undecided: bool
    """Whether there is room for the protected VMs that are down was not found out."""
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
    found = [(name, problems(pool, vms, domains)) for name, vms in _choices(view, wished)]
    plans = tuple(
        RestartPlanCapacity(name, tuple(each.vm for each in of.guarded), capacity(of), _toolstack(of, limit))
        for name, of in found
    )
    (_, configured), now = found[0], plans[0]
    return HaCapacity(
        view,
        len(view.hosts.records),
        len(pool.usable),
        configured.guarded,
        _wish(view),
        now.exact,
        _sequential(configured, now.exact),
        now.toolstack,
        plans,
        best_effort(view),
        configured.homeless if now.exact.proven else (),
        configured.undecided,
        each_once(lack for _, of in found for lack in of.lacking),
        _names(pool),
    )


def _choices(view: PoolView, wished: Mapping[str, str]) -> Iterator[tuple[str, tuple[VM, ...]]]:
    """The restart plans that are asked for, by name; first the one that the pool has."""
    yield "as configured", as_configured(view)
    yield "everything protected", tuple(vm for vm in candidates(view) if is_on_a_host(vm))
    yield "nothing protected", ()
    if wished:
        told = ", ".join(f"{name}={priority}" for name, priority in wished.items())
        yield told, with_priorities(view, wished)


def _sequential(found: Problems, exact: FailureCapacity) -> SequentialCapacity:
    if not exact.proven or found.homeless:
        return SequentialCapacity(0, exact.upper, exact.proven)
    return sequential_capacity(found.exact, effort=0.2)


def _toolstack(found: Problems, limit: FailureLimit | Lacking | None) -> ToolstackCapacity | None:
    if found.lacking or any(each.agility.agile is None for each in found.guarded):
        return None
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
