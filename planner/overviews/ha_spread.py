"""How far groups of VMs that are to be apart still are after failures.

Neither the other numbers nor the toolstack's planner look at these groups: this tells what the plan found for the worst
case that is survived makes of them, and how many hosts may fail, whichever they are, if all groups are kept apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from planner.facts.failover_problem import PoolProblem
from planner.facts.spread_groups import Spread, spread_groups
from planner.failover.answers import FailureCapacity, RestartPlan
from planner.failover.capacity import failure_capacity, restart_plan
from planner.failover.problem import FailoverProblem
from planner.model.guest import VM

_EFFORT = 0.25


@dataclass(frozen=True, slots=True)
class Apart:
    """A group whose VMs are to be apart, now and after the worst case that is survived."""

    spread: Spread
    now: tuple[tuple[str, ...], ...]
    """Its VMs that share a host, by host; names of VMs."""
    failed: tuple[str, ...]
    """The units that fail, by key; none where no failure is survived."""
    then: tuple[tuple[str, ...], ...] | None
    """Its VMs that would share a host; None where no plan is known."""


def apart(pool: PoolProblem, problem: FailoverProblem, exact: FailureCapacity) -> tuple[Apart, ...]:
    """Every group of a pool whose VMs are to be apart."""
    groups = spread_groups(pool.view)
    failed = tuple((exact.witness or ())[: exact.lower]) if groups else ()
    planned = restart_plan(problem, failed) if failed else None
    targets = dict(planned.targets) if isinstance(planned, RestartPlan) else None
    return tuple(_apart(pool, problem, each, failed, targets) for each in groups)


def kept_apart(pool: PoolProblem, problem: FailoverProblem) -> FailureCapacity | None:
    """How many hosts may fail with no VM restarted beside another one of its group; None where there are no groups."""
    groups = tuple(frozenset(pool.vm_keys[id(vm)] for vm in each.members) for each in spread_groups(pool.view))
    return failure_capacity(replace(problem, apart=groups), effort=_EFFORT) if groups else None


def _apart(
    pool: PoolProblem,
    problem: FailoverProblem,
    spread: Spread,
    failed: tuple[str, ...],
    targets: Mapping[str, str] | None,
) -> Apart:
    now = [(vm, pool.host_keys[id(host)]) for vm, host in spread.running_on]
    if targets is None:
        return Apart(spread, _sharing(now), failed, None)
    down = {host for unit in failed for host in problem.units[unit]}
    then = [(vm, targets.get(pool.vm_keys[id(vm)]) if host in down else host) for vm, host in now]
    return Apart(spread, _sharing(now), failed, _sharing(then))


def _sharing(located: Iterable[tuple[VM, str | None]]) -> tuple[tuple[str, ...], ...]:
    by_host: defaultdict[str, list[str]] = defaultdict(list)
    for vm, host in located:
        if host is not None:
            by_host[host].append(vm.name)
    return tuple(tuple(sorted(names)) for _, names in sorted(by_host.items()) if len(names) > 1)
