"""How much of the memory of hosts is taken when every guest has what it may have at most."""

from __future__ import annotations

from planner.facts.memory import Policy, charged, charges, guest_need, need_of_host
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView

WHOLE = 1000
"""Loads are thousandths, rounded up."""


def taken(view: PoolView, host: Host, guests: list[VM]) -> int | None:
    """The bytes of a host that are taken by these guests and by what it needs itself; None where that is unknown."""
    rule = charged(view, host)
    need = need_of_host(host, guests, Policy.DYNAMIC_MAX, vcpus_charged=bool(rule))
    return None if need.lacking or host.memory is None else need.least


def taken_by(view: PoolView, vm: VM, host: Host) -> int | None:
    """The bytes that a guest would take of a host; None where that is unknown."""
    need = guest_need(vm, Policy.DYNAMIC_MAX, vcpus_charged=bool(charged(view, host)))
    return None if need.lacking else need.least


def load(size: int, memory: int) -> int:
    """What a size is of a memory, in thousandths, rounded up."""
    return -(-size * WHOLE // max(1, memory))


def loads(view: PoolView) -> dict[int, int | None]:
    """The load of every host, by its identity; None where it is unknown."""
    on = charges(view)
    found: dict[int, int | None] = {}
    for host in view.hosts.records:
        size = taken(view, host, on.on(host))
        found[id(host)] = None if size is None or on.adrift else load(size, host.memory or 0)
    return found
