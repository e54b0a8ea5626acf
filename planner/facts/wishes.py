"""Which hosts the wishes for a pool allow a VM, and which of the wishes are not kept as things are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass

from planner.facts.failure_domains import domain_of
from planner.facts.lacking import Lacking
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.wishes import PlacementRule


@dataclass(frozen=True, slots=True)
class Broken:
    """A wish that is not kept, and the VMs that show it, by name."""

    rule: PlacementRule
    vms: tuple[VM, ...]


def required(view: PoolView) -> tuple[PlacementRule, ...]:
    """The wishes that have to be kept, by name."""
    return tuple(sorted((rule for rule in view.placement if rule.required), key=lambda rule: (rule.name, rule.vms)))


def preferred(view: PoolView) -> tuple[PlacementRule, ...]:
    """The wishes that had better be kept, by name."""
    return tuple(sorted((rule for rule in view.placement if not rule.required), key=lambda rule: (rule.name, rule.vms)))


def members(view: PoolView, rule: PlacementRule) -> tuple[VM, ...]:
    """The VMs that a wish is about, by name."""
    found = {id(vm): vm for name in rule.vms if (vm := view.vms.find(name))}
    return tuple(sorted(found.values(), key=lambda vm: (vm.name, vm.uuid or "")))


def _is_about(view: PoolView, rule: PlacementRule, vm: VM) -> bool:
    return any(name in {vm.name, vm.uuid} and view.vms.find(name) is vm for name in rule.vms)


def against(view: PoolView, vm: VM, host: Host) -> str | None:
    """The wish that does not allow a VM on a host, by name; None where none forbids it."""
    for rule in required(view):
        if not allows(view, rule, host) and _is_about(view, rule, vm):
            return rule.name
    return None


def staying(view: PoolView, vm: VM) -> str | None:
    """The wish that a VM be not moved while it runs, by name; None where it may be moved."""
    return next((rule.name for rule in required(view) if rule.stay and _is_about(view, rule, vm)), None)


def allows(view: PoolView, rule: PlacementRule, host: Host) -> bool:
    """Whether a wish lets its VMs be on a host."""
    inside = rule.hosts is None or _names(view, rule.hosts, host)
    return inside and not (rule.not_hosts is not None and _names(view, rule.not_hosts, host))


def _names(view: PoolView, names: Iterable[str], host: Host) -> bool:
    return any(view.hosts.find(name) is host for name in names)


def unit_of(rule: PlacementRule, host: Host) -> Hashable:
    """What counts as one for the relation of a wish: a host, or all hosts of one failure domain."""
    domain = None if rule.by is None else domain_of(host, rule.by)
    return id(host) if domain is None else domain


def untold_units(view: PoolView, host: Host) -> tuple[Lacking, ...]:
    """What has to be known of a host before wishes that have to be kept can count it."""
    counts = any(rule.relation is not None and rule.by is not None for rule in required(view))
    return (Lacking(host, "tags"),) if counts and host.tags is None else ()


def most_in_a_unit(view: PoolView, rule: PlacementRule) -> int | None:
    """How many of its VMs a wish lets one unit have; None where it may have all of them."""
    if rule.relation == "apart":
        return 1
    if rule.relation != "spread":
        return None
    units = {unit_of(rule, host) for host in view.hosts.records if allows(view, rule, host)}
    return -(-len(members(view, rule)) // max(1, len(units)))


def broken(view: PoolView) -> tuple[Broken, ...]:
    """The wishes that have to be kept and are not, by name."""
    return tuple(each for rule in required(view) if (each := breaking(view, rule)))


def breaking(view: PoolView, rule: PlacementRule) -> Broken | None:
    """The VMs by which a wish is not kept: those on wrong hosts, else all of them; None where it is kept."""
    on = _on(view, rule)
    wrong = tuple(vm for vm, host in on if not allows(view, rule, host))
    if wrong:
        return Broken(rule, wrong)
    return Broken(rule, tuple(vm for vm, _ in on)) if related_wrongly(view, rule, (host for _, host in on)) else None


def related_wrongly(view: PoolView, rule: PlacementRule, hosts: Iterable[Host]) -> int:
    """By how much VMs on these hosts, one for each VM, are not related as a wish has it; zero where they are.

    Of VMs that are to be apart, or spread, each counts that is more than its unit may have; of those that are to be
    together each unit beyond the first.
    """
    units = Counter(unit_of(rule, host) for host in hosts)
    if rule.relation == "together":
        return max(0, len(units) - 1)
    most = most_in_a_unit(view, rule)
    return 0 if most is None else sum(max(0, number - most) for number in units.values())


def _on(view: PoolView, rule: PlacementRule) -> list[tuple[VM, Host]]:
    """The VMs of a wish that are on a host, with that."""
    return [(vm, host) for vm in members(view, rule) if (host := view.hosts.find(vm.runs_on))]


def adrift(view: PoolView, rule: PlacementRule) -> Iterator[Lacking]:
    """What has to be known before it can be said where all VMs of a wish are."""
    for vm in members(view, rule):
        if vm.power_state is None and vm.runs_on is None:
            yield Lacking(vm, "power_state")
        elif vm.power_state in {"running", "paused"} and view.hosts.find(vm.runs_on) is None:
            yield Lacking(vm, "runs_on")


def preferences_broken(view: PoolView, before: PoolView) -> int:
    """By how much the wishes that had better be kept are not.

    VMs on wrong hosts, VMs that are not related as they should be, and VMs that were not to be moved and are elsewhere
    than before.
    """
    return sum(number for rule in preferred(view) for number in _breaches(view, rule, before))


def _breaches(view: PoolView, rule: PlacementRule, before: PoolView) -> Iterator[int]:
    on = _on(view, rule)
    yield sum(not allows(view, rule, host) for _, host in on)
    yield related_wrongly(view, rule, (host for _, host in on))
    yield sum(rule.stay and _was_elsewhere(before, vm, host) for vm, host in on)


def _was_elsewhere(before: PoolView, vm: VM, host: Host) -> bool:
    was = before.vms.find(vm.uuid or vm.name)
    home = before.hosts.find(was.runs_on) if was else None
    return home is not None and (home.uuid or home.name) != (host.uuid or host.name)
