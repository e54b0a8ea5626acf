"""What is wrong with the ways by which hosts reach their storage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.facts.addresses import inside, subnet
from planner.facts.reachability import Reach, State, reaches
from planner.facts.routes import Kind, Routes, is_ipv4
from planner.facts.servers import at_address, other_addresses, resolved
from planner.facts.storage import settings
from planner.facts.storage_settings import may_need_initiator, may_use_paths, multipathing
from planner.facts.wiring import Wiring
from planner.findings import Problem, Severity, Unknown
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.model.network import Interface
from planner.model.storage import Paths, Repository
from planner.rules import rule
from planner.rules.connecting import connect_anew, use_all_paths
from planner.rules.storage_settings import connected
from planner.rules.wording import counted, listed

_MOST_COMMANDS = 3


@rule("ST021", Severity.WARNING, since="0.1")
def storage_by_default_gateway(inventory: Inventory) -> Iterator[Problem]:
    """A host has storage attached by its default gateway, which other hosts reach directly.

    All its reads and writes go through a router and over the management network. They are slow, and end when the
    router does.
    """
    for view, repository, found in _reaches(inventory):
        direct = [each for each in found if _over(each, Kind.DIRECT)]
        for each in found if direct else ():
            if each.way and _over(each, Kind.DEFAULT):
                yield Problem(
                    each.link.host,
                    "interfaces",
                    message=f"{each.link.host.name} reaches {repository.name} ({each.endpoint}) by its default gateway "
                    f"{each.way.gateway}, {direct[0].link.host.name} directly over "
                    f"{_network(view, direct[0])}",
                    remedy=f"give {each.link.host.name} an address on {_network(view, direct[0])}, "
                    f"then detach and attach {repository.name} there",
                    related=(repository,),
                )


def _reaches(inventory: Inventory) -> Iterator[tuple[PoolView, Repository, tuple[Reach, ...]]]:
    """How the hosts of each pool reach each shared repository that some host has attached."""
    for view in inventory.pools:
        routes = Routes(view)
        for repository in view.repositories.records:
            attached = any(each.attached for each in repository.connections or ())
            if attached and not repository.tools and repository.shared is not False:
                yield view, repository, reaches(inventory, view, repository, routes)


def _over(reach: Reach, kind: Kind) -> bool:
    return reach.state is State.ATTACHED and reach.way is not None and reach.way.kind is kind


def _network(view: PoolView, reach: Reach) -> str:
    network = view.networks.find(reach.way.interface.network) if reach.way else None
    return network.name if network else reach.way.interface.label if reach.way else ""


@rule("ST023", Severity.WARNING, since="0.1")
def storage_over_management_network(inventory: Inventory) -> Iterator[Problem]:
    """Storage goes over the management network, though its server is on another one too.

    The site says that the server has a further address, and hosts have an interface in its subnet. Reads and writes
    compete with management for the same cards, and gain nothing from the network that was made for them.
    """
    if not inventory.site.servers:
        return
    for _, repository, found in _reaches(inventory):
        better: defaultdict[str, list[Reach]] = defaultdict(list)
        for reach in found:
            if address := _better(inventory, reach):
                better[address].append(reach)
        for address, concerned in better.items():
            hosts = listed(each.link.host.name for each in concerned)
            new = "; ".join(_at(repository, reach, address) for reach in concerned[:_MOST_COMMANDS])
            yield Problem(
                repository,
                "",
                message=f"{repository.name} is reached at {concerned[0].endpoint} over the management network of "
                f"{hosts}, though its server has the address {address} on a network of its own",
                remedy=f"reach it at {address}; for that make the connection of each host anew: {new}"
                f"{', and so on' if len(concerned) > _MOST_COMMANDS else ''}",
                related=tuple({id(each.link.host): each.link.host for each in concerned}.values()),
            )


def _at(repository: Repository, reach: Reach, address: str) -> str:
    """How a host is made to reach a repository at another address of its server."""
    connection = next(iter(reach.link.connections), None)
    old = reach.endpoint.server if reach.endpoint else ""
    given = settings(repository, connection) if connection else repository.device_config or {}
    return connect_anew(repository, reach.link.host, connection, at_address(given, old, address))


def _better(inventory: Inventory, reach: Reach) -> str | None:
    """An address of the same server that is in the subnet of another interface than the one for management."""
    if reach.way is None or reach.endpoint is None or reach.way.interface.management is not True:
        return None
    used = {resolved(inventory.site, each.server) for each in reach.demand.endpoints}
    others = set(other_addresses(inventory.site, resolved(inventory.site, reach.endpoint.server)))
    if others & used:
        return None
    free = [each for each in reach.link.host.interfaces or () if each.management is False and _is_up(each)]
    near = [text for text in others if any(inside(text, own) for each in free if (own := subnet(each)))]
    return min(near, default=None)


def _is_up(interface: Interface) -> bool:
    return interface.attached is not False and interface.carrier is not False


@rule("ST024", Severity.WARNING, since="0.1")
def paths_missing(inventory: Inventory) -> Iterator[Problem]:
    """A host has fewer paths to a repository than there are, or than another host has.

    The paths that are left carry it all, and there is one failure less to bear. When the last one goes, so do the
    disks of every VM on the host.
    """
    for view in inventory.pools:
        for repository in view.repositories.records:
            if not any(each.paths for each in repository.connections or ()):
                continue
            told = [(host, paths) for host, each in connected(view, repository) for paths in each.paths or ()]
            most: dict[str, int] = {}
            for _, paths in told:
                most[paths.scsi_id] = max(most.get(paths.scsi_id, 0), paths.maximum, paths.current)
            for host, paths in told:
                if host.live is not False and paths.current < most[paths.scsi_id]:
                    yield _fewer(repository, host, paths, most[paths.scsi_id])


def _fewer(repository: Repository, host: Host, paths: Paths, most: int) -> Problem:
    whose = "" if most == paths.maximum else " that another host has"
    return Problem(
        paths,
        "current",
        message=f"{host.name} has {counted(paths.current, 'path')} to {repository.name}, of {most}{whose}",
        remedy=f"see the cables, switches and ports of the server that lead to {host.name}, "
        f"then look with `multipath -ll {paths.scsi_id}` there",
        related=(repository,),
    )


@rule("ST025", Severity.WARNING, since="0.1")
def multipathing_on_some_hosts(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """Some hosts use several paths to a repository, others one.

    A cable that fails takes the repository away from the hosts that use one path, while the others hardly notice.
    """
    for view in inventory.pools:
        concerned: dict[int, Host] = {}
        repositories: defaultdict[int, list[Repository]] = defaultdict(list)
        for repository in sorted(view.repositories.records, key=lambda each: (each.name, each.uuid or "")):
            if repository.tools or repository.shared is False or not may_use_paths(repository):
                continue
            told = [
                (host, multipathing(host, settings(repository, each))) for host, each in connected(view, repository)
            ]
            several = any(state for _, state in told)
            for host, state in told if several else ():
                if state is None:
                    yield Unknown(host, "multipathing")
                elif not state and all(each is not repository for each in repositories[id(host)]):
                    concerned[id(host)] = host
                    repositories[id(host)].append(repository)
        for key, host in concerned.items():
            yield _one_path(view, host, repositories[key])


def _one_path(view: PoolView, host: Host, repositories: list[Repository]) -> Problem:
    return Problem(
        host,
        "multipathing",
        message=f"{host.name} uses one path to {listed(each.name for each in repositories)}, other hosts use several",
        remedy=f"empty {host.name}, detach its repositories, then run "
        f"{use_all_paths(view, host)} and attach them again",
        related=tuple(repositories),
    )


@rule("ST028", Severity.WARNING, since="0.1")
def all_paths_over_one_card(inventory: Inventory) -> Iterator[Problem]:
    """A host uses several paths to a repository, and all of them go over one network card.

    The paths protect against the failure of the server's ports, but not of the card, its cable or its switch. A second
    card, in the subnet of a further portal, makes them ways of their own.
    """
    for view, repository, found in _reaches(inventory):
        if not may_need_initiator(repository):
            continue
        routes = Routes(view)
        for reach in found:
            host = reach.link.host
            connection = next((each for each in reach.link.connections if each.attached), None)
            if connection is None or not multipathing(host, settings(repository, connection)):
                continue
            servers = {resolved(inventory.site, each.server) for each in reach.demand.endpoints}
            cards = _cards(routes, host, servers)
            if len(cards) == 1:
                card = cards[0]
                yield Problem(
                    host,
                    "interfaces",
                    message=f"{host.name} uses several paths to {repository.name}, but all go over {card.label}",
                    remedy=f"give {host.name} a second card with an address in the subnet of another portal of the "
                    f"server, and make sure that the server offers one there",
                    related=(repository,),
                )


def _cards(routes: Routes, host: Host, servers: set[str]) -> tuple[Interface, ...]:
    """The cards over which a host reaches servers; nothing where that is not known of all of them."""
    wiring = Wiring(host)
    found: dict[int, Interface] = {}
    for server in servers:
        way = routes.ways(host, server).way if is_ipv4(server) else None
        if way is None:
            return ()
        found |= {id(card): card for card in wiring.cards(way.interface)}
    return tuple(found.values())
