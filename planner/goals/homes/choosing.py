"""Which home server each VM of a pool is to have: a host that can run it, and no host more than its share."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from planner.facts.home_loads import room, takes
from planner.facts.host_limits import most_on
from planner.facts.lacking import Lacking, each_once
from planner.facts.loads import load
from planner.facts.placement import Placement
from planner.facts.spread_groups import spread_groups
from planner.facts.vcpu_loads import virtual_cpus
from planner.facts.wishes import against, members, most_in_a_unit, required, unit_of, untold_units
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.wishes import PlacementRule

LIMIT = 1000
"""A host is full, in thousandths."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The home server of a VM, None for the pool as a whole; nothing is chosen where facts are lacking."""

    vm: VM
    host: Host | None
    why: str
    lacking: tuple[Lacking, ...] = ()
    stays: bool = False
    """Its home server is left as it is, whichever that is."""


class Chooser:
    """Gives out homes one by one, the largest VMs first, and keeps count."""

    def __init__(self, view: PoolView) -> None:
        self._view = view
        self._placement = Placement(view)
        self._open = [host for host in self._placement.hosts if host.enabled is not False and host.live is not False]
        self._rooms = {id(host): room(view, host) for host in self._open}
        self._used = {id(host): 0 for host in self._open}
        self._rules = _related(view)
        self._vcpus = {id(host): 0 for host in self._open}
        self._most = {id(host): most_on(view, host) for host in self._open}
        self._given: dict[int, Host] = {}
        self._grouped = {id(vm): each.group.name for each in spread_groups(view) for vm in each.members}
        self._share = 0

    def choose(self) -> tuple[Choice, ...]:
        """A choice for every VM, by name."""
        vms = sorted(
            (vm for vm in self._view.vms.records if not vm.driver_domain), key=lambda vm: (vm.name, vm.uuid or "")
        )
        can, found = {}, list[Choice]()
        for vm in vms:
            early, hosts = self._early(vm)
            if early:
                found.append(early)
                self._keep(early)
            else:
                can[id(vm)] = hosts
        left = [vm for vm in vms if id(vm) in can]
        self._share = self._fair(left, can)
        order = sorted(left, key=lambda vm: (len(can[id(vm)]) > 1, -self._size(vm, can[id(vm)])))
        found += [self._give(vm, can[id(vm)]) for vm in order]
        return tuple(sorted(found, key=lambda each: (each.vm.name, each.vm.uuid or "")))

    def _keep(self, choice: Choice) -> None:
        """Count a VM whose home server is left as it is."""
        home = self._view.hosts.find(choice.vm.home)
        if choice.stays and home is not None and id(home) in self._used:
            self._count(choice.vm, home)

    def _count(self, vm: VM, home: Host) -> None:
        self._used[id(home)] += takes(self._view, vm, home) or 0
        self._vcpus[id(home)] += virtual_cpus(vm) or 0

    def _early(self, vm: VM) -> tuple[Choice | None, list[Host]]:
        """A choice that no count decides; else the hosts among which it is."""
        if id(vm) in self._grouped:
            group = self._grouped[id(vm)]
            return Choice(vm, None, f"the toolstack keeps the VMs of {group} apart, and a home server counts more"), []
        lacking: list[Lacking] = []
        hosts = []
        for host in self._open:
            answer = self._placement.ever(vm, host)
            if against(self._view, vm, host):
                continue
            if answer.can and self._rooms[id(host)] is not None and takes(self._view, vm, host) is not None:
                hosts.append(host)
            elif answer.can is not False:
                lacking += answer.lacking or (Lacking(vm, "memory.static_max"),)
            if answer.can is not False and self._most[id(host)].vcpus is not None and virtual_cpus(vm) is None:
                lacking.append(Lacking(vm, "vcpus.max"))
            lacking += untold_units(self._view, host) if id(vm) in self._rules else ()
        if lacking:
            return Choice(vm, None, "what it needs is not known", each_once(lacking), stays=True), []
        if not hosts:
            return Choice(vm, None, "no host in service could run it", stays=True), []
        return None, hosts

    def _fair(self, vms: Sequence[VM], can: dict[int, list[Host]]) -> int:
        """The load of every host if all were equally full."""
        whole = sum(each for each in self._rooms.values() if each is not None)
        return load(sum(self._size(vm, can[id(vm)]) for vm in vms), whole)

    def _size(self, vm: VM, hosts: Sequence[Host]) -> int:
        return max(takes(self._view, vm, host) or 0 for host in hosts)

    def _after(self, vm: VM, host: Host) -> int:
        return load(self._used[id(host)] + (takes(self._view, vm, host) or 0), self._rooms[id(host)] or 0)

    def _give(self, vm: VM, hosts: list[Host]) -> Choice:
        possible = [host for host in hosts if not self._parted(vm, host)]
        friends = any(rule.relation == "together" and self._units(rule, vm) for rule in self._rules.get(id(vm), ()))
        fitting = [host for host in possible if self._after(vm, host) <= LIMIT and not self._too_full(vm, host)]
        if not fitting:
            why = "no host has room left for it" if possible else "no host is left by the wishes for it"
            return Choice(vm, None, f"{why}, so the toolstack chooses at each start")
        host, why = self._best(vm, fitting)
        if len(hosts) == 1:
            why = "no other host in service could run it"
        elif friends:
            why = "a wish keeps it together with VMs that have this home"
        self._count(vm, host)
        self._given[id(vm)] = host
        return Choice(vm, host, why)

    def _best(self, vm: VM, fitting: list[Host]) -> tuple[Host, str]:
        """Where it is today unless that host has its share; else the one that is least full then."""
        for name, why in ((vm.runs_on, "it runs there"), (vm.home, "it is its home today")):
            here = self._view.hosts.find(name)
            if any(here is host for host in fitting) and here and self._load(here) < self._share:
                return here, f"{why}, and the host has not more than its share"
        host = min(fitting, key=lambda each: (self._after(vm, each), each.name, each.uuid or ""))
        return host, "this host is least full at the static maximum of its VMs"

    def _load(self, host: Host) -> int:
        return load(self._used[id(host)], self._rooms[id(host)] or 0)

    def _parted(self, vm: VM, host: Host) -> bool:
        """Whether wishes keep a VM from a host for the sake of those that have a home already."""
        for rule in self._rules.get(id(vm), ()):
            units, unit = self._units(rule, vm), unit_of(rule, host)
            most = most_in_a_unit(self._view, rule)
            if any(each != unit for each in units) if most is None else units.count(unit) >= most:
                return True
        return False

    def _units(self, rule: PlacementRule, vm: VM) -> list[Hashable]:
        """Where the homes are of the other VMs of a wish."""
        others = (each for each in members(self._view, rule) if each is not vm)
        return [unit_of(rule, home) for each in others if (home := self._given.get(id(each)))]

    def _too_full(self, vm: VM, host: Host) -> bool:
        """Whether a host would have less left than a wish has it."""
        own = (host.memory or 0) - (self._rooms[id(host)] or 0)
        memory = own + self._used[id(host)] + (takes(self._view, vm, host) or 0)
        return self._most[id(host)].exceeded(memory, self._vcpus[id(host)] + (virtual_cpus(vm) or 0))


def _related(view: PoolView) -> dict[int, list[PlacementRule]]:
    """By VM, the wishes that have to be kept for it beside others."""
    found: dict[int, list[PlacementRule]] = {}
    for rule in required(view):
        for vm in members(view, rule) if rule.relation else ():
            found.setdefault(id(vm), []).append(rule)
    return found
