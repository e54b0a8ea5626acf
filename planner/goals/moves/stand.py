"""A pool as those see it who move its VMs: who can go where, and what each takes of a host, as plain numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from functools import cached_property
from typing import TypeVar

from planner.errors import GoalError
from planner.facts import host_limits
from planner.facts.failover_problem import Guarded, PoolProblem, as_configured
from planner.facts.footprint import Question, footprint
from planner.facts.lacking import Lacking, each_once
from planner.facts.likeness import likeness
from planner.facts.loads import taken, taken_by
from planner.facts.memory import Policy, charged, charges, guest_need, need_of_host, unsaid_version
from planner.facts.migration import LIVE, Moves
from planner.facts.obstacles import Answer, Kind, Obstacle, answer
from planner.facts.placement import Placement
from planner.facts.transfers import transferred
from planner.facts.vcpu_loads import virtual_cpus
from planner.facts.wishes import against, members, most_in_a_unit, required, staying, unit_of, untold_units
from planner.goals.moves.wanted import Item, Place, Tie
from planner.model.guest import VM, Memory
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.wishes import PlacementRule

S = TypeVar("S", int, int | None)

MOST = 2**58
"""All memory together stays below this, and all disks that are moved: sums of them are exact in 64 bits."""


class Stand:
    """The VMs and hosts of one pool, with some hosts that are to be empty."""

    def __init__(self, view: PoolView, emptied: Iterable[Host] = ()) -> None:
        self.view = view
        self.emptied = tuple(emptied)
        self.pool = PoolProblem(view)
        self.moves = Moves(Placement(view))
        self._on = charges(view)
        self._bounded()
        self._answers: dict[tuple[int, int], Answer] = {}
        self._likeness: dict[int, Hashable | None] = {}
        self._free: dict[Hashable, Answer] = {}
        self._open: dict[Hashable, tuple[Host, ...]] = {}

    def _bounded(self) -> None:
        """Raises GoalError where sums of sizes would no longer be exact."""
        sizes = [max(0, host.memory or 0) for host in self.view.hosts.records]
        for vm in self.view.vms.records:
            memory = vm.memory or Memory()
            limits = (memory.static_max, memory.dynamic_max, memory.dynamic_min)
            sizes.append(max(each or 0 for each in limits) + (memory.overhead or 0))
        if sum(sizes) >= MOST:
            raise GoalError(f"hosts and VMs of {self.view.name} come to more memory than any pool has; give bytes")

    @property
    def hosts(self) -> tuple[Host, ...]:
        """All hosts, by name."""
        return tuple(self.moves.placement.hosts)

    def key(self, record: Host | VM) -> str:
        """What a host or VM is called here: a UUID, or a name."""
        found = self.pool.host_keys if isinstance(record, Host) else self.pool.vm_keys
        return found[id(record)]

    @cached_property
    def host_of(self) -> dict[str, Host]:
        """The hosts by key."""
        return {self.key(host): host for host in self.view.hosts.records}

    @cached_property
    def vm_of(self) -> dict[str, VM]:
        """The VMs by key."""
        return {self.key(vm): vm for vm in self.view.vms.records}

    def leaving(self) -> tuple[VM, ...]:
        """The VMs that have to go from the hosts that are to be empty, by name."""
        return self.guests(self.emptied)

    def guests(self, hosts: Iterable[Host]) -> tuple[VM, ...]:
        """The VMs on some hosts that are not part of them, by name."""
        found = [vm for host in hosts for vm in self.view.vms_on(host) if not vm.driver_domain]
        return tuple(sorted(found, key=lambda vm: (vm.name, self.key(vm))))

    @cached_property
    def _targets(self) -> tuple[Host, ...]:
        return tuple(host for host in self.hosts if all(host is not each for each in self.emptied))

    def targets(self) -> tuple[Host, ...]:
        """The hosts that are not to be empty, by name."""
        return self._targets

    def bound(self, vm: VM) -> Answer:
        """What keeps a VM where it is, whatever the host it would go to."""
        wish = staying(self.view, vm)
        kept = [Obstacle(Kind.WISHED_TO_STAY, (vm,), details=(wish,))] if wish else []
        return answer((*self.moves.gates(vm, LIVE), *kept))

    def arrival(self, vm: VM, host: Host) -> Answer:
        """What keeps a VM from a host to which it would be moved, memory aside."""
        found = self._answers.get((id(vm), id(host)))
        if found is None:
            found = self._answers[id(vm), id(host)] = self._arrival(vm, host)
        return found

    def _arrival(self, vm: VM, host: Host) -> Answer:
        """Where nothing keeps a VM from a host, nothing keeps those that are alike; else each is told by itself."""
        key = self._like(vm), id(host), self.view.hosts.find(vm.runs_on) is host
        if key[0] is not None and key in self._free:
            return self._free[key]
        found = answer(self.moves.arrival(vm, host))
        if key[0] is not None and found.can:
            self._free[key] = found
        return found

    def _like(self, vm: VM) -> Hashable | None:
        if id(vm) not in self._likeness:
            self._likeness[id(vm)] = likeness(self.view, vm)
        return self._likeness[id(vm)]

    def open_hosts(self, vm: VM) -> tuple[Host, ...]:
        """The hosts that surely take a VM, memory aside."""
        source = self.view.hosts.find(vm.runs_on)
        key = self._like(vm), id(source)
        if key[0] is None:
            found = self._reached(vm, source)
        else:
            if key not in self._open:
                self._open[key] = self._reached(vm, source)
            found = self._open[key]
        return found if id(vm) not in self._wished else tuple(each for each in found if self.allowed(vm, each))

    def _reached(self, vm: VM, source: Host | None) -> tuple[Host, ...]:
        """The hosts that take a VM, and so all that are alike and on the same host."""
        return tuple(host for host in self.targets() if host is not source and self.arrival(vm, host).can)

    def allowed(self, vm: VM, host: Host) -> bool:
        """Whether no wish that has to be kept keeps a VM from a host."""
        return id(vm) not in self._wished or not against(self.view, vm, host)

    @cached_property
    def _wished(self) -> frozenset[int]:
        """The VMs that a wish is about which has to be kept."""
        return frozenset(id(vm) for rule in required(self.view) for vm in members(self.view, rule))

    def ties(self, items: Iterable[Item]) -> tuple[Tie, ...]:
        """The wishes that bind VMs to each other, as far as VMs that may move are concerned."""
        moving = {item.key for item in items}
        ties = (self._tie(rule, moving) for rule in required(self.view) if rule.relation)
        return tuple(tie for tie in ties if tie.vms and (tie.most is not None or len(tie.fixed) <= 1))

    def _tie(self, rule: PlacementRule, moving: Collection[str]) -> Tie:
        vms, units = members(self.view, rule), self.units(rule)
        fixed = Counter(
            units[self.key(host)]
            for vm in vms
            if self.key(vm) not in moving and (host := self.view.hosts.find(vm.runs_on))
        )
        inside = tuple(key for vm in vms if (key := self.key(vm)) in moving)
        return Tie(rule.name, inside, most_in_a_unit(self.view, rule), units, fixed)

    def units(self, rule: PlacementRule) -> dict[str, str]:
        """By host, what counts as one for the relation of a wish, all by key."""
        found = {}
        for host in self.hosts:
            unit = unit_of(rule, host)
            found[self.key(host)] = unit if isinstance(unit, str) else self.key(host)
        return found

    def adrift(self) -> tuple[Lacking, ...]:
        """VMs that may be on any host, so that nothing is known of the memory of one."""
        unlisted = [Lacking(self.view.pool, "vms")] if self.view.pool.vms is None else []
        return each_once([*unlisted, *self._on.adrift])

    def unsure(self, host: Host) -> tuple[Lacking, ...]:
        """What has to be known of a host before a VM is sent to it: its free memory, and what wishes count."""
        memory = [Lacking(host, "memory")] if host.memory is None else []
        need = need_of_host(host, self._on.on(host), Policy.DYNAMIC_MIN, vcpus_charged=self._rule(host))
        limits = host_limits.lacking(self.view, host, self._on.on(host))
        return each_once([*self.adrift(), *memory, *need.lacking, *limits, *untold_units(self.view, host)])

    def item(self, vm: VM) -> Item | tuple[Lacking, ...]:
        """What a VM takes of the hosts to which it can go, or what is not known of that."""
        source = self.view.hosts.find(vm.runs_on)
        if source is None:
            return (Lacking(vm, "runs_on"),)
        return self._item(vm, source, [*self.open_hosts(vm), source])

    def start(self, vm: VM, host: Host) -> Answer:
        """What keeps a VM that does not run from being started, or resumed, on a host, memory aside."""
        found = self.moves.placement.start(vm, host)
        return answer((*(each for each in found.obstacles if each.kind is not Kind.MEMORY), *found.lacking))

    def starting(self, vm: VM) -> Item | tuple[Lacking, ...]:
        """What a VM that does not run takes of the hosts on which it could be started; it is on none today."""
        hosts = [host for host in self.targets() if self.start(vm, host).can and self.allowed(vm, host)]
        return self._item(vm, None, hosts)

    def _item(self, vm: VM, source: Host | None, hosts: list[Host]) -> Item | tuple[Lacking, ...]:
        """What a VM takes of hosts, told once for all of them where memory is counted alike."""
        rule = {self.key(host): self._charged[id(host)] for host in hosts}
        alike = {self._charged[id(host)]: host for host in hosts}
        needs = {each: footprint(vm, Question.START, vcpus_charged=each is not False) for each in alike}
        stays = {each: guest_need(vm, vcpus_charged=each is not False) for each in alike}
        taken = {each: taken_by(self.view, vm, host) for each, host in alike.items()}
        static = {each: self._static(vm, host) for each, host in alike.items()}
        lacking = [lack for need in (*needs.values(), *stays.values()) for lack in need.lacking]
        moves, vcpus = transferred(vm), virtual_cpus(vm)
        if moves is None:
            lacking.append(Lacking(vm, "memory.static_max"))
        lacking += [Lacking(vm, "vcpus.max")] if self._vcpus_limited and vcpus is None else []
        lacking += [Lacking(vm, "memory.dynamic_max")] if self._memory_limited and None in taken.values() else []
        if lacking or moves is None:
            return each_once(lacking)
        return Item(
            self.key(vm),
            "" if source is None else self.key(source),
            moves,
            _by_host(rule, {each: need.least for each, need in needs.items()}),
            _by_host(rule, {each: need.least for each, need in stays.items()}),
            _by_host(rule, taken),
            _by_host(rule, static),
            (vcpus or 0) if self._vcpus_matter else 0,
        )

    @cached_property
    def _memory_limited(self) -> bool:
        return any(limit.free_memory is not None for limit in host_limits.limits(self.view))

    @cached_property
    def _vcpus_limited(self) -> bool:
        return any(limit.vcpus_per_cpu is not None for limit in host_limits.limits(self.view))

    @cached_property
    def _vcpus_matter(self) -> bool:
        return any(limit.vcpus_per_cpu is not None for limit in self.view.host_limits)

    def place(self, host: Host, items: Iterable[Item]) -> Place:
        """A host without those items that are on it."""
        gone = {each.key for each in items}
        guests = [vm for vm in self._on.on(host) if self.key(vm) not in gone]
        memory = host.memory or 0
        need = self._needs(host, guests)
        return Place(
            self.key(host),
            memory,
            memory - need(Policy.DYNAMIC_MIN),
            taken(self.view, host, guests),
            self._needs(host, self._on.on(host))(Policy.DYNAMIC_MIN) > memory,
            memory - need(Policy.STATIC_MAX),
            sum(virtual_cpus(vm) or 0 for vm in guests) if self._vcpus_matter else 0,
            host_limits.most_on(self.view, host),
        )

    def free(self, key: str) -> int:
        """What is free on a host as everything is now, below zero where it is overcommitted."""
        return self.place(self.host_of[key], ()).room

    def rooms(self) -> dict[str, int]:
        """By host, what is free on it as everything is now."""
        return {key: self.free(key) for key in self.host_of}

    @cached_property
    def guarded(self) -> tuple[Guarded, ...]:
        """The protected VMs."""
        return self.pool.guarded(as_configured(self.view))

    def _needs(self, host: Host, guests: list[VM]) -> Callable[[Policy], int]:
        return lambda policy: need_of_host(host, guests, policy, vcpus_charged=self._rule(host)).least

    def _static(self, vm: VM, host: Host) -> int:
        return guest_need(vm, Policy.STATIC_MAX, vcpus_charged=self._rule(host)).least

    def _rule(self, host: Host) -> bool:
        """Whether virtual CPUs are charged; where that is unknown they are, so that nothing is promised too much."""
        return self._charged[id(host)] is not False

    @cached_property
    def _charged(self) -> dict[int, bool | None]:
        """Whether memory is charged for virtual CPUs, by host."""
        return {id(host): charged(self.view, host) for host in self.view.hosts.records}

    def unsaid(self) -> tuple[Lacking, ...]:
        """Hosts whose version would tell by which rule memory is counted."""
        return tuple(unsaid_version(self.view, host) for host in self.targets() if self._charged[id(host)] is None)


def _by_host(rules: Mapping[str, bool | None], sizes: Mapping[bool | None, S]) -> dict[str, S]:
    """A size for each host, by the rule by which it counts memory."""
    if len(sizes) == 1:
        return dict.fromkeys(rules, *sizes.values())
    return {host: sizes[rule] for host, rule in rules.items()}
