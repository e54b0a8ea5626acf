"""How many virtual CPUs the hosts of a pool run for each of their physical ones."""

from __future__ import annotations

from collections.abc import Iterable

from planner.facts.loads import load
from planner.facts.memory import charges
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView


def physical_cpus(host: Host) -> int | None:
    """The logical CPUs of a host, threads counted; None where nobody says, or says none."""
    return host.cpu.count or None if host.cpu else None


def virtual_cpus(vm: VM) -> int | None:
    """The most virtual CPUs that a guest may have while it runs; None where that is unknown."""
    most = vm.vcpus.max if vm.vcpus else None
    return None if most is None else max(0, most)


def virtual_cpus_of(guests: Iterable[VM]) -> int | None:
    """Those of several guests, each counted once; None where those of one are unknown."""
    found = [virtual_cpus(vm) for vm in {id(each): each for each in guests}.values()]
    known = [each for each in found if each is not None]
    return sum(known) if len(known) == len(found) else None


def vcpu_load(host: Host, guests: Iterable[VM]) -> int | None:
    """The virtual CPUs of guests for each physical CPU of a host, in thousandths, rounded up; None where unknown.

    The host's own domain counts for nothing.
    """
    cpus, total = physical_cpus(host), virtual_cpus_of(guests)
    return None if cpus is None or total is None else load(total, cpus)


def vcpu_loads(view: PoolView) -> dict[int, int | None]:
    """The same for every host with the guests that it runs or has reserved room for, by the host's identity."""
    on = charges(view)
    return {id(host): None if on.adrift else vcpu_load(host, on.on(host)) for host in view.hosts.records}
