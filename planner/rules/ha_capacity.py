"""What is wrong with promises of restarts that the memory of a pool cannot keep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from planner.errors import GoalError
from planner.facts.failover_capacity import exact_capacity
from planner.facts.failover_problem import PoolProblem, Problems, as_configured, is_on_a_usable_host, problems
from planner.facts.failure_limit import FailureLimit, failure_limit
from planner.facts.high_availability import failures_wanted, matters
from planner.failover.answers import FailureCapacity
from planner.findings import Problem, Severity, Unknown
from planner.model.fields import Record
from planner.model.inventory import Inventory, PoolView
from planner.rules import rule
from planner.rules.ha_wanted import if_wanted, unknown
from planner.rules.wording import counted, listed, plural, uuid_of, xe

_EFFORT = 0.05
_MOST_NAMED = 8


@rule("HA041", Severity.ERROR, since="0.1")
def failures_not_survived(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """More failures of hosts are to be tolerated than the memory of the pool survives.

    When the worst hosts fail, the others cannot take all VMs to which a restart is promised, however these are packed.
    Some stay down. `planner ha capacity` tells the whole: what each choice of protected VMs would survive.
    """
    for view in inventory.pools:
        wanted = failures_wanted(view)
        if not wanted or matters(view) is False:
            continue
        limit = failure_limit(inventory, view)
        if not (isinstance(limit, FailureLimit) and wanted > limit.number):
            yield from if_wanted(view, _not_survived(view, wanted))


def _not_survived(view: PoolView, wanted: int) -> Iterator[Problem | Unknown]:
    pool = PoolProblem(view)
    found = _problems(pool)
    if found is None or found.lacking or found.homeless:
        yield from (unknown(lack) for lack in (found.lacking if found else ()))
        return
    exact = exact_capacity(found, effort=_EFFORT)
    if exact.upper < wanted and exact.witness:
        hosts = listed(named(pool.names, exact.witness), _MOST_NAMED)
        fewer = xe("pool-param-set", uuid=uuid_of("pool", view.pool), ha_host_failures_to_tolerate=str(exact.lower))
        yield Problem(
            _promise(view),
            "failures_to_tolerate",
            message=f"{view.name} is to survive {counted(wanted, 'failure')}, and survives {exact.upper or 'none'}:"
            f" when {hosts} {plural(exact.witness, 'fails', 'fail')}, {told_cause(pool.names, exact)}",
            remedy=f"free memory, add a host or protect fewer VMs, or tolerate fewer failures: {fewer}",
        )


def _problems(pool: PoolProblem) -> Problems | None:
    """The problem of the protected VMs; None where more memory is told than there can be."""
    try:
        return problems(pool, as_configured(pool.view))
    except GoalError:
        return None


def _promise(view: PoolView) -> Record:
    """The record that says how many failures are to be tolerated."""
    wishes = (plan for plan in view.ha_plans if plan.failures_to_tolerate is not None)
    return next(wishes, view.pool.ha or view.pool)


def told_cause(names: Mapping[str, str], capacity: FailureCapacity) -> str | None:
    """Why so many hosts cannot fail, as a clause; None where all can, or nobody knows."""
    if capacity.because is None:
        return None
    text = capacity.because.text
    for vm in capacity.because.vms if len(capacity.because.vms) == 1 else ():
        text = text.replace(vm, names.get(vm, vm))
    vms = listed(named(names, capacity.because.vms), _MOST_NAMED)
    return text if len(capacity.because.vms) == 1 else f"{text} ({vms})"


def named(names: Mapping[str, str], keys: Iterable[str]) -> list[str]:
    """What a person calls hosts or VMs, sorted."""
    return sorted(names.get(key, key) for key in keys)


@rule("HA042", Severity.ERROR, since="0.1")
def no_room_for_protected_vms(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """Protected VMs are down, and the hosts have no room to start them again.

    They are to be kept running, so high availability tries to start them for ever. As long as they do not fit, nothing
    is promised to any VM for the next failure.
    """
    for view in inventory.pools:
        if matters(view) is not False and not all(is_on_a_usable_host(view, vm) for vm in as_configured(view)):
            yield from if_wanted(view, _no_room(_problems(PoolProblem(view))))


def _no_room(found: Problems | None) -> Iterator[Problem | Unknown]:
    if found is None:
        return
    yield from (unknown(lack) for lack in found.lacking)
    if found.homeless and not found.lacking:
        first, *others = sorted(found.homeless, key=lambda vm: (vm.name, vm.uuid or ""))
        names = listed((vm.name for vm in (first, *others)), _MOST_NAMED)
        it, them = plural(found.homeless, "it", "them"), plural(found.homeless, "is", "are")
        yield Problem(
            first,
            "ha_restart_priority",
            message=f"{names} {them} to be kept running and {them} down, and no host has room for {it}"
            f"{' all' if others else ''}",
            remedy="free memory, let more hosts have what they need, or add a host; or promise nothing to some of them",
            related=tuple(others[:_MOST_NAMED]),
        )
