"""How the settings of repositories that a joining host inherits suit the host."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.facts.endpoints import demand
from planner.facts.inheritance import inherited
from planner.facts.interfaces import on_bridge
from planner.facts.routes import is_ipv4
from planner.facts.storage import Attachment, link_of, settings
from planner.facts.storage_settings import OVER_ISCSI
from planner.model.host import Host
from planner.model.inventory import Joining
from planner.model.network import Interface, Network
from planner.model.storage import Connection, Repository

MULTIPATHED = OVER_ISCSI | {"lvmohba", "lvmofcoe"}
"""The drivers that can use several paths to a disk."""


@dataclass(frozen=True, slots=True)
class Inherited:
    """A repository that a joining host gets a connection to, and the settings that it gets with it."""

    repository: Repository
    settings: dict[str, str]


def inherited_repositories(joining: Joining) -> Iterator[Inherited]:
    """The repositories that a joining host gets a connection to, less that of the tools."""
    for repository in joining.pool.repositories.records:
        if repository.tools or not inherited(joining, repository):
            continue
        model = _connection(joining, repository) or Connection(host=joining.host.name)
        yield Inherited(repository, settings(repository, model))


def _connection(joining: Joining, repository: Repository) -> Connection | None:
    coordinator = joining.pool.coordinator
    return joining.pool.connection(repository, coordinator) if coordinator else None


def passed_over(joining: Joining) -> tuple[Repository, ...]:
    """Shared repositories that members have and the coordinator has not, so that a new member gets no connection."""
    coordinator = joining.pool.coordinator
    return tuple(
        repository
        for repository in joining.pool.repositories.records
        if repository.shared
        and not repository.tools
        and repository.connections
        and coordinator
        and link_of(joining.pool, repository, coordinator).attachment is Attachment.MISSING
    )


def server_names(each: Inherited) -> tuple[str, ...]:
    """The servers of a repository that are told by name, which has to be resolved on every host."""
    asked = demand(each.repository, Connection(host="any", device_config=each.settings))
    return tuple(sorted({one.server for one in asked.endpoints if is_ipv4(one.server) is None}))


def name_servers(host: Host) -> frozenset[str] | None:
    """The servers that a host asks for names; None where nobody tells them."""
    told = [each.dns for each in host.interfaces or () if each.dns is not None]
    return frozenset(server for dns in told for server in dns) if told else None


def demanding_frames(joining: Joining) -> Iterator[tuple[Interface, Network, int, int]]:
    """The NICs that carry shorter frames than the network of the pool they will be on, with both lengths."""
    own = joining.joiner.networks
    for nic in joining.host.interfaces or ():
        mine = own.find(nic.network)
        theirs = on_bridge(joining.pool, mine.bridge) if mine else None
        wanted = theirs.mtu if theirs else None
        carried = nic.mtu if nic.mtu is not None else mine.mtu if mine else None
        if nic.physical and theirs and wanted is not None and carried is not None and carried < wanted:
            yield nic, theirs, carried, wanted
