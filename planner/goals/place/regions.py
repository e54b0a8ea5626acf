"""Better assignments found a few hosts at a time: what is on them is placed anew on them, and all the rest stays.

It proves nothing, and always has an assignment that keeps what has to be kept; so it does for pools of any size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from planner.goals.place.asked import Asked
from planner.goals.place.exchanging import Exchange
from planner.goals.place.guarding import Guard
from planner.goals.place.kinds import MANY_NUMBERS, kinds, numbers
from planner.goals.place.narrowing import of_hosts
from planner.goals.place.pot import Pot
from planner.goals.place.stages import Stages
from planner.goals.place.worth import Targets, least_load, loads, worth
from planner.plans.costs import BYTES, HIGHEST, VMS_MOVED

_HOSTS = 4
"""So many are looked at together."""
_MORE_LOOKS = 16
"""So many looks more than two for each host."""
_PART = 0.02
"""What one look may take, of all that may be done."""
_MOST_IDLE, _MOST_REFUSED = 16, 8
"""After so many looks on end that find nothing, or only what too few failures would be survived with, none follows."""


class Regions:
    """An assignment that is made better, with so many failures survived; `exchanged`: VMs were exchanged before."""

    def __init__(self, asked: Asked, pot: Pot, start: Targets, failures: int, *, exchanged: bool = False) -> None:
        self._asked, self._pot, self._exchanged = asked, pot, exchanged
        self.found: list[Targets] = [start]
        self._hosts = sorted(place.key for place in asked.wanted.places)
        self._guard, self._refused = Guard(asked, start, failures), 0

    def run(self) -> list[Targets]:
        """What was found, the best last."""
        if len(self._hosts) > 1 and worth(self._asked, self.found[0]).highest is not None:
            self._even_out()
            self.found = self._guard.surely(self.found)
            self.found.append(min(reversed(self.found), key=lambda each: self._order(each, ())))
            if not (self._exchanged and self.found[-1] is self.found[0]):
                self.found += Exchange(self._asked, self._pot, self.found[-1], self._guard).run()[1:]
            if self._guard.asks and numbers(kinds(self._asked)) <= MANY_NUMBERS:
                self._go_back()
        return self.found

    def _even_out(self) -> None:
        """Hosts with much and hosts with little share what they have, until no look helps, or there were many."""
        idle, least = 0, least_load(self._asked)
        for turn in range(2 * len(self._hosts) + _MORE_LOOKS):
            costs = worth(self._asked, self.found[-1])
            done = costs.highest == least and costs.uneven == 0
            if done or idle >= min(_MOST_IDLE, len(self._hosts)) or self._ends:
                return
            helped = self._look(self._uneven(turn if idle else 0), (HIGHEST, BYTES), None)
            idle = 0 if helped else idle + 1

    @property
    def _ends(self) -> bool:
        """Nothing is left to be done, nobody waits any more, or what is found is refused again and again."""
        return self._pot.empty or self._refused >= _MOST_REFUSED

    def _uneven(self, turn: int) -> tuple[str, ...]:
        """Those with most and with least; where that was of no use, others in turn beside the first and the last."""
        now = loads(self._asked, self.found[-1])
        order = sorted(self._hosts, key=lambda host: (-(now[host] or 0), host))
        if not turn:
            return tuple(dict.fromkeys((order[0], order[-1], order[min(1, len(order) - 1)], order[-2])))
        others = order[1:-1]
        chosen = (others[(turn * (_HOSTS - 2) + step) % len(others)] for step in range(_HOSTS - 2) if others)
        return tuple(dict.fromkeys((order[0], order[-1], *chosen)))

    def _go_back(self) -> None:
        """VMs that moved change places so that fewer of them have to, with the loads no worse."""
        self._refused = 0
        for hosts in list(self._moved_between()):
            if self._ends:
                return
            known = [each for each in loads(self._asked, self.found[-1]).values() if each is not None]
            self._look(hosts, (BYTES, VMS_MOVED), (min(known), max(known)))

    def _moved_between(self) -> Iterator[tuple[str, ...]]:
        """Each host with those to which most of its VMs went, or from which most came."""
        between: Counter[tuple[str, str]] = Counter()
        for item in self._asked.wanted.items:
            target = self.found[-1][item.key]
            if item.source and target != item.source:
                between[item.source, target] += item.moves
                between[target, item.source] += item.moves
        for host in self._hosts:
            theirs = sorted((-size, other) for (one, other), size in between.items() if one == host)
            if theirs:
                yield (host, *(other for _, other in theirs[: _HOSTS - 1]))

    def _look(self, hosts: Sequence[str], names: Sequence[str], window: tuple[int, int] | None) -> bool:
        """Whether some hosts were made better off by themselves, and all of it is better for that."""
        now, inside = self.found[-1], set(hosts)
        part = self._pot.part(_PART)
        ours = {item.key: now[item.key] for item in self._asked.wanted.items if now[item.key] in inside}
        best = Stages(of_hosts(self._asked, now, inside), part, ours, names=names, window=window).run()
        self._pot.give_back(part)
        then = {**now, **(best.targets or {})}
        if self._order(then, names) >= self._order(now, names):
            return False
        if not self._guard.holds(hosts, now, then):
            self._refused += 1
            return False
        self._refused = 0
        self.found.append(then)
        return True

    def _order(self, targets: Targets, names: Sequence[str]) -> tuple[int, ...]:
        """What tells better assignments from worse ones; where loads are to be even, how even all of them are too."""
        costs = worth(self._asked, targets)
        if HIGHEST not in names:
            return costs.order
        squares = sum((each or 0) ** 2 for each in loads(self._asked, targets).values())
        return *costs.of_loads, squares, costs.bytes_moved, costs.moved
