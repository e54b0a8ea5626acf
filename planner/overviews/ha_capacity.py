"""How many hosts of a pool may fail, under the restart plan that it has and under others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from planner.errors import GoalError
from planner.facts.failover_capacity import exact_capacity
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
from planner.facts.failure_domains import domain_of
from planner.facts.failure_limit import FailureLimit, failure_limit, most_asked
from planner.facts.high_availability import failures_wanted
from planner.facts.lacking import Lacking, each_once
from planner.facts.start_order import rank
from planner.facts.toolstack_plan import covers_all, most_failures
from planner.failover.answers import FailureCapacity, SequentialCapacity, ToolstackCapacity
from planner.failover.problem import Restart
from planner.failover.sequential import sequential_capacity
from planner.model.guest import VM
from planner.model.inventory import Inventory, PoolView
from planner.overviews.ha_best_effort import Fitting, fitting
from planner.overviews.ha_differences import Difference, differences
from planner.overviews.ha_next_failure import NextFailure, next_failure
from planner.overviews.ha_rows import PlanRow, plan_rows
from planner.overviews.ha_spread import Apart, apart, kept_apart


@dataclass(frozen=True, slots=True)
class RestartPlanCapacity:
    """A choice of protected VMs, and what it survives."""

    name: str
    protected: tuple[VM, ...]
    exact: FailureCapacity
    toolstack: ToolstackCapacity | None
    """None while a fact is lacking that it would have."""
    rows: tuple[PlanRow, ...]
    """What it says of each VM, in the order in which they would be started."""


@dataclass(frozen=True, slots=True)
class BestEffort:
    """The VMs without a promise that are restarted if that is possible."""

    vms: tuple[VM, ...]
    """All of them, by name."""
    bound: tuple[VM, ...]
    """Those that no host but their own can run."""
    fitting: tuple[Fitting, ...]
    """By the number of failures, those that still fit; none where no failure is proven to be survived."""


@dataclass(frozen=True, slots=True)
class Promise:
    """The failures that are to be tolerated, and whether that can be kept."""

    configured: int | None
    """As wished or else as the pool has it; None where nobody says."""
    limit: FailureLimit | None
    """What bounds the failures whatever the memory, where that is less than is to be tolerated."""
    kept: bool | None
    """Whether so many are survived; None while that is unknown."""
    kept_to_the_toolstack: bool | None
    """Whether the toolstack finds a plan for so many; else it calls the pool overcommitted."""


@dataclass(frozen=True, slots=True)
class HaCapacity:
    """What a pool survives."""

    view: PoolView
    hosts: int
    usable: int
    by: str | None
    """The prefix of the tags that name what fails as one."""
    domains: Mapping[str, str]
    """By key, the tag of each host that has one."""
    guarded: tuple[Guarded, ...]
    promise: Promise
    exact: FailureCapacity
    sequential: SequentialCapacity
    next_failure: NextFailure | None
    """None where nothing is protected, or the exact number is not known."""
    toolstack: ToolstackCapacity | None
    """None while a fact is lacking that it would have."""
    differences: tuple[Difference, ...]
    """Why the toolstack says another number than the exact one."""
    plans: tuple[RestartPlanCapacity, ...]
    best_effort: BestEffort
    apart: tuple[Apart, ...]
    kept_apart: FailureCapacity | None
    """The exact number if groups that are to be apart are kept so; None where there are none, or nothing is sure."""
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
    domains = _domains(pool, by) if by else {}
    asked = most_asked(view)
    found = [(name, problems(pool, vms, domains or None), told) for name, vms, told in _choices(view, wished)]
    plans = _plans(pool, found, asked)
    (_, configured, _), now = found[0], plans[0]
    sure = now.exact.proven and not configured.homeless
    return HaCapacity(
        view,
        len(view.hosts.records),
        len(pool.usable),
        by,
        domains,
        configured.guarded,
        _promise(inventory, view, configured, now.exact),
        now.exact,
        _sequential(configured, now.exact),
        next_failure(configured.exact) if sure and configured.guarded else None,
        now.toolstack,
        differences(configured, now.exact, now.toolstack),
        plans,
        _best_effort(pool, configured, now.exact.lower if sure else 0),
        apart(pool, configured.exact, now.exact) if sure else (),
        kept_apart(pool, configured.exact) if sure else None,
        configured.homeless if now.exact.proven else (),
        configured.undecided,
        each_once(_lacking(found, asked)),
        pool.names,
    )


_Found = tuple[str, Problems, Mapping[str, str]]


def _plans(pool: PoolProblem, found: Iterable[_Found], asked: int | Lacking) -> tuple[RestartPlanCapacity, ...]:
    agilities = {id(vm): pool.agility(vm) for vm in candidates(pool.view)}
    plans = []
    for name, of, told in found:
        protected = tuple(each.vm for each in of.guarded)
        rows = plan_rows(pool.view, agilities, protected, told)
        plans.append(RestartPlanCapacity(name, protected, exact_capacity(of), most_failures(of, asked), rows))
    return tuple(plans)


def _lacking(found: Iterable[_Found], asked: int | Lacking) -> Iterator[Lacking]:
    for _, of, _ in found:
        yield from of.lacking
    if isinstance(asked, Lacking):
        yield asked


def _promise(inventory: Inventory, view: PoolView, found: Problems, exact: FailureCapacity) -> Promise:
    wanted = failures_wanted(view)
    if wanted is None:
        return Promise(None, None, None, None)
    limit = failure_limit(inventory, view)
    too_many = limit if isinstance(limit, FailureLimit) and limit.number < wanted else None
    kept = False if too_many or exact.upper < wanted else True if exact.lower >= wanted else None
    return Promise(wanted, too_many, kept, covers_all(found, wanted))


def _best_effort(pool: PoolProblem, found: Problems, most: int) -> BestEffort:
    vms = best_effort(pool.view)
    in_order = sorted(vms, key=lambda vm: (rank(vm.order), vm.name, vm.uuid or ""))
    guarded = {id(each.vm): each for each in pool.guarded(vms)}
    running = [each for vm in in_order if (each := guarded[id(vm)]).host is not None]
    bound = [each for each in running if each.hosts is not None and each.hosts <= {each.host}]
    free = [each for each in running if each not in bound and not each.lacking]
    others = [Restart(each.key, each.size, each.host, each.hosts) for each in free]
    return BestEffort(vms, tuple(each.vm for each in bound), fitting(found.exact, others, most) if others else ())


def _choices(view: PoolView, wished: Mapping[str, str]) -> Iterator[tuple[str, tuple[VM, ...], Mapping[str, str]]]:
    """The restart plans that are asked for, by name, with what they change; first the one that the pool has."""
    yield "as configured", as_configured(view), {}
    yield "everything protected", tuple(vm for vm in candidates(view) if is_on_a_host(vm)), {}
    yield "nothing protected", (), {}
    if wished:
        told = ", ".join(f"{name}={priority or 'none'}" for name, priority in wished.items())
        yield told, with_priorities(view, wished), wished


def _sequential(found: Problems, exact: FailureCapacity) -> SequentialCapacity:
    if not exact.proven or found.homeless:
        return SequentialCapacity(0, exact.upper, exact.proven)
    return sequential_capacity(found.exact, effort=0.2)


def _domains(pool: PoolProblem, prefix: str) -> dict[str, str]:
    """By host, what fails as one with it; hosts without such a tag fail by themselves."""
    found = ((pool.host_keys[id(host)], domain_of(host, prefix)) for host in pool.view.hosts.records)
    return {key: domain for key, domain in found if domain is not None}
