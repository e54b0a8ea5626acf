"""What is asked of a placement in plain numbers, beside what is asked of all moves: wishes that may be broken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from planner.facts.wishes import allows, members, preferred
from planner.goals.moves.stand import Stand
from planner.goals.moves.wanted import Item, Wanted


@dataclass(frozen=True, slots=True)
class Soft:
    """A wish that had better be kept; hosts and VMs by keys."""

    name: str
    relation: str | None
    """`apart`, `together`, or None."""
    vms: frozenset[str]
    """Those that may move, or are to be started."""
    fixed: Mapping[str, int]
    """By host, how many of its VMs stay there whatever is planned."""
    wrong: frozenset[str]
    """The hosts on which it does not want its VMs."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What has to be kept, and what had better be."""

    wanted: Wanted
    """Its protected VMs are none where it cannot be said how many hosts may fail."""
    softs: tuple[Soft, ...]
    usable: frozenset[str]
    """The hosts on which VMs are restarted, by key."""


def softs(stand: Stand, items: Iterable[Item]) -> Iterator[Soft]:
    """The wishes that had better be kept, by name."""
    moving, view = {item.key for item in items}, stand.view
    for rule in preferred(view):
        on = {stand.key(vm): view.hosts.find(vm.runs_on) for vm in members(view, rule)}
        yield Soft(
            rule.name,
            rule.relation,
            frozenset(moving & on.keys()),
            Counter(stand.key(host) for key, host in on.items() if host is not None and key not in moving),
            frozenset(stand.key(host) for host in stand.hosts if not allows(view, rule, host)),
        )
