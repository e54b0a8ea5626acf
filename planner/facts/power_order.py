"""In which order the VMs of a pool go up, and, turned round, down: by their start orders, and by who serves whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from planner.facts.serving import Serving
from planner.facts.start_order import rank
from planner.model.guest import VM

Rank = tuple[bool, bool, int]

CLEAN_SHUTDOWN = 1200
"""Seconds for which the toolstack waits for a guest that was asked to shut down."""


@dataclass(frozen=True, slots=True)
class Order:
    """Rounds of VMs, first those that are started first; none where VMs need each other in a ring."""

    rounds: tuple[tuple[VM, ...], ...]
    ring: tuple[VM, ...] = ()
    """VMs of which each needs the next one, and the last one the first."""


def own_rank(vm: VM) -> Rank:
    """Where the start order of a VM stands; in an appliance a negative one comes first, elsewhere last."""
    if vm.appliance is not None and vm.order is not None:
        return False, False, vm.order
    return rank(vm.order)


def starting(serving: Serving, vms: Iterable[VM]) -> Order:
    """The rounds in which VMs are started: a server with the first of those that need it, and before them."""
    known = {id(vm): vm for vm in vms}
    needs = {key: [each for each in serving.needs(vm) if id(each) in known] for key, vm in known.items()}
    depths: dict[int, int] = {}
    for vm in known.values():
        if ring := _dive(vm, needs, depths):
            return Order((), ring)
    ranks = {key: own_rank(vm) for key, vm in known.items()}
    for key in sorted(known, key=lambda each: -depths[each]):
        for server in needs[key]:
            ranks[id(server)] = min(ranks[id(server)], ranks[key])
    rounds: defaultdict[tuple[Rank, int], list[VM]] = defaultdict(list)
    for key, vm in known.items():
        rounds[ranks[key], depths[key]].append(vm)
    return Order(tuple(tuple(sorted(rounds[each], key=_by_name)) for each in sorted(rounds)))


def _by_name(vm: VM) -> tuple[str, str]:
    return vm.name, vm.uuid or ""


def _dive(first: VM, needs: dict[int, list[VM]], depths: dict[int, int]) -> tuple[VM, ...]:
    """How many VMs have to run before one after the other; gives a ring where there is one."""
    path: list[VM] = [first]
    while path:
        vm = path[-1]
        following = next((each for each in needs[id(vm)] if id(each) not in depths), None)
        if following is None:
            depths[id(vm)] = 1 + max((depths[id(each)] for each in needs[id(vm)]), default=-1)
            path.pop()
        elif any(following is each for each in path):
            return tuple(path[next(place for place, each in enumerate(path) if each is following) :])
        else:
            path.append(following)
    return ()


def longest(delays: Iterable[int | None]) -> int | None:
    """The longest of some delays, none of which counts below zero; None where one is not known."""
    each = tuple(delays)
    return None if None in each else max((max(0, delay) for delay in each if delay is not None), default=0)
