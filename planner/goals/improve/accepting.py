"""To which VMs a restart can be promised so that the toolstack's own planner accepts it: as many as can be.

The replica of that planner is the judge, and it is no simple one: it may refuse a part of what it accepts. Choices are
found in three ways: what is best in truth, less what it finds no room for; what holds if every VM is as large as the
largest; and all choices, from the largest number of VMs downward, as far as the effort lasts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from planner.facts.failover_capacity import exact_capacity
from planner.facts.failover_problem import Guarded, PoolProblem, problems
from planner.facts.toolstack_plan import covers_all
from planner.failover.problem import Restart
from planner.failover.toolstack import APPROXIMATE, left_over, method, orders
from planner.failover.toolstack_choice import most_as_large
from planner.model.guest import VM

_WORK = 4_000_000
"""So many looks at a host or a VM in all."""
_SHARE = 4


@dataclass(frozen=True, slots=True)
class Accepted:
    """The VMs to which a restart can be promised, by key."""

    vms: frozenset[str]
    most: int
    """It accepts no choice of more VMs; as good as can be when there are so many."""


class Accepting:
    """Looks for the most promises that are true and that the toolstack accepts."""

    def __init__(self, pool: PoolProblem, guarded: Sequence[Guarded], failures: int) -> None:
        self._pool, self._failures = pool, failures
        agile = [each for each in guarded if each.host is not None and each.agility.agile is not False]
        self._vms: dict[str, Guarded] = {each.key: each for each in agile}
        self._whole = problems(pool, self._records(self._vms)).toolstack
        self._approximate = method(self._whole, failures) == APPROXIMATE
        self._work = _WORK

    def most(self, first: Iterable[str], most: int) -> Accepted:
        """The best choice that is found; `first` is the best in truth, and no choice of more than `most` is true."""
        most = min(most, len(self._vms))
        true = frozenset(first) & self._vms.keys()
        as_large = most_as_large(self._whole, self._failures)
        if self._approximate:
            most = min(most, len(as_large))
        found = [each for each in (as_large, as_large & true, *self._pared(true)) if self.holds(each)]
        best = max((self._filled(each) for each in found), key=self._worth, default=frozenset[str]())
        return self._counted_down(best, most)

    def holds(self, chosen: Iterable[str]) -> bool:
        """Whether promises to these are true, and the toolstack's planner says so."""
        after = problems(self._pool, self._records(chosen))
        self._work -= self._price(len(after.guarded))
        return covers_all(after, self._failures) is True and exact_capacity(after).lower >= self._failures

    def _price(self, vms: int) -> int:
        """What one judgement takes, at most."""
        return orders(self._whole, self._failures) * (len(self._whole.free) + vms)

    def _records(self, chosen: Iterable[str]) -> list[VM]:
        return [self._vms[key].vm for key in sorted(chosen)]

    def _worth(self, chosen: frozenset[str]) -> tuple[int, int, list[str]]:
        return len(chosen), sum(self._vms[key].size for key in chosen), sorted(chosen)

    def _pared(self, chosen: frozenset[str]) -> Iterator[frozenset[str]]:
        """A choice without those that the toolstack most often finds no room for."""
        while not self._approximate and self._work > 0 and not self.holds(chosen):
            restarts = tuple(each for each in self._whole.restarts if each.vm in chosen)
            self._work -= self._price(len(chosen))
            refused = Counter[Restart]()
            for left in left_over(replace(self._whole, restarts=restarts), self._failures):
                refused.update(left)
            if not refused:
                return
            worst = sorted(refused, key=lambda each: (-refused[each], each.size, each.vm))
            chosen -= {each.vm for each in worst[: max(1, len(worst) // _SHARE)]}
        yield chosen

    def _filled(self, chosen: frozenset[str]) -> frozenset[str]:
        """A choice with what can be promised beside, the smallest first."""
        for key in sorted(self._vms.keys() - chosen, key=lambda key: (self._vms[key].size, key)):
            if self._work > 0 and self.holds(chosen | {key}):
                chosen |= {key}
        return chosen

    def _counted_down(self, best: frozenset[str], most: int) -> Accepted:
        """The best of all choices, as far as the effort lasts."""
        classes: dict[tuple[object, ...], list[str]] = {}
        for key, each in self._vms.items():
            hosts = None if each.hosts is None else tuple(sorted(each.hosts))
            classes.setdefault((each.host, each.size, hosts), []).append(key)
        alike = list(classes.values())
        while most > len(best):
            for chosen in choices(alike, most):
                if self._work <= 0:
                    return Accepted(best, most)
                if self.holds(chosen):
                    return Accepted(frozenset(chosen), most)
            most -= 1
        return Accepted(best, most)


def choices(classes: Sequence[Sequence[str]], number: int) -> Iterator[tuple[str, ...]]:
    """All choices of so many; in a class only the number counts. Those with most of the first classes come first."""
    sizes = [len(each) for each in classes]
    taken = _first(sizes, number)
    while sum(taken) == number:
        yield tuple(key for each, count in zip(classes, taken, strict=True) for key in each[:count])
        behind = room = 0
        for at in reversed(range(len(sizes))):
            if taken[at] and behind < room:
                taken[at:] = [taken[at] - 1, *_first(sizes[at + 1 :], behind + 1)]
                break
            behind, room = behind + taken[at], room + sizes[at]
        else:
            return


def _first(sizes: Sequence[int], number: int) -> list[int]:
    """So many of each class that the first ones are used up first."""
    taken = []
    for size in sizes:
        taken.append(min(size, number))
        number -= taken[-1]
    return taken
