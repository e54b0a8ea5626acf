"""Whether as many hosts may fail as before, while VMs change places on a few of them.

In small pools it is asked at once; in large ones, where the answer takes long, what tells it most of the time is looked
at first, and what was found is held to the answer in the end.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from planner.facts.survival import FEW_HOSTS
from planner.goals.moves.wanted import Item
from planner.goals.place.asked import Asked
from planner.goals.place.worth import Targets, left_free, surviving

_FEW_SIZES = 32
"""Where restarts take no more sizes than that, as much is mostly survived if no host puts more at risk than any did."""


class Guard:
    """What has to be survived, beginning with an assignment under which it is."""

    def __init__(self, asked: Asked, start: Targets, failures: int) -> None:
        self._asked, self.failures = asked, failures
        self._restarts = {each.key: each.size for each in asked.wanted.guarded}
        self.asks = len(asked.wanted.places) <= FEW_HOSTS
        self._lenient = not self.asks and len(set(self._restarts.values())) <= _FEW_SIZES
        self._largest = max(self._restarts.values(), default=0)
        self.most = max(self.risks(start).values(), default=0)
        self._sure = start

    def holds(self, hosts: Collection[str], now: Targets, then: Targets) -> bool:
        """Whether it is survived, as far as a glance at hosts that change tells."""
        if not self.failures:
            return True
        if self.asks:
            return surviving(self._asked, then, self.failures)
        risks = self.risks(then)
        calm = all(risks[host] <= self.most for host in hosts if host in risks)
        return calm and self._gaps(hosts, then) >= self._gaps(hosts, now)

    def surely(self, found: Sequence[Targets]) -> list[Targets]:
        """Those of some assignments, each made of the one before it, up to the last under which it is survived."""
        if self.survived(found[-1]):
            return list(found)
        kept, lost = 0, len(found) - 1
        while lost - kept > 1:
            middle = (kept + lost) // 2
            kept, lost = (middle, lost) if self.survived(found[middle]) else (kept, middle)
        return list(found[: kept + 1])

    def survived(self, targets: Targets) -> bool:
        """Whether it is survived, as far as a glance at all hosts tells; the last that was is not looked at again.

        In small pools nothing comes here that was not looked at.
        """
        if self.failures and not self.asks and targets is not self._sure:
            if not surviving(self._asked, targets, self.failures):
                return False
            self._sure = targets
        return True

    def most_risk(self, risks: Collection[int]) -> int:
        """How much each of some hosts may put at risk that put so much at risk now, for as much to be mostly survived.

        If it is no more than the most of them, the hosts that put most at risk put no more than before, however many.
        """
        return self.most if self._lenient else max(risks, default=0)

    def risk_of(self, item: Item, host: str) -> int:
        """What a host's failure takes from the others for a VM on it: its restart, and no longer what it takes."""
        return self._restarts.get(item.key, 0) - item.static[host]

    def risks(self, targets: Targets) -> dict[str, int]:
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
