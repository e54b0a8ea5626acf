"""From a pool to the problem of how many of its hosts may fail: who is protected, how large it is, and where it may go.

Sizes are what the toolstack plans with: each VM at its static maximum with its overhead, each host with what is free
when all its guests are at theirs. Protected VMs that run on no usable host are placed first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property

from planner.facts.agility import Agility, Sharing
from planner.facts.footprint import Question, footprint
from planner.facts.high_availability import BEST_EFFORT, RESTART, protected
from planner.facts.host_memory import HostMemory, Room
from planner.facts.keys import keys
from planner.facts.lacking import Lacking, each_once
from planner.facts.memory import Need, Policy, charged
from planner.facts.restart_hosts import RestartHosts
from planner.failover.effort import Effort, Exhausted
from planner.failover.packing import Targets, pack
from planner.failover.problem import FailoverProblem, Restart
from planner.failover.toolstack import greedy
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView

_STEPS = 400_000


@dataclass(frozen=True, slots=True)
class Guarded:
    """A protected VM: what it takes of a host, and what binds it to some hosts."""

    vm: VM
    key: str
    size: int
    host: str | None
    """The usable host that runs it, or has reserved room for it, by key."""
    agility: Agility
    hosts: frozenset[str] | None
    """By key, the usable hosts on which it could be restarted; None: all of them."""
    lacking: tuple[Lacking, ...]
    """What is unknown of its size, or of where it could be restarted."""


@dataclass(frozen=True, slots=True)
class Problems:
    """A pool's problem: as it really is, and as the toolstack sees it.

    While anything is lacking, hosts of which something is unknown count as none, so the numbers of both bound nothing.
    """

    exact: FailoverProblem
    """Protected VMs that run on no usable host are on one that has room, in one way where there are several."""
    toolstack: FailoverProblem
    guarded: tuple[Guarded, ...]
    homeless: tuple[VM, ...]
    """Protected VMs on no usable host for which there is no room at all: no promise can be kept while this is so."""
    undecided: bool
    """Whether there is room for these was not found out: the search took too long."""
    unplaced: tuple[VM, ...]
    """Those that the toolstack does not place: it then says that no failure can be survived."""
    lacking: tuple[Lacking, ...]
    """What is unknown of the usable hosts and of the VMs; of the hosts nothing when no VM has to be restarted."""


Known = dict[tuple[str, ...], dict[str, Guarded]]
"""By the hosts that are usable, what was found out of VMs; for states of a pool that differ in nothing but where VMs
are and which hosts are in service."""


class PoolProblem:
    """What of a pool does not depend on who is protected, looked at once.

    `without` is a host that is taken for disabled; `known` what was found out for other states of the pool.
    """

    def __init__(self, view: PoolView, *, without: Host | None = None, known: Known | None = None) -> None:
        self.view = view
        self.host_keys = keys(view.hosts.records)
        self.vm_keys = keys(view.vms.records)
        self.usable = tuple(
            sorted(
                (host for host in view.hosts.records if _usable(host) and host is not without),
                key=lambda host: self.host_keys[id(host)],
            )
        )
        self._memory = HostMemory(view)
        self._sharing = Sharing(view)
        self._reach = RestartHosts(view, self.usable)
        self._charged = charged(view, view.coordinator) if view.coordinator else None
        self._usable_ids = {id(host) for host in self.usable}
        usable = tuple(self.host_keys[id(host)] for host in self.usable)
        self._known = {} if known is None else known.setdefault(usable, {})
        self._arriving: tuple[tuple[VM, Host], ...] = ()

    def with_arrival(self, vm: VM, host: Host) -> PoolProblem:
        """The same when a further guest is taken to come to a host, whose room it then takes, wherever it is now.

        What the host has is below zero where the room is not enough, and none once the guest is under way.
        """
        other = copy(self)
        other.__dict__.pop("free", None)
        other.__dict__.pop("lacking", None)
        other._arriving = (*self._arriving, (vm, host))  # noqa: SLF001 - it is one of these
        return other

    @property
    def short(self) -> bool:
        """Whether a guest is taken to come to a host that has less room than it needs."""
        return any(left < 0 for left in self.free.values())

    def under_way(self) -> PoolProblem:
        """The same once room is reserved for those that are taken to come: a host has no less than none."""
        other = copy(self)
        other.free = {key: max(0, left) for key, left in self.free.items()}
        return other

    @cached_property
    def _rooms(self) -> dict[str, Room]:
        return {self.host_keys[id(host)]: self._memory.free(host, Policy.STATIC_MAX) for host in self.usable}

    @cached_property
    def free(self) -> dict[str, int]:
        """By key, the free memory of each usable host; none where it is unknown."""
        left = {key: room.most or 0 for key, room in self._rooms.items()}
        for vm, host in self._arriving:
            key = self.host_keys[id(host)]
            left |= {key: max(0, left[key]) - self._need(vm).least} if key in left else {}
        return left

    @cached_property
    def lacking(self) -> tuple[Lacking, ...]:
        """What is unknown of the usable hosts, and of the guests that are taken to come to one."""
        coming = (lack for vm, _ in self._arriving for lack in self._need(vm).lacking)
        return each_once((*(lack for room in self._rooms.values() for lack in room.lacking), *coming))

    def _need(self, vm: VM) -> Need:
        return footprint(vm, Question.HA_PLAN, vcpus_charged=self._charged is not False)

    def agility(self, vm: VM) -> Agility:
        """What binds a guest to some hosts."""
        return self._sharing.agility(vm)

    def empty(self, host: Host) -> int:
        """What a host has for guests when it has none, in bytes; zero where that is unknown."""
        return self._memory.free(host, Policy.STATIC_MAX, empty=True).most or 0

    @cached_property
    def names(self) -> dict[str, str]:
        """By key, what a person calls a host or a VM."""
        told = {self.vm_keys[id(vm)]: vm.name for vm in self.view.vms.records}
        return told | {self.host_keys[id(host)]: host.name for host in self.view.hosts.records}

    def guarded(self, vms: Iterable[VM]) -> tuple[Guarded, ...]:
        """What has to be known of protected VMs, in the order of their keys."""
        return tuple(sorted((self._guarded(vm) for vm in vms), key=lambda each: each.key))

    def _guarded(self, vm: VM) -> Guarded:
        key = self.vm_keys[id(vm)]
        if key not in self._known:
            self._known[key] = self._looked_at(vm)
        found = self._known[key]
        return found if found.vm is vm else replace(found, vm=vm, host=self._host(vm))

    def _looked_at(self, vm: VM) -> Guarded:
        need = self._need(vm)
        reach = self._reach.of(vm)
        surely = frozenset(self.host_keys[id(host)] for host in self.usable if id(host) in reach.surely)
        everywhere = len(surely) == len(self.usable)
        return Guarded(
            vm,
            self.vm_keys[id(vm)],
            need.least,
            self._host(vm),
            self._sharing.agility(vm),
            None if everywhere else surely,
            (*need.lacking, *reach.lacking),
        )

    def _host(self, vm: VM) -> str | None:
        for reference in (vm.runs_on, vm.scheduled_on):
            host = self.view.hosts.find(reference)
            if host is not None and id(host) in self._usable_ids:
                return self.host_keys[id(host)]
        return None


def _usable(host: Host) -> bool:
    return host.enabled is not False and host.live is not False


def problems(pool: PoolProblem, vms: Iterable[VM], domains: Mapping[str, str] | None = None) -> Problems:
    """The problem of restarting these VMs."""
    guarded = pool.guarded(vms)
    total = len(pool.view.hosts.records)
    offline = [each for each in guarded if each.host is None]
    placed, undecided = _admitted(offline, pool.free)
    homes = placed or {}
    exact = FailoverProblem(
        _less(pool.free, offline, homes),
        tuple(Restart(each.key, each.size, each.host or homes.get(each.key), each.hosts) for each in guarded),
        total,
        domains,
    )
    agile = [each for each in offline if each.agility.agile is not False]
    started = greedy([Restart(each.key, each.size, None) for each in agile], pool.free)
    toolstack = FailoverProblem(
        _less(pool.free, offline, started),
        tuple(
            Restart(
                each.key,
                each.size,
                each.host or started.get(each.key),
                frozenset() if each.agility.agile is False else None,
            )
            for each in guarded
        ),
        total,
    )
    return Problems(
        exact,
        toolstack,
        guarded,
        tuple(each.vm for each in offline) if placed is None and not undecided else (),
        undecided,
        tuple(each.vm for each in offline if each.key not in started),
        each_once((*pool.lacking, *(lack for each in guarded for lack in each.lacking)))
        if guarded
        else untold(pool.view),
    )


def untold(view: PoolView) -> tuple[Lacking, ...]:
    """That nobody tells the VMs of a pool, so that there may be some."""
    return (Lacking(view.pool, "vms"),) if view.pool.vms is None else ()


def _admitted(offline: list[Guarded], free: Mapping[str, int]) -> tuple[Targets | None, bool]:
    """Where protected VMs that run nowhere are started first, all of them, or None; and whether that is undecided."""
    wanted = [Restart(each.key, each.size, None, each.hosts) for each in offline]
    try:
        return pack(wanted, {host: max(0, left) for host, left in free.items()}, Effort(_STEPS)), False
    except Exhausted:
        return None, True


def _less(free: Mapping[str, int], offline: Iterable[Guarded], placed: Mapping[str, str]) -> dict[str, int]:
    left = dict(free)
    for each in offline:
        if each.key in placed:
            left[placed[each.key]] -= each.size
    return left


def as_configured(view: PoolView) -> tuple[VM, ...]:
    """The VMs that are protected as it is: their priority says so, and they run or are to be kept running."""
    return tuple(vm for vm in candidates(view) if protected(view, vm) and (is_on_a_host(vm) or vm.ha_always_run))


def candidates(view: PoolView) -> tuple[VM, ...]:
    """The VMs that could be protected: all but those that serve a host."""
    return tuple(vm for vm in view.vms.records if not vm.driver_domain)


def best_effort(view: PoolView) -> tuple[VM, ...]:
    """The VMs that are restarted if that is possible, by name."""
    found = (vm for vm in candidates(view) if vm.ha_restart_priority == BEST_EFFORT)
    return tuple(sorted(found, key=lambda vm: (vm.name, vm.uuid or "")))


def with_priorities(view: PoolView, wished: Mapping[str, str]) -> tuple[VM, ...]:
    """The VMs that would be protected with some priorities changed; by name or UUID, `restart` or another one."""
    changed = {id(vm): priority for name, priority in wished.items() if (vm := view.vms.find(name))}
    kept = [vm for vm in as_configured(view) if changed.get(id(vm), RESTART) == RESTART]
    added = [vm for vm in candidates(view) if changed.get(id(vm)) == RESTART and all(vm is not each for each in kept)]
    return (*kept, *added)


def is_on_a_usable_host(view: PoolView, vm: VM) -> bool:
    """Whether a VM is on a host that takes part, or room for it is reserved on one."""
    hosts = (view.hosts.find(each) for each in (vm.runs_on, vm.scheduled_on))
    return any(host is not None and _usable(host) for host in hosts)


def is_on_a_host(vm: VM) -> bool:
    """Whether a VM is on a host, running or paused."""
    return vm.power_state in ("running", "paused") or (vm.power_state is None and vm.runs_on is not None)
