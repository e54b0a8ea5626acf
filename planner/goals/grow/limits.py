"""What bounds the new VMs of a host beside its memory: their number, and what wishes have left free."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import mul

from planner.facts.failover_problem import PoolProblem
from planner.facts.guest_limits import most_guests
from planner.facts.host_limits import Most, lacking, most_on, most_on_further
from planner.facts.lacking import Lacking
from planner.facts.loads import taken
from planner.facts.memory import charges
from planner.facts.vcpu_loads import virtual_cpus_of


@dataclass(frozen=True, slots=True)
class Left:
    """What a host may have more; None where nothing bounds it."""

    vms: int | None = None
    memory: int | None = None
    """Bytes, as long as the host is not given more."""
    vcpus: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A sum over the new VMs of a host, one factor for each size, and what it may come to."""

    factors: Sequence[int]
    most: int
    grows: bool = False
    """It counts bytes, so it may come to more where the host is given memory."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds the new VMs, by host."""

    vcpus: Sequence[int] = ()
    """The virtual CPUs of each size."""
    left: Mapping[str, Left] = field(default_factory=dict)

    def rows(self, host: str, sizes: Sequence[int]) -> Iterator[Row]:
        """Its sums; nothing for a host that is not bounded."""
        left = self.left.get(host, Left())
        if left.vms is not None:
            yield Row([1] * len(sizes), left.vms)
        if left.memory is not None:
            yield Row(sizes, left.memory, grows=True)
        if left.vcpus is not None:
            yield Row(self.vcpus, left.vcpus)

    def allow(self, host: str, sizes: Sequence[int], numbers: Sequence[int]) -> bool:
        """Whether a host may have so many new VMs of each size."""
        return all(sum(map(mul, row.factors, numbers)) <= row.most for row in self.rows(host, sizes))


def left_on(pool: PoolProblem) -> dict[str, Left]:
    """What each host may have more, by key."""
    on, found = charges(pool.view), {}
    for host in pool.usable:
        guests = on.on(host)
        had = Left(len(pool.view.vms_on(host)), taken(pool.view, host, guests), virtual_cpus_of(guests))
        number = most_guests(pool.view.software(host))
        found[pool.host_keys[id(host)]] = _left(number, most_on(pool.view, host), had)
    return found


def left_on_further(pool: PoolProblem, memory: int) -> Left:
    """What a further host may have that has so many bytes for VMs, and else is like the largest that there is."""
    if not pool.usable:
        return Left()
    largest = max(pool.usable, key=pool.empty)
    own = Left(0, (largest.memory or 0) - pool.empty(largest), 0)
    left = _left(most_guests(pool.view.software(largest)), most_on_further(pool.view, largest), own)
    if left.memory is None:
        return left
    return replace(left, memory=max(0, memory - (pool.empty(largest) - left.memory)))


def _left(vms: int | None, most: Most, had: Left) -> Left:
    """What is left of so many VMs and of what may be taken, when so much is taken already."""
    return Left(
        *(
            None if all_of_it is None else max(0, all_of_it - (own or 0))
            for all_of_it, own in ((vms, had.vms), (most.memory, had.memory), (most.vcpus, had.vcpus))
        )
    )


def unsaid(pool: PoolProblem) -> Iterator[Lacking]:
    """What has to be known before it can be said what wishes leave of the hosts."""
    on = charges(pool.view)
    for host in pool.usable:
        yield from lacking(pool.view, host, on.on(host))
