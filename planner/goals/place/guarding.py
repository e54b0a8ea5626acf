"""Whether as many hosts may fail as before, while VMs change places on a few of them.

In small pools it is asked at once; in large ones, where the answer takes long, what tells it most of the time is looked
at first, and what was found is held to the answer in the end.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from planner.goals.place.asked import Asked
from planner.goals.place.worth import Targets, left_free, surviving

_FEW_HOSTS = 16


class Guard:
    """What has to be survived, beginning with an assignment under which it is."""

    def __init__(self, asked: Asked, start: Targets, failures: int) -> None:
        self._asked, self._failures = asked, failures
        self._few = len(asked.wanted.places) <= _FEW_HOSTS
        self._restarts = {each.key: each.size for each in asked.wanted.guarded}
        self._largest = max(self._restarts.values(), default=0)
        self._most = max(self._risks(start).values(), default=0)
        self._sure = start

    def holds(self, hosts: Collection[str], now: Targets, then: Targets) -> bool:
        """Whether it is survived, as far as a glance at hosts that change tells."""
        if not self._failures:
            return True
        if self._few:
            return surviving(self._asked, then, self._failures)
        risks = self._risks(then)
        calm = all(risks[host] <= self._most for host in hosts if host in risks)
        return calm and self._gaps(hosts, then) >= self._gaps(hosts, now)

    def surely(self, found: Sequence[Targets]) -> list[Targets]:
        """Those of some assignments, each made of the one before it, up to the last under which it is survived."""
        if not self._failures or self._few or self._survived(found[-1]):
            return list(found)
        kept, lost = 0, len(found) - 1
        while lost - kept > 1:
            middle = (kept + lost) // 2
            kept, lost = (middle, lost) if self._survived(found[middle]) else (kept, middle)
        return list(found[: kept + 1])

    def _survived(self, targets: Targets) -> bool:
        """Whether it is survived, as far as a glance at all hosts tells; the last that was is not looked at again."""
        if targets is not self._sure:
            if not surviving(self._asked, targets, self._failures):
                return False
            self._sure = targets
        return True

    def _risks(self, targets: Targets) -> dict[str, int]:
        """By host, what its failure takes from the others: restarts, and what is free on it."""
        found = left_free(self._asked, targets)
        for each in self._asked.wanted.guarded:
            host = targets.get(each.key, each.host)
            if host is not None and host in found:
                found[host] += each.size
        return found

    def _gaps(self, hosts: Collection[str], targets: Targets) -> int:
        """How many of the largest restarts find room on some hosts."""
        free = left_free(self._asked, targets)
        return sum(max(0, free[host]) // max(1, self._largest) for host in hosts if host in free)
