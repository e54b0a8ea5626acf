"""Guests that are larger than their vendor supports."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.guest_limits import Excess, beyond, guest_limits
from planner.facts.high_availability import pool_software
from planner.findings import Problem, Severity, Unknown
from planner.model.guest import VM
from planner.model.inventory import Inventory
from planner.rules import rule
from planner.units import show_size


@rule("VM014", Severity.NOTE, since="0.1")
def guest_larger_than_supported(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A guest has more of something than vendors support for the pool's release.

    The toolstack may start it all the same. Whether it works was not tested, and support may end there.
    """
    for view in inventory.pools:
        limits = guest_limits(pool_software(view))
        if limits is None and view.vms.records:
            yield Unknown(view.pool, "software")
        for vm in view.vms.records:
            yield from (_beyond(vm, excess) for excess in (beyond(vm, limits) if limits else ()))


def _beyond(vm: VM, excess: Excess) -> Problem:
    has, supported = (_told(excess, number) for number in (excess.has, excess.supported))
    return Problem(
        vm,
        excess.field,
        message=f"{vm.name} has {has}, and {supported} are supported at most",
        remedy=f"give it no more than {supported}, or spread its work over several VMs",
    )


def _told(excess: Excess, number: int) -> str:
    return f"{show_size(number)} of memory" if excess.what == "memory" else f"{number} {excess.what}"
