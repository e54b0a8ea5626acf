"""The most failures of hosts that could be tolerated, whatever their memory."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from planner.facts.clusters import cluster_untold
from planner.facts.high_availability import protected
from planner.facts.lacking import Lacking
from planner.facts.pool_size import size_after_joins
from planner.model.inventory import Inventory, PoolView
from planner.model.pool import Cluster


class Bound(Enum):
    """What bounds the failures."""

    HOSTS = "hosts"
    LAST_HOST = "last host"
    QUORUM = "quorum"
    STORAGE = "storage"


@dataclass(frozen=True, slots=True)
class FailureLimit:
    """How many hosts may fail at most, and what bounds that."""

    number: int
    bound: Bound


def quorum_limit(hosts: int, disabled: int) -> int:
    """How many of so many hosts may fail before a cluster loses its quorum; some have clustering disabled."""
    return max(0, hosts - disabled - 1) // 2 + disabled


def most_asked(view: PoolView) -> int | Lacking:
    """The most failures about which the toolstack asks its own planner: of all hosts, less in a cluster."""
    hosts = len(view.hosts.records)
    if cluster_untold(view):
        return Lacking(view.pool, "cluster")
    if view.pool.cluster is None:
        return hosts
    disabled = _disabled(view, view.pool.cluster)
    return disabled if isinstance(disabled, Lacking) else min(hosts, quorum_limit(hosts, disabled))


def failure_limit(inventory: Inventory, view: PoolView) -> FailureLimit | Lacking:
    """The tightest bound. That there is memory for so many is another question."""
    hosts = size_after_joins(inventory, view)
    if hosts is None:
        return Lacking(view.pool, "hosts")
    limits = [FailureLimit(hosts, Bound.HOSTS)]
    if any(protected(view, vm) for vm in view.vms.records):
        limits.append(FailureLimit(max(0, hosts - 1), Bound.LAST_HOST))
    if cluster_untold(view):
        return Lacking(view.pool, "cluster")
    if cluster := view.pool.cluster:
        disabled = _disabled(view, cluster)
        if isinstance(disabled, Lacking):
            return disabled
        limits.append(FailureLimit(quorum_limit(hosts, disabled), Bound.QUORUM))
    if view.pool.ha and view.pool.ha.fault_tolerance_limit is not None:
        limits.append(FailureLimit(view.pool.ha.fault_tolerance_limit, Bound.STORAGE))
    return min(limits, key=lambda limit: limit.number)


def _disabled(view: PoolView, cluster: Cluster) -> int | Lacking:
    """How many hosts take no part in the cluster."""
    if cluster.members is None:
        return Lacking(cluster, "members")
    unsaid = sorted(member.host for member in cluster.members if member.enabled is None)
    if unsaid:
        return Lacking(next(each for each in cluster.members if each.host == unsaid[0]), "enabled")
    taking_part = {id(host) for member in cluster.members if member.enabled and (host := view.hosts.find(member.host))}
    return len(view.hosts.records) - len(taking_part)
