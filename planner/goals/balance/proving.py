"""The best places in a small pool, and what none can be better than: by the solver, which knows nothing of failures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import gcd

from planner.facts.loads import WHOLE
from planner.goals.moves.board import Board
from planner.solver import Ending, Term, WholeNumbers

MOST_PAIRS = 600
"""Pairs of a unit and a host of which the solver is asked."""
EFFORT = 1.0
"""What it may do for one question where no time is given."""
_MOST = 2**51
"""Above it sums over all hosts no longer fit into 64 bits: such pools are left to the search."""


@dataclass(frozen=True, slots=True)
class Proven:
    """What the solver found: the host of each unit, by number, and what each cost cannot come below.

    A cost has a bound where those before it are proven to be as small as can be.
    """

    at: tuple[int, ...] | None
    bounds: tuple[int, ...]


def costs(board: Board) -> tuple[int, int, int, int]:
    """What is kept small, each before the next: the highest load, the unevenness, the bytes and the VMs moved."""
    moved = [unit for unit, host in zip(board.units, board.at, strict=True) if host != unit.source]
    peaks = board.peaks()
    return peaks.highest, peaks.unevenness, sum(unit.moves for unit in moved), board.moved


def prove(board: Board, most_moves: int | None, seconds: float | None) -> Proven | None:
    """The best places, beginning with those that the board has; None where that is too much for the solver."""
    pairs = sum(board.allowed(unit, host) for unit in range(len(board.units)) for host in range(len(board.bins)))
    if not board.units or pairs > MOST_PAIRS:
        return None
    model = _Model(board, most_moves)
    if model.largest > _MOST:
        return None
    values: Sequence[int] = model.hint()
    bounds: list[int] = []
    at: tuple[int, ...] | None = None
    for unit, terms in model.objectives():
        model.numbers.minimize(terms)
        model.numbers.suggest(values)
        found = model.numbers.solve(EFFORT, None if seconds is None else seconds / 4)
        if found.ending is not Ending.FOUND or found.value is None or found.bound is None:
            return Proven(at, tuple(bounds)) if found.bound is None else Proven(at, (*bounds, found.bound * unit))
        values, at = found.values, model.places(found.values)
        bounds.append(found.bound * unit)
        model.numbers.require(terms, most=found.value)
        if found.value != found.bound:
            break
    return Proven(at, tuple(bounds))


class _Model:
    """The variables: whether a unit ends up on a host, and the extremes of the loads."""

    def __init__(self, board: Board, most_moves: int | None) -> None:
        self._board = board
        self.numbers = WholeNumbers(ends_early=True)
        self._on: dict[tuple[int, int], int] = {
            (unit, host): self.numbers.number(1)
            for unit in range(len(board.units))
            for host in range(len(board.bins))
            if board.allowed(unit, host)
        }
        self.largest = 0
        self._extremes: list[tuple[int, int]] = []
        self._places()
        if most_moves is not None:
            self.numbers.require(self._moved(), most=most_moves)
        self._loads([each.memory for each in board.bins], [each.taken for each in board.bins], memory=True)
        if all(each.cpus is not None for each in board.bins):
            self._loads([each.cpus or 0 for each in board.bins], [each.vcpus for each in board.bins], memory=False)

    def _places(self) -> None:
        """One host for each unit, room for those that arrive, and nobody beside whom it is kept apart from."""
        board, numbers = self._board, self.numbers
        for unit in range(len(board.units)):
            numbers.require([(1, self._on[key]) for key in self._on if key[0] == unit], 1, 1)
        for host, place in enumerate(board.bins):
            here = [unit for unit in range(len(board.units)) if (unit, host) in self._on]
            free = place.room + sum(board.size(unit, host).stays for unit in here if board.units[unit].source == host)
            terms = [(self._arriving(unit, host), self._on[unit, host]) for unit in here]
            grain = max(1, gcd(*(size for size, _ in terms)))
            if place.room >= 0:
                numbers.require([(size // grain, variable) for size, variable in terms], most=free // grain)
            self._within_limits(host, here)
        for number, group in enumerate(board.groups):
            for crowd in dict.fromkeys(group.units):
                self._apart(number, [host for host, each in enumerate(group.units) if each == crowd])

    def _within_limits(self, host: int, here: Sequence[int]) -> None:
        """No more is taken of a host than may be."""
        board, most = self._board, self._board.most_of(host)
        if most.memory is not None:
            sizes = [(board.size(unit, host).taken, self._on[unit, host]) for unit in here]
            grain = max(1, gcd(*(size for size, _ in sizes)))
            free = most.memory - board.bins[host].taken
            self.numbers.require([(size // grain, variable) for size, variable in sizes], most=free // grain)
        if most.vcpus is not None:
            vcpus = [(board.units[unit].vcpus, self._on[unit, host]) for unit in here]
            self.numbers.require(vcpus, most=most.vcpus - board.bins[host].vcpus)

    def _apart(self, number: int, hosts: Sequence[int]) -> None:
        """Hosts that count as one have no more of a group than they may, or than they have today."""
        board = self._board
        fixed = sum(board.bins[host].groups.count(number) for host in hosts)
        inside = [unit for unit, each in enumerate(board.units) if number in each.apart]
        today = sum(board.units[unit].apart.count(number) for unit in inside if board.units[unit].source in hosts)
        terms = [
            (board.units[unit].apart.count(number), self._on[unit, host])
            for unit in inside
            for host in hosts
            if (unit, host) in self._on
        ]
        self.numbers.require(terms, most=max(today, board.groups[number].most - fixed))

    def _arriving(self, unit: int, host: int) -> int:
        """What it takes in the end at least; it may have to find more when it comes."""
        size = self._board.size(unit, host)
        return size.stays if self._board.units[unit].source == host else min(size.stays, size.comes)

    def _moved(self) -> list[Term]:
        units = self._board.units
        return [
            (len(units[unit].vms), variable)
            for (unit, host), variable in self._on.items()
            if host != units[unit].source
        ]

    def _loads(self, whole: Sequence[int], fixed: Sequence[int], *, memory: bool) -> None:
        """The highest and the lowest of one kind of load."""
        board = self._board
        rows = []
        for host in range(len(board.bins)):
            sizes = [
                (board.size(unit, host).taken if memory else board.units[unit].vcpus, variable)
                for (unit, at), variable in self._on.items()
                if at == host
            ]
            grain = max(1, gcd(whole[host], fixed[host], *(size for size, _ in sizes)))
            rows.append((whole[host] // grain, fixed[host] // grain, [(size // grain, each) for size, each in sizes]))
        most = max(-(-(base + sum(size for size, _ in terms)) * WHOLE // max(1, room)) for room, base, terms in rows)
        self.largest = max(self.largest, *(most * room for room, _, _ in rows))
        highest, lowest = self.numbers.number(most), self.numbers.number(most)
        for room, base, terms in rows:
            loaded = [(size * WHOLE, variable) for size, variable in terms]
            self.numbers.require([*loaded, (-room, highest)], most=-base * WHOLE)
            self.numbers.require([*loaded, (-room, lowest)], least=1 - room - base * WHOLE)
        self._extremes.append((highest, lowest))

    def objectives(self) -> list[tuple[int, list[Term]]]:
        """What is kept small, in this order: what one of it is worth, and the sum."""
        units = self._board.units
        grain = max(1, gcd(*(unit.moves for unit in units)))
        sizes = [
            (units[unit].moves // grain, variable)
            for (unit, host), variable in self._on.items()
            if host != units[unit].source
        ]
        highest = [(1, most) for most, _ in self._extremes]
        return [
            (1, highest),
            (1, [*highest, *((-1, least) for _, least in self._extremes)]),
            (grain, sizes),
            (1, self._moved()),
        ]

    def hint(self) -> list[int]:
        """The places that the board has."""
        return [int(self._board.at[unit] == host) for unit, host in self._on]

    def places(self, values: Sequence[int]) -> tuple[int, ...]:
        """The host of each unit."""
        at = {unit: host for (unit, host), variable in self._on.items() if values[variable]}
        return _settled(self._board, tuple(at[unit] for unit in range(len(self._board.units))))


def _settled(board: Board, at: tuple[int, ...]) -> tuple[int, ...]:
    """The same places, in which of the units that are alike the first go first; else the solver would choose."""
    alike: defaultdict[Hashable, list[int]] = defaultdict(list)
    for number, unit in enumerate(board.units):
        hosts = tuple(board.allowed(number, host) for host in range(len(board.bins)))
        alike[unit.source, unit.sizes, unit.vcpus, unit.moves, unit.apart, len(unit.vms), hosts].append(number)
    found: dict[int, int] = {}
    for numbers in alike.values():
        home = board.units[numbers[0]].source
        places = sorted((at[number] for number in numbers), key=lambda host: (host == home, host))
        found |= dict(zip(numbers, places, strict=True))
    return tuple(found[number] for number in range(len(board.units)))
