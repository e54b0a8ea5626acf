"""Which hosts are connected to which repository, and what a storage driver can do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.storage import Connection, Repository

_OTHER_NAMES = {"lvhd": "lvm", "lvhdoiscsi": "lvmoiscsi", "lvhdohba": "lvmohba", "lvhdofcoe": "lvmofcoe"}
_OF_ONE_HOST = frozenset({"ext", "lvm", "file", "xfs", "zfs", "largeblock", "udev"})


def driver(repository: Repository) -> str | None:
    """The driver of a repository by its present name."""
    if repository.type == "cifs" and repository.content_type != "iso":
        return "smb"
    return _OTHER_NAMES.get(repository.type, repository.type) if repository.type else None


def made_for_one_host(repository: Repository) -> bool:
    """Whether the driver uses disks or directories of the host itself."""
    return driver(repository) in _OF_ONE_HOST


class Attachment(Enum):
    """How a host has a repository."""

    ATTACHED = "attached"
    DETACHED = "not attached"
    MISSING = "not connected"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Link:
    """One host and one repository, with the host's connections to it: one, unless a file is wrong."""

    host: Host
    connections: tuple[Connection, ...]
    attachment: Attachment


def hosts_by_name(view: PoolView) -> list[Host]:
    """The hosts of a pool in an order that has nothing to do with files."""
    return sorted(view.hosts.records, key=lambda host: (host.name, host.uuid or ""))


def links(view: PoolView, repository: Repository) -> tuple[Link, ...]:
    """How each host of a pool has a repository."""
    by_host = _by_host(view, repository)
    found = ((host, by_host.get(id(host), (host, ()))[1]) for host in hosts_by_name(view))
    return tuple(Link(host, tuple(own), _attachment(repository, tuple(own))) for host, own in found)


def connected(view: PoolView, repository: Repository) -> tuple[Link, ...]:
    """The same for the hosts that are connected to it alone, which costs little where these are few."""
    having = sorted(_by_host(view, repository).values(), key=lambda pair: (pair[0].name, pair[0].uuid or ""))
    return tuple(Link(host, tuple(own), _attachment(repository, tuple(own))) for host, own in having)


def link_of(view: PoolView, repository: Repository, host: Host) -> Link:
    """How one host of a pool has a repository."""
    own = tuple(each for each in repository.connections or () if view.hosts.find(each.host) is host)
    return Link(host, own, _attachment(repository, own))


def _by_host(view: PoolView, repository: Repository) -> dict[int, tuple[Host, list[Connection]]]:
    found: dict[int, tuple[Host, list[Connection]]] = {}
    for connection in repository.connections or ():
        if host := view.hosts.find(connection.host):
            found.setdefault(id(host), (host, []))[1].append(connection)
    return found


def _attachment(repository: Repository, connections: tuple[Connection, ...]) -> Attachment:
    """Attached if one connection is; every host has the repository of the tools unless its connections say other."""
    if repository.connections is None:
        return Attachment.ATTACHED if repository.tools else Attachment.UNKNOWN
    states = {connection.attached for connection in connections}
    if True in states:
        return Attachment.ATTACHED
    if None in states:
        return Attachment.UNKNOWN
    return Attachment.DETACHED if states else Attachment.MISSING


def settings(repository: Repository, connection: Connection) -> dict[str, str]:
    """The driver's settings that count for a connection."""
    return connection.device_config or repository.device_config or {}
