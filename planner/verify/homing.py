"""Whether a plan that gives VMs their home servers keeps its promises."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.home_loads import home_loads
from planner.facts.host_limits import over
from planner.facts.placement import Placement
from planner.facts.spread_groups import spread_groups
from planner.facts.wishes import against, members, related_wrongly, required
from planner.model.guest import VM, Memory
from planner.model.inventory import Inventory, PoolView
from planner.plans import Plan
from planner.plans.applying import carried_out
from planner.plans.changes import FieldChange
from planner.plans.homing import HomesOutcome
from planner.verify.subjects import pool_of, reference_of

_FULL = 1000


def broken_homes(plan: Plan, outcome: HomesOutcome, inventory: Inventory) -> Iterator[str]:
    """What is wrong with such a plan; nothing where it keeps what it promises. Raises ChangeError."""
    for step in plan.steps:
        if not all(isinstance(each, FieldChange) and each.field == "home" for each in step.changes):
            yield f"{step.what}: that changes more than a home server"
    ways = [each.way[0] for step in plan.steps for each in step.changes if isinstance(each, FieldChange)]
    changed = {name for kind, name in ways if kind == "vms"}
    end = pool_of(carried_out(inventory, plan.steps), outcome)
    yield from _each(outcome, end, changed)
    given = {id(end.hosts.find(vm.home)) for vm in end.vms.records if reference_of(vm) in changed}
    yield from _wishes(end, changed, given)
    if len(end.hosts.records) > 1:
        yield from (
            f"the template {each.name} has a home" for each in end.templates.records if end.hosts.find(each.home)
        )
    yield from _loads(outcome, pool_of(inventory, outcome), end, given)


def _each(outcome: HomesOutcome, end: PoolView, changed: set[str]) -> Iterator[str]:
    placement = Placement(end)
    grouped = {id(vm) for each in spread_groups(end) for vm in each.members}
    for told in outcome.homes:
        vm = end.vms.find(told.reference)
        home = end.hosts.find(vm.home) if vm else None
        if vm is None or (home.name if home else None) not in (told.after, _name_of(end, told.after)):
            yield f"the home of {told.vm} is told as {told.after}, and is {home.name if home else None}"
        elif home is not None and told.reference in changed:
            if placement.ever(vm, home).can is not True or against(end, vm, home):
                yield f"{home.name} could not run {vm.name}"
            if home.enabled is False or home.live is False:
                yield f"{home.name} is out of service"
            if id(vm) in grouped:
                yield f"{vm.name} is kept apart from others by the toolstack, and a home counts more"


def _name_of(view: PoolView, name: str | None) -> str | None:
    host = view.hosts.find(name)
    return host.name if host else None


def _wishes(end: PoolView, changed: set[str], given_to: set[int]) -> Iterator[str]:
    """Wishes for VMs to be apart or together hold for the homes that are given."""
    for rule in required(end):
        given = [
            home for vm in members(end, rule) if (vm.uuid or vm.name) in changed and (home := end.hosts.find(vm.home))
        ]
        if related_wrongly(end, rule, given):
            yield f"the homes of VMs do not keep the wish {rule.name}"
    at_home = end.with_pool(end.pool.model_copy(update={"vms": tuple(_at_home(end))}))
    for each in over(at_home):
        if id(end.hosts.find(reference_of(each.host))) in given_to:
            yield f"{each.host.name} has less left than the wish {each.limit.name} has it if every VM is at home"


def _at_home(view: PoolView) -> Iterator[VM]:
    """The VMs as if each ran at home, with all the memory that it may ever have."""
    for vm in view.vms.records:
        memory = vm.memory or Memory()
        most = memory.model_copy(update={"dynamic_max": memory.static_max})
        home = view.hosts.find(vm.home)
        yield vm.model_copy(
            update={
                "power_state": "running" if home else "halted",
                "runs_on": vm.home if home else None,
                "scheduled_on": None,
                "memory": most,
            }
        )


def _loads(outcome: HomesOutcome, start: PoolView, end: PoolView, given: set[int]) -> Iterator[str]:
    """The loads are as they are told, and no host to which a VM is given has more than it has room for."""
    before, after = home_loads(start), home_loads(end)
    for told in outcome.loads:
        first, last = start.hosts.find(told.host), end.hosts.find(told.host)
        if first is None or last is None or (told.before, told.after) != (before[id(first)], after[id(last)]):
            yield f"the load of {told.host} is not as it is told"
        elif (told.after or 0) > _FULL and id(last) in given:
            yield f"{told.host} has more VMs than it has room for"
