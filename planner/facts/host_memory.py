"""How much memory of a host is free, and whether a guest fits into it."""

from __future__ import annotations

from dataclasses import dataclass

from planner.facts.footprint import Question, footprint, host_policy
from planner.facts.lacking import Lacking
from planner.facts.memory import Charges, Need, Policy, charged, charges, guest_need, need_of_host, unsaid_version
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView


@dataclass(frozen=True, slots=True)
class Room:
    """Memory that is free: this much at most, and exactly this much when nothing is lacking."""

    most: int | None
    """None where nobody says how much memory the host has."""
    lacking: tuple[Lacking, ...] = ()


@dataclass(frozen=True, slots=True)
class MemoryFit:
    """Whether the memory of a host is enough for a guest."""

    enough: bool | None
    needed: Need
    free: Room
    lacking: tuple[Lacking, ...]
    """What would decide it, where it is not known."""
    vcpus_charged: bool
    """By which rule the two figures are computed."""


class HostMemory:
    """The free memory of the hosts of a pool; what guests take of each is summed up once."""

    def __init__(self, view: PoolView) -> None:
        self._view = view
        self._charges: Charges = charges(view)
        self._needs: dict[tuple[int, Policy, bool], Need] = {}

    def free(
        self, host: Host, policy: Policy = Policy.DYNAMIC_MIN, *, without: VM | None = None, empty: bool = False
    ) -> Room:
        """What is free on a host beside what it is charged for, by the rule that its toolstack follows.

        `without` leaves a guest out that is on the host or for which room is reserved there; `empty` all of them.
        """
        rule = charged(self._view, host)
        room = self._room(host, policy, without=without, empty=empty, vcpus_charged=bool(rule))
        return Room(room.most, (*room.lacking, unsaid_version(self._view, host))) if rule is None else room

    def fit(self, vm: VM, host: Host, question: Question = Question.START, *, empty: bool = False) -> MemoryFit:
        """Whether a guest fits into what is free on a host; `empty` asks as if the host had no guests."""
        rule = charged(self._view, host)
        fits = [
            self._fit(vm, host, question, empty=empty, vcpus_charged=supposed)
            for supposed in ((False, True) if rule is None else (rule,))
        ]
        if len({fit.enough for fit in fits}) == 1:
            return fits[-1]
        undecided = (*fits[-1].lacking, unsaid_version(self._view, host))
        return MemoryFit(None, fits[-1].needed, fits[-1].free, undecided, vcpus_charged=True)

    def left_with(self, vm: VM, host: Host, policy: Policy) -> int | None:
        """What is left on a host when a guest is there too, below zero where it is too much; None where unknown."""
        rule = charged(self._view, host)
        room = self._need(host, policy, without=vm, empty=False, vcpus_charged=bool(rule))
        coming = guest_need(vm, policy, vcpus_charged=bool(rule))
        unsaid = rule is None or self._adrift(vm) or room.lacking or coming.lacking
        return None if host.memory is None or unsaid else host.memory - room.least - coming.least

    def _fit(self, vm: VM, host: Host, question: Question, *, empty: bool, vcpus_charged: bool) -> MemoryFit:
        need = footprint(vm, question, vcpus_charged=vcpus_charged)
        policy = host_policy(question)
        room = self._room(host, policy, without=vm, empty=empty, vcpus_charged=vcpus_charged)
        lacking = (*need.lacking, *room.lacking)
        if room.most is not None and need.least > room.most:
            return MemoryFit(enough=False, needed=need, free=room, lacking=(), vcpus_charged=vcpus_charged)
        return MemoryFit(None if lacking else True, need, room, lacking, vcpus_charged)

    def _room(self, host: Host, policy: Policy, *, without: VM | None, empty: bool, vcpus_charged: bool) -> Room:
        need = self._need(host, policy, without=without, empty=empty, vcpus_charged=vcpus_charged)
        lacking = [*need.lacking] if empty else [*need.lacking, *self._adrift(without)]
        if host.memory is None:
            return Room(None, (Lacking(host, "memory"), *lacking))
        return Room(max(0, host.memory - need.least), tuple(lacking))

    def _need(self, host: Host, policy: Policy, *, without: VM | None, empty: bool, vcpus_charged: bool) -> Need:
        guests = [] if empty else self._charges.on(host)
        if empty or (without is not None and self._is_on(without, host)):
            others = [vm for vm in guests if vm is not without]
            return need_of_host(host, others, policy, vcpus_charged=vcpus_charged)
        key = (id(host), policy, vcpus_charged)
        if key not in self._needs:
            self._needs[key] = need_of_host(host, guests, policy, vcpus_charged=vcpus_charged)
        return self._needs[key]

    def _is_on(self, vm: VM, host: Host) -> bool:
        """Whether a guest may be among those that a host is charged for."""
        return any(self._view.hosts.find(each) is host for each in (vm.runs_on, vm.scheduled_on))

    def _adrift(self, without: VM | None) -> list[Lacking]:
        """Guests that could be on this host as well as on any other."""
        if self._view.pool.vms is None:
            return [Lacking(self._view.pool, "vms")]
        return [lack for lack in self._charges.adrift if lack.record is not without]


def free_memory(view: PoolView, host: Host, policy: Policy = Policy.DYNAMIC_MIN) -> Room:
    """What is free on a host. For many hosts, ask one HostMemory."""
    return HostMemory(view).free(host, policy)
