"""An assignment as a board on which VMs change places: memory alone is evened out, and wishes are not broken more."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from planner.facts.host_limits import Most
from planner.goals.moves.board import Bin, Board, Size, Unit
from planner.goals.moves.evening import WORK, Search
from planner.goals.moves.wanted import Item, Place
from planner.goals.place.asked import Asked
from planner.goals.place.bonds import Bonds
from planner.goals.place.worth import Targets, left_free

_PARTS = 10
"""So much of the work goes into one search at most, as a part of all of it."""


def evened(asked: Asked, board: Board, enough: tuple[int, int], *, tells: str = "") -> Search:
    """A search that has ended: loads are as even as enough is, or as it finds them; see `Search`."""
    search = Search(board, asked.wanted.most_moves, WORK // _PARTS, enough, tells=tells)
    search.run()
    search.leaner()
    return search


@dataclass(frozen=True, slots=True)
class Crowd:
    """VMs that count on a host, some more than others, of which no host may have too much."""

    most: int
    weights: Mapping[str, int]
    """By VM that may move, what it counts."""
    there: Mapping[str, int]
    """By host, what counts on it in any case."""


class Boards:
    """Makes boards of an assignment."""

    def __init__(self, asked: Asked, targets: Targets) -> None:
        self._asked, self._targets = asked, targets
        self._places = asked.wanted.places
        self._number = {place.key: number for number, place in enumerate(self._places)}
        self._item = {item.key: item for item in asked.wanted.items}
        self._bonds = Bonds(asked, targets)
        self._kinds, self._typical = _alike(asked)
        self._restarts = {each.key: each.size for each in asked.wanted.guarded}

    def loads(self, most_risk: int | None, gaps: int = 0) -> Board:
        """Each host loaded with what its VMs take; none is to put more at risk than that, where it is told.

        Hosts with much free memory have gaps into which the largest restart fits; they are loaded as if it was there.
        """
        return self._board(most_risk, self._gaps(gaps), at_risk=False)

    def with_gaps(self, most_risk: int, gaps: Mapping[str, int], crowds: Iterable[Crowd]) -> Board:
        """Each host loaded with what its VMs take and with a gap, and no more on it than crowds may have."""
        for crowd in crowds:
            self._bonds.crowd(crowd.most, crowd.weights, crowd.there)
        return self._board(most_risk, gaps, at_risk=False)

    def risks(self) -> Board:
        """Each host loaded with what its failure takes from the others: restarts, and what is free on it."""
        return self._board(None, {}, at_risk=True)

    def _gaps(self, number: int) -> Mapping[str, int]:
        """By host, the bytes of so many gaps: one for each of the emptiest hosts, then a further one."""
        left = left_free(self._asked, self._targets)
        largest, order = max(self._restarts.values(), default=0), sorted(left, key=lambda host: (-left[host], host))
        each, more = divmod(number, max(1, len(order)))
        return {host: largest * (each + (rank < more)) for rank, host in enumerate(order)}

    def _board(self, most_risk: int | None, gaps: Mapping[str, int], *, at_risk: bool) -> Board:
        units = sorted(self._units(at_risk=at_risk), key=lambda unit: (unit.moves, unit.vms))
        moving = {vm for unit in units for vm in unit.vms}
        bins = [self._bin(place, moving, at_risk=at_risk) for place in self._places]
        usable = self._asked.usable
        bins = [
            replace(each, taken=each.taken + gaps.get(each.key, 0), most_risk=most_risk if each.key in usable else None)
            for each in bins
        ]
        board = Board(bins, units, lambda number, host: self._may(units[number], bins[host].key), self._bonds.groups)
        for number, unit in enumerate(units):
            target = self._number[self._targets[unit.vms[0]]]
            if board.at[number] != target:
                board.shift(number, target)
            if not self._may(unit, bins[unit.source].key, home=True):
                board.ban(number, unit.source)
        return board

    def _may(self, unit: Unit, host: str, *, home: bool = False) -> bool:
        """Whether a unit may come to a host, memory and other units aside."""
        if home and any(vm in self._asked.wanted.must_go for vm in unit.vms):
            return False
        if self._places[self._number[host]].closed:
            return False
        return all(host in self._item[vm].stays and not self._bonds.wrong(vm, host) for vm in unit.vms)

    def _units(self, *, at_risk: bool) -> Iterator[Unit]:
        bound = self._bonds.held | {vm for vms in self._bonds.together for vm in vms}
        for vms in [*self._bonds.together, *((key,) for key in self._item if key not in bound)]:
            items = [self._item[vm] for vm in vms]
            yield Unit(
                vms,
                self._number[self._home(items[0])],
                tuple(self._size(items, host, at_risk=at_risk) for host in self._typical),
                sum(item.vcpus for item in items),
                sum(item.moves for item in items if item.source),
                tuple(mark for vm in vms for mark in self._bonds.marks(vm)),
                sum(self._restarts.get(vm, 0) for vm in vms),
            )

    def _home(self, item: Item) -> str:
        """Where it is today; of those that do not run, where they are to be."""
        return item.source or self._targets[item.key]

    def _size(self, items: Sequence[Item], host: str, *, at_risk: bool) -> Size:
        """What VMs take of a host, and of hosts that are like it."""
        static = sum(_on(item.static, host) for item in items)
        at_stake = sum(self._restarts.get(item.key, 0) for item in items) - static
        return Size(
            sum(max(_on(item.comes, host), _on(item.stays, host)) for item in items),
            sum(_on(item.stays, host) for item in items),
            at_stake if at_risk else sum(_on(item.taken, host) for item in items),
            static,
        )

    def _bin(self, place: Place, moving: set[str], *, at_risk: bool) -> Bin:
        """A host with the VMs on it that are held where they are."""
        items = self._asked.wanted.items
        here = [item for item in items if item.key not in moving and self._targets[item.key] == place.key]
        today = [item for item in items if item.key in moving and self._home(item) == place.key]
        risk = self._risk(place, here)
        taken = (place.taken or 0) + sum(item.taken[place.key] or 0 for item in here)
        return Bin(
            place.key,
            max(each.memory for each in self._places) if at_risk else place.memory,
            None,
            self._kinds[place.key],
            risk if at_risk else taken,
            place.vcpus + sum(item.vcpus for item in here),
            place.room - sum(item.stays[place.key] for item in (*here, *today)),
            self._bonds.there(place.key),
            Most(None if at_risk else place.limit.memory, place.limit.vcpus),
            risk,
        )

    def _risk(self, place: Place, here: Iterable[Item]) -> int:
        fixed = (each for each in self._asked.wanted.guarded if each.key not in self._item and each.host == place.key)
        own = sum(self._restarts.get(item.key, 0) - item.static[place.key] for item in here)
        return place.spare + sum(each.size for each in fixed) + own


def _alike(asked: Asked) -> tuple[dict[str, int], list[str]]:
    """By host, its number among the kinds of hosts of which each VM takes the same; and one host of each kind."""
    told: dict[str, list[Hashable]] = {place.key: [] for place in asked.wanted.places}
    for item in asked.wanted.items:
        sizes = (item.comes, item.stays, item.taken, item.static)
        if any(len(set(each.values())) > 1 for each in sizes):
            for host, mine in told.items():
                mine.append(tuple(each.get(host) for each in sizes))
    kinds: dict[Hashable, int] = {}
    of_host = {host: kinds.setdefault(tuple(mine), len(kinds)) for host, mine in told.items()}
    typical = {kind: host for host, kind in reversed(of_host.items())}
    return of_host, [typical[kind] for kind in range(len(kinds))]


def _on(sizes: Mapping[str, int] | Mapping[str, int | None], host: str) -> int:
    """A size on a host; where a VM cannot be there, that of another, for it is never asked."""
    return (sizes[host] if host in sizes else next(iter(sizes.values()))) or 0
