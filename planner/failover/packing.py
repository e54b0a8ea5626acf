"""Whether VMs fit whole into the free memory of hosts, exactly.

First a few greedy orders are tried, each of which often succeeds. Then a search places the VM with the fewest hosts
and the largest size first. It never tries two hosts that have the same room for the VMs that are left, nor an equal VM
on an earlier host than the one before, and remembers what has failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from planner.failover.effort import Effort, Exhausted
from planner.failover.problem import Restart

_DEEPEST = 400
"""The search goes as deep as there are VMs; more of them are left to the greedy orders."""

Targets = dict[str, str]
"""By VM, the host where it is restarted."""
_Choice = Callable[[list[str], dict[str, int], int], str]


def pack(vms: Sequence[Restart], room: Mapping[str, int], effort: Effort) -> Targets | None:
    """A host for each VM, or None when there is no way. Raises Exhausted when the effort is spent before an answer."""
    hosts = sorted(room)
    allowed = {each.vm: [host for host in hosts if each.hosts is None or host in each.hosts] for each in vms}
    ordered = sorted(vms, key=lambda each: (-each.size, len(allowed[each.vm]), each.vm))
    by_choice = sorted(vms, key=lambda each: (len(allowed[each.vm]), -each.size, each.vm))
    effort.spend(len(vms))
    if sum(each.size for each in vms) > sum(room.values()):
        return None
    for order in (ordered, by_choice):
        for choice in (_tightest, _loosest):
            if (found := _greedy(order, allowed, dict(room), choice)) is not None:
                return found
    return _Search(by_choice if _restricted(allowed, hosts) else ordered, allowed, effort).run(room)


def _restricted(allowed: Mapping[str, list[str]], hosts: list[str]) -> bool:
    return any(len(each) < len(hosts) for each in allowed.values())


def _tightest(hosts: list[str], left: dict[str, int], size: int) -> str:
    del size
    return min(hosts, key=lambda host: (left[host], host))


def _loosest(hosts: list[str], left: dict[str, int], size: int) -> str:
    del size
    return max(hosts, key=lambda host: (left[host], host))


def _greedy(
    vms: Sequence[Restart], allowed: Mapping[str, list[str]], left: dict[str, int], choice: _Choice
) -> Targets | None:
    found: Targets = {}
    for vm in vms:
        fitting = [host for host in allowed[vm.vm] if left[host] >= vm.size]
        if not fitting:
            return None
        host = choice(fitting, left, vm.size)
        left[host] -= vm.size
        found[vm.vm] = host
    return found


class _Search:
    """A search through all ways that differ."""

    def __init__(self, vms: Sequence[Restart], allowed: Mapping[str, list[str]], effort: Effort) -> None:
        self._vms = vms
        self._allowed = allowed
        self._effort = effort
        self._failed: set[tuple[object, ...]] = set()
        self._behind = [0] * (len(vms) + 1)
        for at in range(len(vms) - 1, -1, -1):
            self._behind[at] = self._behind[at + 1] + vms[at].size
        self._interchangeable = not _restricted(allowed, sorted({host for each in allowed.values() for host in each}))

    def run(self, room: Mapping[str, int]) -> Targets | None:
        """The first way that is found."""
        if len(self._vms) > _DEEPEST:
            raise Exhausted
        found: Targets = {}
        return found if self._place(0, dict(room), found) else None

    def _place(self, at: int, left: dict[str, int], found: Targets) -> bool:
        if at == len(self._vms):
            return True
        state = (at, *(sorted(left.values()) if self._interchangeable else sorted(left.items())))
        if state in self._failed:
            return False
        self._effort.spend(1 + len(left))
        smallest = min(each.size for each in self._vms[at:])
        if self._behind[at] <= sum(room for room in left.values() if room >= smallest):
            for host in self._choices(at, left):
                left[host] -= self._vms[at].size
                found[self._vms[at].vm] = host
                if self._place(at + 1, left, found):
                    return True
                left[host] += self._vms[at].size
        self._failed.add(state)
        return False

    def _choices(self, at: int, left: dict[str, int]) -> list[str]:
        """The hosts worth trying, the tightest first; where VMs may go anywhere, one of those with the same room."""
        size = self._vms[at].size
        fitting = sorted((left[host], host) for host in self._allowed[self._vms[at].vm] if left[host] >= size)
        if not self._interchangeable:
            return [host for _, host in fitting]
        return list(dict(reversed(fitting)).values())[::-1]
