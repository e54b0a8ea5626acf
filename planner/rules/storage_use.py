"""What is wrong with what repositories are used for."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.storage import Attachment, hosts_by_name, links, made_for_one_host
from planner.findings import Problem, Severity, Unknown
from planner.model.guest import VM, Drive
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.model.storage import Repository
from planner.rules import rule
from planner.rules.storage import holds_disks
from planner.rules.wording import UNTOLD, listed, uuid_of, xe
from planner.units import MIB, format_size, show_size

_PERCENT = 100


@rule("ST013", Severity.WARNING, since="0.1")
def unfit_default_repository(inventory: Inventory) -> Iterator[Problem]:
    """The default repository of a pool cannot take disks of VMs, or no host has it.

    New disks, imported VMs and migrations with storage go there unless somebody chooses otherwise. All of them
    fail.
    """
    for view in inventory.pools:
        repository = view.repositories.find(view.pool.default_repository)
        if repository is None:
            continue
        states = {link.attachment for link in links(view, repository)}
        if not holds_disks(repository):
            why = "is made for ISO images or removable media"
        elif states and not states & {Attachment.ATTACHED, Attachment.UNKNOWN}:
            why = "is attached on no host"
        else:
            continue
        fit = sorted(each.name for each in view.repositories.records if each.shared and holds_disks(each))
        choose = xe("pool-param-set", uuid=uuid_of("pool", view.pool), default_SR=UNTOLD)
        yield Problem(
            view.pool,
            "default_repository",
            message=f"{repository.name}, the default repository of {view.name}, {why}",
            remedy=f"choose another one{f', such as {fit[0]}' if fit else ''}: {choose}",
            related=(repository,),
        )


@rule("ST014", Severity.WARNING, since="0.1", api_error="VM_NO_SUSPEND_SR")
def nowhere_to_suspend(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host is connected to no repository in which its VMs could be suspended.

    The pool names a repository for that, or the host does, but the host has no connection to it. VMs on that host
    cannot be suspended unless they name a repository of their own.
    """
    for view in inventory.pools:
        shared = view.repositories.find(view.pool.suspend_repository)
        for host in hosts_by_name(view):
            own = view.repositories.find(host.suspend_repository)
            named = [each for each in (shared, own) if each]
            if not named or any(each.connections is None or view.connection(each, host) for each in named):
                continue
            if host.suspend_repository is None:
                yield Unknown(host, "suspend_repository")
            else:
                yield _nowhere(view, host, named)


def _nowhere(view: PoolView, host: Host, named: list[Repository]) -> Problem:
    set_it = xe("pool-param-set", uuid=uuid_of("pool", view.pool), suspend_image_SR=UNTOLD)
    return Problem(
        host,
        "suspend_repository",
        message=f"VMs on {host.name} cannot be suspended: it is not connected to {listed(each.name for each in named)}",
        remedy=f"choose a shared repository that all hosts have: {set_it}",
        related=tuple(named),
    )


@rule("ST015", Severity.NOTE, since="0.1", api_error="VM_REQUIRES_SR")
def cd_binds_running_vm(inventory: Inventory) -> Iterator[Problem]:
    """A running VM has a CD inserted that only its host has.

    As long as it is in, the VM cannot be moved to another host, and a host that is to be emptied keeps it.
    """
    for view in inventory.pools:
        if len(view.hosts.records) <= 1:
            continue
        for vm in view.vms.records:
            if vm.power_state == "running":
                for drive in vm.drives or ():
                    yield from _bound(view, vm, drive)


def _bound(view: PoolView, vm: VM, drive: Drive) -> Iterator[Problem]:
    if drive.type != "cd" or drive.empty:
        return
    disk, repository = view.disk_and_repository(drive)
    if repository and not repository.tools and (repository.shared is False or made_for_one_host(repository)):
        yield Problem(
            drive,
            "disk" if disk else "repository",
            message=f"{vm.name} has {disk.name if disk else 'a CD'} in its drive {drive.device}, "
            f"from {repository.name}, which only one host has",
            remedy=f"take it out: {xe('vm-cd-eject', uuid=uuid_of('vm', vm))}",
            related=(repository,),
        )


@rule("ST016", Severity.WARNING, since="0.1", api_error="SR_FULL")
def repository_nearly_full(inventory: Inventory) -> Iterator[Problem]:
    """A repository is nearly full.

    Snapshots, suspends and new disks fail for lack of room. Where disks are thin, running VMs stop as soon as they
    write. The site says what counts as nearly full.
    """
    limit = inventory.site.repository_full_percent
    for view in inventory.pools:
        for repository in view.repositories.records:
            size, used = repository.size, repository.used
            if not size or used is None or used > size or not holds_disks(repository):
                continue
            if used * _PERCENT >= size * limit:
                too_much = -(-(used - size * limit // _PERCENT) // MIB) * MIB
                yield Problem(
                    repository,
                    "used",
                    message=f"{repository.name} is full to {used * _PERCENT // size} %: "
                    f"{show_size(size - used)} of {show_size(size)} left",
                    remedy=f"free {format_size(max(too_much, MIB))} on it, by removing snapshots or moving disks, "
                    f"or enlarge the storage and have it read anew: "
                    f"{xe('sr-scan', uuid=uuid_of('sr', repository))}",
                )


@rule("ST017", Severity.NOTE, since="0.1")
def more_promised_than_there_is(inventory: Inventory) -> Iterator[Problem]:
    """The disks on a repository may grow far beyond its size.

    Thin disks take only what is written to them. If many VMs fill theirs, the repository is full long before they are,
    and all of them stop. The site says how much may be promised before it is told.
    """
    limit = inventory.site.promised_percent
    for view in inventory.pools:
        for repository in view.repositories.records:
            size, promised = repository.size, repository.allocated
            if size and promised is not None and holds_disks(repository) and promised * _PERCENT > size * limit:
                yield Problem(
                    repository,
                    "allocated",
                    message=f"disks of {show_size(promised)} are promised on {repository.name}, "
                    f"which has {show_size(size)}",
                    remedy=f"watch how full {repository.name} gets, or move disks of "
                    f"{format_size(promised - size * limit // _PERCENT)} elsewhere",
                )


@rule("ST026", Severity.NOTE, since="0.1")
def repository_without_host(inventory: Inventory) -> Iterator[Problem]:
    """No host is connected to a repository that is not shared.

    It is left from a host that is gone, or was detached and forgotten about. What is on it nobody can use.
    """
    for view in inventory.pools:
        for repository in view.repositories.records:
            if repository.connections == () and repository.shared is False and not repository.tools:
                yield Problem(
                    repository,
                    "connections",
                    message=f"no host of {view.name} is connected to {repository.name}",
                    remedy=f"if its storage is gone, have the pool forget it: "
                    f"{xe('sr-forget', uuid=uuid_of('sr', repository))}",
                )


@rule("ST027", Severity.WARNING, since="0.1")
def unfit_local_cache(inventory: Inventory) -> Iterator[Problem]:
    """A host caches disks in a repository that is not its own.

    A cache is for one host: the repository must not be shared, and only that host may be connected to it.
    """
    for view in inventory.pools:
        for host in hosts_by_name(view):
            repository = view.repositories.find(host.local_cache_repository)
            if repository is None or repository.connections is None:
                continue
            having = [link.host.name for link in links(view, repository) if link.connections]
            if repository.shared or having != [host.name]:
                why = "is shared" if repository.shared else f"has connections of {listed(having) or 'no host'}"
                yield Problem(
                    host,
                    "local_cache_repository",
                    message=f"{host.name} caches disks in {repository.name}, which {why}",
                    remedy=f"choose a repository that {host.name} alone has: "
                    f"{xe('host-enable-local-storage-caching', host=host.name, sr_uuid=UNTOLD)}",
                    related=(repository,),
                )
