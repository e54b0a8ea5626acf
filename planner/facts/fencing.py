"""Which hosts of a pool live through a failure under high availability, and which reset themselves.

A host lives on if it sees the heartbeat disk and is among those that see each other and are most; where there are
equally many, the hosts with the lowest UUID among them win. Hosts that do not see the disk, and that nobody hears who
does, are for all others as if they had no power, and count for nothing. When all hosts see each other and all of them
have lost the disk, all live on, and any further failure ends that. With a cluster, a group without quorum does not
live on.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from planner.facts.endpoints import Medium
from planner.facts.heartbeat import chosen_in
from planner.facts.heartbeat_ways import heartbeat_interfaces
from planner.facts.lacking import Lacking, each_once
from planner.facts.reachability import Reach, reaches
from planner.facts.storage import hosts_by_name
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.model.network import Interface, Network
from planner.model.storage import Repository


@dataclass(frozen=True, slots=True)
class Failure:
    """What fails at the same moment, and nothing else."""

    hosts: tuple[Host, ...] = ()
    """They lose their power."""
    repositories: tuple[Repository, ...] = ()
    """No host sees them any more."""
    networks: tuple[Network, ...] = ()
    """They carry nothing any more."""
    on: tuple[Host, ...] = ()
    """The hosts, each by itself, that see these repositories and networks no more; none: all of them."""

    def loses(self, host: Host | None) -> bool:
        """Whether a host is among those that lose the repositories and networks."""
        return not self.on or any(host is each for each in self.on)


class Fate(Enum):
    """What becomes of a host."""

    FAILED = "fails"
    FENCED = "fences itself"
    LIVES = "lives on"
    DOWN = "was down before"
    UNKNOWN = "not known"


class Why(Enum):
    """Why a host lives on or not."""

    POWER = "power"
    SEEN = "seen"
    MOST = "most"
    LOWEST_UUID = "lowest UUID"
    HIGHER_UUID = "higher UUID"
    """As many see each other elsewhere, and the lowest UUID is there."""
    FEWER = "fewer"
    ALL_LOST_DISK = "all lost the disk"
    LOST_DISK = "lost the disk"
    NO_QUORUM = "no quorum"
    UNDECIDED = "two halves of a cluster"
    NOT_TOLD = "not told"
    DOWN = "down before"
    NOT_WATCHED = "not watched"
    """There is no high availability."""


@dataclass(frozen=True, slots=True)
class HostFate:
    """What becomes of one host."""

    host: Host
    fate: Fate
    why: Why


@dataclass(frozen=True, slots=True)
class Fencing:
    """What becomes of the hosts of a pool."""

    hosts: tuple[HostFate, ...]
    """By name."""
    disk_lost: bool
    """All hosts that live have lost the heartbeat disk."""
    lacking: tuple[Lacking, ...] = ()

    def of(self, *fates: Fate) -> tuple[Host, ...]:
        """The hosts with one of these fates, by name."""
        return tuple(each.host for each in self.hosts if each.fate in fates)


def heartbeat_repositories(view: PoolView) -> tuple[Repository, ...]:
    """Where the heartbeat disk is now; where there is none yet, where it is to be."""
    found = tuple(chosen_in(view))
    now = tuple(each.repository for each in found if each.subject is view.pool)
    return now or tuple(each.repository for each in found)


def clustered(view: PoolView) -> bool:
    """Whether a cluster with a quorum decides who lives on."""
    stack = view.pool.ha.cluster_stack if view.pool.ha else None
    return stack == "corosync" if stack else view.pool.cluster is not None


def fencing(inventory: Inventory, view: PoolView, failure: Failure) -> Fencing:
    """What becomes of the hosts of a pool when something fails."""
    lost = {id(host) for host in failure.hosts}
    live = [host for host in hosts_by_name(view) if host.live is not False]
    left = [host for host in live if id(host) not in lost]
    disk = _seeing_disk(inventory, view, failure, left)
    network = {id(host): _hears(view, host, failure) for host in left}
    lacking = each_once(lack for each in (disk, network) for lack in each.values() if isinstance(lack, Lacking))
    if lacking:
        decided = {id(host): (Fate.UNKNOWN, Why.NOT_TOLD) for host in left}
    else:
        seeing = [host for host in left if disk[id(host)]]
        hearing = {id(host) for host in left if network[id(host)]}
        decided, lacking = _decided(view, live, left, seeing, hearing)
    found = tuple(HostFate(host, *_fate(host, lost, decided)) for host in hosts_by_name(view))
    disk_lost = bool(left) and all(disk[id(host)] is False for host in left)
    return Fencing(found, disk_lost, lacking)


def without_fencing(view: PoolView, failure: Failure) -> Fencing:
    """What becomes of the hosts of a pool without high availability: none resets itself."""
    decided = {id(host): (Fate.LIVES, Why.NOT_WATCHED) for host in view.hosts.records}
    lost = {id(host) for host in failure.hosts}
    found = tuple(HostFate(host, *_fate(host, lost, decided)) for host in hosts_by_name(view))
    return Fencing(found, disk_lost=False)


def _fate(host: Host, lost: set[int], decided: dict[int, tuple[Fate, Why]]) -> tuple[Fate, Why]:
    if host.live is False:
        return Fate.DOWN, Why.DOWN
    return (Fate.FAILED, Why.POWER) if id(host) in lost else decided[id(host)]


def _seeing_disk(inventory: Inventory, view: PoolView, failure: Failure, left: list[Host]) -> dict[int, bool | Lacking]:
    """By host, whether it still sees the heartbeat disk."""
    if not failure.repositories and not failure.networks:
        return {id(host): True for host in left}
    chosen = heartbeat_repositories(view)
    struck = {id(host): host for host in left if failure.loses(host)}
    if not chosen:
        return {id(host): Lacking(view.pool, "ha.heartbeat") if id(host) in struck else True for host in left}
    if any(each is chosen[0] for each in failure.repositories):
        return {id(host): id(host) not in struck for host in left}
    if not failure.networks:
        return {id(host): True for host in left}
    ways = {id(reach.link.host): reach for reach in reaches(inventory, view, chosen[0])}
    return {id(host): id(host) not in struck or _reaching(view, ways[id(host)], failure) for host in left}


def _reaching(view: PoolView, reach: Reach, failure: Failure) -> bool | Lacking:
    """Whether the way of a host to the repository does not go over a network that fails."""
    if reach.demand.medium is not Medium.NETWORK and not reach.demand.lacking:
        return True
    if reach.way is None:
        return reach.lacking[0] if reach.lacking else Lacking(reach.link.host, "interfaces")
    return _carries(view, reach.way.interface, failure)


def _hears(view: PoolView, host: Host, failure: Failure) -> bool | Lacking:
    """Whether a host still hears others: one network of the heartbeat is enough."""
    if not failure.networks or not failure.loses(host):
        return True
    found: tuple[Interface | Lacking, ...] = heartbeat_interfaces(view, host)
    answers = [each if isinstance(each, Lacking) else _carries(view, each, failure) for each in found]
    if not answers:
        return Lacking(host, "interfaces")
    return True if True in answers else next((each for each in answers if isinstance(each, Lacking)), False)


def _carries(view: PoolView, interface: Interface, failure: Failure) -> bool | Lacking:
    """Whether the network of an interface does not fail."""
    network = view.networks.find(interface.network)
    if network is None:
        return Lacking(interface, "network")
    return all(each is not network for each in failure.networks)


_Groups = list[list[Host]]
_Decided = tuple[dict[int, tuple[Fate, Why]], tuple[Lacking, ...]]


def _decided(view: PoolView, live: list[Host], left: list[Host], seeing: list[Host], hearing: set[int]) -> _Decided:
    """The fate of each host that has its power, when it is known who sees what."""
    if left and not seeing and len(left) == len(live) and len(hearing) == len(live):
        return {id(host): (Fate.LIVES, Why.ALL_LOST_DISK) for host in left}, ()
    groups = [group for group in ([host for host in left if id(host) in hearing],) if group]
    groups += [[host] for host in left if id(host) not in hearing]
    ids = {id(host) for host in seeing}
    known = [group for group in groups if any(id(host) in ids for host in group)]
    best, lacking = _best(known) if len(known) > 1 else (known, ())
    decided = {}
    for group in groups:
        for host in group:
            decided[id(host)] = _verdict(view, group, known, best) if id(host) in ids else (Fate.FENCED, Why.LOST_DISK)
    return decided, lacking


def _best(groups: _Groups) -> tuple[_Groups, tuple[Lacking, ...]]:
    """The group that wins; all that could, where UUIDs that decide it are not told."""
    most = max(len(group) for group in groups)
    tied = [group for group in groups if len(group) == most]
    if len(tied) == 1:
        return tied, ()
    unsaid = tuple(Lacking(host, "uuid") for group in tied for host in group if host.uuid is None)
    if unsaid:
        return tied, unsaid
    return [min(tied, key=lambda group: min(host.uuid or "" for host in group))], ()


def _verdict(view: PoolView, group: list[Host], groups: _Groups, best: _Groups) -> tuple[Fate, Why]:
    """What becomes of a host of a group that sees the heartbeat disk."""
    if clustered(view):
        total = len(view.hosts.records)
        if len(group) < (total + 1) // 2:
            return Fate.FENCED, Why.NO_QUORUM
        if len(groups) > 1 and 2 * len(group) == total:
            return Fate.UNKNOWN, Why.UNDECIDED
    if len(groups) == 1:
        return Fate.LIVES, Why.SEEN
    tie = sum(len(each) == len(group) for each in groups) > 1
    if all(each is not group for each in best):
        return Fate.FENCED, Why.HIGHER_UUID if len(group) == len(best[0]) else Why.FEWER
    if len(best) > 1:
        return Fate.UNKNOWN, Why.NOT_TOLD
    return Fate.LIVES, Why.LOWEST_UUID if tie else Why.MOST
