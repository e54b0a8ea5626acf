"""What is asked of a placement in plain numbers, beside what is asked of all moves: wishes that may be broken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from planner.facts import host_limits
from planner.facts.wishes import allows, members, most_in_a_unit, preferred
from planner.goals.moves.stand import Stand
from planner.goals.moves.wanted import Item, Wanted, by_unit


@dataclass(frozen=True, slots=True)
class Soft:
    """A wish that had better be kept; hosts and VMs by keys."""

    name: str
    together: bool
    """They had better be in one unit."""
    most: int | None
    """How many of them one unit had better have at most, where that is so."""
    units: Mapping[str, str]
    """By host, what counts as one."""
    vms: frozenset[str]
    """Those that may move, or are to be started."""
    fixed: Mapping[str, int]
    """By host, how many of its VMs stay there whatever is planned."""
    wrong: frozenset[str]
    """The hosts on which it does not want its VMs."""
    stay: bool
    """They had better not be moved."""

    def fixed_units(self) -> Counter[str]:
        """By unit, how many of its VMs stay there whatever is planned."""
        found = Counter[str]()
        for host, number in self.fixed.items():
            found[self.units[host]] += number
        return found

    def hosts(self) -> dict[str, list[str]]:
        """By unit, its hosts."""
        return by_unit(self.units)


@dataclass(frozen=True, slots=True)
class Cap:
    """What had better be taken of a host at most."""

    name: str
    host: str
    most: host_limits.Most


@dataclass(frozen=True, slots=True)
class Asked:
    """What has to be kept, and what had better be."""

    wanted: Wanted
    """Its protected VMs are none where it cannot be said how many hosts may fail."""
    softs: tuple[Soft, ...]
    usable: frozenset[str]
    """The hosts on which VMs are restarted, by key."""
    caps: tuple[Cap, ...] = ()

    @property
    def preferences(self) -> bool:
        """Something had better be kept."""
        return bool(self.softs or self.caps)


def softs(stand: Stand, items: Iterable[Item]) -> Iterator[Soft]:
    """The wishes that had better be kept, by name."""
    moving, view = {item.key for item in items}, stand.view
    for rule in preferred(view):
        on = {stand.key(vm): view.hosts.find(vm.runs_on) for vm in members(view, rule)}
        yield Soft(
            rule.name,
            rule.relation == "together",
            most_in_a_unit(view, rule),
            stand.units(rule),
            frozenset(moving & on.keys()),
            Counter(stand.key(host) for key, host in on.items() if host is not None and key not in moving),
            frozenset(stand.key(host) for host in stand.hosts if not allows(view, rule, host)),
            rule.stay,
        )


def caps(stand: Stand) -> Iterator[Cap]:
    """The limits that had better be kept, by name and host, of those of which it can be said whether they are."""
    for limit in host_limits.limits(stand.view, required=False):
        counted = not host_limits.unsaid(stand.view, limit)
        for host in stand.hosts if counted else ():
            if host_limits.is_about(stand.view, limit, host):
                yield Cap(limit.name, stand.key(host), host_limits.most_of(limit, host))
