"""A first assignment of many VMs: those that can stay do, and the others are put one by one where most is free."""

from __future__ import annotations

from collections import Counter

from planner.goals.moves.wanted import Item, Tie
from planner.goals.place.asked import Asked
from planner.goals.place.worth import Targets, keeps


def first(asked: Asked) -> Targets | None:
    """An assignment that keeps what has to be kept, failures aside; None where this way finds none."""
    filling = _Filling(asked)
    waiting = [item for item in asked.wanted.items if not filling.stays(item)]
    for item in sorted(waiting, key=lambda each: (-max(each.comes.values(), default=0), each.key)):
        if not filling.put(item):
            return None
    return filling.targets if keeps(asked, filling.targets) else None


class _Filling:
    """Hosts that are filled."""

    def __init__(self, asked: Asked) -> None:
        self.targets: dict[str, str] = {}
        self._must_go = asked.wanted.must_go
        self._open = [place.key for place in asked.wanted.places if not place.closed]
        self._free = {place.key: place.room for place in asked.wanted.places}
        self._most = {place.key: place.limit for place in asked.wanted.places}
        self._taken = {place.key: place.taken or 0 for place in asked.wanted.places}
        self._vcpus = {place.key: place.vcpus for place in asked.wanted.places}
        self._ties: dict[str, list[Tie]] = {}
        self._on: dict[int, Counter[str]] = {id(tie): Counter() for tie in asked.wanted.ties}
        for tie in asked.wanted.ties:
            for vm in tie.vms:
                self._ties.setdefault(vm, []).append(tie)

    def stays(self, item: Item) -> bool:
        """Leave a VM where it is, if nothing is against it."""
        able = bool(item.source) and item.key not in self._must_go and self._wished(item, item.source)
        if able:
            self._set(item, item.source, item.stays[item.source])
        return able

    def put(self, item: Item) -> bool:
        """Send a VM to the host with most free memory of those to which it may go."""
        able = [host for host in self._open if self._takes(item, host)]
        if not able:
            return False
        host = max(able, key=lambda each: (self._free[each], each))
        self._set(item, host, max(item.comes[host], item.stays[host]))
        return True

    def _takes(self, item: Item, host: str) -> bool:
        if host not in item.stays or (host == item.source and item.key in self._must_go):
            return False
        return max(item.comes[host], item.stays[host]) <= self._free[host] and self._wished(item, host)

    def _wished(self, item: Item, host: str) -> bool:
        """Whether wishes let a VM be on a host beside those that are put already."""
        if self._most[host].exceeded(self._taken[host] + (item.taken[host] or 0), self._vcpus[host] + item.vcpus):
            return False
        for tie in self._ties.get(item.key, ()):
            unit, on = tie.units[host], self._on[id(tie)]
            if on[unit] >= tie.left(unit) or (tie.most is None and on and unit not in on):
                return False
        return True

    def _set(self, item: Item, host: str, size: int) -> None:
        self.targets[item.key] = host
        self._free[host] -= size
        self._taken[host] += item.taken[host] or 0
        self._vcpus[host] += item.vcpus
        for tie in self._ties.get(item.key, ()):
            self._on[id(tie)][tie.units[host]] += 1
