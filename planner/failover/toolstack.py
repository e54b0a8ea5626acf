"""What the toolstack's own planner says, step by step: a replica that takes over its shortcuts.

It packs greedily: the largest VM on the host with most free memory, and nowhere else. Failures come one after another,
in every order, and what was restarted fails again with its host. Beyond a limit on the number of orders, and in pools
of more than 32 hosts always, it counts every VM as large as the largest and lets the roomiest hosts fail. Hosts and
VMs are in the order of their names, which decides ties; give UUIDs as names for the very answer. A VM that may not go
to every host is not agile to it, and one such VM makes it say that no failure can be survived.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, permutations
from math import perm

from planner.failover.answers import ToolstackCapacity
from planner.failover.problem import FailoverProblem, Restart

MOST_HOSTS = 32
MOST_ORDERS = 3500
"""The method is exhaustive below so many orders of failing hosts."""
EXHAUSTIVE, APPROXIMATE = "exhaustive", "approximate"


def greedy(vms: Iterable[Restart], free: Mapping[str, int]) -> dict[str, str]:
    """Where the toolstack would restart VMs; those that fit nowhere by its way are not in it."""
    found: dict[str, str] = {}
    ranked = sorted(free.items(), key=lambda pair: -pair[1])
    for vm in sorted(vms, key=lambda each: -each.size):
        if not ranked:
            break
        host, room = ranked[0]
        if room < vm.size:
            continue
        found[vm.vm] = host
        left = room - vm.size
        del ranked[0]
        place = next((at for at, (_, other) in enumerate(ranked) if other <= left), len(ranked))
        ranked.insert(place, (host, left))
    return found


def method(problem: FailoverProblem, failures: int) -> str:
    """How the toolstack looks at so many failures."""
    hosts = len(problem.free) if problem.total_hosts is None else problem.total_hosts
    if hosts > MOST_HOSTS or failures > hosts:
        return APPROXIMATE
    return EXHAUSTIVE if perm(hosts, failures) < MOST_ORDERS else APPROXIMATE


def orders(problem: FailoverProblem, failures: int) -> int:
    """In how many orders it lets hosts fail, at most; one where it takes every VM for as large as the largest."""
    return perm(len(problem.free), failures) if method(problem, failures) == EXHAUSTIVE else 1


def plan_exists(problem: FailoverProblem, failures: int) -> bool:
    """Whether the toolstack says that so many failures can be survived."""
    usable = len(problem.free)
    if any(each.hosts is not None and not each.hosts >= problem.free.keys() for each in problem.placed):
        return False
    if usable < failures or (usable == failures and problem.placed):
        return False
    if method(problem, failures) == EXHAUSTIVE:
        return _every_order(problem, failures)
    return as_large_as_the_largest(problem, failures)


def _every_order(problem: FailoverProblem, failures: int) -> bool:
    return not any(left_over(problem, failures))


def left_over(problem: FailoverProblem, failures: int) -> Iterator[tuple[Restart, ...]]:
    """For each order in which so many hosts can fail, the VMs that the toolstack finds no room for when it stops."""
    hosts = sorted(problem.free)
    located: dict[str, str] = {each.vm: each.host for each in problem.placed if each.host is not None}
    for failing in combinations(hosts, failures):
        for order in permutations(failing):
            free = {host: problem.free[host] for host in hosts}
            yield _left_over(order, free, dict(located), problem.placed)


def _left_over(
    order: Sequence[str], free: dict[str, int], located: dict[str, str], vms: Sequence[Restart]
) -> tuple[Restart, ...]:
    """What cannot be restarted when hosts fail in this order, and everything before it was restarted in between."""
    sizes = {each.vm: each.size for each in vms}
    for failing in order:
        del free[failing]
        lost = [each for each in vms if located[each.vm] == failing]
        placed = greedy(lost, free)
        if len(placed) < len(lost):
            return tuple(each for each in lost if each.vm not in placed)
        for vm, host in placed.items():
            free[host] -= sizes[vm]
            located[vm] = host
    return ()


def as_large_as_the_largest(problem: FailoverProblem, failures: int) -> bool:
    """Whether it holds when every VM is as large as the largest; if so, it holds in every order too."""
    if not problem.placed:
        return True
    largest = max(each.size for each in problem.placed)
    counts = Counter(each.host for each in problem.placed)
    places = sorted((slots(free, largest, len(problem.placed)) for free in problem.free.values()), reverse=True)
    most = sorted(counts.values(), reverse=True)
    return sum(most[:failures]) <= sum(places[failures:])


def slots(free: int, size: int, vms: int) -> int:
    """How many VMs of a size fit, truncated toward zero; VMs without size fit all."""
    if size == 0:
        return vms
    return free // size if free >= 0 else -(-free // size)


def toolstack_capacity(problem: FailoverProblem) -> ToolstackCapacity:
    """How many failures the toolstack says can be survived, asked in its own order."""
    return bisected(
        len(problem.free) if problem.total_hosts is None else problem.total_hosts,
        lambda failures: plan_exists(problem, failures),
        lambda failures: method(problem, failures),
    )


def bisected(
    most: int, verdict: Callable[[int], bool], by_method: Callable[[int], str] = lambda _: EXHAUSTIVE
) -> ToolstackCapacity:
    """The highest number up to a limit that passes, found as the toolstack does: zero is never tested."""
    steps: list[tuple[int, str, bool]] = []

    def asked(failures: int) -> bool:
        steps.append((failures, by_method(failures), verdict(failures)))
        return steps[-1][2]

    lower, upper = 0, most
    while upper - lower >= 2:  # noqa: PLR2004 - neighbours are not bisected
        middle = (lower + upper) // 2
        lower, upper = (middle, upper) if asked(middle) else (lower, middle)
    found = upper if upper > lower and asked(upper) else lower
    return ToolstackCapacity(found, tuple(steps))
