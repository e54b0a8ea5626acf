"""Wishes that do not go together with high availability, and pools that are too large for it."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.ha_changes import Clash, clash
from planner.facts.ha_gates import COROSYNC, cluster_stacks
from planner.facts.heartbeat import chosen_in
from planner.facts.join import HOSTS_WITHOUT_LICENCE, clock_difference, feature_off
from planner.facts.lacking import Lacking
from planner.facts.pool_size import SUPPORTED_HOSTS, SUPPORTED_IN_CLUSTER
from planner.facts.storage import driver, hosts_by_name
from planner.facts.versions import since
from planner.findings import Problem, Severity, Unknown
from planner.model.inventory import Inventory, PoolView
from planner.model.wishes import Change
from planner.rules import rule
from planner.rules.ha_wanted import if_enabled, if_wanted, unknown
from planner.rules.wording import UNTOLD, listed, uuid_of, xe


@rule("HA035", Severity.ERROR, since="0.1")
def change_needs_ha_off(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A change is wished that high availability does not go together with, and it is on.

    While it is on, the hosts rely on each other's addresses, on their list of members and on the heartbeat disk. Most
    changes to these are refused. The few that are not refused make a host restart itself. Disabling high
    availability keeps the restart priorities of the VMs.
    """
    for view in inventory.pools:
        yield from if_enabled(view, _clashes(view))


def _clashes(view: PoolView) -> Iterator[Problem | Unknown]:
    for change in view.changes:
        found = clash(view, change)
        if isinstance(found, Lacking):
            yield unknown(found)
        elif found:
            yield _off_first(view, change, found)


def _off_first(view: PoolView, change: Change, found: Clash) -> Problem:
    again = xe("pool-ha-enable", heartbeat_sr_uuids=_heartbeats(view))
    refused = "refuses it" if found.answer else "does not refuse it"
    return Problem(
        change,
        "kind",
        message=f"{_told(change)} is wished while high availability is on in {view.name}; the toolstack {refused}:"
        f" {found.danger}",
        remedy=f"disable high availability, make the change, enable it again: {xe('pool-ha-disable')}, then {again};"
        " restart priorities are kept",
        related=(view.pool,),
        api_error=found.answer,
    )


def _heartbeats(view: PoolView) -> str:
    repositories = {uuid_of("sr", place.repository) for place in chosen_in(view) if place.subject is view.pool}
    return min(repositories, default=UNTOLD)


def _told(change: Change) -> str:
    """The change as a clause: `reconfigure-address of eth0 of xcp-01`."""
    parts = [each for each in (change.interface, change.host, change.repository, change.vm) if each]
    return " of ".join((change.kind, *parts))


@rule("HA039", Severity.WARNING, since="0.1")
def pool_larger_than_supported(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A pool has more hosts than vendors support, or than its licence allows.

    Sixty-four hosts are supported, sixteen where the pool has a clustered repository, three without a licence for
    larger pools. The heartbeat disk of high availability has places for 64 hosts, and no more.
    """
    for view in inventory.pools:
        hosts = len(view.hosts.records)
        clustered = cluster_stacks(view)[:1] == (COROSYNC,) or any(
            driver(each) == "gfs2" for each in view.repositories.records
        )
        if hosts > SUPPORTED_HOSTS:
            yield _too_large(view, hosts, SUPPORTED_HOSTS, "are supported")
        elif clustered and hosts > SUPPORTED_IN_CLUSTER:
            yield _too_large(view, hosts, SUPPORTED_IN_CLUSTER, "are supported with a clustered repository")
        if hosts > HOSTS_WITHOUT_LICENCE and _size_licensed(view) is False:
            yield _too_large(view, hosts, HOSTS_WITHOUT_LICENCE, "are allowed by its licence")


def _size_licensed(view: PoolView) -> bool | None:
    """Whether a licence lifts the limit, in a release that has one."""
    if view.pool.restrictions is None or "restrict_pool_size" not in view.pool.restrictions:
        return None
    software = [view.software(host) for host in view.hosts.records]
    if not all(since(each, (7, 3)) for each in software):
        return None
    return not feature_off(view, "restrict_pool_size")


def _too_large(view: PoolView, hosts: int, limit: int, words: str) -> Problem:
    return Problem(
        view.pool,
        "hosts",
        message=f"{view.name} has {hosts} hosts, and {limit} {words}",
        remedy=f"make a second pool of some of the hosts of {view.name}",
    )


@rule("HA040", Severity.WARNING, since="0.1")
def clocks_apart_with_ha(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """With high availability, the clocks of a host and of the pool's coordinator are far apart.

    The toolstack raises the alert `HOST_CLOCK_SKEW_DETECTED` and does nothing else. Which of two copies of the
    database is newer is told by time, so after a failure clocks that lie do harm.
    """
    for view in inventory.pools:
        yield from if_wanted(view, _clocks(inventory, view))


def _clocks(inventory: Inventory, view: PoolView) -> Iterator[Problem]:
    limit = inventory.site.clock_skew_limit
    for host in hosts_by_name(view) if view.coordinator else ():
        apart = clock_difference(host, view.coordinator) if view.coordinator else None
        if apart is not None and apart > limit and view.coordinator:
            yield Problem(
                host,
                "clock_offset",
                message=f"the clocks of {host.name} and {view.coordinator.name} are {apart:.0f} seconds apart, and"
                f" {view.name} is highly available",
                remedy=f"let {listed((host.name, view.coordinator.name))} take the time from the same servers by NTP",
                related=(view.coordinator,),
            )
