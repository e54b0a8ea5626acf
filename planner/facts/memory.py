"""How much memory guests and control domains take of their host, by the limit that is counted of each guest."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import Enum

from planner.facts.lacking import Lacking
from planner.facts.versions import Version, rolling_since
from planner.model.fields import LARGEST
from planner.model.guest import VM, Memory
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.units import MIB, mib_consumed

CHARGED_VCPUS: Version = (26, 3)
"""The toolstack that first charges a share of memory for each virtual CPU."""

LIMITS = ("static_min", "dynamic_min", "dynamic_max", "static_max")
"""The limits of a guest's memory, each no higher than the next."""

_PAGES_PER_MIB = 256


class Policy(Enum):
    """Which limit of a guest's memory counts; the value is the field."""

    DYNAMIC_MIN = "dynamic_min"
    """As if all guests were ballooned down as far as they may be."""
    DYNAMIC_MAX = "dynamic_max"
    STATIC_MAX = "static_max"
    """As if nobody could be ballooned down."""


def overhead(domain_type: str, static_max: int, vcpus: int, multiplier: float, *, vcpus_charged: bool) -> int:
    """The bytes that a guest takes of its host beside its own memory."""
    size, vcpus = mib_consumed(static_max), max(1, vcpus)
    pages = _PAGES_PER_MIB * vcpus + 2 * size
    shadow = max(1, int(min(-(-pages // _PAGES_PER_MIB) * multiplier, LARGEST)))
    fixed = 1 if domain_type == "pv" else 2
    shim = 23 + size // 90 if domain_type == "pv_in_pvh" else 0
    charge = -(-38 * vcpus // _PAGES_PER_MIB) if vcpus_charged else 0
    return (fixed + shadow + charge + shim) * MIB


@dataclass(frozen=True, slots=True)
class Need:
    """Memory that is needed: this much at least, and exactly this much when nothing is lacking."""

    least: int
    lacking: tuple[Lacking, ...] = ()


def guest_overhead(vm: VM, *, vcpus_charged: bool) -> Need:
    """A guest's overhead: as the toolstack stored it, else as it would compute it."""
    memory = vm.memory or Memory()
    if memory.overhead:  # zero stands in a database until it is first computed
        return Need(memory.overhead)
    vcpus = vm.vcpus.max if vm.vcpus else None
    if vm.domain_type is None or memory.static_max is None or vcpus is None:
        needed = {"domain_type": vm.domain_type, "memory.static_max": memory.static_max, "vcpus.max": vcpus}
        return Need(0, tuple(Lacking(vm, field) for field, value in needed.items() if value is None))
    multiplier = 1.0 if vm.shadow_multiplier is None else vm.shadow_multiplier
    return Need(overhead(vm.domain_type, memory.static_max, vcpus, multiplier, vcpus_charged=vcpus_charged))


def guest_need(vm: VM, policy: Policy = Policy.DYNAMIC_MIN, *, vcpus_charged: bool) -> Need:
    """What a host is charged for a guest that it runs, or that it has reserved room for."""
    beside, own = guest_overhead(vm, vcpus_charged=vcpus_charged), limit(vm, policy)
    if own is None:
        unsaid = Lacking(vm, f"memory.{policy.value}")
        return Need(beside.least, (unsaid, *(lack for lack in beside.lacking if lack.field != unsaid.field)))
    return Need(own + beside.least, beside.lacking)


def limit(vm: VM, policy: Policy) -> int | None:
    """The limit of a guest's memory that a policy counts."""
    found: int | None = getattr(vm.memory, policy.value, None)
    return found


def control_domain_need(host: Host, *, vcpus_charged: bool) -> Need:
    """What a host's own domain takes of it."""
    domain = host.control_domain
    if domain is None or domain.memory is None:
        return Need(0, (Lacking(host, "control_domain" if domain is None else "control_domain.memory"),))
    if domain.memory_overhead:
        return Need(domain.memory + domain.memory_overhead)
    if domain.vcpus is None:
        return Need(domain.memory, (Lacking(host, "control_domain.vcpus"),))
    return Need(domain.memory + overhead("pv", domain.memory, domain.vcpus, 1.0, vcpus_charged=vcpus_charged))


@dataclass(frozen=True, slots=True)
class Charges:
    """Which guests each host of a pool is charged for."""

    by_host: dict[int, list[VM]]
    """By the identity of the host; a guest is there twice when its host has also reserved room for it."""
    adrift: tuple[Lacking, ...]
    """Guests that could be on any host."""

    def on(self, host: Host) -> list[VM]:
        """The guests that a host is charged for."""
        return self.by_host.get(id(host), [])


def charges(view: PoolView) -> Charges:
    """Which guests each host is charged for: those that it runs, and those that it has reserved room for."""
    by_host: defaultdict[int, list[VM]] = defaultdict(list)
    adrift: list[Lacking] = []
    for vm in view.vms.records:
        if vm.power_state not in ("halted", "suspended"):
            if host := view.hosts.find(vm.runs_on):
                by_host[id(host)].append(vm)
            else:
                named = vm.power_state is not None or vm.runs_on is not None
                adrift.append(Lacking(vm, "runs_on" if named else "power_state"))
        if vm.scheduled_on is not None and (host := view.hosts.find(vm.scheduled_on)):
            by_host[id(host)].append(vm)
    return Charges(dict(by_host), tuple(adrift))


def host_need(view: PoolView, host: Host, guests: list[VM], policy: Policy = Policy.DYNAMIC_MIN) -> Need:
    """What is needed of a host's memory: by the hypervisor, by the control domain, and by these guests."""
    vcpus_charged = charged(view, host)
    need = need_of_host(host, guests, policy, vcpus_charged=bool(vcpus_charged))
    if vcpus_charged is None and not _all_stored(host, guests):
        return Need(need.least, (*need.lacking, unsaid_version(view, host)))
    return need


def need_of_host(host: Host, guests: list[VM], policy: Policy, *, vcpus_charged: bool) -> Need:
    """The same for a host whose toolstack is known, or supposed, to charge for virtual CPUs or not."""
    parts = [guest_need(vm, policy, vcpus_charged=vcpus_charged) for vm in guests]
    parts.append(control_domain_need(host, vcpus_charged=vcpus_charged))
    lacking = [lack for part in parts for lack in part.lacking]
    if host.memory_overhead is None:
        lacking.append(Lacking(host, "memory_overhead"))
    return Need((host.memory_overhead or 0) + sum(part.least for part in parts), tuple(lacking))


def charged(view: PoolView, host: Host) -> bool | None:
    """Whether a host's toolstack charges a share of memory for each virtual CPU."""
    return rolling_since(view.software(host), CHARGED_VCPUS)


def unsaid_version(view: PoolView, host: Host) -> Lacking:
    """What would tell by which rule a host's toolstack computes."""
    return Lacking(host, "software.xapi" if view.software(host) else "software")


def _all_stored(host: Host, guests: list[VM]) -> bool:
    """Whether the toolstack stored every overhead, so that none has to be computed."""
    stored = all(vm.memory and vm.memory.overhead for vm in guests)
    return stored and bool(host.control_domain and host.control_domain.memory_overhead)
