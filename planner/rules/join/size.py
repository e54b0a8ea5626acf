"""How large a pool becomes by its joins, and which of its networks a joining host has no NIC for."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.high_availability import matters
from planner.facts.join_nics import networks_without_nic
from planner.facts.lacking import Lacking
from planner.facts.pool_size import SUPPORTED_HOSTS, size_after_joins
from planner.findings import Problem, Severity, Unknown
from planner.model.inventory import Inventory, PoolView
from planner.model.wishes import Join
from planner.rules import rule
from planner.rules.wording import joining_to, listed, unknown_coordinator


@rule("JN052", Severity.WARNING, since="0.1")
def more_hosts_than_supported(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A pool would have more hosts than vendors support.

    The documentation allows 64 hosts, that of old releases fewer. The toolstack does not check this at a join. With
    high availability it is worse than unsupported, which a rule of its own tells.
    """
    for view, first, size in _too_large(inventory):
        if matters(view):
            continue
        yield Problem(
            first,
            "host",
            f"{view.name} would have {size} hosts, and {SUPPORTED_HOSTS} are supported; the toolstack does not check"
            " this at a join",
            "make a second pool of some of them",
            (view.pool,),
        )


@rule("JN064", Severity.ERROR, since="0.1")
def more_hosts_than_heartbeat_holds(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A pool with high availability would have more hosts than its heartbeat disk has places.

    Each host writes into a place of its own that it is alive, and there are 64. The toolstack does not check this
    at a join; high availability cannot work for such a pool.
    """
    for view, first, size in _too_large(inventory):
        if matters(view) is None:
            yield Unknown(view.pool, "ha.enabled")
        elif matters(view):
            yield Problem(
                first,
                "host",
                f"{view.name} would have {size} hosts, and high availability can watch {SUPPORTED_HOSTS}; the toolstack"
                " does not check this at a join",
                f"let no more than {SUPPORTED_HOSTS} hosts be in {view.name}, or do without high availability",
                (view.pool,),
            )


def _too_large(inventory: Inventory) -> Iterator[tuple[PoolView, Join, int]]:
    """The pools that joins make too large, each with one of them, and the size."""
    for view in inventory.pools:
        joins = [joining.join for joining in inventory.joins if joining.pool is view] if view.joins else []
        size = size_after_joins(inventory, view) if joins else None
        if size is not None and size > SUPPORTED_HOSTS:
            yield view, max(joins, key=lambda join: (join.host, join.pool or "", join.force)), size


@rule("JN053", Severity.NOTE, since="0.1")
def networks_without_nic_on_joining_host(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A joining host has no NIC for some networks of the pool.

    Hosts of a pool may differ in their NICs, and the toolstack does not compare them. But the NICs of a new member
    are matched by their position alone: VMs on a network for which it has none cannot run there.
    """
    for joining in inventory.joins:
        if joining.pool.coordinator is None:
            yield unknown_coordinator(joining.pool)
            continue
        found = networks_without_nic(joining, joining.pool.coordinator)
        if isinstance(found, Lacking):
            yield Unknown(found.record, found.field)
        elif found:
            names = listed(sorted(f"{network.name} ({network.bridge})" for network in found))
            yield Problem(
                joining.host,
                "interfaces",
                f"{joining_to(joining)}, has no NIC for {names}; the toolstack does not check this at a join",
                f"add a NIC to {joining.host.name} in the same position, or keep VMs on these networks away from it",
                (joining.join, *found),
            )
