"""Whether VMs fit whole into the free memory of hosts, exactly, each where it may be.

First a few greedy orders are tried, each of which often succeeds. Then a search places the VM with the fewest hosts
and the largest size first. It never tries two hosts that have the same room for the VMs that are left, and remembers
what has failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from planner.failover.effort import Effort, Exhausted
from planner.failover.problem import Restart

_DEEPEST = 400
"""The search goes as deep as there are VMs; more of them are left to the greedy orders."""

Targets = dict[str, str]
"""By VM, the host where it is restarted."""
Groups = Sequence[frozenset[str]]
"""VMs of which none may be on a host with another of its group."""


def pack(vms: Sequence[Restart], room: Mapping[str, int], effort: Effort, apart: Groups = ()) -> Targets | None:
    """A host for each VM, or None when there is no way. Raises Exhausted when the effort is spent before an answer."""
    effort.spend(1 + len(vms) * len(room) / 4)
    if sum(each.size for each in vms) > sum(room.values()):
        return None
    hosts = _Hosts(vms, room, apart)
    large_first = sorted(vms, key=lambda each: (-each.size, len(hosts.allowed[each.vm]), each.vm))
    bound_first = sorted(vms, key=lambda each: (each.vm not in hosts.rivals, len(hosts.allowed[each.vm]), -each.size))
    for order in (large_first, bound_first):
        for choice in (min, max):
            if (found := _greedy(order, _Hosts(vms, room, apart), choice)) is not None:
                return found
    if len(vms) > _DEEPEST:
        raise Exhausted
    return _Search(large_first if hosts.interchangeable else bound_first, hosts, effort).run()


class _Hosts:
    """Hosts as they fill up."""

    def __init__(self, vms: Sequence[Restart], room: Mapping[str, int], apart: Groups) -> None:
        names = sorted(room)
        self.left = dict(room)
        self.allowed = {each.vm: [host for host in names if each.hosts is None or host in each.hosts] for each in vms}
        self.rivals: dict[str, set[str]] = {}
        for group in apart:
            for vm in group & self.allowed.keys():
                self.rivals.setdefault(vm, set()).update(group - {vm})
        self.beside: dict[str, set[str]] = {host: set() for host in names}
        """By host, the VMs on it that are kept apart from others."""
        self.interchangeable = not self.rivals and all(len(each) == len(names) for each in self.allowed.values())

    def fitting(self, vm: Restart) -> list[str]:
        """The hosts that can take a VM, those with least memory left first."""
        rivals = self.rivals.get(vm.vm, set())
        able = [each for each in self.allowed[vm.vm] if self.left[each] >= vm.size and not rivals & self.beside[each]]
        return sorted(able, key=self.left.__getitem__)

    def put(self, vm: Restart, host: str) -> None:
        """Place a VM."""
        self.left[host] -= vm.size
        if vm.vm in self.rivals:
            self.beside[host].add(vm.vm)

    def take_back(self, vm: Restart, host: str) -> None:
        """Undo what was placed."""
        self.left[host] += vm.size
        self.beside[host].discard(vm.vm)

    def situation(self) -> tuple[object, ...]:
        """What decides whether more fits: memory left, and who is kept apart where."""
        if self.interchangeable:
            return tuple(sorted(self.left.values()))
        return (*self.left.values(), *(frozenset(each) for each in self.beside.values() if self.rivals))


def _greedy(vms: Sequence[Restart], hosts: _Hosts, choice: Callable[..., str]) -> Targets | None:
    """Each VM in turn on the host with the least memory left that it fits into, or with the most."""
    found: Targets = {}
    for vm in vms:
        fitting = hosts.fitting(vm)
        if not fitting:
            return None
        host = choice(fitting, key=hosts.left.__getitem__)
        hosts.put(vm, host)
        found[vm.vm] = host
    return found


class _Search:
    """A search through all ways that differ."""

    def __init__(self, vms: Sequence[Restart], hosts: _Hosts, effort: Effort) -> None:
        self._vms, self._hosts, self._effort = vms, hosts, effort
        self._failed: set[tuple[object, ...]] = set()
        self._volume = [sum(each.size for each in vms[at:]) for at in range(len(vms) + 1)]
        self._smallest = [min((each.size for each in vms[at:]), default=0) for at in range(len(vms) + 1)]

    def run(self) -> Targets | None:
        """The first way that is found."""
        found: Targets = {}
        return found if self._place(0, found) else None

    def _place(self, at: int, found: Targets) -> bool:
        if at == len(self._vms):
            return True
        state = (at, *self._hosts.situation())
        if state in self._failed:
            return False
        self._effort.spend(1 + len(self._hosts.left))
        if self._volume[at] <= sum(room for room in self._hosts.left.values() if room >= self._smallest[at]):
            vm = self._vms[at]
            for host in self._choices(vm):
                self._hosts.put(vm, host)
                found[vm.vm] = host
                if self._place(at + 1, found):
                    return True
                self._hosts.take_back(vm, host)
        self._failed.add(state)
        return False

    def _choices(self, vm: Restart) -> list[str]:
        """The hosts worth trying, the tightest first; where VMs may go anywhere, one of those with the same room."""
        fitting = self._hosts.fitting(vm)
        if not self._hosts.interchangeable:
            return fitting
        return list({self._hosts.left[host]: host for host in reversed(fitting)}.values())[::-1]
