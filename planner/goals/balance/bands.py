"""What wishes demand of VMs that are moved, in plain numbers: who stays, moves with others, or is kept from hosts.

Wishes that had better be kept count, too: none is to be broken more than it is today. One that is kept is kept, as if
it had to be; of one that is broken the VMs come to no place that would break it more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from planner.facts.host_limits import Most, least_of, most_kept, most_on
from planner.facts.wishes import allows, members, most_in_a_unit, preferred, required, unit_of
from planner.goals.moves.board import Group
from planner.goals.moves.stand import Stand
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.wishes import PlacementRule


class Bands:
    """The wishes, over some hosts.

    Where they are loose they allow all that may be done, and more: those that had better be kept do not count, and VMs
    that are to be in one failure domain go where they like.
    """

    def __init__(self, stand: Stand, hosts: Sequence[Host], *, loose: bool) -> None:
        self._stand, self._hosts, self._loose = stand, hosts, loose
        self._preferred = () if loose else preferred(stand.view)
        self._rules = (*required(stand.view), *self._preferred)
        self._crowded = rules = [rule for rule in self._rules if rule.relation in {"apart", "spread"}]
        self.groups = tuple(
            Group(most_in_a_unit(stand.view, rule) or 0, tuple(unit_of(rule, host) for host in hosts)) for rule in rules
        )
        self._marks: defaultdict[str, tuple[int, ...]] = defaultdict(tuple)
        for number, rule in enumerate(rules):
            for vm in members(stand.view, rule):
                self._marks[stand.key(vm)] += (number,)

    def marks(self, vm: str) -> tuple[int, ...]:
        """The groups that a VM is in, by number."""
        return self._marks.get(vm, ())

    def there(self, host: Host, staying: Iterable[str]) -> tuple[int, ...]:
        """The groups of the VMs that stay on a host, once for each, and of those elsewhere that count on it."""
        return (*(mark for vm in staying for mark in self.marks(vm)), *self._beside.get(id(host), ()))

    @cached_property
    def _beside(self) -> Mapping[int, list[int]]:
        """By host, the groups of VMs that are on none of the hosts and count on this one, the first of its unit."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        ours = {id(host) for host in self._hosts}
        for number, rule in enumerate(self._crowded):
            first = {unit_of(rule, host): id(host) for host in reversed(self._hosts)}
            for _, host in self._on(rule):
                if id(host) not in ours and (unit := unit_of(rule, host)) in first:
                    found[first[unit]].append(number)
        return dict(found)

    @cached_property
    def staying(self) -> frozenset[str]:
        """The VMs that had better not be moved."""
        rules = (rule for rule in self._preferred if rule.stay)
        return frozenset(self._stand.key(vm) for rule in rules for vm in members(self._stand.view, rule))

    def together(self) -> Iterator[set[str]]:
        """The VMs of each wish that only move as one, as they are to be on one host, or had better be and are."""
        for rule in self._rules:
            if rule.relation == "together" and self._as_one(rule):
                yield {self._stand.key(vm) for vm in self._bound(rule)}

    def _as_one(self, rule: PlacementRule) -> bool:
        return rule.by is None and (rule.required or len({id(host) for _, host in self._on(rule)}) <= 1)

    def _bound(self, rule: PlacementRule) -> tuple[VM, ...]:
        """The VMs that are to be together: those that run, of a wish that only had better be kept."""
        return members(self._stand.view, rule) if rule.required else tuple(vm for vm, _ in self._on(rule))

    def _on(self, rule: PlacementRule) -> list[tuple[VM, Host]]:
        view = self._stand.view
        return [(vm, host) for vm in members(view, rule) if (host := view.hosts.find(vm.runs_on))]

    def kept_from(self, vm: str, host: Host) -> bool:
        """Whether a VM may not come to a host, whatever the other VMs do."""
        return id(host) in self._closed.get(vm, ())

    @property
    def narrow(self) -> bool:
        """Whether less is allowed than may be done: VMs stay in a failure domain that could leave it all together."""
        return any(rule.by is not None for rule in self._domains)

    @cached_property
    def _domains(self) -> tuple[PlacementRule, ...]:
        """The wishes that VMs be together which do not move as one: they come to no further host or failure domain."""
        rules = (rule for rule in self._rules if rule.relation == "together" and not self._loose)
        return tuple(rule for rule in rules if len(self._bound(rule)) > 1 and not self._as_one(rule))

    @cached_property
    def _closed(self) -> Mapping[str, frozenset[int]]:
        """By VM, the hosts to which it may not come."""
        found: defaultdict[str, frozenset[int]] = defaultdict(frozenset)
        for rule in self._domains:
            units = {id(host): unit_of(rule, host) for host in self._hosts}
            there = {unit_of(rule, host) for _, host in self._on(rule)}
            for vm, own in self._on(rule):
                stay = {unit_of(rule, own)} if rule.required else there
                found[self._stand.key(vm)] |= {host for host, unit in units.items() if unit not in stay}
        for rule in self._preferred:
            wrong = frozenset(id(host) for host in self._hosts if not allows(self._stand.view, rule, host))
            for vm, own in self._on(rule) if wrong else ():
                if allows(self._stand.view, rule, own):
                    found[self._stand.key(vm)] |= wrong
        return dict(found)

    def most(self, host: Host) -> Most:
        """What may be taken of a host at most."""
        return least_of((most_on(self._stand.view, host), self._kept.get(id(host), Most())))

    @cached_property
    def _kept(self) -> Mapping[int, Most]:
        return {} if self._loose else most_kept(self._stand.view)
