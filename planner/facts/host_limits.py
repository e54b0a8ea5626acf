"""What has to be left free on hosts, as the wishes for a pool have it, and where it is not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from planner.facts.lacking import Lacking, each_once
from planner.facts.loads import taken
from planner.facts.memory import Policy, charged, charges, need_of_host
from planner.facts.vcpu_loads import physical_cpus, virtual_cpus, virtual_cpus_of
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.wishes import HostLimit


@dataclass(frozen=True, slots=True)
class Most:
    """What the VMs of a host and the host itself may take together; None where nothing bounds it."""

    memory: int | None = None
    """Bytes, with all the memory that each VM may have."""
    vcpus: int | None = None

    def exceeded(self, memory: int | None, vcpus: int) -> bool:
        """Whether so much is too much; memory that is not known is not."""
        too_full = self.memory is not None and memory is not None and memory > self.memory
        return too_full or (self.vcpus is not None and vcpus > self.vcpus)


@dataclass(frozen=True, slots=True)
class Over:
    """A wish that is not kept on a host."""

    limit: HostLimit
    host: Host
    memory: int
    """The bytes by which too little is free; none or less where enough is."""
    vcpus: int
    """By how many virtual CPUs there are too many; none or less where there are not."""


@dataclass(frozen=True, slots=True)
class Untold:
    """What has to be known before it can be said whether a wish is kept on a host."""

    limit: HostLimit
    host: Host
    lacking: tuple[Lacking, ...]


def limits(view: PoolView, *, required: bool = True) -> tuple[HostLimit, ...]:
    """The wishes of that kind, by name."""
    found = (limit for limit in view.host_limits if limit.required is required)
    return tuple(sorted(found, key=lambda limit: (limit.name, limit.hosts or ())))


def is_about(view: PoolView, limit: HostLimit, host: Host) -> bool:
    """Whether a wish holds for a host."""
    return limit.hosts is None or any(view.hosts.find(name) is host for name in limit.hosts)


def most_of(limit: HostLimit, host: Host) -> Most:
    """What a wish lets a host take; nothing that is not known of the host bounds it."""
    memory, cpus = limit.free_memory, physical_cpus(host)
    vcpus = None if limit.vcpus_per_cpu is None or cpus is None else int(Fraction(str(limit.vcpus_per_cpu)) * cpus)
    return Most(None if memory is None or host.memory is None else host.memory - memory, vcpus)


def most_on(view: PoolView, host: Host, names: Collection[str] | None = None) -> Most:
    """What all wishes that have to be kept let a host take, or those of some names."""
    found = (limit for limit in limits(view) if is_about(view, limit, host))
    return least_of(most_of(limit, host) for limit in found if names is None or limit.name in names)


def most_on_further(view: PoolView, like: Host) -> Most:
    """What they would let a further host take that is like one that is there, but is not named by any wish."""
    return least_of(most_of(limit, like) for limit in limits(view) if limit.hosts is None)


def most_kept(view: PoolView) -> dict[int, Most]:
    """By host, what those limits let it take that had better be kept, and are as far as it can be said."""
    exceeded_on = {(id(each.limit), id(each.host)) for each in over(view, required=False)}
    found = defaultdict[int, list[Most]](list)
    for limit in limits(view, required=False):
        for host in () if unsaid(view, limit) else _hosts(view, limit):
            if (id(limit), id(host)) not in exceeded_on:
                found[id(host)].append(most_of(limit, host))
    return {host: least_of(bounds) for host, bounds in found.items()}


def least_of(bounds: Iterable[Most]) -> Most:
    """What keeps all of some bounds."""
    found = tuple(bounds)
    memory = [each.memory for each in found if each.memory is not None]
    vcpus = [each.vcpus for each in found if each.vcpus is not None]
    return Most(min(memory, default=None), min(vcpus, default=None))


def lacking(view: PoolView, host: Host, guests: Iterable[VM]) -> tuple[Lacking, ...]:
    """What has to be known before it can be said whether the wishes that have to be kept are kept on a host."""
    ours = (limit for limit in limits(view) if is_about(view, limit, host))
    vms = list(guests)
    return each_once(lack for limit in ours for lack in _lacking(view, limit, host, vms))


def _lacking(view: PoolView, limit: HostLimit, host: Host, guests: list[VM]) -> Iterator[Lacking]:
    if limit.free_memory is not None:
        if host.memory is None:
            yield Lacking(host, "memory")
        yield from need_of_host(host, guests, Policy.DYNAMIC_MAX, vcpus_charged=bool(charged(view, host))).lacking
    if limit.vcpus_per_cpu is not None:
        if physical_cpus(host) is None:
            yield Lacking(host, "cpu.count")
        yield from (Lacking(vm, "vcpus.max") for vm in guests if virtual_cpus(vm) is None)


def untold(view: PoolView, *, required: bool = True) -> Iterator[Untold]:
    """Where it is not known whether wishes of that kind are kept, by wish and host."""
    on = charges(view)
    for limit in limits(view, required=required):
        for host in _hosts(view, limit):
            found = each_once((*on.adrift, *_lacking(view, limit, host, on.on(host))))
            if found:
                yield Untold(limit, host, found)


def unsaid(view: PoolView, limit: HostLimit) -> tuple[Lacking, ...]:
    """What has to be known before it can be said of a wish whether it is kept, wherever the VMs are."""
    hosts, every = _hosts(view, limit), list(view.vms.records)
    first = {charged(view, host): id(host) for host in reversed(hosts)}  # it tells of all VMs for those charged alike
    asked = ((host, every if id(host) in first.values() else []) for host in hosts)
    return each_once(lack for host, vms in asked for lack in _lacking(view, limit, host, vms))


def _hosts(view: PoolView, limit: HostLimit) -> list[Host]:
    found = (host for host in view.hosts.records if is_about(view, limit, host))
    return sorted(found, key=lambda each: (each.name, each.uuid or ""))


def exceeded(view: PoolView) -> int:
    """On how many hosts limits are not kept that had better be, of those limits of which it can be said."""
    found = Counter(id(each.limit) for each in over(view, required=False))
    return sum(
        found[id(limit)] for limit in limits(view, required=False) if found[id(limit)] and not unsaid(view, limit)
    )


def over(view: PoolView, *, required: bool = True) -> Iterator[Over]:
    """Where wishes of that kind are not kept, by wish and host; nothing where that is not known."""
    on = charges(view)
    if on.adrift:
        return
    for limit in limits(view, required=required):
        for host in _hosts(view, limit):
            found = _over(view, limit, host, on.on(host))
            if found.memory > 0 or found.vcpus > 0:
                yield found


def _over(view: PoolView, limit: HostLimit, host: Host, guests: list[VM]) -> Over:
    most, size, vcpus = most_of(limit, host), taken(view, host, guests), virtual_cpus_of(guests)
    return Over(
        limit,
        host,
        0 if most.memory is None or size is None else size - most.memory,
        0 if most.vcpus is None or vcpus is None else vcpus - most.vcpus,
    )
