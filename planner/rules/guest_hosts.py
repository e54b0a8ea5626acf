"""VMs that no host can run, or not every host."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from planner.facts.guest_devices import most_virtual_cpus, virtual_cpus
from planner.facts.hosts_for_guests import Alike, best_host
from planner.facts.lacking import Lacking
from planner.facts.placement import Placement
from planner.facts.storage import hosts_by_name
from planner.findings import Problem, Severity, Unknown
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory
from planner.rules import rule
from planner.rules.placing import told
from planner.rules.wording import counted, listed, plural, uuid_of, xe


@rule("VM009", Severity.WARNING, since="0.1", api_error="NO_HOSTS_AVAILABLE")
def vm_that_no_host_can_run(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A VM does not run, and no host of its pool could run it, however empty the hosts were.

    The toolstack refuses to start it. What is so for today only, a full or a disabled host, is not meant.
    """
    for view in inventory.pools:
        if not view.hosts.records:
            continue
        placement = Placement(view)
        alike = Alike(placement)
        for vm in view.vms.records:
            if vm.power_state not in ("halted", "suspended"):
                continue
            found = best_host(placement, vm)
            if found is None:
                yield _nowhere(placement, alike, vm)
            else:
                yield from (Unknown(lack.record, lack.field) for lack in found[1].lacking)


def _nowhere(placement: Placement, alike: Alike, vm: VM) -> Problem:
    """Each reason once, those that hold for most hosts first."""
    seen: Counter[str] = Counter()
    for hosts in alike.groups(vm):
        for text in {told(each) for each in placement.ever(vm, hosts[0]).obstacles}:
            seen[text] += len(hosts)
    every = len(placement.hosts)
    ranked = sorted(seen.items(), key=lambda each: (-each[1], each[0]))
    causes = [text if number == every else f"{text} ({counted(number, 'host')})" for text, number in ranked]
    return Problem(
        vm,
        "",
        message=f"no host of {placement.view.name} could run {vm.name}: {'; '.join(causes)}",
        remedy="mend all that stands in the way of one host; `planner show vm` tells it host by host, with commands",
    )


@rule("VM010", Severity.NOTE, since="0.1", api_error="HOST_NOT_ENOUGH_PCPUS")
def more_virtual_cpus_than_some_hosts_have(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A VM has more virtual CPUs than some hosts of its pool have physical ones.

    The toolstack refuses to start the VM on these, and to move it there, so fewer hosts are left for it than there
    seem to be.
    """
    for view in inventory.pools:
        limits = [(host, most_virtual_cpus(view, host)) for host in hosts_by_name(view)]
        known = [(host, most) for host, most in limits if isinstance(most, int)]
        fewest = min((most for _, most in known), default=None)
        for vm in view.vms.records if limits else ():
            wanted = virtual_cpus(vm)
            if isinstance(wanted, Lacking) and fewest is not None:
                yield Unknown(wanted.record, wanted.field)
            elif isinstance(wanted, int) and fewest is not None and wanted > fewest:
                yield _too_small(vm, wanted, [host for host, most in known if wanted > most])
        if view.vms.records:
            yield from (Unknown(most.record, most.field) for _, most in limits if isinstance(most, Lacking))


def _too_small(vm: VM, wanted: int, hosts: list[Host]) -> Problem:
    counts = [host.cpu.count for host in hosts if host.cpu and host.cpu.count is not None]
    fewest = max(1, min(counts, default=1))
    fewer = xe("vm-param-set", uuid=uuid_of("vm", vm), **{"VCPUs-at-startup": str(fewest), "VCPUs-max": str(fewest)})
    return Problem(
        vm,
        "vcpus.max",
        message=f"{vm.name} has {wanted} virtual CPUs, more than {listed(host.name for host in hosts)} "
        f"{plural(hosts, 'has', 'have')} physical ones",
        remedy=f"leave it to the larger hosts, or give it fewer while it is halted: {fewer}",
        related=tuple(hosts),
    )
