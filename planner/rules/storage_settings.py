"""What is wrong with the settings by which hosts attach repositories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import ne
from typing import Generic, TypeVar

from planner.facts.endpoints import demand
from planner.facts.servers import server_of
from planner.facts.storage import hosts_by_name, links, settings
from planner.facts.storage_settings import (
    alike,
    initiator,
    may_need_initiator,
    missing_settings,
    needs_initiator,
    what_is_stored_where,
)
from planner.findings import Problem, Severity, Unknown
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.model.storage import Connection, Repository
from planner.rules import rule
from planner.rules.connecting import connect_anew, name_initiator
from planner.rules.wording import UNTOLD, listed

Connected = tuple[Host, Connection]
T = TypeVar("T")


def connected(view: PoolView, repository: Repository) -> list[Connected]:
    """The hosts with their connections: attached ones first, and of these the coordinator's."""
    found = [(link.host, each) for link in links(view, repository) for each in link.connections]
    return sorted(found, key=lambda pair: (not pair[1].attached, pair[0] is not view.coordinator))


@rule("ST007", Severity.ERROR, since="0.1")
def setting_missing(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A connection to a repository lacks a setting that its driver needs.

    The driver does not know where the storage is. It attaches nothing, at the latest when the host starts again.
    """
    for view in inventory.pools:
        for repository in view.repositories.records:
            if repository.tools:
                continue
            untold = False
            for host, connection in connected(view, repository):
                given = settings(repository, connection)
                lacking = missing_settings(repository, given)
                if not given and lacking:
                    untold = True
                elif lacking:
                    yield Problem(
                        connection,
                        "device_config",
                        message=f"the connection of {host.name} to {repository.name} ({repository.type}) "
                        f"lacks {listed(lacking)}",
                        remedy=f"make the connection anew with {listed(lacking)}: "
                        f"{connect_anew(repository, host, connection, given | dict.fromkeys(lacking, UNTOLD))}",
                        related=(repository,),
                    )
            if untold:
                yield Unknown(repository, "device_config")


@dataclass(frozen=True, slots=True)
class _Told(Generic[T]):
    """What a host's connection says of a repository."""

    host: Host
    connection: Connection
    value: T


def _unlike(
    inventory: Inventory,
    told: Callable[[Repository, Connection], T | None],
    differ: Callable[[T, T], bool],
) -> Iterator[tuple[Repository, _Told[T], _Told[T]]]:
    """Every host whose connection says something else than that of the host that comes first."""
    for view in inventory.pools:
        for repository in view.repositories.records:
            if repository.shared is False or repository.tools or alike(repository):
                continue
            found = [
                _Told(host, each, value)
                for host, each in connected(view, repository)
                if (value := told(repository, each)) is not None
            ]
            for other in found[1:]:
                if other.host is not found[0].host and differ(other.value, found[0].value):
                    yield repository, other, found[0]


def _problem(repository: Repository, other: _Told[T], model: _Told[T], message: str, first: str) -> Problem:
    """Two connections that differ; what mends it ends in the commands that make the second like the first."""
    like = connect_anew(repository, other.host, other.connection, settings(repository, model.connection))
    return Problem(
        other.connection,
        "device_config",
        message=message,
        remedy=f"{first}: {like}",
        related=(model.connection, repository),
    )


@rule("ST008", Severity.ERROR, since="0.1")
def hosts_use_different_storage(inventory: Inventory) -> Iterator[Problem]:
    """Two hosts take different storage for one repository.

    Each host looks for the disks in its own place. A VM that is started on the other host finds no disk, or an old
    copy, and whatever is written to the one place is missing in the other.
    """
    for repository, other, model in _unlike(inventory, _place, ne):
        mine, theirs = _raw(repository, other), _raw(repository, model)
        message = f"{repository.name} is {mine} on {other.host.name}, but {theirs} on {model.host.name}"
        first = f"see which of the two holds the disks, and make the other connection anew, such as {other.host.name}'s"
        yield _problem(repository, other, model, message, first)


def _place(repository: Repository, connection: Connection) -> tuple[str, str] | None:
    return what_is_stored_where(repository, settings(repository, connection))


def _raw(repository: Repository, told: _Told[tuple[str, str]]) -> str:
    """The setting as it is written."""
    key, _ = told.value
    return f"{key} {settings(repository, told.connection)[key]}"


@rule("ST009", Severity.WARNING, since="0.1")
def hosts_use_different_servers(inventory: Inventory) -> Iterator[Problem]:
    """Two hosts reach one repository at different servers.

    If these are two addresses of one server, say so in `servers` of the site. If not, the hosts do not see the same
    disks. And one of them may take a slower way, or lose the repository when the other does not.
    """

    def servers(repository: Repository, connection: Connection) -> frozenset[str] | None:
        asked = demand(repository, connection)
        return frozenset(server_of(inventory.site, each.server) for each in asked.endpoints) or None

    for repository, other, model in _unlike(inventory, servers, frozenset.isdisjoint):
        at, there = listed(sorted(other.value)), listed(sorted(model.value))
        message = f"{other.host.name} reaches {repository.name} at {at}, but {model.host.name} at {there}"
        first = (
            f"if it is one server, name it in `servers` of the site with all its addresses; "
            f"else make the connection of {other.host.name} anew"
        )
        yield _problem(repository, other, model, message, first)


@rule("ST012", Severity.WARNING, since="0.1")
def login_on_some_hosts(inventory: Inventory) -> Iterator[Problem]:
    """Hosts log in to an iSCSI server under different names, or some of them without a name.

    A server that wants a login refuses the host that has none, and shows each name its own disks.
    """
    for repository, other, model in _unlike(inventory, _login, ne):
        message = (
            f"{other.host.name} logs in to {repository.name} {_as(other.value)}, "
            f"but {model.host.name} {_as(model.value)}"
        )
        first = f"make the connection of {other.host.name} anew, with the login of {model.host.name}"
        yield _problem(repository, other, model, message, first)


def _login(repository: Repository, connection: Connection) -> str | None:
    given = settings(repository, connection)
    return given.get("chapuser", "") if given and needs_initiator(repository, given) else None


def _as(user: str) -> str:
    return f"as {user}" if user else "without a name"


@rule("ST010", Severity.ERROR, since="0.1")
def initiator_name_used_twice(inventory: Inventory) -> Iterator[Problem]:
    """Two hosts have the same iSCSI initiator name.

    The server takes them for one host: it ends the session of the one when the other logs in, or lets both write under
    one name. It comes from hosts that were cloned. The toolstack does not notice.
    """
    for view in inventory.pools:
        bearers: defaultdict[str, dict[int, Host]] = defaultdict(dict)
        for host in hosts_by_name(view):
            if host.iscsi_iqn:
                bearers[host.iscsi_iqn][id(host)] = host
        for repository in view.repositories.records:
            for host, each in connected(view, repository) if may_need_initiator(repository) else ():
                given = settings(repository, each)
                name = initiator(host, given) if needs_initiator(repository, given) else None
                if name:
                    bearers[name][id(host)] = host
        for name, found in bearers.items():
            yield from _twice(view, name, sorted(found.values(), key=lambda host: (host.name, host.uuid or "")))


def _twice(view: PoolView, name: str, bearers: list[Host]) -> Iterator[Problem]:
    for other in bearers[1:]:
        yield Problem(
            other,
            "iscsi_iqn",
            message=f"{other.name} has the initiator name {name}, which {bearers[0].name} has too",
            remedy=f"detach the iSCSI repositories of {other.name}, then give it a name of its own, which the server "
            f"admits: {name_initiator(view, other)}",
            related=(bearers[0],),
        )
