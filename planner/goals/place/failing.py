"""That hosts may fail, stated for the solver about numbers of VMs of each kind on each host."""

from __future__ import annotations

from collections import Counter

from planner.goals.moves.wanted import Place
from planner.goals.place.counts import Counts
from planner.goals.place.kinds import Kind
from planner.solver import Term

_Lost = tuple[int, frozenset[str] | None]
"""What a restart takes, and the hosts on which it may be."""


class Failing:
    """What has to hold for hosts to fail."""

    def __init__(self, counts: Counts) -> None:
        self._of = counts

    def survive_any(self, failures: int, reserve: int) -> None:
        """Each host has so little that is protected or free that any so many may fail, with a reserve on the others.

        It is more than is needed, and easy to keep; without a reserve it may not be enough. It says nothing where VMs
        may be ballooned, for then a host can be full though less is charged to it.
        """
        places = [place for place in self._of.wanted.places if place.key in self._of.asked.usable]
        if not all(self._plain(place) for place in places):
            return
        guarded = {each.key: each for each in self._of.wanted.guarded}
        fixed = self._fixed_sizes()
        total = sum(place.spare // self._of.grain for place in places)
        total -= sum(self._of.grains(max(kind.like.static.values())) * kind.number for kind in self._of.kinds)
        for place in places:
            terms = []
            for number, kind in self._of.here(place):
                static, each = self._of.grains(kind.like.static[place.key]), guarded.get(kind.like.key)
                terms.append(((self._of.grains(each.size) if each else 0) - static, self._of.on[number, place.key]))
            most = (total - self._of.grains(reserve)) // failures - place.spare // self._of.grain - fixed[place.key]
            self._of.numbers.require(terms, most=most)

    def _plain(self, place: Place) -> bool:
        """Whether what is free on a host in any case is free for restarts too."""
        fixed = all(self._fixed(kind, place) for _, kind in self._of.here(place))
        return not place.closed and 0 <= place.room <= place.spare and fixed

    def _fixed_sizes(self) -> Counter[str]:
        """By host, what protected VMs need that stay there."""
        moving = {item.key for kind in self._of.kinds for item in kind.items}
        found: Counter[str] = Counter()
        for each in self._of.wanted.guarded:
            if each.key not in moving and each.host is not None:
                found[each.host] += self._of.grains(each.size)
        return found

    def survive(self, failing: frozenset[str]) -> None:
        """When these hosts fail at once, each protected VM of theirs is restarted, and nothing else moves."""
        left = [place for key, place in self._of.places.items() if key in self._of.asked.usable - failing]
        restarts: dict[str, list[Term]] = {place.key: [] for place in left}
        lost, fixed = self._lost(failing)
        for size, hosts in sorted(lost.keys() | fixed.keys(), key=lambda each: (each[0], sorted(each[1] or ()))):
            gone, number = lost.get((size, hosts), []), fixed[size, hosts]
            most = number + sum(self._of.kinds[each].number for each, _ in gone)
            there = []
            for place in left:
                if hosts is None or place.key in hosts:
                    there.append((1, self._of.numbers.number(most)))
                    restarts[place.key].append((self._of.grains(size), there[-1][1]))
            self._of.numbers.require([*there, *((-1, variable) for _, variable in gone)], number, number)
        for place in left:
            self._restart_on(place, restarts[place.key])

    def _lost(self, failing: frozenset[str]) -> tuple[dict[_Lost, list[tuple[int, int]]], Counter[_Lost]]:
        """By size and hosts, the protected VMs on hosts that fail: of which kinds and where, and how many that stay."""
        guarded = {each.key: each for each in self._of.wanted.guarded}
        found: dict[_Lost, list[tuple[int, int]]] = {}
        for number, kind in enumerate(self._of.kinds):
            each = guarded.get(kind.like.key)
            variables = [
                (number, self._of.on[number, host]) for host in sorted(failing) if (number, host) in self._of.on
            ]
            if each and variables:
                found.setdefault((each.size, each.hosts), []).extend(variables)
        moving = {item.key for kind in self._of.kinds for item in kind.items}
        return found, Counter(
            (each.size, each.hosts)
            for each in self._of.wanted.guarded
            if each.key not in moving and each.host in failing
        )

    def _restart_on(self, place: Place, terms: list[Term]) -> None:
        """Restarts find the memory that is free when everybody has its static maximum; none where that is none."""
        if not terms:
            return
        kinds = self._of.here(place)
        static = [
            (self._of.grains(kind.like.static[place.key]), self._of.on[number, place.key]) for number, kind in kinds
        ]
        spare = place.spare // self._of.grain
        if self._plain(place):
            self._of.numbers.require([*terms, *static], most=spare)
            return
        used = self._of.numbers.number(1)
        self._of.numbers.require([*terms, *static], most=spare, when=used)
        most = sum(kind.number for kind in self._of.kinds) + len(self._of.wanted.guarded)
        for _, variable in terms:
            self._of.numbers.require([(1, variable), (-most, used)], most=0)

    @staticmethod
    def _fixed(kind: Kind, place: Place) -> bool:
        """What a VM takes at most is what it is charged in any case, so that room for it is always there."""
        return kind.like.static[place.key] <= kind.like.stays[place.key]
