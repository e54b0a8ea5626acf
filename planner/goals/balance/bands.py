"""What wishes demand of VMs beside each other, in plain numbers: how many hosts that count as one may have of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from planner.facts.wishes import members, most_in_a_unit, required, unit_of
from planner.goals.moves.board import Group
from planner.goals.moves.stand import Stand
from planner.model.host import Host


class Bands:
    """The wishes that have to be kept of VMs beside each other, over some hosts."""

    def __init__(self, stand: Stand, hosts: Sequence[Host]) -> None:
        self._stand = stand
        rules = [rule for rule in required(stand.view) if rule.relation in {"apart", "spread"}]
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

    @cached_property
    def fences(self) -> Mapping[str, tuple[Mapping[str, str], ...]]:
        """By VM that is to be in one failure domain with others, what hosts count as; it stays in its own."""
        found: defaultdict[str, tuple[Mapping[str, str], ...]] = defaultdict(tuple)
        for rule in required(self._stand.view):
            vms = members(self._stand.view, rule) if rule.relation == "together" and rule.by is not None else ()
            for vm in vms if len(vms) > 1 else ():
                found[self._stand.key(vm)] += (self._stand.units(rule),)
        return dict(found)

    def fenced(self, vm: str, source: Host, target: Host) -> bool:
        """Whether a VM is kept from a host as that is in another failure domain than the VM is."""
        one, other = self._stand.key(source), self._stand.key(target)
        return any(units[one] != units[other] for units in self.fences.get(vm, ()))
