"""Which host reaches which repository, with the evidence.

What is attached is reachable, whatever the addresses say. Else it follows from the servers that the settings name, and
from the addresses and routes of the host.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from planner.facts.endpoints import Demand, Endpoint, Medium, demand
from planner.facts.lacking import Lacking
from planner.facts.routes import Kind, Routes, Way, is_ipv4
from planner.facts.storage import Attachment, Link, links
from planner.model.inventory import Inventory, PoolView
from planner.model.network import Interface, Network
from planner.model.storage import Connection, Repository


class State(Enum):
    """What is to be expected of a host and a repository."""

    ATTACHED = "attached"
    WOULD_ATTACH = "would attach"
    WILL_FAIL = "will fail"
    NOT_CONNECTED = "not connected"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reach:
    """One host and one repository: what is to be expected, over which way, and why."""

    link: Link
    state: State
    demand: Demand
    endpoint: Endpoint | None = None
    way: Way | None = None
    down: tuple[Interface, ...] = ()
    """Interfaces that would lead to the server if they were up."""
    lacking: tuple[Lacking, ...] = ()
    elsewhere: Network | None = None
    """The network over which hosts reach the server, where this one has the same subnet on another network."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A repository, and all that is needed to follow the ways to it."""

    inventory: Inventory
    repository: Repository
    routes: Routes
    model: Connection | None
    """A connection that works, whose settings a new one would get."""
    demands: dict[int, Demand]

    def demand(self, connection: Connection | None) -> Demand:
        """What a connection asks for; those with the settings of the repository all ask for the same."""
        key = id(connection.device_config) if connection and connection.device_config else 0
        if key not in self.demands:
            self.demands[key] = demand(self.repository, connection)
        return self.demands[key]


def reaches(
    inventory: Inventory, view: PoolView, repository: Repository, routes: Routes | None = None
) -> tuple[Reach, ...]:
    """What is to be expected of a repository on each host of its pool.

    Where a host that has it attached reaches the server directly, a host whose only way is its default gateway is
    expected to fail: a storage network is there so that nothing has to be routed, and nothing says that the gateway
    leads into it. And where all of them reach it over other networks of the pool, an address in the same subnet proves
    nothing: it may be another segment. Whoever asks for many repositories of a pool gives the routes to be kept.
    """
    all_links = links(view, repository)
    model = next((each for link in all_links for each in link.connections if each.attached), None)
    asked = _Asked(inventory, repository, routes or Routes(view), model, {})
    found = [_reach(asked, link) for link in all_links]
    direct = [each.way for each in found if each.state is State.ATTACHED and each.way and each.way.kind is Kind.DIRECT]
    return tuple(_doubted(view, each, direct) if direct else each for each in found)


def _doubted(view: PoolView, reach: Reach, proven: list[Way]) -> Reach:
    """A way by the default gateway fails; one over a network that leads elsewhere on other hosts is not certain."""
    if reach.state is not State.WOULD_ATTACH or reach.way is None:
        return reach
    if reach.way.kind is Kind.DEFAULT:
        return replace(reach, state=State.WILL_FAIL)
    networks = [view.networks.find(each.interface.network) for each in proven]
    own = view.networks.find(reach.way.interface.network)
    if reach.way.kind is Kind.STATIC or own is None or None in networks or any(own is each for each in networks):
        return reach
    return replace(reach, state=State.UNKNOWN, elsewhere=networks[0])


def _reach(asked: _Asked, link: Link) -> Reach:
    needed = asked.demand(link.connections[0] if link.connections else asked.model)
    if needed.medium is Medium.NETWORK:
        found = _over_network(asked, link, needed)
    else:
        found = Reach(link, State.UNKNOWN, needed, lacking=_unsaid(asked.repository, needed))
    if link.attachment is Attachment.ATTACHED:
        return Reach(link, State.ATTACHED, needed, found.endpoint, found.way, found.down)
    local = needed.medium is Medium.LOCAL or asked.repository.shared is False
    return Reach(link, State.NOT_CONNECTED, needed) if local and link.attachment is Attachment.MISSING else found


def _unsaid(repository: Repository, asked: Demand) -> tuple[Lacking, ...]:
    return (Lacking(repository, asked.lacking),) if asked.lacking else ()


def _over_network(asked: _Asked, link: Link, needed: Demand) -> Reach:
    """The best of the ways to any of the servers: one that can be reached is enough."""
    if not needed.endpoints:
        return Reach(link, State.UNKNOWN, needed, lacking=_unsaid(asked.repository, needed))
    tried = [_endpoint(asked, link, needed, endpoint) for endpoint in needed.endpoints]
    return min(tried, key=lambda each: (_BEST_FIRST.index(each.state), _nearness(each.way)))


_BEST_FIRST = (State.WOULD_ATTACH, State.UNKNOWN, State.WILL_FAIL)
_NEAREST_FIRST = (Kind.DIRECT, Kind.STATIC, Kind.DEFAULT)


def _nearness(way: Way | None) -> int:
    return _NEAREST_FIRST.index(way.kind) if way else len(_NEAREST_FIRST)


def _endpoint(asked: _Asked, link: Link, needed: Demand, endpoint: Endpoint) -> Reach:
    site = asked.inventory.site
    server = (site.addresses or {}).get(endpoint.server, endpoint.server)
    version_4 = is_ipv4(server)
    if not version_4:
        record, field = (site, "addresses") if version_4 is None else (link.host, "interfaces")
        return Reach(link, State.UNKNOWN, needed, endpoint, lacking=(Lacking(record, field),))
    found = asked.routes.ways(link.host, server)
    if found.way:
        return Reach(link, State.WOULD_ATTACH, needed, endpoint, found.way, found.down)
    state = State.UNKNOWN if found.lacking else State.WILL_FAIL
    return Reach(link, state, needed, endpoint, None, found.down, found.lacking)
