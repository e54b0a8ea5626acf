"""A pool as it is after a failure: its dead hosts, the VMs that were on them, and where these were started again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from planner.facts.failover_problem import as_configured, is_on_a_host
from planner.facts.fencing import Failure
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.model.pool import Pool
from planner.model.storage import Repository


def lost_vms(view: PoolView, dead: Iterable[Host]) -> tuple[VM, ...]:
    """The VMs that were on dead hosts, by name; what serves a host alone is not among them."""
    gone = {id(host) for host in dead}
    found = (vm for vm in view.vms.records if not vm.driver_domain and is_on_a_host(vm))
    return tuple(
        sorted((vm for vm in found if id(view.hosts.find(vm.runs_on)) in gone), key=lambda vm: (vm.name, vm.uuid or ""))
    )


def cut_off(view: PoolView, failure: Failure, down: Iterable[VM]) -> tuple[VM, ...]:
    """The VMs that run on without a disk or a network that fails, by name."""
    gone = {id(vm) for vm in down}
    found = (
        vm
        for vm in view.vms.records
        if is_on_a_host(vm)
        and id(vm) not in gone
        and failure.loses(view.hosts.find(vm.runs_on))
        and _needs(view, vm, failure)
    )
    return tuple(sorted(found, key=lambda vm: (vm.name, vm.uuid or "")))


def _needs(view: PoolView, vm: VM, failure: Failure) -> bool:
    repositories = [view.disk_and_repository(drive)[1] for drive in vm.drives or ()]
    networks = [view.networks.find(nic.network) for nic in vm.nics or ()]
    lost = {id(each) for each in (*failure.repositories, *failure.networks)}
    return any(id(each) in lost for each in (*repositories, *networks) if each)


def fallen(inventory: Inventory, view: PoolView, dead: Iterable[Host], coordinator: Host | None) -> Inventory:
    """The inventory with hosts of a pool dead and their VMs halted, but for protected ones still to be kept running."""
    hosts = {id(host) for host in dead}
    lost = {id(vm) for vm in lost_vms(view, dead)}
    kept = {id(vm) for vm in as_configured(view)}
    pool = view.pool.model_copy(
        update={
            "coordinator": (coordinator.uuid or coordinator.name) if coordinator else view.pool.coordinator,
            "hosts": tuple(
                host.model_copy(update={"live": False}) if id(host) in hosts else host for host in view.hosts.records
            ),
            "vms": tuple(_fallen(vm, id(vm) in lost, id(vm) in kept) for vm in view.vms.records),
        }
    )
    return replaced(inventory, view, pool)


def _fallen(vm: VM, lost: bool, kept: bool) -> VM:  # noqa: FBT001 - two answers about it
    if not lost:
        return vm
    down = {"power_state": "halted", "runs_on": None, "scheduled_on": None}
    return vm.model_copy(update=down | ({"ha_always_run": True} if kept else {}))


def started(inventory: Inventory, view: PoolView, targets: Mapping[int, Host]) -> Inventory:
    """The inventory with VMs of a pool started; `targets` is by the identity of the VM."""
    vms = tuple(
        vm.model_copy(update={"power_state": "running", "runs_on": host.uuid or host.name})
        if (host := targets.get(id(vm)))
        else vm
        for vm in view.vms.records
    )
    return replaced(inventory, view, view.pool.model_copy(update={"vms": vms}))


def without_storage(inventory: Inventory, view: PoolView, failure: Failure) -> Inventory:
    """The inventory with repositories of a pool attached to none of the hosts that lose them."""
    gone = {id(repository) for repository in failure.repositories}
    repositories = tuple(
        _detached(view, each, failure) if id(each) in gone else each for each in view.repositories.records
    )
    return replaced(inventory, view, view.pool.model_copy(update={"repositories": repositories})) if gone else inventory


def _detached(view: PoolView, repository: Repository, failure: Failure) -> Repository:
    connections = tuple(
        each.model_copy(update={"attached": False}) if failure.loses(view.hosts.find(each.host)) else each
        for each in repository.connections or ()
    )
    return repository.model_copy(update={"connections": connections})


def replaced(inventory: Inventory, view: PoolView, pool: Pool) -> Inventory:
    """The inventory with another record for one of its pools, in the same place."""
    pools = (pool if each is view else each.pool for each in inventory.pools)
    return Inventory(pools, inventory.wishes, inventory.site)
