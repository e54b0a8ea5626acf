"""Hosts that would be taken for one another after a join: a joining host, members, and others that join too."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.joining_together import Together
from planner.facts.twins import management_address, same_as, told_by_interfaces, untold, uses_iscsi
from planner.findings import Problem, Severity, Unknown
from planner.model.host import Host
from planner.model.inventory import Inventory, Joining
from planner.rules import rule
from planner.rules.wording import UNTOLD, joining_to, listed, plural, uuid_of, xe


@rule("JN056", Severity.ERROR, since="0.1")
def initiator_name_taken(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A joining host has the iSCSI initiator name (IQN) of another host of the pool.

    Two hosts of one name throw each other out of their sessions with the storage, and a repository that both use may
    be damaged. The toolstack does not check this at a join. It comes from hosts that were copied. Members are looked
    at, and hosts that join the same pool.
    """
    together = Together(inventory)
    for joining in inventory.joins:
        host, iscsi = joining.host, uses_iscsi(joining.pool)
        twins, open_on = same_as(joining, together, _initiator), untold(joining, together, _initiator)
        if iscsi is False or not (twins or open_on):
            continue
        if iscsi is None:
            yield Unknown(joining.pool.pool, "repositories")
            continue
        yield from (Unknown(each, "iscsi_iqn") for each in open_on)
        if twins:
            change = xe("host-param-set", uuid=uuid_of("host", host), **{"other-config:iscsi_iqn": UNTOLD})
            yield Problem(
                host,
                "iscsi_iqn",
                f"{joining_to(joining)}, has the initiator name {host.iscsi_iqn}, which"
                f" {_who(joining, twins)} {plural(twins, 'has', 'have')} too; the toolstack does not check this at a"
                " join",
                f"give {host.name} an initiator name of its own before the join with {change}",
                (joining.join, *twins),
            )


def _initiator(host: Host) -> str | None:
    return host.iscsi_iqn


def _who(joining: Joining, twins: tuple[Host, ...]) -> str:
    """The hosts that have the same as the joining host; those that are no members yet are told as such."""
    members = {id(each) for each in joining.pool.hosts.records}
    return listed(each.name if id(each) in members else f"{each.name} (to join as well)" for each in twins)


@rule("JN058", Severity.ERROR, since="0.1")
def management_address_taken(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A joining host has the management address of another host of the pool.

    The coordinator could not tell the two apart, and neither could be reached for long. The toolstack does not check
    this at a join. Members are looked at, and hosts that join the same pool. What interfaces say of their addresses is
    compared by another rule, NW001.
    """
    together = Together(inventory)
    for joining in inventory.joins:
        host = joining.host
        yield from (Unknown(each, "address") for each in untold(joining, together, management_address))
        shared = management_address(host) or ""
        twins = same_as(joining, together, management_address)
        if told_by_interfaces(host, shared):
            twins = tuple(each for each in twins if not told_by_interfaces(each, shared))
        if twins:
            yield Problem(
                host,
                "address",
                f"{joining_to(joining)}, is managed at {shared}, and {_who(joining, twins)}"
                f" {plural(twins, 'is', 'are')} too;"
                " the toolstack does not check this at a join",
                f"give {host.name} another address before the join with"
                f" {xe('pif-reconfigure-ip', uuid=UNTOLD, mode='static', IP=UNTOLD, netmask=UNTOLD)}",
                (joining.join, *twins),
            )


def _hostname(host: Host) -> str | None:
    return host.hostname


@rule("JN063", Severity.WARNING, since="0.1")
def hostname_taken(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A joining host has the hostname of another host of the pool.

    Logs, certificates and name servers then mean either of the two. The toolstack does not check this at a join.
    Members are looked at, and hosts that join the same pool.
    """
    together = Together(inventory)
    for joining in inventory.joins:
        host = joining.host
        yield from (Unknown(each, "hostname") for each in untold(joining, together, _hostname))
        twins = same_as(joining, together, _hostname)
        if twins:
            change = xe("host-set-hostname-live", host_uuid=uuid_of("host", host), host_name=UNTOLD)
            yield Problem(
                host,
                "hostname",
                f"{joining_to(joining)}, has the hostname {host.hostname}, which"
                f" {_who(joining, twins)} {plural(twins, 'has', 'have')} too; the toolstack does not check this at a"
                " join",
                f"give {host.name} a hostname of its own with {change}",
                (joining.join, *twins),
            )
