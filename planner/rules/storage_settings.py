"""What is wrong with the settings by which hosts attach repositories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.facts.endpoints import Medium, demand
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
from planner.rules.connecting import connect_anew
from planner.rules.wording import UNTOLD, listed, uuid_of, xe

Connected = tuple[Host, Connection]


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


def _like(repository: Repository, host: Host, connection: Connection, model: Connection) -> str:
    """How a host gets the settings of another one."""
    return connect_anew(repository, host, connection, settings(repository, model))


@rule("ST008", Severity.ERROR, since="0.1")
def hosts_use_different_storage(inventory: Inventory) -> Iterator[Problem]:
    """Two hosts take different storage for one repository.

    Each host looks for the disks in its own place. A VM that is started on the other host finds no disk, or an old
    copy, and whatever is written to the one place is missing in the other.
    """
    for view in inventory.pools:
        for repository in view.repositories.records:
            if repository.shared is False or repository.tools or alike(repository):
                continue
            told = [
                (host, each, where)
                for host, each in connected(view, repository)
                if (where := what_is_stored_where(repository, settings(repository, each)))
            ]
            for host, each, where in told[1:]:
                model, other, theirs = told[0]
                if host is not model and where != theirs:
                    yield Problem(
                        each,
                        "device_config",
                        message=f"{repository.name} is {where[0]} {_raw(repository, each, where[0])} on {host.name}, "
                        f"but {theirs[0]} {_raw(repository, other, theirs[0])} on {model.name}",
                        remedy=f"see which of the two holds the disks, and make the other connection anew, "
                        f"such as that of {host.name}: {_like(repository, host, each, other)}",
                        related=(other, repository),
                    )


def _raw(repository: Repository, connection: Connection, key: str) -> str:
    return settings(repository, connection).get(key, "")


@rule("ST009", Severity.WARNING, since="0.1")
def hosts_use_different_servers(inventory: Inventory) -> Iterator[Problem]:
    """Two hosts reach one repository at different servers.

    If these are two addresses of one server, say so in `servers` of the site. If not, the hosts do not see the same
    disks. And one of them may take a slower way, or lose the repository when the other does not.
    """
    for view in inventory.pools:
        for repository in view.repositories.records:
            if repository.shared is False or repository.tools or alike(repository):
                continue
            told = [
                (host, each, servers)
                for host, each in connected(view, repository)
                if (servers := _servers(inventory, repository, each))
            ]
            for host, each, servers in told[1:]:
                model, other, theirs = told[0]
                if host is not model and not servers & theirs:
                    yield Problem(
                        each,
                        "device_config",
                        message=f"{host.name} reaches {repository.name} at {listed(sorted(servers))}, "
                        f"but {model.name} at {listed(sorted(theirs))}",
                        remedy=f"if it is one server, name it in `servers` of the site with all its addresses; "
                        f"else make the connection of {host.name} anew: {_like(repository, host, each, other)}",
                        related=(other, repository),
                    )


def _servers(inventory: Inventory, repository: Repository, connection: Connection) -> frozenset[str]:
    asked = demand(repository, connection)
    if asked.medium is not Medium.NETWORK:
        return frozenset()
    return frozenset(server_of(inventory.site, each.server) for each in asked.endpoints)


@rule("ST012", Severity.WARNING, since="0.1")
def login_on_some_hosts(inventory: Inventory) -> Iterator[Problem]:
    """Hosts log in to an iSCSI server under different names, or some of them without a name.

    A server that wants a login refuses the host that has none, and shows each name its own disks.
    """
    for view in inventory.pools:
        for repository in view.repositories.records:
            if alike(repository):
                continue
            told = [
                (host, each, given.get("chapuser", ""))
                for host, each in connected(view, repository)
                if (given := settings(repository, each)) and needs_initiator(repository, given)
            ]
            for host, each, user in told[1:]:
                model, other, theirs = told[0]
                if host is not model and user != theirs:
                    yield Problem(
                        each,
                        "device_config",
                        message=f"{host.name} logs in to {repository.name} {_login(user)}, "
                        f"but {model.name} {_login(theirs)}",
                        remedy=f"make the connection of {host.name} anew, with the login of {model.name}: "
                        f"{_like(repository, host, each, other)}",
                        related=(other, repository),
                    )


def _login(user: str) -> str:
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
            yield from _twice(name, sorted(found.values(), key=lambda host: (host.name, host.uuid or "")))


def _twice(name: str, bearers: list[Host]) -> Iterator[Problem]:
    for other in bearers[1:]:
        yield Problem(
            other,
            "iscsi_iqn",
            message=f"{other.name} has the initiator name {name}, which {bearers[0].name} has too",
            remedy=f"detach the iSCSI repositories of {other.name}, then give it a name of its own: "
            f"{xe('host-param-set', uuid=uuid_of('host', other), iscsi_iqn=UNTOLD)}, "
            f"and let the server admit it",
            related=(bearers[0],),
        )
