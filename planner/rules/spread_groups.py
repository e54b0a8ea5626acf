"""What is wrong with groups whose VMs are to be kept on different hosts."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.spread_groups import spread_groups
from planner.findings import Problem, Severity
from planner.model.inventory import Inventory
from planner.rules import rule
from planner.rules.wording import listed, uuid_of, xe


@rule("HA036", Severity.WARNING, since="0.1")
def spread_group_larger_than_pool(inventory: Inventory) -> Iterator[Problem]:
    """A group of VMs that are to be kept apart has more members than the pool has hosts.

    Some of them will run on one host, and fail with it.
    """
    for view in inventory.pools:
        hosts = len(view.hosts.records)
        for spread in spread_groups(view) if view.pool.hosts is not None else ():
            if len(spread.members) > hosts > 0:
                yield Problem(
                    spread.group,
                    "",
                    message=f"{spread.group.name} keeps {len(spread.members)} VMs apart, and {view.name} has"
                    f" {'one host' if hosts == 1 else f'{hosts} hosts'}",
                    remedy=f"take VMs out of {spread.group.name}, or add hosts to {view.name}",
                    related=spread.members,
                )


@rule("HA037", Severity.WARNING, since="0.1")
def spread_group_on_one_host(inventory: Inventory) -> Iterator[Problem]:
    """VMs that are to be kept apart all run on one host.

    When it fails, all of them are down at once. The toolstack raises an alert, and moves none of them by itself.
    """
    for view in inventory.pools:
        for spread in spread_groups(view) if len(view.hosts.records) > 1 else ():
            if host := spread.only_host:
                vms = tuple(vm for vm, _ in spread.running_on)
                move = xe("vm-migrate", uuid=uuid_of("vm", vms[-1]), host="…", live="true")
                yield Problem(
                    spread.group,
                    "",
                    message=f"all running VMs of {spread.group.name}, which are to be kept apart, are on {host.name}:"
                    f" {listed(vm.name for vm in vms)}",
                    remedy=f"move all but one of them to other hosts, first {move}",
                    related=(host, *vms),
                )
