"""A host for each protected VM that is down, exactly: what could have been done where the toolstack's way fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from planner.facts.failover_problem import Guarded, PoolProblem, as_configured
from planner.facts.footprint import Question, footprint
from planner.facts.host_memory import HostMemory
from planner.failover.answers import NoPlan, RestartPlan
from planner.failover.capacity import restart_plan
from planner.failover.problem import FailoverProblem, Restart
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView

_GONE = "hosts that are gone"


@dataclass(frozen=True, slots=True)
class Rescue:
    """A host for each VM, or the VMs that cannot all be started."""

    targets: tuple[tuple[VM, Host], ...] | None
    """By the name of the VM; None where there is no way, or none was found."""
    in_the_way: tuple[VM, ...] = ()
    """VMs that cannot all be started; without any one of them the others could."""
    proven: bool = True


def rescue(view: PoolView, vms: Iterable[VM], barred: Callable[[VM, Host], bool]) -> Rescue:
    """A host for each of these VMs, which are down, all guests at their static maximum.

    `barred` tells whether something that nobody else knows of keeps a VM from being started on a host.
    """
    pool = PoolProblem(view)
    guarded = [_without(pool, each, barred) for each in _guarded(pool, vms)]
    if pool.lacking or any(each.lacking for each in guarded):
        return Rescue(None, proven=False)
    if nowhere := [each.vm for each in guarded if each.hosts is not None and not each.hosts]:
        return Rescue(None, tuple(nowhere[:1]))
    found = _plan(pool.free, {each.key: each.size for each in guarded}, guarded)
    by_key = {each.key: each.vm for each in guarded}
    if isinstance(found, NoPlan):
        return Rescue(None, tuple(by_key[key] for key in found.because), found.proven)
    hosts = {pool.host_keys[id(host)]: host for host in pool.usable}
    targets = ((by_key[vm], hosts[host]) for vm, host in found.targets)
    return Rescue(tuple(sorted(targets, key=lambda pair: (pair[0].name, pair[0].uuid or ""))))


def too_many(view: PoolView, vms: Iterable[VM]) -> bool:
    """Whether it is proven that these VMs, which are down, do not all fit, even with all guests ballooned down."""
    pool, memory = PoolProblem(view), HostMemory(view)
    guarded = _guarded(pool, vms)
    rooms = {pool.host_keys[id(host)]: memory.free(host) for host in pool.usable}
    needs = {each.key: footprint(each.vm, Question.START, vcpus_charged=False) for each in guarded}
    if any(room.most is None for room in rooms.values()) or any(each.lacking for each in guarded):
        return False
    free = {host: room.most or 0 for host, room in rooms.items()}
    found = _plan(free, {key: need.least for key, need in needs.items()}, guarded)
    return isinstance(found, NoPlan) and found.proven


def _guarded(pool: PoolProblem, vms: Iterable[VM]) -> list[Guarded]:
    wanted = {id(vm) for vm in vms}
    return [each for each in pool.guarded(as_configured(pool.view)) if id(each.vm) in wanted]


def _without(pool: PoolProblem, vm: Guarded, barred: Callable[[VM, Host], bool]) -> Guarded:
    """A VM without the hosts from which it is barred."""
    closed = {pool.host_keys[id(host)] for host in pool.usable if barred(vm.vm, host)}
    if not closed:
        return vm
    hosts = frozenset(pool.host_keys[id(host)] for host in pool.usable) if vm.hosts is None else vm.hosts
    return replace(vm, hosts=hosts - closed)


def _plan(free: Mapping[str, int], sizes: Mapping[str, int], guarded: Iterable[Guarded]) -> RestartPlan | NoPlan:
    """A host for each VM, as if all of them were on one host that has failed."""
    restarts = tuple(Restart(each.key, sizes[each.key], _GONE, each.hosts) for each in guarded)
    return restart_plan(FailoverProblem({**free, _GONE: 0}, restarts), [_GONE])
