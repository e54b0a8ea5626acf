"""Published placements as pools, as far as a pool can state them.

ROADEF 2012 (machine reassignment): the first resource of a machine is memory, a MiB for each unit, the second one CPUs,
of which VMs may not have more than there are; processes are VMs, those of one service are kept apart. Not stated, and
so not kept: further resources, the spread of services over locations, dependencies, resources that count on both
machines. What a plan costs is counted by their rules, and so is what it breaks of them.

Huawei (topology-aware placement): a server has the CPUs and memory of both its NUMA nodes, of which VMs may not have
more than there is; groups that repel each other are kept apart, those that attract each other on one server if any has
room for all of them. Not stated are NUMA nodes and fault domains.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from planner.model.inventory import Inventory
from tests.facts.test_toolstack_evacuation import OWN, host, view, vm

MIB = 2**20
ALL_CPUS = {"name": "CPUs", "vcpus_per_cpu": 1.0}


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine of ROADEF's; numbers by resource."""

    neighbourhood: int
    location: int
    capacity: tuple[int, ...]
    safety: tuple[int, ...]
    moving: tuple[int, ...]
    """By machine, what moving there costs."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service: over how many locations it is spread at least, and the services it depends on."""

    spread: int
    depends: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Process:
    """A process of a service."""

    service: int
    needs: tuple[int, ...]
    moving: int


@dataclass(frozen=True, slots=True)
class Balance:
    """A target for what is free of two resources, and what missing it costs."""

    first: int
    second: int
    target: int
    weight: int


@dataclass(frozen=True, slots=True)
class Case:
    """An instance of ROADEF's, and where its processes are."""

    transient: tuple[bool, ...]
    weights: tuple[int, ...]
    machines: tuple[Machine, ...]
    services: tuple[Service, ...]
    processes: tuple[Process, ...]
    balances: tuple[Balance, ...]
    moving: tuple[int, int, int]
    """The weights of moving processes, services and from machine to machine."""
    at: tuple[int, ...]

    def pool(self) -> Inventory:
        """What of it a pool can state."""
        cpus = len(self.weights) > 1
        hosts = [
            host(f"m{number:03}", 0)
            | {"memory": each.capacity[0] * MIB + OWN}
            | {"cpu": host("x", 0)["cpu"] | {"count": each.capacity[1] if cpus else 1}}
            for number, each in enumerate(self.machines)
        ]
        guests = [
            vm(f"p{number:04}", 1, f"m{self.at[number]:03}", memory=sized(each.needs[0]))
            | {"vcpus": each.needs[1] if cpus else 1, "platform": {"vcpu-unrestricted": "true"}}
            for number, each in enumerate(self.processes)
        ]
        services = defaultdict[int, list[str]](list)
        for number, each in enumerate(self.processes):
            services[each.service].append(f"p{number:04}")
        apart = [
            {"name": f"s{number}", "vms": vms, "relation": "apart"} for number, vms in services.items() if len(vms) > 1
        ]
        return Inventory([view(hosts, guests, placement=apart, host_limits=[ALL_CPUS] if cpus else []).pool])

    def _used(self, at: Sequence[int]) -> list[list[int]]:
        used = [[0] * len(self.weights) for _ in self.machines]
        for each, on in zip(self.processes, at, strict=True):
            used[on] = [one + other for one, other in zip(used[on], each.needs, strict=True)]
        return used

    def cost(self, at: Sequence[int]) -> int:
        """What an assignment costs by their rules."""
        total = 0
        for each, used in zip(self.machines, self._used(at), strict=True):
            over = (max(0, one - other) for one, other in zip(used, each.safety, strict=True))
            total += sum(weight * size for weight, size in zip(self.weights, over, strict=True))
            free = [one - other for one, other in zip(each.capacity, used, strict=True)]
            total += sum(b.weight * max(0, b.target * free[b.first] - free[b.second]) for b in self.balances)
        moved = [(each, was, on) for each, was, on in zip(self.processes, self.at, at, strict=True) if was != on]
        services = defaultdict[int, int](int)
        for each, *_ in moved:
            services[each.service] += 1
        of_process, of_service, of_machine = self.moving
        total += of_process * sum(each.moving for each, *_ in moved) + of_service * max(services.values(), default=0)
        return total + of_machine * sum(self.machines[was].moving[on] for _, was, on in moved)

    def broken(self, at: Sequence[int]) -> int:
        """How many of their demands an assignment breaks."""
        return sum(1 for _ in self._broken(at))

    def _broken(self, at: Sequence[int]) -> Iterator[str]:
        used = self._used(at)
        for each, was, on in zip(self.processes, self.at, at, strict=True):
            for resource, transient in enumerate(self.transient):
                used[was][resource] += each.needs[resource] if transient and was != on else 0
        for each, sizes in zip(self.machines, used, strict=True):
            yield from ("capacity" for size, most in zip(sizes, each.capacity, strict=True) if size > most)
        on_machines, near = defaultdict[int, list[int]](list), defaultdict[int, set[int]](set)
        for each, on in zip(self.processes, at, strict=True):
            on_machines[each.service].append(on)
            near[each.service].add(self.machines[on].neighbourhood)
        for number, service in enumerate(self.services):
            on = on_machines[number]
            yield from ["conflict"] * (len(on) - len(set(on)))
            yield from ["spread"] * (len({self.machines[each].location for each in on}) < service.spread)
            yield from ("dependency" for other in service.depends if near[number] - near[other])


def sized(size: int) -> dict[str, int]:
    """The memory of a VM that takes so many MiB with its overhead, one of them."""
    own = max(0, size - 1) * MIB
    return {"dynamic_min": own, "dynamic_max": own, "static_max": own, "overhead": MIB}


def roadef(model: Path, assignment: Path) -> Case:
    """An instance that is in two files."""
    numbers = map(int, model.read_text(encoding="utf-8").split())

    def some(count: int) -> tuple[int, ...]:
        return tuple(next(numbers) for _ in range(count))

    resources = next(numbers)
    kinds = [some(2) for _ in range(resources)]
    count = next(numbers)
    machines = tuple(Machine(*some(2), some(resources), some(resources), some(count)) for _ in range(count))
    services = tuple(Service(spread, some(depends)) for spread, depends in (some(2) for _ in range(next(numbers))))
    processes = tuple(Process(next(numbers), some(resources), next(numbers)) for _ in range(next(numbers)))
    balances = tuple(Balance(*some(4)) for _ in range(next(numbers)))
    at = tuple(map(int, assignment.read_text(encoding="utf-8").split()))
    moving = (next(numbers), next(numbers), next(numbers))
    transient, weights = tuple(bool(each[0]) for each in kinds), tuple(each[1] for each in kinds)
    return Case(transient, weights, machines, services, processes, balances, moving, at)


@dataclass(frozen=True, slots=True)
class Request:
    """A VM of Huawei's that is to be placed; memory in GiB."""

    cpus: int
    memory: int
    strategy: str
    group: str


def requests(path: Path, number: int) -> list[Request]:
    """The first of a sequence."""
    with path.open(encoding="utf-8") as lines:
        rows = [row for row, _ in zip(csv.DictReader(lines), range(number), strict=False)]
    return [Request(int(row["flavor_vcpus"]), int(row["flavor_ram"]), row["strategy"], row["group"]) for row in rows]


def servers(path: Path) -> list[tuple[int, int]]:
    """By server, its CPUs and its memory in GiB."""
    with path.open(encoding="utf-8") as lines:
        rows = [{key: int(value) for key, value in row.items()} for row in csv.DictReader(lines)]
    return [(row["CPU1"] + row["CPU2"], row["RAM1"] + row["RAM2"]) for row in rows]


def groups(wanted: Sequence[Request]) -> dict[tuple[str, str], list[int]]:
    """The requests that repel or attract each other, by number."""
    found = defaultdict[tuple[str, str], list[int]](list)
    for number, each in enumerate(wanted):
        if each.strategy in {"affinity", "anti-affinity"}:
            found[each.strategy, each.group].append(number)
    return {key: numbers for key, numbers in found.items() if len(numbers) > 1}


def that_can_be_kept(wanted: Sequence[Request], machines: Sequence[tuple[int, int]]) -> list[Request]:
    """The same without attraction in groups that no server has room for."""
    found = list(wanted)
    for (strategy, _), numbers in groups(wanted).items():
        cpus, memory = (sum(getattr(wanted[number], name) for number in numbers) for name in ("cpus", "memory"))
        if strategy == "affinity" and not any(cpus <= one and memory <= other for one, other in machines):
            for number in numbers:
                found[number] = replace(wanted[number], strategy="", group="")
    return found


def halted(wanted: Sequence[Request], machines: Sequence[tuple[int, int]]) -> Inventory:
    """Empty servers, and a halted VM for each request."""
    hosts = [
        host(f"s{number:04}", memory) | {"cpu": host("x", 0)["cpu"] | {"count": cpus}}
        for number, (cpus, memory) in enumerate(machines)
    ]
    guests: list[dict[str, Any]] = []
    for number, each in enumerate(wanted):
        guest = vm(f"v{number:04}", 1, memory=sized(each.memory * 1024), vcpus=each.cpus) | {"power_state": "halted"}
        guests.append({key: value for key, value in guest.items() if key != "runs_on"})
    wishes = [
        {
            "name": f"{strategy} {group}",
            "vms": [f"v{number:04}" for number in numbers],
            "relation": "apart" if strategy == "anti-affinity" else "together",
        }
        for (strategy, group), numbers in groups(wanted).items()
    ]
    return Inventory([view(hosts, guests, placement=wishes, host_limits=[ALL_CPUS]).pool])


def first_fit(wanted: Sequence[Request], machines: Sequence[tuple[int, int]]) -> int | None:
    """How many servers are used when each request in turn takes the first one that has room for it."""
    left, bound = [list(each) for each in machines], groups(wanted)
    of = {number: key for key, numbers in bound.items() for number in numbers}
    on = defaultdict[tuple[str, str], set[int]](set)
    used = 0
    for number, each in enumerate(wanted):
        key = of.get(number, ("", ""))
        for server, (cpus, memory) in enumerate(left):
            apart = key[0] == "anti-affinity" and server in on[key]
            away = key[0] == "affinity" and on[key] and server not in on[key]
            if each.cpus <= cpus and each.memory <= memory and not apart and not away:
                left[server] = [cpus - each.cpus, memory - each.memory]
                on[key].add(server)
                used = max(used, server + 1)
                break
        else:
            return None
    return used


def fewest(wanted: Sequence[Request], machines: Sequence[tuple[int, int]]) -> int:
    """No fewer of the first servers have the CPUs and the memory that all requests need."""
    cpus, memory = sum(each.cpus for each in wanted), sum(each.memory for each in wanted)
    for number, (one, other) in enumerate(machines, start=1):
        cpus, memory = cpus - one, memory - other
        if cpus <= 0 and memory <= 0:
            return number
    return len(machines)
