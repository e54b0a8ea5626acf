"""A few hosts whose VMs are placed anew on them, while all the rest of the pool stays as it is.

How many VMs of each kind a host gets is what is asked of the solver. A demand that is not kept costs much for each part
that is short, so there is always an answer, and one that is no worse than what is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import gcd

from planner.goals.improve.holding import Demand, Holding, Placed
from planner.goals.moves.wanted import Place, Tie
from planner.solver import Ending, Outcome, Summand, Term, WholeNumbers
from planner.units import MIB

BESIDE = 1024
"""In MiB: what a move costs beside its bytes, for it takes its time however little it moves."""
_SHORT = 200
"""What a part that is short costs, in bytes that are moved for each of its own."""


class Region:
    """The question; VMs of other kinds than those given stay where they are."""

    def __init__(self, holding: Holding, hosts: Sequence[str], kinds: Sequence[int]) -> None:
        self._of, self._hosts, self._kinds = holding, hosts, kinds
        self._numbers = WholeNumbers(ends_early=True)
        self._now: list[int] = []
        self._on: dict[Placed, int] = {}
        self._cost: list[Term] = []
        for number in kinds:
            self._spread(number)
        self._come = {(number, host): self._arrivals(number, host) for number, host in self._on}
        for host in hosts:
            self._room(holding.places[host])
            self._within_limits(holding.places[host])
        for tie in holding.wanted.ties:
            self._tie(tie)

    def _spread(self, number: int) -> None:
        """As many of a kind as there are here stay here; none comes to a host that is closed to it."""
        holding, like = self._of, self._of.kinds[number].like
        now = {host: holding.on[host][number] for host in self._hosts}
        total = sum(now.values())
        for host in self._hosts:
            if host in like.stays:
                most = now[host] if holding.places[host].closed else total
                self._on[number, host] = self._numbers.number(most)
                self._now.append(now[host])
        here = [(1, self._on[number, host]) for host in self._hosts if (number, host) in self._on]
        self._numbers.require(here, total, total)

    def _arrivals(self, number: int, host: str) -> list[Term]:
        """How many of a kind are here that are not here today; each is a move."""
        variable, today = self._on[number, host], self._of.here[number][host]
        most = sum(self._of.on[each][number] for each in self._hosts) - today
        found: list[Term] = [(1, variable)] if not today else []
        if today and most > 0:
            found = [(1, self._numbers.number(most))]
            self._numbers.require([(1, variable), (-1, found[0][1])], most=today)
        self._cost += [(_up(self._of.kinds[number].like.moves) + BESIDE, each) for _, each in found]
        return found

    def _room(self, place: Place) -> None:
        """A host is charged for those that are there, and has free what those need that come."""
        if place.closed:
            return
        left, terms = place.room, list[Term]()
        for number, count in self._of.on[place.key].items():
            like = self._of.kinds[number].like
            if (number, place.key) not in self._on:
                came = count > self._of.here[number][place.key]
                left -= count * max(like.stays[place.key], like.comes[place.key] if came else 0)
        for number in self._kinds:
            if (number, place.key) in self._on:
                stays, comes = (
                    _up(each[place.key])
                    for each in (self._of.kinds[number].like.stays, self._of.kinds[number].like.comes)
                )
                terms.append((stays, self._on[number, place.key]))
                if comes > stays:
                    terms += [(comes - stays, each) for _, each in self._come[number, place.key]]
        self._numbers.require(terms, most=max(left // MIB, self._taken(place.key)))

    def _taken(self, host: str) -> int:
        """What is charged to a host today for the VMs that may leave it, in MiB: it has that in any case."""
        return sum(
            _up(self._of.kinds[number].like.stays[host]) * self._of.on[host][number]
            for number in self._kinds
            if (number, host) in self._on
        )

    def _tie(self, tie: Tie) -> None:
        """No unit has more of the VMs than it may have; those that are to be together stay where they are."""
        members = {number for number, kind in enumerate(self._of.kinds) if kind.like.key in tie.vms}
        placed = {(number, host) for number, host in self._on if number in members}
        if tie.most is None:
            for number, host in sorted(placed):
                count = self._of.on[host][number]
                self._numbers.require([(1, self._on[number, host])], count, count)
            return
        for unit, hosts in tie.hosts().items():
            there = [
                (1, self._on[number, host]) for number in sorted(members) for host in hosts if (number, host) in placed
            ]
            others = sum(
                self._of.on[host][number] for number in members for host in hosts if (number, host) not in placed
            )
            if there:
                self._numbers.require(there, most=max(0, tie.left(unit) - others))

    def _within_limits(self, place: Place) -> None:
        """A host takes no more than wishes let it, or than it takes as things are."""
        there = [number for number, count in self._of.on[place.key].items() if count]
        coming = [number for number in self._kinds if (number, place.key) in self._on]
        likes = {number: self._of.kinds[number].like for number in (*there, *coming)}
        if place.most.memory is not None:
            memory = {number: like.taken[place.key] or 0 for number, like in likes.items()}
            self._at_most(place.key, memory, place.most.memory, place.taken or 0)
        if place.most.vcpus is not None:
            self._at_most(
                place.key, {number: like.vcpus for number, like in likes.items()}, place.most.vcpus, place.vcpus
            )

    def _at_most(self, host: str, sizes: Mapping[int, int], most: int, fixed: int) -> None:
        """What kinds take of a host, each so much, beside what stays on it."""
        counts = self._of.on[host]
        here = {number: sizes[number] for number in self._kinds if (number, host) in self._on}
        own = sum(size * counts[number] for number, size in here.items())
        beside = fixed + sum(size * counts[number] for number, size in sizes.items()) - own
        grain = max(1, gcd(*here.values()))
        terms = [(size // grain, self._on[number, host]) for number, size in here.items()]
        self._numbers.require(terms, most=(max(most, beside + own) - beside) // grain)

    def demand(self, demand: Demand) -> None:
        """Keep a demand, or be charged for what is short."""
        holding, numbers = self._of, self._numbers
        everywhere = [holding.parts(demand, host) for host in holding.hosts]
        most = sum(each.lost + each.free for each in everywhere) + demand.reserve
        summands, free = [], list[Term]()
        for host in self._hosts:
            counts = [(holding.counted(demand, holding.promised[number]), number) for number in self._kinds]
            lost = [(parts, self._on[number, host]) for parts, number in counts if parts and (number, host) in self._on]
            staying = holding.parts(demand, host).lost
            staying -= sum(parts * holding.on[host][number] for parts, number in counts if (number, host) in self._on)
            own = [(1, self._free(demand, host))] if host in demand.hosts else []
            free += own
            room = max(0, holding.places[host].spare) // demand.measure
            total = sum(parts * sum(holding.on[each][number] for each in self._hosts) for parts, number in counts)
            summands.append(Summand([*lost, *own], total + room + staying, staying))
        inside = set(self._hosts)
        others = [each for host, each in zip(holding.hosts, everywhere, strict=True) if host not in inside]
        worst = sorted((each.lost + each.free for each in others), reverse=True)[: holding.failures]
        summands += [Summand([], each, each) for each in worst]
        short = numbers.number(most)
        self._cost.append((_SHORT * _up(demand.measure), short))
        left = sum(each.free for each in others) - demand.reserve
        numbers.at_most_largest(summands, holding.failures, [*free, (1, short)], left)

    def _free(self, demand: Demand, host: str) -> int:
        """The parts that are free on a host: none where what it has could need more than there is."""
        holding, numbers = self._of, self._numbers
        terms = [
            (_up(holding.kinds[number].like.static[host]), self._on[number, host])
            for number in self._kinds
            if (number, host) in self._on
        ]
        now = {number: holding.on[host][number] for number in self._kinds if (number, host) in self._on}
        left = holding.free(host) + sum(
            holding.kinds[number].like.static[host] * count for number, count in now.items()
        )
        most = max(0, left) // demand.measure
        parts = numbers.number(most)
        some = None if holding.steady else numbers.number(1)
        numbers.require([*terms, (_up(demand.measure), parts)], most=left // MIB, when=some)
        if some is not None:
            numbers.require([(1, parts), (-most, some)], most=0)
        return parts

    def solve(self, effort: float) -> tuple[Mapping[Placed, int] | None, float]:
        """How many of each kind each of the hosts is to have, where that was found; and the effort it took."""
        self._numbers.minimize(self._cost)
        self._numbers.suggest(self._now)
        found: Outcome = self._numbers.solve(effort)
        if found.ending is not Ending.FOUND:
            return None, found.effort
        return {placed: found.values[variable] for placed, variable in self._on.items()}, found.effort


def _up(size: int) -> int:
    return -(-size // MIB)
