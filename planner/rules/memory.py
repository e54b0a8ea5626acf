"""What is wrong with the memory of guests and hosts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from planner.facts.guest_settings import ballooned, memory_not_fixed
from planner.facts.join import restricted
from planner.facts.lacking import Lacking
from planner.facts.memory import LIMITS, Need, charges, host_need
from planner.facts.obstacles import Obstacle
from planner.findings import Problem, Severity, Unknown
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.rules import rule
from planner.rules.wording import UNTOLD, listed, uuid_of, xe
from planner.units import MIB, format_size, mib_consumed, show_size


@rule("MM001", Severity.ERROR, since="0.1", api_error="MEMORY_CONSTRAINT_VIOLATION_ORDER")
def memory_limits_out_of_order(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A limit of a guest's memory is higher than the next one.

    The order is static minimum, dynamic minimum, dynamic maximum, static maximum. The toolstack refuses to set
    limits in another order, and a guest that has them may not start.
    """
    for view in inventory.pools:
        for vm in (*view.vms.records, *view.templates.records):
            if vm.memory is None:
                yield Unknown(vm, "memory")
            else:
                yield from _limits_out_of_order(vm)


_WORDS = {
    "static_min": "static minimum",
    "dynamic_min": "dynamic minimum",
    "dynamic_max": "dynamic maximum",
    "static_max": "static maximum",
}


def _limits_out_of_order(vm: VM) -> Iterator[Problem]:
    known = [(limit, size) for limit in LIMITS if (size := getattr(vm.memory, limit)) is not None]
    for (lower, low), (upper, high) in pairwise(known):
        if low > high:
            lower_words, upper_words = _WORDS[lower], _WORDS[upper]
            yield Problem(
                vm,
                f"memory.{lower}",
                message=f"the {lower_words} of {vm.name} is {format_size(low)}, "
                f"more than its {upper_words} of {format_size(high)}",
                remedy=f"lower the {lower_words} of {vm.name} to {format_size(high)}, "
                f"or raise its {upper_words} to {format_size(low)}",
            )


@rule("MM002", Severity.WARNING, since="0.1")
def dynamic_minimum_far_below_static_maximum(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A guest may be ballooned down to a small part of its static maximum.

    A guest sets up its own tables for the static maximum when it boots. Ballooned down too far, it runs short
    of memory, swaps, or stops. Vendors support a dynamic minimum of no less than a quarter. The templates that
    come with the product are left alone: old ones had such limits before there was ballooning.
    """
    percent = inventory.site.memory_ratio_percent
    for view in inventory.pools:
        for vm in (*view.vms.records, *view.templates.records):
            memory = vm.memory
            if vm.default_template:
                continue
            if memory is None:
                yield Unknown(vm, "memory")
            elif memory.dynamic_min is None or memory.dynamic_max is None:
                yield Unknown(vm, "memory.dynamic_min" if memory.dynamic_min is None else "memory.dynamic_max")
            elif memory.dynamic_min >= memory.dynamic_max:
                continue
            elif memory.static_max is None:
                yield Unknown(vm, "memory.static_max")
            elif memory.dynamic_min * 100 < memory.static_max * percent:
                yield _far_below(vm, memory.dynamic_min, memory.dynamic_max, memory.static_max, percent)


def _far_below(vm: VM, dynamic_min: int, dynamic_max: int, static_max: int, percent: int) -> Problem:
    enough = min(static_max, mib_consumed(-(-static_max * percent // 100)) * MIB)
    limits = {"min": str(enough), "max": str(max(enough, dynamic_max))}
    raise_it = xe("vm-memory-dynamic-range-set", uuid=uuid_of("vm", vm), **limits)
    return Problem(
        vm,
        "memory.dynamic_min",
        message=f"the dynamic minimum of {vm.name} is {show_size(dynamic_min)}, "
        f"less than {percent} % of its static maximum of {show_size(static_max)}",
        remedy=f"raise it to {format_size(enough)}: {raise_it}",
    )


@rule("MM003", Severity.ERROR, since="0.1", api_error="HOST_NOT_ENOUGH_FREE_MEMORY")
def host_overcommitted(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """The guests of a host need more memory than it has, even when all are ballooned down.

    No host can be in this state, so the inventory is wrong about its memory, its guests, or their limits. Nothing
    can be started on such a host, and no plan for the pool can be trusted.
    """
    for view in inventory.pools:
        charged = charges(view)
        if view.hosts.records:
            yield from (Unknown(lack.record, lack.field) for lack in charged.adrift)
        for host in view.hosts.records:
            yield from _overcommitted(view, host, charged.on(host))


def _overcommitted(view: PoolView, host: Host, guests: list[VM]) -> Iterator[Problem | Unknown]:
    need = host_need(view, host, guests)
    if host.memory is None:
        yield Unknown(host, "memory")
    elif need.least > host.memory:
        yield _shortage(host, host.memory, need)
    else:
        yield from (Unknown(lack.record, lack.field) for lack in need.lacking)
        if view.pool.vms is None:
            yield Unknown(view.pool, "vms")


def _shortage(host: Host, memory: int, need: Need) -> Problem:
    missing = format_size(mib_consumed(need.least - memory) * MIB)
    at_least = "at least " if need.lacking else ""
    return Problem(
        host,
        "memory",
        message=f"{host.name} has {show_size(memory)}, but its hypervisor, its control domain and its guests "
        f"need {at_least}{show_size(need.least)}, {missing} more",
        remedy=f"see whether the memory of {host.name} and the list of its guests are right; "
        f"if they are, move guests that need {missing} together to other hosts",
    )


@rule("MM004", Severity.ERROR, since="0.1", api_error="MEMORY_CONSTRAINT_VIOLATION_MAXPIN")
def memory_that_has_to_be_fixed(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A guest may be ballooned, though what else it has does not allow that.

    With nested virtualisation, or with a graphics processor by virtual functions, all memory of a guest has to stay
    where it is. The toolstack refuses to start it unless both dynamic limits are the static maximum.
    """
    for view in inventory.pools:
        for vm in (*view.vms.records, *view.templates.records):
            for cause in memory_not_fixed(vm):
                yield Unknown(cause.record, cause.field) if isinstance(cause, Lacking) else _not_fixed(vm, cause)


def _not_fixed(vm: VM, obstacle: Obstacle) -> Problem:
    size = vm.memory.static_max if vm.memory else None
    fixed = str(size) if size is not None else UNTOLD
    set_it = xe("vm-memory-dynamic-range-set", uuid=uuid_of("vm", vm), min=fixed, max=fixed)
    return Problem(
        vm,
        "memory.dynamic_min",
        message=f"the memory of {vm.name} may be ballooned, and yet has to be fixed for {listed(obstacle.details)}",
        remedy=f"fix it at its static maximum: {set_it}",
    )


@rule("MM005", Severity.WARNING, since="0.1", api_error="MEMORY_CONSTRAINT_VIOLATION_MAXPIN")
def ballooning_without_licence(inventory: Inventory) -> Iterator[Problem]:
    """A guest may be ballooned, but the licence of its pool does not allow that.

    Dynamic memory control is a feature of some licences. The guest starts as it is, but the toolstack refuses every
    change to its memory that does not fix it, and plans as if the memory could be taken back.
    """
    for view in inventory.pools:
        for vm in view.vms.records if restricted(view, "restrict_dmc") else ():
            memory = vm.memory
            if memory and ballooned(memory) and memory.static_max is not None:
                size = str(memory.static_max)
                fix_it = xe("vm-memory-dynamic-range-set", uuid=uuid_of("vm", vm), min=size, max=size)
                yield Problem(
                    vm,
                    "memory.dynamic_min",
                    message=f"the memory of {vm.name} may be ballooned, but its pool has no licence for that",
                    remedy=f"fix it at its static maximum, {fix_it}, or get a licence for dynamic memory control",
                )
