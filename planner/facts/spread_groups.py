"""Groups of VMs that are to run on different hosts, and how far they do."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from planner.model.guest import VM, Group
from planner.model.host import Host
from planner.model.inventory import PoolView


@dataclass(frozen=True, slots=True)
class Spread:
    """A group whose VMs are to be kept apart."""

    group: Group
    members: tuple[VM, ...]
    """By name."""
    running_on: tuple[tuple[VM, Host], ...]
    """Its VMs that run, each with its host."""

    @property
    def only_host(self) -> Host | None:
        """The one host on which all of several running members are."""
        hosts = {id(host): host for _, host in self.running_on}
        return next(iter(hosts.values())) if len(hosts) == 1 and len(self.running_on) > 1 else None


def spread_groups(view: PoolView) -> tuple[Spread, ...]:
    """Every group whose VMs are to be kept apart, by name."""
    members: defaultdict[int, list[VM]] = defaultdict(list)
    for vm in view.vms.records:
        groups = {id(group): group for name in vm.groups or () if (group := view.groups.find(name))}
        for key, group in groups.items():
            if group.placement == "anti_affinity":
                members[key].append(vm)
    by_name = sorted(view.groups.records, key=lambda group: (group.name, group.uuid or ""))
    return tuple(_spread(view, group, members[id(group)]) for group in by_name if members.get(id(group)))


def _spread(view: PoolView, group: Group, members: list[VM]) -> Spread:
    vms = sorted(members, key=lambda vm: (vm.name, vm.uuid or ""))
    running = tuple(
        (vm, host) for vm in vms if vm.power_state == "running" and (host := view.hosts.find(vm.runs_on)) is not None
    )
    return Spread(group, tuple(vms), running)
