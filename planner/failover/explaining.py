"""Why failing units cannot be restarted, as little as is needed, so that a person can check it."""

from __future__ import annotations

from collections.abc import Sequence

from planner.failover.answers import Cause
from planner.failover.effort import Effort, Exhausted
from planner.failover.necessary import Broken, bound_to
from planner.failover.packing import pack
from planner.failover.problem import FailoverProblem, Restart
from planner.units import show_size

_STEPS_A_VM = 2000
_MOST_VMS = 200


def by_counting(problem: FailoverProblem, broken: Broken) -> Cause:
    """The fewest VMs that come to more parts than the hosts left have."""
    lost, room = problem.failing(broken.units)
    bound = {each.vm for each in bound_to(problem, broken.hosts)}
    hosts = tuple(host for host in room if host in broken.hosts)
    available = sum(room[host] // broken.measure for host in hosts)
    chosen: list[Restart] = []
    needed = 0
    for each in lost:
        if needed <= available and each.vm in bound and each.size >= broken.measure:
            chosen.append(each)
            needed += each.size // broken.measure
    vms = tuple(sorted(each.vm for each in chosen))
    return Cause(
        _sentence(chosen, hosts, broken.measure, needed, available), vms, hosts, broken.measure, needed, available
    )


def _sentence(vms: Sequence[Restart], hosts: Sequence[str], measure: int, needed: int, available: int) -> str:
    smallest = min(each.size for each in vms)
    who = (
        f"{vms[0].vm} of {show_size(vms[0].size)}"
        if len(vms) == 1
        else f"{len(vms)} VMs of {show_size(smallest)} or more"
    )
    left = "no host is left that may take them" if not hosts else f"the {len(hosts)} hosts left that may take them"
    if not hosts:
        return f"{who}: {left}"
    if needed == len(vms):
        return f"{who}, and {left} have room for {available} of {show_size(measure)}"
    return f"{who}, {needed} parts of {show_size(measure)}, and {left} have {available} such parts"


def by_packing(problem: FailoverProblem, units: tuple[str, ...], vms: Sequence[Restart]) -> Cause:
    """VMs that cannot be packed into the hosts left, each of them needed for that as far as little work shows it."""
    _, room = problem.failing(units)
    kept = sorted(vms, key=lambda each: (each.size, each.vm))
    for each in list(kept) if len(kept) <= _MOST_VMS else ():
        fewer = [other for other in kept if other is not each]
        try:
            if pack(fewer, room, Effort(_STEPS_A_VM)) is None:
                kept = fewer
        except Exhausted:
            continue
    names = tuple(sorted(each.vm for each in kept))
    text = f"{len(names)} VMs fit into the free memory of the {len(room)} hosts left in no way, each whole on one host"
    return Cause(text, names, tuple(room))
