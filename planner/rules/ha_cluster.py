"""What is wrong with the cluster below high availability, and with the failures that are to be tolerated."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.failure_limit import Bound, FailureLimit, failure_limit
from planner.facts.ha_gates import COROSYNC, cluster_stacks, demanding, without_cluster
from planner.facts.heartbeat import chosen_in
from planner.facts.lacking import Lacking
from planner.facts.pool_size import size_after_joins
from planner.facts.storage import driver
from planner.findings import Problem, Severity, Unknown
from planner.model.fields import Record
from planner.model.inventory import Inventory, PoolView
from planner.rules import rule
from planner.rules.ha_wanted import if_wanted, unknown, where_said
from planner.rules.wording import counted, listed, plural, uuid_of, xe


@rule("HA015", Severity.ERROR, since="0.1")
def ha_without_cluster(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """High availability needs the pool's cluster, and the cluster is not whole.

    Where a repository needs a cluster, its hosts watch each other by that cluster. High availability is not enabled
    before every host takes part in it, and a host that drops out restarts itself. Nor can it be enabled where
    repositories demand cluster stacks that exclude each other.
    """
    for view in inventory.pools:
        yield from if_wanted(view, _cluster(view))


def _cluster(view: PoolView) -> Iterator[Problem | Unknown]:
    stacks = cluster_stacks(view)
    if not stacks:
        yield _stacks_apart(view)
    if stacks[:1] != (COROSYNC,):
        return
    found = without_cluster(view)
    if isinstance(found, Lacking):
        yield unknown(found)
        return
    subject, field = where_said(view)
    for answer, hosts in sorted(found.items()):
        names = listed(host.name for host in hosts)
        commands = listed(xe("cluster-host-enable", host_uuid=uuid_of("host", host)) for host in hosts)
        yield Problem(
            subject,
            field,
            message=f"{names} {plural(hosts, 'takes', 'take')} no part in the cluster of {view.name}, by which its"
            f" hosts watch each other: {_STATES[answer]}",
            remedy=f"let {names} take part: {commands}",
            related=hosts,
            api_error=answer,
        )
    if view.pool.cluster and view.pool.cluster.quorate is False:
        yield Problem(
            view.pool.cluster,
            "quorate",
            message=f"the cluster of {view.name} has no quorum, and its hosts watch each other by it",
            remedy="bring back the hosts that are missing before high availability is enabled",
        )


_STATES = {
    "NO_COMPATIBLE_CLUSTER_HOST": "not a member",
    "CLUSTERING_DISABLED": "clustering is disabled there",
    "CLUSTER_HOST_NOT_JOINED": "not joined yet",
}


def _stacks_apart(view: PoolView) -> Problem:
    demands = demanding(view)
    told = "; ".join(f"{repository.name} demands {' or '.join(stacks)}" for repository, stacks in demands)
    subject, field = where_said(view)
    return Problem(
        subject,
        field,
        message=f"no cluster stack suits all repositories of {view.name}: {told}",
        remedy=f"keep {listed(repository.name for repository, _ in demands[1:])} in another pool",
        related=tuple(repository for repository, _ in demands),
        api_error="INCOMPATIBLE_CLUSTER_STACK_ACTIVE",
    )


@rule("HA016", Severity.WARNING, since="0.1", api_error="INCOMPATIBLE_STATEFILE_SR")
def heartbeat_outside_cluster(inventory: Inventory) -> Iterator[Problem]:
    """A pool has a cluster, but its heartbeat is not on a clustered repository.

    In such a pool the documentation allows the heartbeat on GFS2 only. The toolstack takes the list of what it
    allows from the cluster software, so it may refuse others.
    """
    for view in inventory.pools:
        if cluster_stacks(view)[:1] != (COROSYNC,):
            continue
        for place in chosen_in(view):
            if driver(place.repository) not in (None, "gfs2"):
                yield Problem(
                    place.subject,
                    place.field,
                    message=f"the hosts of {view.name} watch each other by a cluster, but the heartbeat is on"
                    f" {place.repository.name} ({place.repository.type})",
                    remedy=f"use a GFS2 repository that all hosts of {view.name} have for the heartbeat",
                    related=(place.repository,),
                )


@rule("HA017", Severity.ERROR, since="0.1")
def more_failures_than_possible(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """More failures of hosts are to be tolerated than a pool of this size can survive.

    At least one host has to be left to restart VMs. With a cluster the hosts that are left must be a majority, else
    they restart themselves too. Whether there is memory enough for the VMs is another question.
    """
    for view in inventory.pools:
        wishes = [(plan, "failures_to_tolerate", plan.failures_to_tolerate) for plan in view.ha_plans]
        told: list[tuple[Record, str, int | None]] = list(wishes)
        if view.pool.ha and view.pool.ha.enabled:
            told.append((view.pool.ha, "failures_to_tolerate", view.pool.ha.failures_to_tolerate))
        wanted = [(subject, field, number) for subject, field, number in told if number]
        limit = failure_limit(inventory, view) if wanted else None
        if isinstance(limit, Lacking):
            yield unknown(limit)
        elif limit is not None:
            yield from (
                _too_many(view, subject, field, number, limit)
                for subject, field, number in wanted
                if number > limit.number
            )


def _too_many(view: PoolView, subject: Record, field: str, number: int, limit: FailureLimit) -> Problem:
    uuid = uuid_of("pool", view.pool)
    set_it = xe("pool-param-set", uuid=uuid, ha_host_failures_to_tolerate=str(limit.number))
    return Problem(
        subject,
        field,
        message=f"{view.name} is to survive the failure of {counted(number, 'host')}, and can survive"
        f" {limit.number or 'none'} at most: {bounds(view, limit)}",
        remedy=f"tolerate {limit.number or 'no'} {'failure' if limit.number == 1 else 'failures'}: {set_it},"
        " or add hosts",
        related=() if subject is view.pool.ha else (view.pool,),
    )


def bounds(view: PoolView, limit: FailureLimit) -> str:
    """What bounds the failures, as a clause."""
    match limit.bound:
        case Bound.HOSTS:
            return f"it has {counted(len(view.hosts.records), 'host')}"
        case Bound.LAST_HOST:
            return "one has to be left to restart the protected VMs"
        case Bound.QUORUM:
            return "the hosts that are left have to be a majority of its cluster"
        case Bound.STORAGE:
            return "its storage allows no more"


@rule("HA018", Severity.WARNING, since="0.1")
def cluster_of_even_size(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """High availability is on, or wished, in a cluster of an even number of hosts.

    If the network splits it in two halves neither has a majority. The last host of an even number adds no failure
    that could be survived. An odd number of hosts is recommended.
    """
    for view in inventory.pools:
        if cluster_stacks(view)[:1] != (COROSYNC,):
            continue
        yield from if_wanted(view, _even(inventory, view))


def _even(inventory: Inventory, view: PoolView) -> Iterator[Problem | Unknown]:
    hosts = size_after_joins(inventory, view)
    if hosts is None:
        yield Unknown(view.pool, "hosts")
    elif hosts and hosts % 2 == 0:
        subject, field = where_said(view)
        yield Problem(
            subject,
            field,
            message=f"the hosts of {view.name} watch each other by a cluster of {hosts}, an even number",
            remedy=f"add a host to {view.name}, or take one out",
        )
