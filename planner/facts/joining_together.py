"""Hosts that are to join the same pool: each of them will meet the others there."""

from __future__ import annotations

from collections import defaultdict

from planner.model.inventory import Inventory, Joining


class Together:
    """The joins that are wished of each pool."""

    def __init__(self, inventory: Inventory) -> None:
        self._by_pool: defaultdict[int, list[Joining]] = defaultdict(list)
        ordered = sorted(inventory.joins, key=lambda each: (each.host.name, each.host.uuid or "", each.joiner.name))
        for each in ordered:
            self._by_pool[id(each.pool)].append(each)

    def others(self, joining: Joining) -> tuple[Joining, ...]:
        """The joins of other hosts to the same pool, each host once; a host that is described twice is no other."""
        found: dict[int, Joining] = {}
        for each in self._by_pool[id(joining.pool)]:
            same = each.host is joining.host or (each.host.uuid is not None and each.host.uuid == joining.host.uuid)
            if not same:
                found.setdefault(id(each.host), each)
        return tuple(found.values())
