"""VMs that cannot be moved, and are shut down while their host is updated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.errors import GoalError
from planner.facts.high_availability import to_be_restarted
from planner.facts.placement import Placement
from planner.goals.moves import blocking
from planner.goals.naming import name_of, sets, shell
from planner.goals.pools import suggestion
from planner.goals.update.goal import Update
from planner.goals.update.task import Directed, Task
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.plans import Cause, Phase, Step
from planner.plans.applying import applied
from planner.rules.placing import reasons
from planner.rules.wording import listed, uuid_of


@dataclass(frozen=True, slots=True)
class Stop:
    """A VM that is shut down for a while, its host, and why."""

    vm: VM
    host: Host
    why: str


def named(goal: Update, view: PoolView) -> frozenset[str]:
    """The VMs that may be shut down, by UUID or name. Raises GoalError where one is not there, or not clear."""
    if goal.may_stop_any:
        return frozenset(name_of(vm) for vm in view.vms.records)
    found = set()
    for name in goal.may_stop:
        bearers = view.vms.bearers(name)
        if not bearers:
            hint = suggestion(name, sorted({vm.name for vm in view.vms.records}))
            raise GoalError(f"no VM of {view.name} is called {name}{hint}")
        if len(bearers) > 1:
            raise GoalError(f"several VMs are called {name}; give the UUID of one")
        found.add(name_of(bearers[0]))
    return frozenset(found)


def held(stand: Directed) -> Iterator[Stop]:
    """The VMs that cannot be moved from the hosts that are to be empty, or of which it is not known, by name."""
    for vm in stand.leaving():
        host = next(each for each in stand.emptied if any(vm is one for one in stand.view.vms_on(each)))
        if not stand.targets():
            yield Stop(vm, host, f"no other host of {stand.view.name} would be left")
        elif cause := blocking.by_itself(stand, vm, host):
            yield Stop(vm, host, cause.told)


def may_be_stopped(task: Task, vm: VM) -> str:
    """Why a VM may not be shut down, or cannot be; nothing where it may."""
    if vm.power_state != "running":
        return f"{vm.name} is {vm.power_state or 'in a state that is not known'}, so it is not shut down"
    if "clean_shutdown" in (vm.blocked_operations or ()):
        return f"the clean shutdown of {vm.name} is blocked"
    today = task.today.vms.find(name_of(vm))
    served = task.serving.repositories(today) if today else ()
    if served:
        return (
            f"{vm.name} serves {listed((each.name for each in served), 3)}, which others need, so it is not shut down"
        )
    return ""


def stopped(task: Task, view: PoolView, stop: Stop) -> Step:
    """That a VM is shut down from inside."""
    vm = stop.vm
    mute = vm.domain_type != "pv" and vm.tools is not None and vm.tools.installed is False
    uuid = uuid_of("vm", vm)
    promise: dict[str, object] = {"ha_always_run": False} if vm.ha_always_run else {}
    return Step(
        Phase.GUESTS,
        f"shut down {vm.name}",
        stop.why,
        task.coordinator.name,
        (_unless(uuid, "halted", shell("vm-shutdown", uuid=uuid)) if mute else shell("vm-shutdown", uuid=uuid),),
        (f"shut {vm.name} down from inside: it has no guest tools, so it may not do as it is asked",) * mute,
        sets(view, (("vms", name_of(vm)),), power_state="halted", runs_on=None, scheduled_on=None, **promise),
    )


def started(task: Task, view: PoolView, stop: Stop) -> Step:
    """That it is started again where it ran."""
    vm, uuid = stop.vm, uuid_of("vm", stop.vm)
    promise: dict[str, object] = {"ha_always_run": True} if to_be_restarted(vm) else {}
    by_itself = bool(vm.auto_start) and task.today.pool.auto_start is not False
    start = shell("vm-start", uuid=uuid, on=uuid_of("host", stop.host))
    return Step(
        Phase.GUESTS,
        f"start {vm.name} on {stop.host.name}",
        "it ran there before" + (", and may have been started with its host" if by_itself else ""),
        task.coordinator.name,
        (_unless(uuid, "running", start) if by_itself else start,),
        changes=sets(view, (("vms", name_of(vm)),), power_state="running", runs_on=name_of(stop.host), **promise),
    )


def cannot_start(view: PoolView, stops: Sequence[Stop]) -> Iterator[Cause]:
    """The VMs that were shut down and could not be started again, with all of the others that are still to be."""
    for stop in stops:
        vm, host = view.vms.find(name_of(stop.vm)), view.hosts.find(name_of(stop.host))
        found = Placement(view).start(vm, host) if vm and host else None
        if found is None or found.can:
            view = view if vm is None else _with(view, vm, stop.host)
            continue
        if found.obstacles:
            told = f"{stop.vm.name}, once shut down, could not be started again on {stop.host.name}: {reasons(found)}"
            yield Cause("", told)
        else:
            told = f"whether {stop.vm.name}, once shut down, can be started again on {stop.host.name} is not known"
            yield Cause("", f"{told}: {blocking.unsaid(found.lacking)}", proven=False)


def _with(view: PoolView, vm: VM, host: Host) -> PoolView:
    """The pool with a VM running on a host."""
    changes = sets(view, (("vms", name_of(vm)),), power_state="running", runs_on=name_of(host))
    (found,) = applied(Inventory([view.pool]), changes).pools
    return found


def _unless(uuid: str, state: str, command: str) -> str:
    """A command that is left out where the VM is in that state already."""
    asked = shell("vm-param-get", uuid=uuid, param_name="power-state")
    return f'[ "$({asked})" = {state} ] || {command}'
