"""Which host reaches which repository, with the evidence.

What is attached is reachable, whatever the addresses say. Else it follows from the servers that the settings name, and
from the addresses and routes of the host.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from planner.facts.endpoints import Demand, Endpoint, Medium, demand
from planner.facts.lacking import Lacking
from planner.facts.routes import Kind, Way, is_ipv4, ways
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


def reaches(inventory: Inventory, view: PoolView, repository: Repository) -> tuple[Reach, ...]:
    """What is to be expected of a repository on each host of its pool.

    Where a host that has it attached reaches the server directly, a host whose only way is its default gateway is
    expected to fail: a storage network is there so that nothing has to be routed, and nothing says that the gateway
    leads into it. And where all of them reach it over other networks of the pool, an address in the same subnet proves
    nothing: it may be another segment.
    """
    all_links = links(view, repository)
    model = next((each for link in all_links for each in link.connections if each.attached), None)
    found = [_reach(inventory, view, repository, link, model) for link in all_links]
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


def _reach(inventory: Inventory, view: PoolView, repository: Repository, link: Link, model: Connection | None) -> Reach:
    own = link.connections[0] if link.connections else model
    asked = demand(repository, own)
    if asked.medium is Medium.NETWORK:
        found = _over_network(inventory, view, repository, link, asked)
    else:
        found = Reach(link, State.UNKNOWN, asked, lacking=_unsaid(repository, asked))
    if link.attachment is Attachment.ATTACHED:
        return Reach(link, State.ATTACHED, asked, found.endpoint, found.way, found.down)
    if link.attachment is Attachment.MISSING and (asked.medium is Medium.LOCAL or repository.shared is False):
        return Reach(link, State.NOT_CONNECTED, asked)
    return found


def _unsaid(repository: Repository, asked: Demand) -> tuple[Lacking, ...]:
    return (Lacking(repository, asked.lacking),) if asked.lacking else ()


def _over_network(inventory: Inventory, view: PoolView, repository: Repository, link: Link, asked: Demand) -> Reach:
    """The best of the ways to any of the servers: one that can be reached is enough."""
    if not asked.endpoints:
        return Reach(link, State.UNKNOWN, asked, lacking=_unsaid(repository, asked))
    tried = [_endpoint(inventory, view, link, asked, endpoint) for endpoint in asked.endpoints]
    return min(tried, key=lambda each: (_BEST_FIRST.index(each.state), _nearness(each.way)))


_BEST_FIRST = (State.WOULD_ATTACH, State.UNKNOWN, State.WILL_FAIL)
_NEAREST_FIRST = (Kind.DIRECT, Kind.STATIC, Kind.DEFAULT)


def _nearness(way: Way | None) -> int:
    return _NEAREST_FIRST.index(way.kind) if way else len(_NEAREST_FIRST)


def _endpoint(inventory: Inventory, view: PoolView, link: Link, asked: Demand, endpoint: Endpoint) -> Reach:
    server = (inventory.site.addresses or {}).get(endpoint.server, endpoint.server)
    version_4 = is_ipv4(server)
    if not version_4:
        record, field = (inventory.site, "addresses") if version_4 is None else (link.host, "interfaces")
        return Reach(link, State.UNKNOWN, asked, endpoint, lacking=(Lacking(record, field),))
    found = ways(view, link.host, server)
    if found.way:
        return Reach(link, State.WOULD_ATTACH, asked, endpoint, found.way, found.down)
    state = State.UNKNOWN if found.lacking else State.WILL_FAIL
    return Reach(link, state, asked, endpoint, None, found.down, found.lacking)
