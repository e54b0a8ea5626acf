"""How many VMs of each kind a host gets, stated for the solver: what has to be kept, and what is to be small."""

from __future__ import annotations

from collections.abc import Sequence

from planner.facts.loads import WHOLE, load
from planner.goals.moves.assignment import grain
from planner.goals.moves.wanted import Place, Tie
from planner.goals.place.asked import Asked, Soft
from planner.goals.place.kinds import Kind
from planner.solver import Term, WholeNumbers

_HIGHEST = 2**20
_TOO_LARGE = 2**51
"""Above it sums over all hosts no longer fit into 64 bits."""


class Counts:
    """The variables, first of all the number of each kind on each host, in the order of kinds and hosts."""

    def __init__(self, asked: Asked, kinds: Sequence[Kind]) -> None:
        self.numbers = WholeNumbers(ends_early=True)
        self.asked, self.wanted, self.kinds = asked, asked.wanted, kinds
        self.places = {place.key: place for place in self.wanted.places}
        self.grain = grain(self.wanted)
        self.on: dict[tuple[int, str], int] = {}
        self._arrivals: dict[tuple[int, str], list[Term]] = {}
        self._state()

    def _state(self) -> None:
        for number, kind in enumerate(self.kinds):
            here = kind.here()
            for host in sorted(kind.like.stays.keys() & self.places.keys()):
                most = here[host] if self.places[host].closed else kind.number
                most = 0 if host == kind.like.source and kind.like.key in self.wanted.must_go else most
                if most:
                    self.on[number, host] = self.numbers.number(most)
        for number, kind in enumerate(self.kinds):
            self.numbers.require(self.everywhere(number), kind.number, kind.number)
        for place in self.wanted.places:
            self._room(place)
            self._within_limits(place)
        if self.wanted.most_moves is not None:
            self.numbers.require(self.moved(), most=self.wanted.most_moves)
        for tie in self.wanted.ties:
            self._tie(tie)

    def everywhere(self, number: int) -> list[Term]:
        """All of a kind, wherever they are."""
        return [(1, self.on[number, host]) for host in self.places if (number, host) in self.on]

    def arrivals(self, number: int, host: str) -> list[Term]:
        """How many of a kind come to a host that were not there; at least as many, where nothing keeps it small."""
        if (number, host) not in self.on:
            return []
        if (number, host) not in self._arrivals:
            here, kind, variable = self.kinds[number].here()[host], self.kinds[number], self.on[number, host]
            if not here:
                self._arrivals[number, host] = [(1, variable)]
            elif here == kind.number or self.places[host].closed:
                self._arrivals[number, host] = []
            else:
                more = self.numbers.number(kind.number - here)
                self.numbers.require([(1, variable), (-1, more)], most=here)
                self._arrivals[number, host] = [(1, more)]
        return self._arrivals[number, host]

    def _room(self, place: Place) -> None:
        """What is charged for those that are there, and what those need beside that come."""
        if place.closed:
            return
        terms: list[Term] = []
        for number, kind in self.here(place):
            stays, comes = kind.like.stays[place.key], kind.like.comes[place.key]
            terms.append((self.grains(stays), self.on[number, place.key]))
            more = self.grains(comes) - self.grains(stays)
            if more > 0:
                terms += [(more * factor, variable) for factor, variable in self.arrivals(number, place.key)]
        if terms:
            self.numbers.require(terms, most=place.room // self.grain)

    def here(self, place: Place) -> list[tuple[int, Kind]]:
        """The kinds that may be on a host, by their numbers."""
        return [(number, kind) for number, kind in enumerate(self.kinds) if (number, place.key) in self.on]

    def grains(self, size: int) -> int:
        """A size, counted in what divides all sizes."""
        return -(-size // self.grain)

    def moved(self) -> list[Term]:
        """One for each VM that runs and leaves its host."""
        return [
            term
            for number, kind in enumerate(self.kinds)
            if not kind.starts
            for host in self.places
            for term in self.arrivals(number, host)
        ]

    def bytes_moved(self, unit: int) -> list[Term]:
        """What they take over the network, in units."""
        return [
            (kind.like.moves // unit * factor, variable)
            for number, kind in enumerate(self.kinds)
            if not kind.starts
            for host in self.places
            for factor, variable in self.arrivals(number, host)
        ]

    def _there(self, vms: Sequence[str] | frozenset[str], host: str) -> list[Term]:
        """How many of some VMs are on a host; VMs that are alike are all among them, or none of them is."""
        meant = set(vms)
        return [
            (1, self.on[number, host])
            for number, kind in enumerate(self.kinds)
            if kind.like.key in meant and (number, host) in self.on
        ]

    def _tie(self, tie: Tie) -> None:
        """No unit has more of the VMs than it may have; those that are to be together are all in one unit."""
        present = {item.key for kind in self.kinds for item in kind.items} & set(tie.vms)
        for unit, hosts in tie.hosts().items():
            there = self._in(tie.vms, hosts)
            if tie.most is None and not tie.fixed and there:
                whole = self.numbers.number(1)
                self.numbers.require([*there, (-len(present), whole)], 0, 0)
            elif there:
                self.numbers.require(there, most=tie.left(unit))

    def _within_limits(self, place: Place) -> None:
        """A host takes no more than wishes let it, or than those alone take that stay on it."""
        if place.limit.memory is not None:
            free = place.limit.memory - (place.taken or 0)
            self.numbers.require(self._taken(place), most=free // self.grain)
        if place.limit.vcpus is not None:
            self.numbers.require(self._vcpus(place), most=place.limit.vcpus - place.vcpus)

    def _vcpus(self, place: Place) -> list[Term]:
        return [(kind.like.vcpus, self.on[number, place.key]) for number, kind in self.here(place)]

    def _in(self, vms: Sequence[str] | frozenset[str], hosts: Sequence[str]) -> list[Term]:
        """How many of some VMs are on some hosts."""
        return [term for host in hosts for term in self._there(vms, host)]

    def breaches(self) -> tuple[list[Term], int]:
        """By how much wishes are broken that had better be kept: a sum, and what is broken whatever is done."""
        terms: list[Term] = []
        always = 0
        for soft in self.asked.softs:
            always += sum(number for host, number in soft.fixed.items() if host in soft.wrong)
            terms += [term for host in sorted(soft.wrong) for term in self._there(soft.vms, host)]
            terms += self._moved_of(soft.vms) if soft.stay else []
            if soft.most is not None:
                more, least = self._crowded(soft, soft.most)
            elif soft.together:
                more, least = self._scattered(soft)
            else:
                continue
            terms, always = [*terms, *more], always + least
        more, least = self._exceeding()
        return [*terms, *more], always + least

    def _moved_of(self, vms: frozenset[str]) -> list[Term]:
        """One for each of some VMs that runs and leaves its host."""
        return [
            term
            for number, kind in enumerate(self.kinds)
            if kind.like.key in vms and not kind.starts
            for host in self.places
            for term in self.arrivals(number, host)
        ]

    def _crowded(self, soft: Soft, most: int) -> tuple[list[Term], int]:
        """How many are in a unit beyond those that it had better have."""
        terms, fixed = [], soft.fixed_units()
        for unit, hosts in soft.hosts().items():
            if there := self._in(soft.vms, hosts):
                beside = self.numbers.number(len(soft.vms))
                self.numbers.require([*there, (-1, beside)], most=max(0, most - fixed[unit]))
                terms.append((1, beside))
        return terms, sum(max(0, number - most) for number in fixed.values())

    def _scattered(self, soft: Soft) -> tuple[list[Term], int]:
        """In how many units they are beyond the first."""
        terms, fixed = [], soft.fixed_units()
        for unit, hosts in soft.hosts().items():
            there = self._in(soft.vms, hosts)
            if there and not fixed[unit]:
                used = self.numbers.number(1)
                self.numbers.require([*there, (-len(soft.vms), used)], most=0)
                terms.append((1, used))
        return terms, len(soft.fixed_units()) - 1 if soft.fixed or terms else 0

    def _exceeding(self) -> tuple[list[Term], int]:
        """On how many hosts more is taken than had better be."""
        terms, always = [], 0
        for cap in self.asked.caps:
            place = self.places[cap.host]
            free = None if cap.most.memory is None else (cap.most.memory - (place.taken or 0)) // self.grain
            left = None if cap.most.vcpus is None else cap.most.vcpus - place.vcpus
            if min(0 if free is None else free, 0 if left is None else left) < 0:
                always += 1
                continue
            over = self.numbers.number(1)
            for room, taken in ((free, self._taken(place)), (left, self._vcpus(place))):
                if room is not None and taken:
                    whole = self._altogether(place, taken)
                    self.numbers.require([*taken, (-whole, over)], most=room)
            terms.append((1, over))
        return terms, always

    def loads(self, least: int) -> tuple[list[Term], list[Term]] | None:
        """The highest load, no less than `least`, and the difference to the lowest; None where one is unknown."""
        most = self._highest()
        if most is None:
            return None
        highest, lowest = self.numbers.number(most, min(least, most)), self.numbers.number(most)
        for place in self.places.values():
            terms = [(size * WHOLE, variable) for size, variable in self._taken(place)]
            base, memory = self.grains(place.taken or 0) * WHOLE, max(1, place.memory // self.grain)
            self.numbers.require([*terms, (-memory, highest)], most=-base)
            self.numbers.require([*terms, (-memory, lowest)], least=1 - memory - base)
        return [(1, highest)], [(1, highest), (-1, lowest)]

    def _highest(self) -> int | None:
        """No load is higher; None where one is unknown, or sums of them would not fit into 64 bits."""
        known = bool(self.places) and all(place.taken is not None for place in self.places.values())
        if not known or any(size is None for kind in self.kinds for size in kind.like.taken.values()):
            return None
        most = max(self._most(place) for place in self.places.values())
        largest = max(place.memory // self.grain for place in self.places.values())
        return None if most >= _HIGHEST or most * largest >= _TOO_LARGE else most

    def within(self, low: int, high: int) -> None:
        """Have loads no lower and no higher than that, where they can be counted."""
        if self._highest() is None:
            return
        for place in self.places.values():
            terms = [(size * WHOLE, variable) for size, variable in self._taken(place)]
            base, memory = self.grains(place.taken or 0) * WHOLE, max(1, place.memory // self.grain)
            self.numbers.require(terms, least=(low - 1) * memory + 1 - base, most=high * memory - base)

    def _taken(self, place: Place) -> list[Term]:
        return [
            (self.grains(kind.like.taken[place.key] or 0), self.on[number, place.key])
            for number, kind in self.here(place)
        ]

    def _most(self, place: Place) -> int:
        """The load of a host if it got everybody."""
        return load((place.taken or 0) + self._altogether(place, self._taken(place)) * self.grain, place.memory)

    def _altogether(self, place: Place, taken: Sequence[Term]) -> int:
        """What a host would be taken of if it got everybody; `taken` is told kind by kind."""
        return sum(size * kind.number for (_, kind), (size, _) in zip(self.here(place), taken, strict=True))

    def counts(self, values: Sequence[int]) -> list[dict[str, int]]:
        """How many of each kind each host gets, by what the solver found."""
        found: list[dict[str, int]] = [{} for _ in self.kinds]
        for (number, host), variable in self.on.items():
            found[number][host] = values[variable]
        return found
