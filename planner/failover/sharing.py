"""The search for layouts that serve every set of k units: by a linear program, box after box.

The program chooses shares of layouts so that a box misses as little as can be of what `layouts` demands. Where nothing
is missed, and `layouts` proves it in whole numbers, the box is done; else it is cut in two, and each half is asked
with shares of its own. The smallest guests are in no layout: they fill up well by themselves, and the fewer sizes
layouts take, the less is lost to rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.failover import reachable
from planner.failover.effort import Effort
from planner.failover.layouts import (
    LARGEST,
    STEEPEST,
    WHOLE,
    Box,
    Brim,
    Layouts,
    Multiples,
    Plan,
    serves,
    traits,
    whole_box,
)
from planner.failover.ledger import Ledger
from planner.failover.ranking import Ints, Reals, worst_sums
from planner.solver import RealNumbers

SIZES = range(2, 9)
"""With more sizes than these there are too many layouts; with one there is nothing to choose."""
MOST = 4000
"""Up to so many layouts are looked at for one amount of free memory."""
KEPT = 200
"""Of these, so many are offered to the program."""
KEPT_BACK = 0.002
"""The part of each share that is left out, so that rounding takes no guest too many."""
ROUNDING = 0.1
"""The part of a size that U has to be larger, so that rounding takes none too much."""
LEAST = WHOLE // 1000
"""Smaller shares are left out."""
STEEPNESS = float(STEEPEST // 2)
"""Multiples stay below this."""
DEEPEST = 16
"""No box is the half of a half more often than this."""


def shared_out(ledger: Ledger, k: int, effort: Effort, memory: int | None = None) -> bool:
    """Whether layouts are found that serve any k units, or those with so much memory at most; raises Exhausted."""
    too_much = max(
        int(ledger.free.max(initial=0)) // reachable.LONGEST, int((ledger.load + ledger.free).sum()) // LARGEST
    )
    if len(ledger.sizes) not in SIZES or too_much:
        return False
    effort.ask_solver(0)
    program = _Program(_Offers(ledger, k, effort), effort)
    boxes = [(whole_box(ledger, k, memory), 0)]
    while boxes:
        box, depth = boxes.pop()
        plan = program.plan(box)
        if plan is not None and serves(ledger, k, box, plan):
            continue
        halves = box.halves()
        if halves is None or depth == DEEPEST:
            return False
        boxes += [(half, depth + 1) for half in halves]
    return True


@dataclass(frozen=True, slots=True)
class _Offer:
    """Layouts of a room, and by how much U is larger with each than without."""

    guests: Ints
    more: Reals


class _Offers:
    """What the program may choose from."""

    def __init__(self, ledger: Ledger, k: int, effort: Effort) -> None:
        self.ledger, self.k, self._effort = ledger, k, effort
        self._brim = Brim(ledger, k)
        self._supply = worst_sums(ledger.by_unit(ledger.counts.T), k).tolist()[:-1]
        rooms = ledger.free.tolist()
        offers = {room: self._offer(room) for room in sorted(set(rooms))}
        self.hosts = [offers[room] for room in rooms]
        self.bare = np.stack([self._brim.bare(room) for room in rooms])
        most = np.stack([each.more.max(axis=0, initial=0.0) for each in self.hosts])
        corners = 2 * (len(ledger.sizes) - 1)
        self.losses: Reals = -np.sort(-most, axis=0)[:corners].sum(axis=0)

    def _offer(self, room: int) -> _Offer:
        """The worthwhile layouts of a room; none where there are too many."""
        sizes = self.ledger.sizes
        guests = all_layouts(room, sizes.tolist()[:-1], self._supply)
        if guests is None or not len(guests):
            return _Offer(np.zeros((0, len(sizes)), np.int64), np.zeros((0, len(sizes))))
        guests = np.pad(guests, ((0, 0), (0, 1)))
        self._effort.spend(50 + 5 * len(guests))
        held, bare = self._brim.held(room, guests), self._brim.bare(room)
        kept = _worthwhile(guests, held, bare)
        return _Offer(guests[kept], (held[kept] - bare).astype(np.float64))


def all_layouts(room: int, sizes: list[int], supply: list[int]) -> Ints | None:
    """All layouts of a room but the empty one; None when there are too many."""
    found: list[tuple[int, tuple[int, ...]]] = [(0, ())]
    for size, count in zip(sizes, supply, strict=True):
        found = [
            (used + number * size, (*guests, number))
            for used, guests in found
            for number in range(min(count, (room - used) // size) + 1)
        ]
        if len(found) > MOST:
            return None
    return np.array([guests for used, guests in found if used], np.int64).reshape(-1, len(sizes))


def _worthwhile(guests: Ints, held: Ints, bare: Ints) -> Ints:
    """The numbers of layouts of which no other takes fewer guests and holds more at each size; at most `KEPT`."""
    order = np.lexsort((-held.sum(axis=1), guests.sum(axis=1)))
    kept: list[int] = []
    for number in order[(held[order] > bare).any(axis=1)].tolist():
        fewer = (guests[kept] <= guests[number]).all(axis=1)
        if not (fewer & (held[kept] >= held[number]).all(axis=1)).any():
            kept.append(number)
    return np.array(kept[:: -(-len(kept) // KEPT) or 1], np.int64)


@dataclass(frozen=True, slots=True)
class _Demand:
    """A demand in the program: its row, and the variables of its multiples, for beyond and for short, by size."""

    row: int
    beyond: list[int]
    short: list[int]


class _Program:
    """Shares of layouts with which the sets of a box miss as little as can be; sizes are told in smallest guests."""

    def __init__(self, offers: _Offers, effort: Effort) -> None:
        self._offers, self._ledger, self._effort = offers, offers.ledger, effort
        self._unit, self._terms = float(self._ledger.sizes[-1]), 0
        self._program = RealNumbers()
        self._shares = [[self._program.number() for _ in each.guests] for each in offers.hosts]
        for numbers in self._shares:
            self._program.at_most(1.0, [(1.0, number) for number in numbers])
        columns = range(len(self._ledger.sizes))
        self._suffice = [self._that_guests_suffice(column) for column in columns]
        self._enough = [self._that_enough_is_held(column) for column in columns]

    def plan(self, box: Box) -> Plan | None:
        """Whole shares for a box; None when the library finds none."""
        for demand in (*self._suffice, *self._enough):
            self._program.change(demand.row, zip((-box.least).tolist(), demand.beyond, strict=True))
            self._program.change(demand.row, zip(box.most.tolist(), demand.short, strict=True))
        self._effort.spend(0.35 * self._terms)
        answer = self._program.maximize()
        if answer is None:
            return None
        values = np.minimum(np.maximum(0.0, np.array(answer[1])), STEEPNESS / self._unit / WHOLE)
        hosts = [self._layouts(host, values) for host in range(len(self._shares))]
        return Plan(
            hosts, _multiples(self._suffice, values * WHOLE), _multiples(self._enough, values * WHOLE * self._unit)
        )

    def _layouts(self, host: int, values: Reals) -> Layouts:
        """Shares in whole parts; what is left over is without a layout."""
        guests, shares = (
            self._offers.hosts[host].guests,
            (values[self._shares[host]] * (1 - KEPT_BACK) * WHOLE).astype(np.int64),
        )
        used = np.flatnonzero(shares >= LEAST)
        rest = WHOLE - int(shares[used].sum())
        if not rest:
            return Layouts(guests[used], shares[used])
        return Layouts(np.pad(guests[used], ((0, 1), (0, 0))), np.append(shares[used], rest))

    def _that_guests_suffice(self, column: int) -> _Demand:
        terms = [-each.guests[:, column].astype(np.float64) for each in self._offers.hosts]
        held = self._ledger.by_unit(self._ledger.counts[:, column])
        return self._demand(-held.astype(np.float64), terms, [], 0.0)

    def _that_enough_is_held(self, column: int) -> _Demand:
        ledger, offers, size = self._ledger, self._offers, float(self._ledger.sizes[column])
        terms = [each.more[:, column] / self._unit for each in offers.hosts]
        volumes = ledger.counts[:, : column + 1] @ ledger.sizes[: column + 1]
        fixed = ledger.by_unit(volumes + offers.bare[:, column]) / self._unit
        limit = size * (1 - ROUNDING) + float(offers.bare[:, column].sum() - offers.losses[column])
        missed = self._program.number(-self._unit / size)
        return self._demand(fixed, terms, [(-1.0, missed)], limit / self._unit)

    def _demand(self, fixed: Reals, terms: list[Reals], others: list[tuple[float, int]], limit: float) -> _Demand:
        """That what k units of the box bring, `fixed` and their terms, is at most all terms, others and the limit."""
        program, k, units = self._program, self._offers.k, traits(self._ledger)
        beyond, short = ([program.number() for _ in units] for _ in range(2))
        rise, fall = program.number(), program.number()
        total = [(float(k), rise), (-float(k), fall), *others]
        pairs = [
            list(zip(each.tolist(), numbers, strict=True)) for each, numbers in zip(terms, self._shares, strict=True)
        ]
        for unit, number in enumerate(fixed.tolist()):
            over = program.number()
            own = [term for host in np.flatnonzero(self._ledger.unit_of == unit) for term in pairs[host] if term[0]]
            held = units[:, unit].tolist()
            own += [*zip(held, beyond, strict=True), *((-count, each) for count, each in zip(held, short, strict=True))]
            program.at_most(-number, [*own, (-1.0, rise), (1.0, fall), (-1.0, over)])
            total.append((1.0, over))
            self._terms += len(own)
        total += [(-factor, number) for each in pairs for factor, number in each if factor]
        return _Demand(program.at_most(limit, total), beyond, short)


def _multiples(demands: list[_Demand], values: Reals) -> Multiples:
    """Multiples in whole parts."""
    return Multiples(
        values[[each.beyond for each in demands]].astype(np.int64),
        values[[each.short for each in demands]].astype(np.int64),
    )
