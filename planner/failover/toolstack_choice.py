"""The VMs for which the toolstack's own planner has a plan when each counts as large as the largest that is chosen.

That is what it asks in large pools, and what is enough in all others. Let the largest chosen be m. Every host then has
so many slots of size m, and the k hosts with most slots fail; the chosen of the k hosts that have most of them must
find the slots of the others, R in all. Taking from each host c at most t of its VMs, and beyond that as many as R - k t
allows, is the most there can be where the k-th largest number is t: with all t tried it is the most of all.
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.failover.problem import FailoverProblem, Restart
from planner.failover.toolstack import slots


def most_as_large(problem: FailoverProblem, failures: int) -> frozenset[str]:
    """The most VMs that can be chosen so, and of such choices the one with most memory that is found."""
    found = [chosen for size in {each.size for each in problem.placed} for chosen in _choices(problem, failures, size)]
    best = max(found, key=_worth, default=())
    return frozenset(each.vm for each in best)


def _worth(chosen: tuple[Restart, ...]) -> tuple[int, int, tuple[str, ...]]:
    return len(chosen), sum(each.size for each in chosen), tuple(sorted(each.vm for each in chosen))


def _choices(problem: FailoverProblem, failures: int, largest: int) -> Iterator[tuple[Restart, ...]]:
    """For each t a choice of VMs that are no larger than the largest."""
    on: dict[str, list[Restart]] = {host: [] for host in problem.free}
    for each in sorted(problem.placed, key=lambda each: (-each.size, each.vm)):
        if each.size <= largest and each.host is not None:
            on[each.host].append(each)
    places = sorted(slots(free, largest, len(problem.placed)) for free in problem.free.values())
    room = sum(places[: max(0, len(places) - failures)])
    for most in range(max(map(len, on.values()), default=0) + 1):
        beyond = room - failures * most
        if beyond < 0:
            return
        further = sorted((each for vms in on.values() for each in vms[most:]), key=lambda each: (-each.size, each.vm))
        yield (*(each for vms in on.values() for each in vms[:most]), *further[:beyond])
