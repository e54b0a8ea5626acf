"""A host for each protected VM that is down, exactly: what could have been done where the toolstack's way fails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planner.facts.failover_problem import PoolProblem, as_configured
from planner.failover.answers import NoPlan
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


def rescue(view: PoolView, vms: Iterable[VM], allowed: Mapping[int, bool]) -> Rescue:
    """A host for each of these VMs, which are down; those that are not `allowed` anywhere, by identity, are told."""
    wanted = tuple(vms)
    pool = PoolProblem(view)
    ids = {id(vm) for vm in wanted}
    guarded = [each for each in pool.guarded(as_configured(view)) if id(each.vm) in ids]
    if pool.lacking or any(each.lacking for each in guarded):
        return Rescue(None, proven=False)
    nowhere = tuple(each.vm for each in guarded if not allowed.get(id(each.vm), True))
    if nowhere:
        return Rescue(None, nowhere[:1])
    problem = FailoverProblem(
        {**pool.free, _GONE: 0}, tuple(Restart(each.key, each.size, _GONE, each.hosts) for each in guarded)
    )
    found = restart_plan(problem, [_GONE])
    by_key = {each.key: each.vm for each in guarded}
    if isinstance(found, NoPlan):
        return Rescue(None, tuple(by_key[key] for key in found.because), found.proven)
    hosts = {pool.host_keys[id(host)]: host for host in pool.usable}
    targets = ((by_key[vm], hosts[host]) for vm, host in found.targets)
    return Rescue(tuple(sorted(targets, key=lambda pair: (pair[0].name, pair[0].uuid or ""))))
