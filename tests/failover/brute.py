"""The truth on tiny problems: every set of failing units, and every way to pack."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from random import Random

from planner.failover.answers import Cause
from planner.failover.problem import FailoverProblem, Restart


def packs(vms: list[Restart], room: dict[str, int]) -> bool:
    """Whether there is any way at all to place VMs whole on hosts."""
    if not vms:
        return True
    first, *others = vms
    return any(
        packs(others, {**room, host: left - first.size})
        for host, left in room.items()
        if left >= first.size and (first.hosts is None or host in first.hosts)
    )


def survived(problem: FailoverProblem, units: tuple[str, ...]) -> bool:
    hosts = {host for host in problem.free if problem.unit(host) in units}
    lost = [each for each in problem.restarts if each.host in hosts]
    room = {host: max(0, free) for host, free in problem.free.items() if host not in hosts}
    return packs(lost, room)


def capacity(problem: FailoverProblem) -> int:
    units = sorted({problem.unit(host) for host in problem.free})
    most = 0
    while most < len(units) and all(survived(problem, each) for each in combinations(units, most + 1)):
        most += 1
    return most


def tiny(seed: int) -> FailoverProblem:
    """A problem of 1 to 6 hosts and up to 12 VMs, with exact fits, equal sizes, and no memory."""
    random = Random(seed)  # noqa: S311 - a made-up problem is no secret
    hosts = [f"h{at}" for at in range(random.randint(1, 6))]
    scale = random.choice([1, 1, 4, 1000])
    sizes = random.choice([[1, 2, 4], [3, 5, 7], [2], list(range(10)), [6, 10, 15]])
    free = {host: scale * random.choice([-3, 0, 1, 4, 6, 8, 10, 12, 15, 20]) for host in hosts}
    restricted, racks = random.random() < 0.4, random.random() < 0.3
    restarts = tuple(
        Restart(
            f"v{at}",
            scale * random.choice(sizes),
            random.choice([*hosts, *hosts, None]),
            frozenset(random.sample(hosts, random.randint(0, len(hosts))))
            if restricted and random.random() < 0.5
            else None,
        )
        for at in range(random.randint(0, random.choice([4, 8, 12])))
    )
    domains = {host: random.choice("rst") for host in hosts if random.random() < 0.8} if racks else None
    return FailoverProblem(free, restarts, None, domains)


def refutes(problem: FailoverProblem, failed: Iterable[str], cause: Cause) -> bool:
    """Whether a cause that counts in parts proves that the failed units cannot be restarted."""
    if cause.measure is None:
        return False
    lost, room = problem.failing(failed)
    sizes = {each.vm: each for each in lost}
    if not set(cause.vms) <= sizes.keys():
        return False
    bound = [sizes[vm] for vm in cause.vms]
    everywhere = frozenset(problem.free)
    outside = any(
        not (everywhere if each.hosts is None else each.hosts & everywhere) & room.keys() <= set(cause.hosts)
        for each in bound
    )
    needed = sum(each.size // cause.measure for each in bound)
    return not outside and needed > sum(room[host] // cause.measure for host in cause.hosts if host in room)
