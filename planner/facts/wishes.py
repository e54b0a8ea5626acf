"""Which hosts the wishes for a pool allow a VM, and which of the wishes are not kept as things are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.wishes import PlacementRule


@dataclass(frozen=True, slots=True)
class Broken:
    """A wish that is not kept, and the VMs that show it, by name."""

    rule: str
    vms: tuple[str, ...]


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


def against(view: PoolView, vm: VM, host: Host) -> str | None:
    """The wish that does not allow a VM on a host, by name; None where none forbids it."""
    for rule in required(view):
        if not any(each is vm for each in members(view, rule)):
            continue
        if not allows(view, rule, host):
            return rule.name
    return None


def allows(view: PoolView, rule: PlacementRule, host: Host) -> bool:
    """Whether a wish lets its VMs be on a host."""
    inside = rule.hosts is None or _names(view, rule.hosts, host)
    return inside and not (rule.not_hosts is not None and _names(view, rule.not_hosts, host))


def _names(view: PoolView, names: Iterable[str], host: Host) -> bool:
    return any(view.hosts.find(name) is host for name in names)


def broken(view: PoolView) -> tuple[Broken, ...]:
    """The wishes that have to be kept and are not, by name."""
    return tuple(each for rule in required(view) for each in _broken(view, rule))


def _broken(view: PoolView, rule: PlacementRule) -> Iterator[Broken]:
    on = [(vm, host) for vm in members(view, rule) if (host := view.hosts.find(vm.runs_on))]
    wrong = [vm.name for vm, host in on if against(view, vm, host)]
    if wrong:
        yield Broken(rule.name, tuple(wrong))
    hosts = {id(host) for _, host in on}
    apart, together = rule.relation == "apart", rule.relation == "together"
    if (apart and len(hosts) < len(on)) or (together and len(hosts) > 1):
        yield Broken(rule.name, tuple(vm.name for vm, _ in on))


def breaches(view: PoolView) -> int:
    """By how much the wishes that had better be kept are not: VMs on wrong hosts, beside each other, or far apart.

    Of VMs that are to be apart each one counts that has another beside it, less one for each host; of those that are to
    be together each host beyond the first.
    """
    found = 0
    for rule in preferred(view):
        on = [host for vm in members(view, rule) if (host := view.hosts.find(vm.runs_on))]
        hosts = len({id(host) for host in on})
        found += sum(not allows(view, rule, host) for host in on)
        found += len(on) - hosts if rule.relation == "apart" else 0
        found += max(0, hosts - 1) if rule.relation == "together" else 0
    return found
