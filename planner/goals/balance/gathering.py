"""A pool as numbers: which hosts count, which VMs may be moved, and what is not known of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from planner.facts.footprint import Question, footprint
from planner.facts.host_limits import Most
from planner.facts.lacking import Lacking, each_once
from planner.facts.lasting import breaches
from planner.facts.loads import taken_by
from planner.facts.memory import Policy, charged, charges, guest_need
from planner.facts.transfers import transferred
from planner.facts.vcpu_loads import physical_cpus, virtual_cpus
from planner.goals.balance.bands import Bands
from planner.goals.moves.board import Bin, Board, Size, Unit
from planner.goals.moves.stand import Stand
from planner.model.guest import VM
from planner.model.host import Host

MOST_ASKED = 20_000
"""Pairs of a VM and a host; where there are more, not all of them are looked at for what is told of a bound."""
_KINDS = (None, False, True)
"""Whether a host's toolstack charges memory for virtual CPUs, as far as that is known."""


class Gathered:
    """The hosts that are enabled and live, and the VMs on them; with more places for these where wishes are loose."""

    def __init__(self, stand: Stand, *, loose: bool = False) -> None:
        self.stand = stand
        self.hosts = tuple(host for host in stand.hosts if any(host is each for each in stand.pool.usable))
        self._number = {id(host): number for number, host in enumerate(self.hosts)}
        self._charges = charges(stand.view)
        self._bands = Bands(stand, self.hosts, loose=loose)
        self._found: dict[tuple[int, int], bool] = {}
        self._statics: dict[tuple[str, bool], int] = {}

    def unsure(self) -> tuple[Lacking, ...]:
        """What has to be known before the memory load of the hosts is."""
        found: list[Lacking] = []
        for host in self.hosts:
            found += self.stand.unsure(host)
        for host in self.hosts:
            for vm in self._charges.on(host):
                found += guest_need(vm, Policy.DYNAMIC_MAX, vcpus_charged=bool(charged(self.stand.view, host))).lacking
        return each_once(found)

    @cached_property
    def uncounted(self) -> tuple[Lacking, ...]:
        """What has to be known before virtual CPUs can be counted."""
        hosts = [Lacking(host, "cpu.count") for host in self.hosts if physical_cpus(host) is None]
        guests = {id(vm): vm for host in self.hosts for vm in self._charges.on(host)}
        return (*hosts, *(Lacking(vm, "vcpus.max") for vm in guests.values() if virtual_cpus(vm) is None))

    @cached_property
    def unsaid(self) -> tuple[Lacking, ...]:
        """What would tell of further moves; in large pools only what of VMs keeps them from every host."""
        found: list[Lacking] = []
        guests = self.stand.guests(self.hosts)
        all_asked = len(guests) * len(self.hosts) <= MOST_ASKED
        for vm in guests:
            bound = self.stand.bound(vm)
            found += bound.lacking if bound.can is None else ()
            if bound.can is not False:
                found += footprint(vm, Question.START, vcpus_charged=True).lacking
                for host in self.hosts if all_asked else ():
                    arrival = self.stand.arrival(vm, host)
                    found += arrival.lacking if arrival.can is None else ()
        return each_once(found)

    def static(self, vm: str, host: str) -> int:
        """What a VM takes of a host at its static maximum, both by key."""
        rule = bool(charged(self.stand.view, self.stand.host_of[host]))
        if (vm, rule) not in self._statics:
            need = guest_need(self.stand.vm_of[vm], Policy.STATIC_MAX, vcpus_charged=rule)
            self._statics[vm, rule] = need.least
        return self._statics[vm, rule]

    def board(self) -> Board:
        """All that may be moved where it is."""
        return Board(self._bins, self._units, self._allowed, self._bands.groups)

    def _allowed(self, unit: int, host: int) -> bool:
        """Whether a unit may come to a host, by number; each looked at once for all boards."""
        if (unit, host) not in self._found:
            self._found[unit, host] = self._may(self._units[unit], self.hosts[host])
        return self._found[unit, host]

    @cached_property
    def passed_over(self) -> tuple[str, ...]:
        """The VMs that stay where they are although nothing of their own keeps them there, by name.

        Room is reserved for them on another host, others with which they are to stay are elsewhere, or they share
        a name.
        """
        moving = {vm for unit in self._units for vm in unit.vms} | self._bands.staying
        guests = self.stand.guests(self.hosts)
        return tuple(vm.name for vm in guests if self.stand.key(vm) not in moving and self.stand.bound(vm).can)

    @cached_property
    def staying(self) -> tuple[str, ...]:
        """The VMs that could be moved and had better not be, by name."""
        guests = self.stand.guests(self.hosts)
        return tuple(vm.name for vm in guests if self.stand.key(vm) in self._bands.staying and self.stand.bound(vm).can)

    @property
    def whole(self) -> bool:
        """Whether all moves that could be made are looked at, so that something can be said of all placements."""
        return not (self.unsaid or self.passed_over or self._closed or self._unlimited)

    @cached_property
    def loosest(self) -> Gathered:
        """The same with all places that break no more preferences than today, and maybe others."""
        exact = not self._bands.narrow and not breaches(self.stand.view, self.stand.view)
        return self if exact else Gathered(self.stand, loose=True)

    @cached_property
    def _bins(self) -> tuple[Bin, ...]:
        moving = {vm for unit in self._units for vm in unit.vms}
        return tuple(self._bin(host, moving) for host in self.hosts)

    @cached_property
    def _units(self) -> tuple[Unit, ...]:
        return tuple(sorted(self._moving(), key=lambda unit: (unit.moves, unit.vms)))

    def _bin(self, host: Host, moving: set[str]) -> Bin:
        stand, guests, most = self.stand, self._charges.on(host), self._bands.most(host)
        gone = [vm for vm in guests if stand.key(vm) in moving]
        place = stand.place(host, ())
        staying = {id(vm): vm for vm in guests if stand.key(vm) not in moving}
        own = sum(taken_by(stand.view, vm, host) or 0 for vm in gone)
        return Bin(
            stand.key(host),
            host.memory or 0,
            None if self.uncounted else physical_cpus(host),
            _KINDS.index(charged(stand.view, host)),
            (place.taken or 0) - own,
            0 if self.uncounted else sum(virtual_cpus(vm) or 0 for vm in staying.values()),
            place.room,
            self._bands.there(host, map(stand.key, staying.values())),
            most if not self.uncounted else Most(most.memory),
        )

    def _may(self, unit: Unit, host: Host) -> bool:
        stand = self.stand
        if id(host) in self._closed or id(host) in self._unlimited:
            return False
        if any(self._bands.kept_from(key, host) for key in unit.vms):
            return False
        vms = [stand.vm_of[key] for key in unit.vms]
        return all(stand.arrival(vm, host).can and stand.allowed(vm, host) for vm in vms)

    @cached_property
    def _closed(self) -> set[int]:
        return {id(host) for host in self.hosts if self.stand.place(host, ()).closed}

    @cached_property
    def _unlimited(self) -> set[int]:
        """The hosts whose virtual CPUs a wish bounds, where these cannot be counted: nobody comes to them."""
        hosts = self.hosts if self.uncounted else ()
        return {id(host) for host in hosts if self._bands.most(host).vcpus is not None}

    def _moving(self) -> Iterator[Unit]:
        """Every VM that may be moved, alone or with those with which it is to stay."""
        stand = self.stand
        able = {stand.key(vm): vm for vm in stand.guests(self.hosts) if self._able(vm)}
        groups, held = self._groups(able)
        single = able.keys() - held - {vm for group in groups for vm in group}
        for vms in [*groups, *((key,) for key in single)]:
            marks = tuple(sorted(mark for key in vms for mark in self._bands.marks(key)))
            yield self._unit([able[key] for key in vms], vms, marks)

    def _able(self, vm: VM) -> bool:
        stand = self.stand
        known = transferred(vm) is not None and self._size(vm, None) is not None
        named = stand.view.vms.find(vm.uuid or vm.name) is vm
        free = vm.scheduled_on is None and stand.key(vm) not in self._bands.staying
        return bool(known and named and free and stand.bound(vm).can)

    def _unit(self, vms: list[VM], keys: tuple[str, ...], apart: tuple[int, ...]) -> Unit:
        source = self.stand.view.hosts.find(vms[0].runs_on)
        sizes = tuple(_sum(self._size(vm, kind) for vm in vms) for kind in _KINDS)
        vcpus = 0 if self.uncounted else sum(virtual_cpus(vm) or 0 for vm in vms)
        return Unit(keys, self._number[id(source)], sizes, vcpus, sum(transferred(vm) or 0 for vm in vms), apart)

    def _size(self, vm: VM, kind: bool | None) -> Size | None:  # noqa: FBT001 - one of three kinds
        """What a VM takes of a host of that kind; None where that is not known."""
        comes = footprint(vm, Question.START, vcpus_charged=kind is not False)
        stays = guest_need(vm, vcpus_charged=kind is not False)
        taken = guest_need(vm, Policy.DYNAMIC_MAX, vcpus_charged=bool(kind))
        static = guest_need(vm, Policy.STATIC_MAX, vcpus_charged=kind is not False)
        if any(each.lacking for each in (comes, stays, taken, static)):
            return None
        return Size(comes.least, stays.least, taken.least, static.least)

    def _groups(self, able: Mapping[str, VM]) -> tuple[list[tuple[str, ...]], set[str]]:
        """The VMs that move together, of groups that overlap all; and those of groups that cannot, which stay."""
        found: list[set[str]] = []
        for together in self._bands.together():
            group = together
            for other in [each for each in found if each & group]:
                group |= other
                found.remove(other)
            found.append(group)
        groups, held = list[tuple[str, ...]](), set[str]()
        for group in found:
            hosts = {id(self.stand.view.hosts.find(able[key].runs_on)) for key in group if key in able}
            if group <= able.keys() and len(hosts) == 1:
                groups.append(tuple(sorted(group)))
            else:
                held |= group
        return groups, held


def _sum(sizes: Iterable[Size | None]) -> Size:
    """What several VMs take that arrive one after the other."""
    each = [size for size in sizes if size is not None]
    if len(each) == 1:
        return each[0]
    return Size(
        sum(max(size.comes, size.stays) for size in each),
        sum(size.stays for size in each),
        sum(size.taken for size in each),
        sum(size.static for size in each),
    )
