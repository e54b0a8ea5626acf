"""One host is handed on, filled in part, from each failed host to the next: every set of k hosts can be restarted.

Failed hosts are served one after another. Of the hosts left, those that have taken guests are full but for a gap, and
count no more, except one, the open host, with t free. The guests of the next failed host fill the open host, and
perhaps one more host, as far as can be; the rest, or none, go together to an unused host, which is then the open one.
Gaps are the only loss.

**Lemma.** Let V_0 = 0, and let V_j(t) be such that, of any j failed hosts J that are left to serve, and whatever unused
hosts I have, with t, as much free memory as the guests of J and V_j(t) more, some host of J can be served with a loss,
and with t' free on the open host then, so that the loss and V_(j-1)(t') make V_j(t) at most. Then all of J can be
served, since the same holds of what is left. So any k hosts can be restarted if all hosts left, whichever fail, have as
much free memory as the guests of the failed hosts and V_k(0) more, with no host open.

**Lemma (any hosts).** Unused hosts that together have X free are not all among those that come to less than X. So some
unused host can be had that loses no more than the first one does after which those that lose more come to X; and a
failed host d stands in the way of V_j(t) only together with unused hosts, all of which lose too much for it, that have
X at least: what d and the j - 1 smallest others take, less t, and V_j(t). Where fewer than j hosts can stand in the
way, or not j of them with the same unused hosts, two by two, V_j(t) is proved.

Sizes are counted in whole steps, rounded up, and free memory rounded down: what fits then, fits. With less open space
than there is nothing gets easier, so V_j(t) need be known for some t only.

This is strong where guests are large and no two alike: those of one host can be combined in so many ways that almost
any space is filled, and nothing is lost at the seams between failed hosts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.failover.effort import Effort
from planner.failover.ledger import Ledger
from planner.failover.ranking import Flags, Ints, worst_sums
from planner.failover.ways import ways

STEPS = 1 << 14
"""Into how many steps the largest free memory is divided."""
POINTS = 320
"""For how many amounts of open space losses are known."""
FINE = 8
"""Into how many parts the distance of two such amounts is divided where guests are the rest of a host."""
LEVELS = 64
"""Into how many parts the largest free memory is divided where X is looked up."""
NEVER = 1 << 29
"""More than any loss."""

Shorts = NDArray[np.int32]


class Course:
    """A ledger in steps, and how each host's guests fill an open host and one more."""

    def __init__(self, ledger: Ledger, k: int, effort: Effort) -> None:
        step = max(1, -(-int(ledger.free.max(initial=0)) // STEPS))
        self.k, self.sizes = k, -(-ledger.sizes // step)
        self.free: Ints = ledger.free // step
        self.load: Ints = np.asarray(ledger.counts @ self.sizes, np.int64)
        self.spare = int(self.free.sum() - worst_sums((self.load + self.free)[None, :], k)[0])
        self.largest = int(self.free.max(initial=0))
        self.apart = max(1, -(-self.largest // POINTS))
        self.fine = max(1, self.apart // FINE)
        self.spaces = np.arange(0, self.largest + 1, self.apart)
        self.rooms, self.kind = np.unique(self.free, return_inverse=True)
        self.weights: Ints = np.bincount(self.kind) * self.rooms
        alone = np.zeros((len(self.free), len(self.spaces)), np.int64)
        both = np.zeros((*alone.shape, len(self.rooms)), np.int64)
        for host, counts in enumerate(ledger.counts):
            effort.spend(400)
            alone[host], both[host] = self._fullest(np.repeat(self.sizes, counts))
        self.rest_alone, self.loss_alone = self._left(alone, self.spaces)
        self.rest_both, self.loss_both = self._left(both, self.spaces[:, None] + self.rooms)

    def _fullest(self, guests: Ints) -> tuple[Ints, Ints]:
        """The most that guests fill of each open space; of each such space and each room."""
        shares = ways(len(guests), 2)
        first, second = (shares == 0) @ guests, (shares == 1) @ guests
        space, room = -(-first // self.apart), np.searchsorted(self.rooms, second)
        best = np.zeros((len(self.spaces), len(self.rooms) + 1), np.int64)
        fit = (space < len(self.spaces)) & (room < len(self.rooms))
        np.maximum.at(best, (space[fit], room[fit]), (first + second)[fit])
        lone = (space < len(self.spaces)) & (second == 0)
        np.maximum.at(best, (space[lone], np.full(int(lone.sum()), len(self.rooms))), first[lone])
        best = np.maximum.accumulate(best, axis=0)
        return best[:, -1], np.maximum.accumulate(best[:, :-1], axis=1)

    def _left(self, filled: Ints, offered: Ints) -> tuple[Shorts, Shorts]:
        """The rest of each host's guests in fine parts, rounded up, and what is lost with it."""
        load = self.load.reshape(-1, *[1] * (filled.ndim - 1))
        rest = -(-(load - filled) // self.fine)
        lost = offered + rest * self.fine - load
        return np.minimum(rest, self.largest // self.fine + 1).astype(np.int32), lost.astype(np.int32)


class Stage:
    """What j failed hosts lose, given what one fewer lose at most."""

    def __init__(self, course: Course, j: int, after: Ints) -> None:
        self._course, self._j = course, j
        falling = np.sort(course.load)
        rank = np.argsort(np.argsort(course.load, kind="stable"), kind="stable")
        others = np.where(rank < j - 1, falling[:j].sum() - course.load, falling[: j - 1].sum())
        self._needed: Ints = (course.load + others)[:, None] - course.spaces
        self._level = max(1, course.largest // LEVELS)
        self._base = int(self._needed.min()) - course.largest
        self._opened = self._best_of(self._with_rests(after), int(after[0]))
        open_alone = course.spaces - course.load[:, None]
        self._inside: Shorts = np.where(open_alone < 0, NEVER, _between(course, after, np.maximum(0, open_alone)))

    def _with_rests(self, after: Ints) -> Ints:
        """What is lost later when the rest of guests is put on a host: a row for each rest, a column for each room."""
        course = self._course
        left = course.rooms - np.arange(course.largest // course.fine + 2)[:, None] * course.fine
        return np.where(left < 0, NEVER, _between(course, after, np.maximum(0, left)))

    def _best_of(self, losses: Ints, without: int) -> Shorts:
        """For each rest and each X, the loss that hosts of so much memory do not all exceed."""
        course = self._course
        losses[0] = np.minimum(losses[0], without)
        order = np.argsort(-losses, axis=1, kind="stable")
        sums, losses = np.cumsum(course.weights[order], axis=1), np.take_along_axis(losses, order, axis=1)
        levels = np.arange(self._base, int(self._needed.max()) + course.spare + 2 * self._level, self._level)
        places = np.stack([np.searchsorted(row, levels) for row in sums])
        found = np.take_along_axis(losses, np.minimum(places, len(course.rooms) - 1), axis=1)
        found[:, levels <= 0] = NEVER
        found[0, levels <= 0] = without
        return found.astype(np.int32)

    def supposing(self, least: Ints) -> Supposing:
        """The same where losses are known to be allowed that are no smaller than these."""
        course, volume = self._course, self._needed + least
        alone = course.loss_alone + self._opened[course.rest_alone, (volume - self._base) // self._level]
        left = (volume[:, :, None] - course.rooms - self._base) // self._level
        both = course.loss_both + self._opened[course.rest_both, left]
        alone = np.minimum(alone, self._inside)
        each = np.minimum(both, alone[:, :, None])[:, :, course.kind]
        hosts = np.arange(len(course.free))
        each[hosts, :, hosts] = -1
        return Supposing(self._j, volume, alone, each, course.free.astype(np.float32))


@dataclass(frozen=True, slots=True)
class Supposing:
    """Whether losses are enough, whatever hosts are left; they are no smaller than what was supposed of them."""

    j: int
    volume: Ints
    """X, by failed host and open space."""
    alone: Shorts
    """What is lost when the open host takes what it can, and one more host the rest."""
    each: Shorts
    """The least that is lost when this host may be filled too, or none; the last axis is hosts."""
    free: NDArray[np.float32]
    """Memory in steps; sums of it stay below 2**24, so that they are exact."""

    def enough(self, losses: Ints) -> Flags:
        """For each open space, whether fewer than j failed hosts can stand in the way."""
        return np.asarray(self._standing(losses)[1].sum(axis=0) < self.j, np.bool_)

    def enough_in_pairs(self, losses: Ints) -> Flags:
        """The same, with a look at which of them can stand in the way together."""
        hosts, standing = self._standing(losses)
        found: Flags = standing.sum(axis=0) < self.j
        for space in np.flatnonzero(~found).tolist():
            rows = np.flatnonzero(standing[:, space])
            shared = (hosts[rows, space] * self.free) @ hosts[rows, space].T
            volume = self.volume[rows, space]
            together = shared >= np.maximum(volume[:, None], volume)
            found[space] = _crowd(together, self.j) < self.j
        return found

    def _standing(self, losses: Ints) -> tuple[NDArray[np.float32], Flags]:
        """For each failed host and space, the unused hosts that lose too much, and whether they are enough."""
        hosts = (self.each > losses[:, None]).astype(np.float32)
        return hosts, (hosts @ self.free >= self.volume) & (self.alone > losses)


def _crowd(together: Flags, j: int) -> int:
    """How many are left when those that are not together with j of these, themselves among them, leave in turn."""
    kept = np.ones(len(together), np.bool_)
    while True:
        fewer = kept & (together[:, kept].sum(axis=1) >= j)
        if fewer.sum() in (0, kept.sum()):
            return int(fewer.sum())
        kept = fewer


def _between(course: Course, losses: Ints, spaces: Ints) -> Ints:
    """What is lost with any open space: no more than with a smaller one, and the difference."""
    place = spaces // course.apart
    return np.asarray(np.minimum(NEVER, losses[place] + spaces - place * course.apart), np.int64)


def spread(course: Course, losses: Ints) -> Ints:
    """Losses for all open spaces, where some are known: no more than with a smaller space, and the difference."""
    return np.asarray(np.minimum(NEVER, np.minimum.accumulate(losses - course.spaces) + course.spaces), np.int64)


def proves(course: Course, table: list[Ints]) -> bool:
    """Whether losses for 0, 1, ... k failed hosts, a row for each, are what the lemma asks for."""
    if len(table) != course.k + 1 or table[0].any() or int(table[-1][0]) > course.spare:
        return False
    for j in range(1, course.k + 1):
        low = table[j] <= course.spare
        supposed = Stage(course, j, table[j - 1]).supposing(np.where(low, table[j], 0))
        proved = low & supposed.enough_in_pairs(np.where(low, table[j], NEVER))
        if (spread(course, np.where(proved, table[j], NEVER)) > table[j]).any():
            return False
    return True
