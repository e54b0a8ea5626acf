"""The loads of hosts while their VMs are moved one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from planner.facts.evenness import Peaks
from planner.facts.loads import load, taken
from planner.facts.memory import charges
from planner.facts.vcpu_loads import physical_cpus, vcpu_load, virtual_cpus
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView


def counting(view: PoolView) -> tuple[Host, ...]:
    """The hosts whose loads are compared with each other: those that nobody says to be disabled or dead."""
    return tuple(host for host in view.hosts.records if host.enabled is not False and host.live is not False)


def counts_vcpus(view: PoolView, hosts: Sequence[Host]) -> bool:
    """Whether it is known of all hosts and of the VMs on them how many CPUs they have."""
    on = charges(view)
    return all(
        physical_cpus(host) is not None and all(virtual_cpus(vm) is not None for vm in on.on(host)) for host in hosts
    )


class LoadTally:
    """The loads of some hosts, in thousandths, each counted anew when a VM comes or goes."""

    def __init__(self, view: PoolView, hosts: Sequence[Host]) -> None:
        self._view = view
        self._on = {id(host): list(charges(view).on(host)) for host in hosts}
        self.vcpus_known = counts_vcpus(view, hosts)
        self.memory: dict[int, int] = {}
        """The load of memory by the identity of the host; nothing where that is not known."""
        self.vcpus: dict[int, int] = {}
        """The virtual CPUs for each physical one in the same way; for all hosts or none."""
        for host in hosts:
            self._count(host)

    def move(self, vm: VM, source: Host, target: Host) -> None:
        """A VM goes from one of the hosts to another. Raises ValueError where it is not on it."""
        self._on[id(source)].remove(vm)
        self._on[id(target)].append(vm)
        self._count(source)
        self._count(target)

    def of(self, host: Host) -> tuple[int, int | None]:
        """The load of a host's memory, and its virtual CPUs for each physical one where that is known."""
        return self.memory[id(host)], self.vcpus.get(id(host))

    def peaks(self) -> Peaks:
        """What is highest and lowest over the hosts. Raises ValueError where the memory load of one is not known."""
        if not self.memory or len(self.memory) < len(self._on):
            raise ValueError("the memory load of a host is not known")
        memory, vcpus = self.memory.values(), self.vcpus.values()
        return Peaks(max(memory), min(memory), max(vcpus, default=None), min(vcpus, default=None))

    def _count(self, host: Host) -> None:
        guests = self._on[id(host)]
        size, busy = taken(self._view, host, guests), vcpu_load(host, guests) if self.vcpus_known else None
        if size is not None:
            self.memory[id(host)] = load(size, host.memory or 0)
        if busy is not None:
            self.vcpus[id(host)] = busy
