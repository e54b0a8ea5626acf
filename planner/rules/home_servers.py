"""What is wrong with the home servers of VMs and templates."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.hosts_for_guests import best_host
from planner.facts.obstacles import Answer
from planner.facts.placement import Placement
from planner.findings import Problem, Severity, Unknown
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.rules import rule
from planner.rules.placing import reasons
from planner.rules.wording import listed, uuid_of, xe


@rule("VM004", Severity.NOTE, since="0.1")
def home_server_disabled(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """The home server of a VM is disabled.

    The VM is started on another host for as long as that lasts.
    """
    for view in inventory.pools:
        unsaid = {id(host): host for host in view.hosts.records if host.enabled is None}
        homes: set[int] = set()
        for vm in (*view.vms.records, *view.templates.records):
            host = view.hosts.find(vm.home) if vm.home is not None else None
            if host is None or host.enabled:
                continue
            if host.enabled is False:
                yield Problem(
                    vm,
                    "home",
                    message=f"{host.name}, the home server of {vm.name}, is disabled",
                    remedy=f"enable it, {xe('host-enable', uuid=uuid_of('host', host))}, "
                    f"or give {vm.name} another home server",
                    related=(host,),
                )
            homes.add(id(host))
        yield from (Unknown(host, "enabled") for key, host in unsaid.items() if key in homes)


@rule("VM006", Severity.WARNING, since="0.1")
def home_server_that_cannot_run_vm(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """The home server of a VM could not run it, however empty it were.

    The toolstack then starts the VM on another host, every time and without a word. Whoever set the home server
    expects something else. What keeps the VM away for today only, such as a full host, is not meant.
    """
    for view in inventory.pools:
        placement = Placement(view)
        for vm in view.vms.records:
            home = view.hosts.find(vm.home)
            if home is None:
                continue
            answer = placement.ever(vm, home)
            if answer.obstacles:
                yield _cannot_run(placement, vm, home, answer)
            else:
                yield from (Unknown(lack.record, lack.field) for lack in answer.lacking)


def _cannot_run(placement: Placement, vm: VM, home: Host, answer: Answer) -> Problem:
    other, found = best_host(placement, vm) or (None, None)
    if other and found and found.can:
        mend = f"give it {other.name}, which can run it, as home server: {_set_home(vm, other)}"
    else:
        mend = f"see what it lacks, or take the home server away: {_set_home(vm, None)}"
    return Problem(
        vm,
        "home",
        message=f"{home.name} is the home server of {vm.name}, but could not run it: {reasons(answer)}",
        remedy=mend,
        related=(home,),
    )


def _set_home(vm: VM, home: Host | None, kind: str = "vm") -> str:
    return xe(f"{kind}-param-set", uuid=uuid_of(kind, vm), affinity=uuid_of("host", home) if home else "")


@rule("VM007", Severity.NOTE, since="0.1")
def template_with_home_server(inventory: Inventory) -> Iterator[Problem]:
    """A template has a home server, which all VMs that are made from it take over.

    They are then started on that one host as long as it has room, and fill it while others are empty.
    """
    for view in inventory.pools:
        for template in view.templates.records:
            home = view.hosts.find(template.home)
            if home is not None and len(view.hosts.records) > 1:
                yield Problem(
                    template,
                    "home",
                    message=f"VMs that are made from {template.name} are given {home.name} as their home server",
                    remedy=f"take it away, {_set_home(template, None, 'template')}, unless that is what you want",
                    related=(home,),
                )


@rule("VM008", Severity.WARNING, since="0.1")
def home_server_in_anti_affinity_group(inventory: Inventory) -> Iterator[Problem]:
    """A VM has a home server and is in a group whose members are to run on different hosts.

    The home server counts more: the VM is started there even where another member of the group runs.
    """
    for view in inventory.pools:
        for vm in view.vms.records:
            home = view.hosts.find(vm.home)
            apart = sorted(_kept_apart(view, vm))
            if home is not None and apart:
                yield Problem(
                    vm,
                    "home",
                    message=f"{vm.name} is in {listed(apart)}, whose members are to run on different hosts, "
                    f"but its home server {home.name} counts more",
                    remedy=f"take the home server away: {_set_home(vm, None)}",
                    related=(home,),
                )


def _kept_apart(view: PoolView, vm: VM) -> Iterator[str]:
    """The names of the groups of a VM whose members are to run on different hosts."""
    for reference in vm.groups or ():
        group = view.groups.find(reference)
        if group and group.placement == "anti_affinity":
            yield group.name
