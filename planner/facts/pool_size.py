"""How many hosts a pool may have."""

from __future__ import annotations

from planner.model.inventory import Inventory, PoolView

SUPPORTED_HOSTS = 64
"""What vendors support; also the number of places in the heartbeat disk."""
SUPPORTED_IN_CLUSTER = 16
"""What vendors support where hosts share a clustered repository."""


def size_after_joins(inventory: Inventory, view: PoolView) -> int | None:
    """The number of hosts that a pool will have; None where nobody tells its members."""
    if view.pool.hosts is None:
        return None
    arriving = {id(joining.host) for joining in inventory.joins if joining.pool is view}
    return len(view.hosts.records) + len(arriving)
