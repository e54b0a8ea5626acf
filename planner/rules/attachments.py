"""What is wrong with the hosts' connections to repositories: not there, not attached, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.facts.access import Accesses
from planner.facts.dependents import Dependents
from planner.facts.reachability import State, reaches
from planner.facts.routes import Routes
from planner.facts.storage import Attachment, Link, connected, links, settings
from planner.findings import Problem, Severity, Unknown
from planner.model.inventory import Inventory, PoolView
from planner.model.storage import Connection, Repository
from planner.rules import rule
from planner.rules.connecting import connect
from planner.rules.reaching import address_to_give, why_not
from planner.rules.wording import UNTOLD, counted, listed, uuid_of, xe

_MOST_VMS = 5


@dataclass(frozen=True, slots=True)
class _Apart:
    """A shared repository that some hosts do not have attached, and what is to be told of it."""

    inventory: Inventory
    view: PoolView
    repository: Repository
    links: list[Link]
    used: str
    accesses: Accesses
    routes: Routes


@rule("ST001", Severity.WARNING, since="0.1")
def shared_repository_not_attached_everywhere(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A shared repository is not attached on every host of its pool.

    A VM with a disk there can neither start on such a host nor be moved to it, and high availability cannot
    restart it there. Where addresses and routes tell why, that is said. Hosts that are off are told apart.
    """
    accesses = Accesses(inventory)
    for view in inventory.pools:
        dependents, routes = Dependents(view), Routes(view)
        for repository in view.repositories.records:
            if repository.tools or repository.shared is False:
                continue
            apart = [link for link in links(view, repository) if not _had(link) and not _off(link)]
            if apart and repository.shared is None:
                yield Unknown(repository, "shared")
            elif apart and repository.connections is None:
                yield Unknown(repository, "connections")
            elif apart:
                used = users(dependents, repository)
                yield from _not_attached(_Apart(inventory, view, repository, apart, used, accesses, routes))


def _had(link: Link) -> bool:
    return link.attachment is Attachment.ATTACHED


def _off(link: Link) -> bool:
    """Whether a host that is off keeps a connection, which comes back with it."""
    return link.host.live is False and link.attachment is Attachment.DETACHED


def users(dependents: Dependents, repository: Repository) -> str:
    """The VMs that have something on a repository, as the end of a sentence."""
    vms = dependents.of(repository)
    if not vms:
        return ""
    names = listed((vm.name for vm in vms), _MOST_VMS)
    return f"; {counted(len(vms), 'VM')} {'has' if len(vms) == 1 else 'have'} something on it: {names}"


def _not_attached(apart: _Apart) -> Iterator[Problem | Unknown]:
    reached = reaches(apart.inventory, apart.view, apart.repository, apart.routes)
    found = {id(each.link.host): each for each in reached}
    for link in apart.links:
        if link.attachment is Attachment.UNKNOWN:
            yield from (Unknown(each, "attached") for each in link.connections if each.attached is None)
            continue
        reach = found[id(link.host)]
        why, remedy = "", ""
        if reach.state is State.WILL_FAIL or reach.elsewhere:
            access = apart.accesses.missing(apart.view, reach, reached)
            why, remedy = f": {why_not(reach, access)}", address_to_give(reach, apart.repository, access)
        if link.attachment is Attachment.MISSING:
            yield _missing(apart, link, why, remedy)
        else:
            yield _detached(apart, link, why, remedy)


def _detached(apart: _Apart, link: Link, why: str, remedy: str) -> Problem:
    connection = min(link.connections, key=rank)
    return Problem(
        connection,
        "attached",
        message=f"{apart.repository.name} is shared, but not attached on {link.host.name}{why}{apart.used}",
        remedy=remedy
        or f"see that {link.host.name} reaches the storage, then attach it: "
        f"{xe('pbd-plug', uuid=connection.uuid or UNTOLD)}",
        related=(apart.repository, link.host),
    )


def _missing(apart: _Apart, link: Link, why: str, remedy: str) -> Problem:
    repository = apart.repository
    return Problem(
        repository,
        "connections",
        message=f"{repository.name} is shared, but {link.host.name} has no connection to it{why}{apart.used}",
        remedy=f"connect {link.host.name} with the settings of the other hosts, then attach it: "
        f"{connect(repository, link.host, _settings(repository))} and {xe('pbd-plug', uuid=UNTOLD)}"
        + (f"; before that {remedy}" if remedy else ""),
        related=(link.host,),
    )


def _settings(repository: Repository) -> Mapping[str, str]:
    """The settings that other hosts have."""
    configs = [settings(repository, connection) for connection in repository.connections or ()]
    return min(filter(None, configs), key=lambda config: sorted(config.items()), default=repository.device_config or {})


def rank(connection: Connection) -> tuple[bool, str]:
    """Attached connections come first: those are the ones to keep."""
    return not connection.attached, connection.uuid or ""


@rule("ST018", Severity.NOTE, since="0.1", api_error="HOST_OFFLINE")
def host_with_repository_is_off(inventory: Inventory) -> Iterator[Problem]:
    """A shared repository is not attached on a host that is off.

    The repository itself is sound, the others have it. It counts as broken until the host is back, or is made to
    leave the pool.
    """
    for view in inventory.pools:
        some_off = any(host.live is False for host in view.hosts.records)
        for repository in view.repositories.records:
            if repository.tools or not repository.shared or not some_off:
                continue
            for link in links(view, repository):
                if _off(link):
                    yield Problem(
                        min(link.connections, key=rank),
                        "attached",
                        message=f"{repository.name} is not attached on {link.host.name}, which is off",
                        remedy=f"start {link.host.name}; if it is gone for good, make the pool forget it: "
                        f"{xe('host-forget', uuid=uuid_of('host', link.host))}",
                        related=(repository, link.host),
                    )


@rule("ST019", Severity.WARNING, since="0.1")
def local_repository_not_attached(inventory: Inventory) -> Iterator[Problem]:
    """A repository of one host is not attached, though the host is there.

    Its disk has failed or was taken out, or somebody detached it. VMs with a disk on it cannot start.
    """
    for view in inventory.pools:
        dependents = Dependents(view)
        for repository in view.repositories.records:
            if repository.shared is not False or repository.tools:
                continue
            having = connected(view, repository)
            if not having or any(link.attachment is not Attachment.DETACHED for link in having):
                continue
            for link in having:
                if link.host.live is not False:
                    connection = min(link.connections, key=rank)
                    yield Problem(
                        connection,
                        "attached",
                        message=f"{repository.name} is not attached on {link.host.name}, "
                        f"the host that has it{users(dependents, repository)}",
                        remedy=f"see that its disk is there, then attach it: "
                        f"{xe('pbd-plug', uuid=connection.uuid or UNTOLD)}",
                        related=(repository, link.host),
                    )
