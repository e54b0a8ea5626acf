"""What has to be done with updates before a host may join a pool."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.join_gates import from_rolling
from planner.findings import Problem, Severity, Unknown
from planner.model.host import Host
from planner.model.inventory import Inventory, Joining
from planner.rules import rule
from planner.rules.join.gates import checked
from planner.rules.wording import listed, unknown_coordinator, uuid_of, xe


@rule("JN014", Severity.ERROR, since="0.1", api_error="HOST_PENDING_MANDATORY_GUIDANCES_NOT_EMPTY")
def guidance_pending_at_join(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """An update still demands something of a joining host or of the pool's coordinator.

    After some updates a host has to be restarted, or its toolstack. Until that is done it does not run what it says
    it has, so a recent toolstack (24.31 and later) refuses the join, whichever of the two hosts it is.
    """
    for joining in inventory.joins:
        yield from checked(joining, from_rolling(joining, (24, 31)), _pending(joining))


def _pending(joining: Joining) -> Iterator[Problem | Unknown]:
    coordinator = joining.pool.coordinator
    if coordinator is None:
        yield unknown_coordinator(joining.pool)
    for host in (joining.host, coordinator):
        if host and host.pending_guidances is None:
            yield Unknown(host, "pending_guidances")
        elif host and host.pending_guidances:
            who = host.name if host is joining.host else f"{host.name}, the coordinator of {joining.pool.name}"
            yield Problem(
                host,
                "pending_guidances",
                f"{listed(sorted(set(host.pending_guidances)))} is still to be done on {who},"
                f" and {joining.host.name} is to join {joining.pool.name}",
                _do(host, host.pending_guidances),
                (joining.join,),
            )


def _do(host: Host, guidances: tuple[str, ...]) -> str:
    uuid = uuid_of("host", host)
    if set(guidances) <= {"restart_toolstack"}:
        return f"run `xe-toolstack-restart` on {host.name} before the join"
    return (
        f"move the VMs of {host.name} away or shut them down, then restart it before the join"
        f" with {xe('host-disable', uuid=uuid)} and {xe('host-reboot', uuid=uuid)}"
    )


@rule("JN035", Severity.ERROR, since="0.1", api_error="NOT_SUPPORTED_DURING_UPGRADE")
def pool_being_updated_at_join(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A pool that a host is to join is being updated.

    While updates are applied to its hosts a pool takes in no other host: nobody could say at which level the newcomer
    has to be. The toolstack checks it since the rolling line, that is, 8.3.
    """
    for joining in inventory.joins:
        yield from checked(joining, from_rolling(joining), _being_updated(joining))


def _being_updated(joining: Joining) -> Iterator[Problem | Unknown]:
    pool = joining.pool.pool
    if pool.operations is None:
        yield Unknown(pool, "operations")
    elif "apply_updates" in pool.operations:
        yield Problem(
            pool,
            "operations",
            f"updates are being applied to {pool.name}, which {joining.host.name} is to join",
            f"wait for their end before the join; {xe('task-list')} on {pool.name} shows how far they are",
            (joining.join, joining.host),
        )
