"""The truth on tiny problems: every set of failing units, and every way to pack."""

from __future__ import annotations

from itertools import combinations
from random import Random

from planner.failover.problem import FailoverProblem, Restart

Beside = dict[str, frozenset[str]]
"""By host, the VMs on it."""


def packs(vms: list[Restart], room: dict[str, int], apart: tuple[frozenset[str], ...], beside: Beside) -> bool:
    """Whether there is any way at all to place VMs whole on hosts."""
    if not vms:
        return True
    first, *others = vms
    return any(
        packs(others, {**room, host: left - first.size}, apart, {**beside, host: beside[host] | {first.vm}})
        for host, left in room.items()
        if left >= first.size
        and (first.hosts is None or host in first.hosts)
        and not any(first.vm in group and group & beside[host] for group in apart)
    )


def survived(problem: FailoverProblem, units: tuple[str, ...]) -> bool:
    hosts = {host for host in problem.free if problem.unit(host) in units}
    lost = [each for each in problem.restarts if each.host in hosts]
    room = {host: max(0, free) for host, free in problem.free.items() if host not in hosts}
    beside = {host: frozenset(each.vm for each in problem.restarts if each.host == host) for host in room}
    return packs(sorted(lost, key=lambda each: -each.size), room, problem.apart, beside)


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
    groups = random.choice([0, 0, 0, 1, 2]) if restarts else 0
    apart = tuple(
        frozenset(random.sample([each.vm for each in restarts], min(3, len(restarts)))) for _ in range(groups)
    )
    return FailoverProblem(free, restarts, None, domains, apart)
