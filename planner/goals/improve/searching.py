"""Moves after which so many hosts may fail, in pools of any size: a few hosts at a time are placed anew.

Demands that every such assignment keeps lead the way; what keeps them all is held against the exact capacity. Where it
does not hold, the cause becomes a further demand; where that is open, the tightest demands get a reserve. Once it does,
VMs that moved are looked at again, for something cheaper.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from planner import patience
from planner.failover.answers import FailureCapacity
from planner.goals.improve.holding import Demand, Holding
from planner.goals.improve.region import BESIDE, Region
from planner.goals.improve.turns import Turns
from planner.goals.moves.surviving import after
from planner.goals.moves.wanted import Wanted
from planner.plans.costs import OTHER_BYTES, worth_told
from planner.units import MIB

_EFFORT = 1.75
"""What all looks may take, as the solver counts it; a large pool gets more."""
_EFFORT_FOR_HOST = 1 / 32
_LOOK = 0.01
"""What a look takes beside the solver."""
_HOSTS = 8
_NUMBERS = 400
"""So many numbers of VMs are asked for in one look, at most."""
_MEASURES = 16
_MOST_DEMANDS = 48
_IDLE = 24
"""So many looks without gain end it."""
_LONGER = 4
_JUDGING = 0.1
_JUDGED = 0.03
"""What it takes to hold something against the exact capacity, in terms of looks."""


@dataclass(frozen=True, slots=True)
class Reached:
    """The best that was found: by VM its host, and how many hosts may fail then, at least and at most."""

    targets: Mapping[str, str]
    bytes_moved: int
    moves: int
    lower: int
    upper: int


def moves_found(wanted: Wanted, failures: int) -> Reached | None:
    """Cheap moves after which so many hosts may fail; None where none were found, which proves nothing."""
    return _Search(wanted, failures).run()


class _Search:
    def __init__(self, wanted: Wanted, failures: int) -> None:
        self._wanted, self._failures = wanted, failures
        self._effort = _EFFORT + _EFFORT_FOR_HOST * len(wanted.places)
        self._holding = Holding(wanted, failures)
        self._turns = Turns()
        everywhere = frozenset(self._holding.places)
        sizes = sorted({each.size for each in wanted.guarded if each.size}, reverse=True)
        measures = sizes[:: -(-len(sizes) // _MEASURES) or 1]
        self._demands = {(measure, everywhere): Demand(measure, everywhere) for measure in measures}
        self._best: Reached | None = None

    def run(self) -> Reached | None:
        """One look after the other, until nothing is gained any more, or the effort is used up."""
        idle = 0
        while self._effort > 0 and idle < _IDLE and not patience.ended():
            short = [each for each in self._demands.values() if self._holding.shortage(each)]
            if not short and not self._better():
                if len(self._demands) > _MOST_DEMANDS:
                    break
                continue
            if short and idle >= _IDLE // 3:
                self._give_up_reserves(short)
            self._tell()
            hosts = self._wasteful(short) if short else self._changed()
            idle = 0 if self._look(hosts, 1 + idle / _LONGER) else idle + 1
        return self._best

    def _give_up_reserves(self, short: list[Demand]) -> None:
        """Reserves that nothing keeps are not asked for any more."""
        for demand in short:
            self._demands[demand.measure, demand.hosts] = replace(demand, reserve=0)

    def _tell(self) -> None:
        if waiting := patience.waiting():
            best = worth_told(OTHER_BYTES, self._best.bytes_moved) if self._best else ""
            waiting.told(OTHER_BYTES, best, "")

    def _worth(self) -> tuple[int, int]:
        """What is short, and what the moves cost."""
        short = sum(self._holding.shortage(each) * each.measure for each in self._demands.values())
        arrived = self._holding.arrived()
        moved = sum((self._holding.kinds[number].like.moves + BESIDE * MIB) * more for number, _, more in arrived)
        return short, moved

    def _look(self, hosts: list[str], longer: float) -> bool:
        """Whether placing VMs of some hosts anew on them was of use."""
        before, kinds = self._worth(), self._chosen(hosts)
        region = Region(self._holding, hosts, kinds)
        for demand in self._demands.values():
            region.demand(demand)
        counts, effort = region.solve(min(self._effort, longer * (0.05 + len(kinds) * len(hosts) / 4000)))
        self._effort -= effort + _LOOK
        if counts is None:
            return False
        was = {(number, host): self._holding.on[host][number] for number, host in counts}
        self._holding.put(counts)
        after_it = self._worth()
        if after_it > before:
            self._holding.put(was)
        return after_it < before

    def _chosen(self, hosts: list[str]) -> list[int]:
        """The kinds that are placed anew; some of them where they are many."""
        there = sorted({number for host in hosts for number, count in self._holding.on[host].items() if count})
        most = max(1, _NUMBERS // len(hosts))
        return there if len(there) <= most else sorted(self._turns.some(there, most))

    def _wasteful(self, short: list[Demand]) -> list[str]:
        """Hosts with much left over beside whole parts, some that lose most, and any others."""
        demand = self._turns.some(short, 1)[0] if self._turns.below(2) else max(short, key=lambda each: each.measure)
        holding = self._holding
        over = {host: max(0, holding.free(host)) % demand.measure for host in holding.hosts}
        parts = {host: holding.parts(demand, host) for host in holding.hosts}
        near = sorted(holding.hosts, key=lambda host: (-over[host], host))[: max(3, len(over) // 3)]
        worst = sorted(holding.hosts, key=lambda host: (-parts[host].lost - parts[host].free, host))
        first = [*self._turns.some(near, 3), *self._turns.some(worst[: self._failures + 2], 2)]
        return self._filled(first)

    def _changed(self) -> list[str]:
        """Hosts to which VMs came, and those from which they came; then any others."""
        holding, arrived = self._holding, self._holding.arrived()
        first: list[str] = []
        for number, host, _ in self._turns.some(arrived, 3):
            left = [each for each in holding.hosts if holding.on[each][number] < holding.here[number][each]]
            first += [host, *left[:2]]
        return self._filled(first[: _HOSTS - 2])

    def _filled(self, first: list[str]) -> list[str]:
        found = list(dict.fromkeys(first))
        others = [host for host in self._holding.hosts if host not in found]
        return sorted([*found, *self._turns.some(others, _HOSTS - len(found))])

    def _better(self) -> bool:
        """Whether what is there now holds; it is kept where it is the best so far, and else told why it does not."""
        arrived = self._holding.arrived()
        moved = sum(self._holding.kinds[number].like.moves * more for number, _, more in arrived)
        number = sum(more for _, _, more in arrived)
        cost = moved + BESIDE * MIB * number
        if self._best and cost >= self._best.bytes_moved + BESIDE * MIB * self._best.moves:
            return True
        targets = self._holding.targets()
        found = after(self._wanted, targets, effort=_JUDGING)
        self._effort -= _JUDGED
        if found.lower < self._failures:
            self._demand_more(found)
            return False
        self._best = Reached(targets, moved, number, found.lower, found.upper)
        return True

    def _demand_more(self, found: FailureCapacity) -> None:
        """What the cause demands; where none is known, or it is demanded already, a reserve where it is tightest."""
        because = found.because
        if found.upper < self._failures and because and because.measure and found.witness:
            hosts = frozenset(because.hosts) | frozenset(found.witness)
            if (because.measure, hosts) not in self._demands:
                self._demands[because.measure, hosts] = Demand(because.measure, hosts)
                return
        for key in self._tightest():
            self._demands[key] = replace(self._demands[key], reserve=self._demands[key].reserve + 1)

    def _tightest(self) -> Iterator[tuple[int, frozenset[str]]]:
        """The demands that one part less would break."""
        return (
            key
            for key, each in list(self._demands.items())
            if self._holding.shortage(replace(each, reserve=each.reserve + 1))
        )
