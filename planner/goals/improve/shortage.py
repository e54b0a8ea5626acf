"""What is missing today when hosts fail, so that changes that are too small for it need not be tried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from planner.facts.footprint import Question, footprint
from planner.facts.memory import Policy, guest_need
from planner.failover.answers import FailureCapacity
from planner.failover.problem import FailoverProblem
from planner.model.guest import VM


class Shortage:
    """VMs that have to be restarted on some hosts: they come to more than these can take.

    Sizes and free memory are counted in whole parts of `measure` bytes: so VMs never count for more than hosts do
    that can take them.
    """

    def __init__(
        self, problem: FailoverProblem, vms: Collection[str], hosts: Collection[str], *, measure: int = 1
    ) -> None:
        self._measure = measure
        self._sizes = {each.vm: each.size for each in problem.placed if each.vm in vms}
        self._rooms = {host: problem.room[host] for host in hosts}
        needed = sum(size // measure for size in self._sizes.values())
        self._over = needed - sum(room // measure for room in self._rooms.values())

    def may_end(self, key: str, on: str, before: VM, after: VM) -> bool:
        """Whether hosts can take enough once a VM on this host is changed so, by all that is counted here.

        The toolstack whose overhead falls most is taken, so that no change is left out that may be enough.
        """
        over = self._over
        if key in self._sizes:
            over += self._parts(self._sizes[key], _restart(after) - _restart(before))
        if on in self._rooms:
            over -= self._parts(self._rooms[on], _charge(before) - _charge(after))
        return over <= 0

    def _parts(self, size: int, more: int) -> int:
        """So many parts more when a size grows."""
        return (size + more) // self._measure - size // self._measure


def shortages(
    problem: FailoverProblem, failures: int, capacity: FailureCapacity, *, settled: bool
) -> Iterator[Shortage]:
    """What is missing when the hosts fail that take most along, and in the worst case that was found.

    Where VMs that are down can be put in several ways, it is not `settled` how much room each host has: then only the
    first is told, for it holds whichever way they are put.
    """
    taken = Counter(problem.room)
    for each in problem.placed:
        taken[each.host or ""] += each.size
    worst = sorted(taken, key=lambda host: (-taken[host], host))[:failures]
    lost = {each.vm for each in problem.placed if each.host in worst}
    yield Shortage(problem, lost, problem.room.keys() - worst)
    cause, witness = capacity.because, capacity.witness
    if settled and cause and cause.measure and witness is not None and len(witness) <= failures:
        yield Shortage(problem, cause.vms, cause.hosts, measure=cause.measure)


def _restart(vm: VM) -> int:
    return footprint(vm, Question.HA_PLAN, vcpus_charged=False).least


def _charge(vm: VM) -> int:
    return guest_need(vm, Policy.STATIC_MAX, vcpus_charged=False).least
