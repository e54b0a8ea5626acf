"""In which order the toolstack tries hosts for a guest that is started without naming one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from planner.facts.host_memory import HostMemory
from planner.facts.memory import Policy
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView


class Category(Enum):
    """What a host offers a guest; the first category with a host that can take it is chosen from."""

    HOME = "its home server"
    DEFINITE = "room for all guests at their static maximum"
    PROBABLE = "room for all guests at their dynamic maximum"
    POSSIBLE = "room when guests are ballooned down"


@dataclass(frozen=True, slots=True)
class Ranked:
    """The hosts of one category, those with more room first. One is drawn by chance, the first ones more often."""

    category: Category
    hosts: tuple[Host, ...]


_MOST = 1000
"""What a host is worth among the possible ones that needs to balloon nobody."""


def ranking(view: PoolView, memory: HostMemory, vm: VM, hosts: Iterable[Host]) -> tuple[Ranked, ...]:
    """The hosts by the categories in which they are tried, each where it is tried first.

    A host whose memory is not known well enough is left out.
    """
    home = view.hosts.find(vm.home)
    found: dict[Category, list[tuple[int, str, Host]]] = {category: [] for category in Category}
    for host in hosts:
        worth = _worth(view, memory, vm, host)
        if worth is None:
            continue
        first = next(((category, worth[category]) for category in _order(host is home) if worth[category] >= 0), None)
        if first:
            found[first[0]].append((-first[1], host.name, host))
    return tuple(
        Ranked(category, tuple(host for *_, host in sorted(ranked, key=lambda each: each[:2])))
        for category, ranked in found.items()
        if ranked
    )


def _order(at_home: bool) -> tuple[Category, ...]:  # noqa: FBT001 - an answer
    return tuple(Category) if at_home else (Category.DEFINITE, Category.PROBABLE, Category.POSSIBLE)


def _worth(view: PoolView, memory: HostMemory, vm: VM, host: Host) -> dict[Category, int] | None:
    """What a host is worth in each category, below zero where it is not in it."""
    left = {policy: memory.left_with(vm, host, policy) for policy in Policy}
    static, most, least = (left[each] for each in (Policy.STATIC_MAX, Policy.DYNAMIC_MAX, Policy.DYNAMIC_MIN))
    if static is None or most is None or least is None:
        return None
    possible = _possible(most, least)
    biased = host is view.coordinator and view.pool.coordinator_bias is not False
    return {
        Category.HOME: possible,
        Category.DEFINITE: _halved(static) if biased else static,
        Category.PROBABLE: _halved(most) if biased else most,
        Category.POSSIBLE: possible,
    }


def _possible(most: int, least: int) -> int:
    """How much of what all guests could give up would be left over, in thousandths."""
    if most >= 0:
        return _MOST
    return -1 if least < 0 else _MOST * least // (least - most)


def _halved(value: int) -> int:
    """The coordinator is taken less often; what is below zero stays there."""
    return (value - 1) // 2 if value > 0 else min(value, 0)
