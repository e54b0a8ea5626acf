"""What is wrong with storage repositories and the hosts' connections to them."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Iterator

from planner.facts.storage import Attachment, Link, links, made_for_one_host, settings
from planner.findings import Problem, Severity, Unknown
from planner.model.inventory import Inventory, PoolView
from planner.model.storage import Connection, Repository
from planner.rules import rule
from planner.rules.wording import UNTOLD, counted, listed, uuid_of, xe
from planner.units import format_size, show_size

_SECRET = ("pass", "secret")


@rule("ST001", Severity.WARNING, since="0.1")
def shared_repository_not_attached_everywhere(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A shared repository is not attached on every host of its pool.

    A VM with a disk there can neither start on such a host nor be moved to it, and high availability cannot
    restart it there.
    """
    for view in inventory.pools:
        users: dict[int, int] | None = None
        for repository in view.repositories.records:
            if repository.tools or repository.shared is False:
                continue
            apart = [link for link in links(view, repository) if link.attachment is not Attachment.ATTACHED]
            if apart and repository.shared is None:
                yield Unknown(repository, "shared")
            elif apart:
                users = _users(view) if users is None else users
                yield from _not_attached(repository, apart, users.get(id(repository), 0))


def _users(view: PoolView) -> dict[int, int]:
    """How many VMs have something on each repository."""
    users: defaultdict[int, int] = defaultdict(int)
    for vm in view.vms.records:
        found = {id(view.disk_and_repository(drive)[1]) for drive in vm.drives or ()}
        for key in found:
            users[key] += 1
    return users


def _not_attached(repository: Repository, apart: list[Link], users: int) -> Iterator[Problem | Unknown]:
    if repository.connections is None:
        yield Unknown(repository, "connections")
        return
    used = f", {counted(users, 'VM')} {'has' if users == 1 else 'have'} something on it" if users else ""
    for link in apart:
        if link.attachment is Attachment.MISSING:
            yield _missing(repository, link, used)
        elif link.attachment is Attachment.DETACHED:
            yield _detached(repository, link, used)
        else:
            yield from (Unknown(each, "attached") for each in link.connections if each.attached is None)


def _detached(repository: Repository, link: Link, used: str) -> Problem:
    connection = min(link.connections, key=_rank)
    return Problem(
        connection,
        "attached",
        message=f"{repository.name} is shared, but not attached on {link.host.name}{used}",
        remedy=f"see that {link.host.name} reaches the storage, then attach it: "
        f"{xe('pbd-plug', uuid=connection.uuid or '…')}",
        related=(repository, link.host),
    )


def _missing(repository: Repository, link: Link, used: str) -> Problem:
    create = xe("pbd-create", sr_uuid=uuid_of("sr", repository), host_uuid=uuid_of("host", link.host))
    return Problem(
        repository,
        "connections",
        message=f"{repository.name} is shared, but {link.host.name} has no connection to it{used}",
        remedy=f"connect {link.host.name} with the settings of the other hosts, then attach it: "
        f"{create[:-1]}{_device_config(repository)}` and {xe('pbd-plug', uuid='…')}",
        related=(link.host,),
    )


def _device_config(repository: Repository) -> str:
    """The settings of a repository as the command takes them, without those that are secret."""
    configs = [settings(repository, connection) for connection in repository.connections or ()]
    found = min(
        filter(None, configs), key=lambda config: sorted(config.items()), default=repository.device_config or {}
    )
    shown = (
        (shlex.quote(f"device-config:{key}"), UNTOLD if any(word in key.lower() for word in _SECRET) else value)
        for key, value in found.items()
    )
    return "".join(f" {key}={value if value == UNTOLD else shlex.quote(value)}" for key, value in sorted(shown))


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
    ranked = sorted(link.connections, key=_rank)
    for other in ranked[1:]:
        yield Problem(
            other,
            "host",
            message=f"{link.host.name} has another connection to {repository.name}",
            remedy=f"remove one of the two, such as this one: {xe('pbd-destroy', uuid=other.uuid or '…')}",
            related=(ranked[0], repository),
        )


def _rank(connection: Connection) -> tuple[bool, str]:
    """Attached connections come first: those are the ones to keep."""
    return not connection.attached, connection.uuid or ""


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
