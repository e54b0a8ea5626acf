"""How a pool is once VMs have been moved, as it is told."""

from __future__ import annotations

from collections.abc import Iterable

from planner.facts.loads import loads
from planner.facts.transfers import transferred
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.plans.moving import HostLoad, Moved, MovesGuard, Standing


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
