"""Layouts that hosts take first, in shares: any-fit decreasing places the rest, and cannot fail.

**Lemma.** Give each host layouts: guests by number and size that fit into its free memory. Whichever hosts fail, let
every host left take one of its layouts, or none, all filled with guests of the failed hosts; place the others from
large to small, each on any host where it fits. If the first that fits nowhere has size s, every host left has less
than s free. So with layout p host h holds at least U_hp(s) of guests of s or more: what p has of them, and the least
sum of such guests that leaves so little. Then the guests of s or more on the failed hosts take s and all U_hp(s) at
least. Where they take less for every s, all are placed.

**Lemma (shares).** Let the layouts of each host have shares that add up to 1, and let two kinds of demands hold for
the *means* over shares, summed over the hosts left: the guests of each size suffice for the layouts, and the U(s) are
large enough for each s. Of all shares that meet the demands for one failed set, take a corner at which the sum of U(s)
for one chosen s is largest. In a corner at most as many shares are above 0 as there are hosts and demands, not
counting the one for the chosen s; so at most R hosts have more than one layout, R being the number of these demands.
Take their layouts from these R hosts: that spares guests, and costs, for each s, at most the R largest differences
between U_hp(s) and U_h(s) without a layout. Where the demands for the means hold with that to spare, every host has
one layout or none, and the first lemma applies. A size for which the least U_hp(s) of every host do, demands nothing.

**Lemma (boxes).** All this asks for sums over the units that fail: they must stay below a number. Of sets whose guests
of each size number between a least and a most, a sum can be judged after adding any multiple of what the guests are
beyond the least, or short of the most: that adds nothing below zero. The same goes for the memory, used and free, that
fails with a set. So the k largest of n sums tell, for each box of such sets; and boxes that are cut in two, again and
again, still hold all sets.

Any-fit alone wastes up to s - 1 on each host; hosts that layouts fill to the brim waste nothing. This is strong where
guests are large and of few sizes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.failover import reachable
from planner.failover.ledger import Ledger
from planner.failover.ranking import Flags, Ints, worst_sums

WHOLE = 1 << 14
"""The parts into which each host is shared out, and each multiple is rounded."""
LARGEST = 1 << 45
"""Loads stay below this, so that sums of their parts are exact."""
STEEPEST = 1 << 41
"""Multiples do not exceed this, for the same reason."""
MEMORY = 1 << 16
"""Into so many parts all memory is divided where it is a trait of units; what a host has of it is rounded up."""


@dataclass(frozen=True, slots=True)
class Layouts:
    """The layouts of one host: a row of guests by size for each, and the share of each in parts of `WHOLE`."""

    guests: Ints
    shares: Ints


@dataclass(frozen=True, slots=True)
class Box:
    """Sets of units that together have so much of each trait."""

    least: Ints
    most: Ints

    def halves(self) -> tuple[Box, Box] | None:
        """The box cut in two at the size where it is widest; None where it holds one number of each."""
        column = int((self.most - self.least)[:-1].argmax())
        if self.most[column] == self.least[column]:
            return None
        middle = (self.least[column] + self.most[column] + 1) // 2
        low, high = self.most.copy(), self.least.copy()
        low[column], high[column] = middle - 1, middle
        return replace(self, most=low), replace(self, least=high)


@dataclass(frozen=True, slots=True)
class Multiples:
    """For each demand, of each trait: what is added for what is beyond the least, and short of the most."""

    beyond: Ints
    short: Ints


@dataclass(frozen=True, slots=True)
class Plan:
    """Layouts of all hosts, and multiples with which they are judged, for the two kinds of demands by size."""

    hosts: list[Layouts]
    suffice: Multiples
    enough: Multiples


def traits(ledger: Ledger) -> Ints:
    """Of each unit, in a column: its guests of each size, and the memory that fails with it, used and free."""
    memory = ledger.load + ledger.free
    parts = -(-memory // max(1, int(memory.sum()) // MEMORY))
    return np.vstack([ledger.by_unit(ledger.counts.T), ledger.by_unit(parts[None, :])])


def whole_box(ledger: Ledger, k: int, memory: int | None = None) -> Box:
    """The box of all sets of k units; or of those with which so much memory fails at most."""
    each = traits(ledger)
    least, most = -worst_sums(-each, k), worst_sums(each, k)
    if memory is not None:
        most[-1] = min(int(most[-1]), memory)
    return Box(least, most)


def serves(ledger: Ledger, k: int, box: Box, plan: Plan) -> bool:
    """Whether the lemmas show that all sets of k units in a box can be restarted."""
    if not _sound(ledger, plan):
        return False
    brim, rooms, alone = Brim(ledger, k), ledger.free.tolist(), [len(each.shares) == 1 for each in plan.hosts]
    held = [brim.held(room, each.guests) for room, each in zip(rooms, plan.hosts, strict=True)]
    bare = np.stack([brim.bare(room) for room in rooms])
    taken = np.stack([each.shares @ each.guests for each in plan.hosts])
    mean = np.stack([each.shares @ rows for rows, each in zip(held, plan.hosts, strict=True)])
    lost = np.maximum(0, np.stack([rows.max(axis=0) for rows in held]) - bare)
    lost[alone] = 0
    least = np.minimum(bare, np.stack([rows.min(axis=0) for rows in held]))
    volumes = np.cumsum(ledger.counts * ledger.sizes, axis=1)
    plain = worst_sums(ledger.by_unit((volumes + least).T), k) < ledger.sizes + least.sum(axis=0)
    corners = int((taken.sum(axis=0) > 0).sum()) + max(0, int((~plain).sum()) - 1)
    needed = WHOLE * (ledger.sizes - worst_sums(lost.T, corners)) + mean.sum(axis=0)
    sums = _Sums(ledger, k, box)
    suffice = sums.below(-(WHOLE * ledger.counts + taken), 1 - taken.sum(axis=0), plan.suffice)
    return bool((plain | sums.below(WHOLE * volumes + mean, needed, plan.enough)).all() and suffice.all())


def _sound(ledger: Ledger, plan: Plan) -> bool:
    """Whether layouts fit into free memory, and shares and multiples are in their bounds."""
    factors = (plan.suffice.beyond, plan.suffice.short, plan.enough.beyond, plan.enough.short)
    return all(bool(((each >= 0) & (each <= STEEPEST)).all()) for each in factors) and all(
        bool((each.guests >= 0).all() and (each.guests @ ledger.sizes <= room).all() and (each.shares >= 0).all())
        and int(each.shares.sum()) == WHOLE
        for room, each in zip(ledger.free.tolist(), plan.hosts, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Sums:
    """What any k units of a box bring together."""

    ledger: Ledger
    k: int
    box: Box

    def below(self, columns: Ints, needed: Ints, multiples: Multiples) -> Flags:
        """For each column of entries by host, whether the sum stays below what is needed."""
        rows = self.ledger.by_unit(columns.T) + (multiples.beyond - multiples.short) @ traits(self.ledger)
        worst = worst_sums(rows, self.k)
        return np.asarray(worst - multiples.beyond @ self.box.least + multiples.short @ self.box.most < needed)


class Brim:
    """What a host holds at least of guests of a size or more when one of this size does not fit."""

    def __init__(self, ledger: Ledger, k: int) -> None:
        self._sizes = ledger.sizes
        supply = worst_sums(ledger.by_unit(ledger.counts.T), k).tolist()
        limit, sums = int(ledger.free.max(initial=0)), 1
        self._sums: list[int] = []
        for size, count in zip(ledger.sizes.tolist(), supply, strict=True):
            sums = reachable.with_class(sums, size, count, limit)
            self._sums.append(sums)
        self._known: dict[int, Ints] = {}

    def bare(self, room: int) -> Ints:
        """For each size: without a layout, in this room."""
        if room not in self._known:
            pairs = zip(self._sums, self._sizes.tolist(), strict=True)
            self._known[room] = np.array([_least(sums, room, size) for sums, size in pairs], np.int64)
        return self._known[room]

    def held(self, room: int, guests: Ints) -> Ints:
        """The same with each of these layouts: a row for each, a column for each size."""
        volumes = np.cumsum(guests * self._sizes, axis=1)
        left = (room - volumes[:, -1]).tolist()
        return np.asarray(volumes + np.stack([self.bare(each) for each in left]), np.int64)


def _least(sums: int, room: int, size: int) -> int:
    """The least sum that leaves less than `size`; where there is none, the guest fits, and all the room is told."""
    if room < size:
        return 0
    found = reachable.least_above(sums, room - size)
    return room if found is None else min(found, room)
