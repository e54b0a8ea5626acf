"""How much memory a guest takes when it comes to a host, and to what it could be lowered."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from planner.facts.lacking import Lacking
from planner.facts.memory import Need, Policy, limit, overhead
from planner.model.guest import VM, Memory
from planner.units import MIB, mib_available, mib_consumed


class Question(Enum):
    """For what the memory of a host is asked."""

    START = "start"
    """A start, a resume or a live migration."""
    HA_PLAN = "plan of high availability"
    EVACUATION = "evacuation"


_HOST_POLICIES = {
    Question.START: Policy.DYNAMIC_MIN,
    Question.EVACUATION: Policy.DYNAMIC_MIN,
    Question.HA_PLAN: Policy.STATIC_MAX,
}
_NEVER_BALLOONED = {Question.START: ("pv_in_pvh",), Question.EVACUATION: ("pvh", "pv_in_pvh")}
"""The kinds of guest that come with their static maximum, by question."""


def host_policy(question: Question) -> Policy:
    """Which limit of the guests that are there already counts."""
    return _HOST_POLICIES[question]


def guest_policy(question: Question, domain_type: str | None) -> Policy:
    """Which limit of the guest that comes counts."""
    if domain_type in _NEVER_BALLOONED.get(question, ()):
        return Policy.STATIC_MAX
    return host_policy(question)


def footprint(vm: VM, question: Question, *, vcpus_charged: bool) -> Need:
    """What a guest needs of a host that is to take it: whole MiB, however it was charged elsewhere."""
    policy = guest_policy(question, vm.domain_type)
    own, beside = limit(vm, policy), coming_overhead(vm, vcpus_charged=vcpus_charged)
    lacking = list(beside.lacking)
    if vm.domain_type is None and all(each.field != "domain_type" for each in lacking):
        lacking.append(Lacking(vm, "domain_type"))
    field = f"memory.{policy.value}"
    if own is None and all(each.field != field for each in lacking):
        lacking.append(Lacking(vm, field))
    return Need(mib_consumed(own or 0) * MIB + beside.least, tuple(lacking))


def coming_overhead(vm: VM, *, vcpus_charged: bool) -> Need:
    """A guest's overhead as it is computed anew when the guest comes to a host, else as it is stored."""
    memory, vcpus = vm.memory or Memory(), vm.vcpus.max if vm.vcpus else None
    if vm.domain_type is not None and memory.static_max is not None and vcpus is not None:
        return Need(overhead(vm.domain_type, memory.static_max, vcpus, _multiplier(vm), vcpus_charged=vcpus_charged))
    if memory.overhead:
        return Need(memory.overhead)
    needed = {"domain_type": vm.domain_type, "memory.static_max": memory.static_max, "vcpus.max": vcpus}
    return Need(0, tuple(Lacking(vm, field) for field, value in needed.items() if value is None))


def _multiplier(vm: VM) -> float:
    """The shadow multiplier that counts: a paravirtual guest comes without it."""
    return 1.0 if vm.domain_type == "pv" or vm.shadow_multiplier is None else vm.shadow_multiplier


def largest_fixed(vm: VM, free: int, *, vcpus_charged: bool) -> int | None:
    """The largest size, in whole MiB, at which a guest with fixed memory would fit; None where it cannot be told."""
    kind, vcpus = vm.domain_type, vm.vcpus.max if vm.vcpus else None
    if kind is None or vcpus is None:
        return None

    def fits(mib: int) -> bool:
        size = mib * MIB
        return size + overhead(kind, size, vcpus, _multiplier(vm), vcpus_charged=vcpus_charged) <= free

    return _largest(fits, mib_available(free)) * MIB


def _largest(fits: Callable[[int], bool], beyond: int) -> int:
    """The largest number that fits; zero where not even one does."""
    low, high = 0, max(beyond, 0) + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def largest_dynamic_min(vm: VM, free: int, *, vcpus_charged: bool) -> int | None:
    """The largest dynamic minimum, in whole MiB, at which a guest would fit with its static maximum as it is."""
    if guest_policy(Question.START, vm.domain_type) is not Policy.DYNAMIC_MIN:
        return 0
    beside = coming_overhead(vm, vcpus_charged=vcpus_charged)
    if vm.domain_type is None or beside.lacking or limit(vm, Policy.STATIC_MAX) is None:
        return None
    return max(0, mib_available(free - beside.least)) * MIB
