"""How a pool is once VMs have been moved, as it is told."""

from __future__ import annotations

from collections.abc import Iterable

from planner.facts.failover_problem import Known
from planner.facts.lacking import Lacking
from planner.facts.loads import loads
from planner.facts.survival import survival
from planner.facts.transfers import transferred
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.plans import Step
from planner.plans.applying import applied
from planner.plans.midst import midst
from planner.plans.moving import HostLoad, Moved, MovesGuard, Standing, Survival, Survivals

_MOMENTS = 4
"""So many moments of a plan are worth the whole effort."""


def view_of(state: Inventory, reference: str) -> PoolView:
    """The pool of that UUID or name."""
    (found,) = (view for view in state.pools if reference in (view.pool.uuid, view.name))
    return found


def host_name(view: PoolView, host: Host) -> str:
    """What a host is called, by its UUID where several bear its name."""
    return host.name if len(view.hosts.bearers(host.name)) == 1 else host.uuid or host.name


def guard(view: PoolView) -> MovesGuard:
    """What of a pool has to be as it is for a plan to hold."""
    coordinator = view.coordinator
    standing = [
        Standing(vm.name, vm.uuid, host.name, host.uuid)
        for vm in view.vms.records
        if not vm.driver_domain and (host := view.hosts.find(vm.runs_on)) is not None
    ]
    return MovesGuard(
        coordinator.name if coordinator else "",
        coordinator.uuid if coordinator else None,
        len(view.hosts.records),
        tuple(sorted(standing, key=lambda each: (each.host, each.vm, each.vm_uuid or ""))),
    )


def moved(start: PoolView, end: PoolView, must_go: Iterable[int]) -> tuple[Moved, ...]:
    """The VMs that end up on another host, by name; `must_go` holds the identities of those that it was about."""
    wanted = set(must_go)
    found = []
    for vm in start.vms.records:
        then = end.vms.find(vm.uuid or vm.name)
        source, target = start.hosts.find(vm.runs_on), end.hosts.find(then.runs_on) if then else None
        if source and target and (source.uuid or source.name) != (target.uuid or target.name):
            found.append(
                Moved(
                    vm.name,
                    host_name(start, source),
                    host_name(end, target),
                    transferred(vm) or 0,
                    id(vm) not in wanted,
                )
            )
    return tuple(sorted(found, key=lambda each: (each.source, each.vm, each.target)))


def host_loads(start: PoolView, end: PoolView, emptied: Iterable[str]) -> tuple[HostLoad, ...]:
    """The load of every host before and after, by name."""
    before, after, empties = loads(start), loads(end), set(emptied)
    then = {host_name(end, host): after[id(host)] for host in end.hosts.records}
    found = (
        HostLoad(name, before[id(host)], then[name], name in empties)
        for host in start.hosts.records
        for name in (host_name(start, host),)
    )
    return tuple(sorted(found, key=lambda each: each.host))


def survivals(reference: str, start: Inventory, steps: tuple[Step, ...], *, always: bool) -> Survivals:
    """How many hosts may fail before, at the worst moment, and in the end.

    Unless it has to hold at every moment, the effort for all of them is that of a few.
    """
    known: Known = {}
    rounds = len({(step.round, step.round is None and number) for number, step in enumerate(steps)})
    effort = 1.0 if always else _MOMENTS / max(_MOMENTS, 2 * rounds)
    told, lacking, anybody = list[Survival](), set[str](), False

    def ask(state: Inventory, effort: float) -> Survival:
        nonlocal anybody
        each, found = survival(view_of(state, reference), known, effort=effort)
        lacking.update(_told(lack) for lack in found.lacking)
        anybody = anybody or bool(found.guarded)
        return Survival(each.lower, each.upper, each.proven)

    told.append(ask(start, 1.0))
    state = start
    for state in moments(start, steps):
        told.append(ask(state, effort))
    if effort < 1:
        told[-1] = ask(state, 1.0)
    if not anybody:
        return Survivals(None, None, None)
    if lacking:
        return Survivals(None, None, None, tuple(sorted(lacking)))
    return Survivals(told[0], min(told, key=lambda each: (each.lower, each.upper)), told[-1])


def moments(state: Inventory, steps: tuple[Step, ...]) -> Iterable[Inventory]:
    """The pool in the midst of each round, with all its VMs on both hosts, and after it."""
    pending: list[Step] = []
    for number, step in enumerate(steps):
        pending.append(step)
        following = steps[number + 1].round if number + 1 < len(steps) else None
        if step.round is not None and step.round == following:
            continue
        if (under_way := midst(state, pending)) is not None:
            yield under_way
        state = applied(state, (change for each in pending for change in each.changes))
        yield state
        pending = []


def _told(lack: Lacking) -> str:
    return f"{lack.record.label}: {lack.field}"
