"""Checks of answers by hand's means: they know the problem and the answer, and nothing of how it was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from planner.failover.answers import Cause
from planner.failover.problem import FailoverProblem, Restart

_PARTS = 4096
"""Into so many parts the memory of a host is divided where loads are followed one by one."""


def restarts_all(problem: FailoverProblem, failed: Iterable[str], targets: Mapping[str, str]) -> bool:
    """Whether every VM of the failed units has a target that is left, that it may use, and where all fits."""
    lost, left = _failure(problem, failed)
    if lost.keys() != targets.keys():
        return False
    for vm, target in targets.items():
        if target not in left or not _may_use(lost[vm], target):
            return False
        left[target] -= lost[vm].size
    homes = {each.vm: targets.get(each.vm, each.host) for each in problem.placed}
    for group in problem.apart:
        arrived = [homes[vm] for vm in group if vm in targets]
        stayed = {homes[vm] for vm in group if vm in homes and vm not in targets}
        if len(set(arrived)) < len(arrived) or stayed & set(arrived):
            return False
    return all(each >= 0 for each in left.values())


def refutes(problem: FailoverProblem, failed: Iterable[str], cause: Cause) -> bool:
    """Whether what a cause counts proves that the failed units cannot be restarted."""
    lost, room = _failure(problem, failed)
    if not cause.vms or not set(cause.vms) <= lost.keys():
        return False
    vms = [lost[vm] for vm in cause.vms]
    taking = {host for host in room if any(_could_join(problem, each, host, room) for each in vms)}
    hosts = [host for host in cause.hosts if host in room]
    if not taking <= set(hosts):
        return False
    if cause.measure is not None:
        needed = sum(each.size // cause.measure for each in vms)
        return needed > sum(room[host] // cause.measure for host in hosts) or not hosts
    if cause.weights and any(set(cause.vms) <= group for group in problem.apart):
        return len(vms) > len(hosts)
    return bool(cause.weights) and sum(cause.weights) > sum(_heaviest(vms, cause.weights, room[host]) for host in hosts)


def _failure(problem: FailoverProblem, failed: Iterable[str]) -> tuple[dict[str, Restart], dict[str, int]]:
    """The VMs that are lost, by name, and the memory of the hosts that are left."""
    gone = {host for host in problem.free if problem.unit(host) in set(failed)}
    lost = {each.vm: each for each in problem.restarts if each.host in gone}
    return lost, {host: max(0, free) for host, free in problem.free.items() if host not in gone}


def _may_use(vm: Restart, host: str) -> bool:
    return vm.hosts is None or host in vm.hosts


def _could_join(problem: FailoverProblem, vm: Restart, host: str, room: Mapping[str, int]) -> bool:
    """Whether a host may take a VM and still runs none from which it is kept apart."""
    beside = {each.vm for each in problem.restarts if each.host == host and host in room}
    return _may_use(vm, host) and not any(vm.vm in group and group & beside for group in problem.apart)


def _heaviest(vms: list[Restart], weights: tuple[int, ...], room: int) -> int:
    """No less than the most weight that fits: sizes and room are rounded down, so that what fits still does."""
    step = max(1, room // _PARTS)
    best = [0] * (room // step + 1)
    for vm, weight in zip(vms, weights, strict=True):
        size = vm.size // step
        for at in range(len(best) - 1, size - 1, -1):
            best[at] = max(best[at], best[at - size] + weight)
    return best[-1]
