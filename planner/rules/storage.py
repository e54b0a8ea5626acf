"""What is wrong with storage repositories and the hosts' connections to them."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.storage import Link, links, made_for_one_host
from planner.findings import Problem, Severity, Unknown
from planner.model.inventory import Inventory
from planner.model.storage import Repository
from planner.rules import rule
from planner.rules.attachments import rank
from planner.rules.wording import listed, uuid_of, xe
from planner.units import format_size, show_size


@rule("ST002", Severity.ERROR, since="0.1", api_error="PBD_EXISTS")
def repository_connected_twice(inventory: Inventory) -> Iterator[Problem]:
    """A host has two connections to one repository.

    The toolstack allows one. Which of the two counts, and which settings, nobody can tell.
    """
    for view in inventory.pools:
        for repository in view.repositories.records:
            if len(repository.connections or ()) > 1:
                for link in links(view, repository):
                    yield from _connected_twice(repository, link)


def _connected_twice(repository: Repository, link: Link) -> Iterator[Problem]:
    ranked = sorted(link.connections, key=rank)
    for other in ranked[1:]:
        yield Problem(
            other,
            "host",
            message=f"{link.host.name} has another connection to {repository.name}",
            remedy=f"remove one of the two, such as this one: {xe('pbd-destroy', uuid=other.uuid or '…')}",
            related=(ranked[0], repository),
        )


@rule("ST003", Severity.ERROR, since="0.1", api_error="SR_NOT_SHARABLE")
def unshared_repository_on_several_hosts(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """Several hosts are connected to a repository that is not marked as shared.

    The toolstack attaches it on one of them only. If two hosts did write to it, each unaware of the other, the
    disks on it would be destroyed.
    """
    for view in inventory.pools:
        for repository in view.repositories.records:
            if repository.tools or repository.shared or len(repository.connections or ()) <= 1:
                continue
            having = [link.host for link in links(view, repository) if link.connections]
            if len(having) <= 1:
                continue
            if repository.shared is None:
                yield Unknown(repository, "shared")
                continue
            share = xe("sr-param-set", uuid=uuid_of("sr", repository), shared="true")
            keep = f"keep the connection of one of {listed(host.name for host in having)} and remove the others"
            yield Problem(
                repository,
                "shared",
                message=f"{repository.name} is not shared, but {listed(host.name for host in having)} "
                f"are connected to it",
                remedy=keep
                if made_for_one_host(repository)
                else f"if it is made for several hosts, run {share}; else {keep}",
                related=tuple(having),
            )


@rule("ST004", Severity.NOTE, since="0.1")
def local_default_repository(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """The default repository of a pool with several hosts is not shared.

    New disks and imported VMs land on it unless somebody chooses otherwise. Such VMs run on one host only.
    """
    for view in inventory.pools:
        repository = view.repositories.find(view.pool.default_repository)
        if repository is None or repository.shared or len(view.hosts.records) <= 1:
            continue
        if repository.shared is None:
            yield Unknown(repository, "shared")
            continue
        shared = sorted(
            (each for each in view.repositories.records if each.shared and holds_disks(each)), key=lambda sr: sr.name
        )
        choose = (
            xe("pool-param-set", uuid=uuid_of("pool", view.pool), default_SR=uuid_of("sr", shared[0])) if shared else ""
        )
        yield Problem(
            view.pool,
            "default_repository",
            message=f"{repository.name}, the default repository of {view.name}, is not shared",
            remedy=f"make {shared[0].name} the default repository: {choose}"
            if shared
            else "add a repository that all hosts share, and make it the default one",
            related=(repository,),
        )


def holds_disks(repository: Repository) -> bool:
    """Whether disks of VMs can be made on a repository."""
    return not repository.tools and repository.content_type != "iso" and repository.type not in ("iso", "udev")


@rule("ST005", Severity.ERROR, since="0.1", api_error="SR_FULL")
def repository_overfull(inventory: Inventory) -> Iterator[Problem]:
    """More is taken on a repository than it has.

    That cannot be, so one of the two sizes is wrong, or the storage has shrunk under the pool. A repository
    that is full stops every VM that writes to it.
    """
    for view in inventory.pools:
        for repository in view.repositories.records:
            size, used = repository.size, repository.used
            if size and used is not None and used > size:
                yield Problem(
                    repository,
                    "used",
                    message=f"{show_size(used)} are taken on {repository.name}, which has {show_size(size)}",
                    remedy=f"have the sizes read anew: {xe('sr-scan', uuid=uuid_of('sr', repository))}; "
                    f"if they stay, free {format_size(used - size)} or enlarge the storage",
                )


@rule("ST006", Severity.WARNING, since="0.1")
def local_driver_marked_as_shared(inventory: Inventory) -> Iterator[Problem]:
    """A repository is marked as shared, though its driver is made for one host.

    Such a driver uses a disk or directory of the host itself, but the toolstack believes the mark. Unless it is
    really the same storage on all hosts, a VM that is started on another host finds no disk there, or somebody else's.
    """
    for view in inventory.pools:
        for repository in view.repositories.records:
            if repository.shared and not repository.tools and made_for_one_host(repository):
                unshare = xe("sr-param-set", uuid=uuid_of("sr", repository), shared="false")
                yield Problem(
                    repository,
                    "shared",
                    message=f"{repository.name} is marked as shared, "
                    f"but its driver {repository.type} is made for one host",
                    remedy=f"unless all hosts see the same storage, take the mark away: {unshare}",
                )
