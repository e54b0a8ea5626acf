"""A pool that is to go down or to come up: its hosts, its VMs, who serves whom, and what is not known of that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.facts.serving import Serving
from planner.goals.naming import name_of, sets
from planner.goals.pools import alike
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.model.storage import Connection, Repository
from planner.plans import Cause
from planner.plans.changes import FieldChange
from planner.rules.wording import listed, plural, quoted, uuid_of

_MOST = 12
_UP = ("running", "paused")


@dataclass(frozen=True, slots=True)
class Case:
    """What a plan starts from."""

    inventory: Inventory
    view: PoolView
    coordinator: Host
    serving: Serving

    @property
    def members(self) -> tuple[Host, ...]:
        """The other hosts, by name."""
        return tuple(host for host in hosts(self.view) if host is not self.coordinator)


def hosts(view: PoolView) -> tuple[Host, ...]:
    """The hosts of a pool, by name."""
    return tuple(sorted(view.hosts.records, key=lambda host: (host.name, host.uuid or "")))


def running(view: PoolView) -> tuple[VM, ...]:
    """The guests that run or are paused, and those on a host of which nobody says, by name."""
    found = (vm for vm in view.vms.records if not vm.driver_domain and _runs(view, vm))
    return tuple(sorted(found, key=lambda vm: (vm.name, vm.uuid or "")))


def _runs(view: PoolView, vm: VM) -> bool:
    return vm.power_state in _UP or (vm.power_state is None and view.hosts.find(vm.runs_on) is not None)


def in_the_way(view: PoolView) -> Iterator[Cause]:
    """What has to be known or told apart before anything can be planned."""
    if view.coordinator is None:
        yield Cause("", f"which host is the coordinator of {view.name} is not known", proven=False)
    if view.pool.vms is None:
        yield Cause("", f"the VMs of {view.name} are not known", proven=False)
    open_states = sorted(
        vm.name for vm in view.vms.records if vm.power_state is None and view.hosts.find(vm.runs_on) is None
    )
    if open_states:
        told = (
            f"whether {listed(open_states, _MOST)} {plural(open_states, 'runs', 'run')} is not known: say power_state"
        )
        yield Cause("", told, proven=False)
    for vm in view.vms.records:
        host = view.hosts.find(vm.runs_on)
        if host is not None and vm.power_state in ("halted", "suspended") and not vm.driver_domain:
            told = f"{vm.name} is said to be {vm.power_state}, and to be on {host.name}: one of the two is not so"
            yield Cause("", told, proven=False)
    yield from alike(("VMs", view.vms), ("hosts", view.hosts))
    nameless = sorted(
        {each.name for each in view.repositories.records if view.repositories.find(name_of(each)) is None}
    )
    if nameless:
        told = f"several repositories are called {listed(nameless, 6)}, and no UUID tells them apart"
        yield Cause("", told, proven=False)


def ring_in_the_way(case: Case, ring: tuple[VM, ...]) -> Cause:
    """That each of some VMs needs another one of them first."""
    told = [
        f"{vm.name} has a drive on {listed((each.name for each in case.serving.repositories(server)), 3)},"
        f" which {'it' if server is vm else server.name} serves{' itself' if server is vm else ''}"
        for vm, server in zip(ring, (*ring[1:], ring[0]), strict=True)
    ]
    way = "eject the CD or move the disk to another repository"
    return Cause("", f"no order is right for all: {'; '.join(told)}; {way}")


def blocked(vms: tuple[VM, ...], operation: str) -> Iterator[Cause]:
    """The VMs of which somebody blocked an operation."""
    for vm in vms:
        if operation in (vm.blocked_operations or ()):
            lifted = f"xe vm-param-remove uuid={quoted(uuid_of('vm', vm))} param-name=blocked-operations"
            yield Cause("", f"{operation} of {vm.name} is blocked: `{lifted} param-key={operation}`")


def goes_down(case: Case, vm: VM) -> tuple[FieldChange, ...]:
    """What becomes of a VM that is shut down."""
    way = (("vms", name_of(vm)),)
    promise = {"ha_always_run": False} if vm.ha_always_run else {}
    return sets(case.view, way, power_state="halted", runs_on=None, scheduled_on=None, **promise)


def linked(case: Case, repository: Repository) -> Iterator[tuple[Host, Connection]]:
    """The connections of a repository that may be attached, each with its host, by name."""
    for host in hosts(case.view):
        connection = case.view.connection(repository, host)
        if connection is not None and connection.attached is not False:
            yield host, connection


def attaches(case: Case, repository: Repository, *, attached: bool) -> tuple[FieldChange, ...]:
    """That the hosts have a repository attached, or no longer."""
    way = (("repositories", name_of(repository)),)
    return tuple(
        change
        for _, connection in linked(case, repository)
        for change in sets(case.view, (*way, ("connections", connection.uuid or connection.label)), attached=attached)
    )


def unsaid(case: Case, vms: tuple[VM, ...]) -> tuple[str, ...]:
    """What would have to be said for the order to be certain."""
    found: dict[str, list[str]] = {}
    for vm in vms:
        for lack in case.serving.lacking(vm):
            found.setdefault(lack.field, []).append(vm.name)
        if vm.order is None:
            found.setdefault("order", []).append(vm.name)
    why = {
        "addresses": "whether they serve storage to others",
        "drives": "whose storage they need",
        "order": "after which others they are started",
    }
    told = [f"{field} of {listed(names, 6)}: {why[field]}" for field, names in sorted(found.items())]
    if servers := case.serving.unresolved():
        told.append(f"the address of {listed(servers, 6)}: whether a VM is that server; say it in the site's addresses")
    return tuple(told)
