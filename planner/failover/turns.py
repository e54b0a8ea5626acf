"""Failed hosts are served in turn, each filling host after host: every set of k hosts can be restarted.

As in `relay`, hosts that have taken guests are full but for a gap and count no more, except one, the open host, with
t free. But a failed host may fill as many hosts as it takes: a part of its guests fills the open host, parts of the
rest fill unused hosts one after another, and the last of them stays open. Gaps are the only loss.

**Lemma (part after part).** Let V_0 = 0, and let V_j(t) be such that any j failed hosts can be served if the unused
hosts and the open one, with t free, have as much free memory as their guests and V_j(t) more. Say a failed host is
served while j - 1 others wait; the part S of its guests is left, and no host is open. Let c(S, r) be what is lost, then
and later, when a host with r free is filled next: V_(j-1)(r - S) if all of S goes on it; else the gap that the best
part T leaves on it, and g(S without T), where g(nothing) is V_(j-1)(0). Unused hosts with x more than S and the guests
of those that wait will do if one of them has c(S, r) <= x. So let g(S) be larger than any x for which there are unused
hosts that all have c(S, r) > x. One more such step, with a part on the open host before, gives V_j(t) where this host
is served.

**Lemma (which hosts can be left).** Let hosts stand by falling c, and let x be less than c of the i-th and not less
than c of the next. Unused hosts that all have c > x are among the first i; let a be the least that one of these has
free, and b the most. They have x more than what is needed, which is from low to high. So they are at most
m = (high + x) // a hosts, and low + x is at most m * b, and at most what the first i have together. Where few hosts
are left this says much, since their number is whole.

**Lemma (hard ones first).** Name k hosts, and serve those of them that fail first, in a given order. When j are left,
k - j of the named ones are none of them. Then one more named host either is among them, and is served; or is not, and
whichever of the j loses least may be served: V_j(t) need not exceed what j hosts all lose at least, nor any loss for
which no j hosts can all lose more with the same unused hosts, looked at two by two.

Guests of a host may be told as more than they are, as long as no k hosts need more memory by that. Sizes are counted in
whole steps, rounded up, and free memory down. V_j(t) is known for some t; more open space may be left unused.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.failover.ledger import Ledger
from planner.failover.parts import Level, Parts, Shorts, parts_of
from planner.failover.ranking import Flags, Ints, worst_sums

STEPS = 1 << 16
"""Into how many steps the largest free memory is divided."""
POINTS = 320
"""For how many amounts of open space losses are known."""
NARROW = 4
"""The part of the largest free memory that a look at pairs is worth."""
NEVER = 1 << 28
"""More than any loss."""
BITS = 8
"""So many bits hold the number of a room where it is sorted along with a loss."""
HOSTS = 100
"""Of more hosts than these the tables get too large."""


class Course:
    """A ledger in steps, with the guests of hosts told as more where that makes no k hosts need more."""

    def __init__(self, ledger: Ledger, k: int) -> None:
        step = max(1, -(-int(ledger.free.max(initial=0)) // STEPS))
        self.k, self._counts, self.sizes = k, ledger.counts, -(-ledger.sizes // step)
        self.free: Ints = ledger.free // step
        load = np.asarray(self._counts @ self.sizes, np.int64)
        total = load + self.free
        self.more: Ints = np.maximum(0, np.sort(total)[-k] - total)
        self.need: Ints = load + self.more
        self.spare = int(self.free.sum() - worst_sums((self.need + self.free)[None, :], k)[0])
        self.rooms, self.kind = np.unique(self.free, return_inverse=True)
        self.apart = max(1, -(-int(self.rooms[-1]) // POINTS))
        self.spaces: Shorts = np.arange(0, int(self.rooms[-1]) + 1, self.apart, dtype=np.int32)

    def parts(self) -> list[Parts]:
        """The parts of the guests of all hosts."""
        return parts_of([np.repeat(self.sizes, counts).tolist() for counts in self._counts], self.rooms)

    def unused(self) -> Shorts:
        """The free memory of hosts other than a failed one: a row for each failed host, a column for each room."""
        found = np.tile(np.bincount(self.kind) * self.rooms, (len(self.free), 1))
        found[np.arange(len(self.free)), self.kind] -= self.free
        return found.astype(np.int32)

    def others(self, number: int) -> tuple[Shorts, Shorts]:
        """For each host, what so many others need at least, and at most."""
        least = [_smallest(np.delete(self.need, host), number) for host in range(len(self.need))]
        most = [-_smallest(-np.delete(self.need, host), number) for host in range(len(self.need))]
        return np.array(least, np.int32), np.array(most, np.int32)

    def between(self, losses: Shorts, spaces: Shorts) -> Shorts:
        """What is lost with any open space: no more than with a smaller one, and the difference; never below zero."""
        place = np.maximum(0, spaces) // self.apart
        found = losses[place] + spaces - place * self.apart
        return np.where(spaces < 0, NEVER, found).astype(np.int32)

    def spread(self, losses: Ints) -> Shorts:
        """Losses for all open spaces, where some are known to be so large."""
        found = np.minimum.accumulate(losses - self.spaces) + self.spaces
        return np.where(found > NEVER // 2, NEVER, found).astype(np.int32)


def _smallest(numbers: Ints, count: int) -> int:
    return int(np.sort(numbers)[:count].sum())


def bound(losses: Shorts, unused: Shorts, rooms: Shorts, low: Shorts, high: Shorts) -> Shorts:
    """The least that some host loses no more than, of any hosts left with so much more than is needed.

    The last axis of losses and of unused memory is rooms; what is needed is between two numbers.
    """
    keys = np.sort((-losses.astype(np.int64) << BITS) | np.arange(len(rooms)), axis=-1)
    falling, number = (-(keys >> BITS)).astype(np.int32), keys & ((1 << BITS) - 1)
    memory = np.take_along_axis(np.broadcast_to(unused, losses.shape), number, axis=-1)
    room, there = rooms[number], memory > 0
    smallest = np.minimum.accumulate(np.where(there, room, NEVER), axis=-1)
    largest = np.maximum.accumulate(np.where(there, room, 0), axis=-1)
    low, high = low[..., None], high[..., None]
    most = np.minimum(np.maximum(0, high + falling - 1) // smallest, HOSTS)
    together = np.minimum(np.cumsum(memory, axis=-1, dtype=np.int32), most * largest)
    found = np.minimum(falling, together - low + 1)
    found[..., :-1][found[..., :-1] <= falling[..., 1:]] = -NEVER
    return np.asarray(np.clip(found.max(axis=-1), 1 - low[..., 0], NEVER), np.int32)


class Turn:
    """What each host loses that is served while j - 1 others wait, given what these lose at most."""

    def __init__(self, course: Course, parts: list[Parts], j: int, after: Shorts) -> None:
        self._course, self._j, self._after = course, j, after
        self._rooms, self._unused = course.rooms.astype(np.int32), course.unused()
        self._least, self._most = course.others(j - 1)
        hosts = len(course.free)
        self._each: Shorts = np.empty((hosts, len(course.spaces), len(self._rooms)), np.int32)
        alone: Shorts = np.empty((hosts, len(course.spaces)), np.int32)
        for alike in parts:
            self._each[alike.hosts], alone[alike.hosts] = self._served(alike)
        need = course.need.astype(np.int32)[:, None] - course.spaces
        self._low, high = need + self._least[:, None], need + self._most[:, None]
        np.minimum(self._each, alone[:, :, None], out=self._each)
        self.losses = np.minimum(alone, bound(self._each, self._unused[:, None], self._rooms, self._low, high))

    def _served(self, parts: Parts) -> tuple[Shorts, Shorts]:
        """For hosts and open spaces, what is lost with each room that is filled next, and with none at all."""
        course, whole = self._course, parts.sizes[:, -1:]
        filled = self._filled(parts)
        rest = parts.rising ^ (parts.sizes.shape[1] - 1)
        taken = np.take_along_axis(parts.sizes, parts.rising, axis=1)
        best = np.minimum.accumulate(np.take_along_axis(filled, rest[:, :, None], axis=1) - taken[:, :, None], axis=1)
        last = np.stack([np.searchsorted(row, course.spaces, side="right") - 1 for row in taken])
        each = np.take_along_axis(best, last[:, :, None], axis=1) + course.spaces[:, None]
        more = course.more[parts.hosts].astype(np.int32)[:, None]
        return each - more[:, :, None], course.between(self._after, course.spaces - whole) - more

    def _filled(self, parts: Parts) -> Shorts:
        """What is lost when a part of a host's guests is left, and a room is filled next: c(S, r)."""
        hosts, kinds = len(parts.hosts), len(self._rooms)
        loss: Shorts = np.full((hosts, parts.sizes.shape[1], kinds), self._after[0], np.int32)
        left: Shorts = np.full(loss.shape[:2], self._after[0], np.int32)
        rows = np.arange(hosts)[:, None, None]
        for level in parts.levels:
            size = parts.sizes[:, level.parts]
            whole = self._course.between(self._after, self._rooms - size[:, :, None])
            found = np.minimum(whole, self._in_part(level, left[rows, level.rests]))
            low, high = (each[parts.hosts, None] + size for each in (self._least, self._most))
            loss[:, level.parts] = found
            left[:, level.parts] = bound(found, self._unused[parts.hosts, None], self._rooms, low, high)
        return loss

    def _in_part(self, level: Level, left: Shorts) -> Shorts:
        """What is lost when a room is filled with the best choice of a part, and the rest loses so much."""
        best = np.minimum.accumulate(left - level.taken, axis=2)
        found = np.take_along_axis(best, np.maximum(0, level.last), axis=2) + self._rooms
        return np.where(level.last < 0, NEVER, found).astype(np.int32)

    def of_any(self, hosts: Ints) -> Shorts:
        """For each open space, what any j of these hosts do not all lose more than."""
        return np.asarray(np.sort(self.losses[hosts], axis=0)[-self._j], np.int32)

    def in_pairs(self, hosts: Ints, known: Shorts, enough: Shorts) -> Shorts:
        """The same, with a look at which can lose more together; not told below what is enough."""
        found = known.copy()
        below = np.maximum(enough, known - int(self._rooms[-1]) // NARROW) - 1
        for space in range(len(found)):
            least, most = int(below[space]), int(known[space])
            while most - least > self._course.apart // 2 + 1:
                middle = (least + most) // 2
                least, most = (middle, most) if self._stand(hosts, space, middle) else (least, middle)
            found[space] = most
        return found

    def _stand(self, hosts: Ints, space: int, loss: int) -> bool:
        """Whether j of these hosts may all lose more, with the same unused hosts."""
        lossy = self._each[hosts, space] > loss
        return may_stand(
            lossy[:, self._course.kind] & (hosts[:, None] != np.arange(len(self._course.free))),
            self._course.free.astype(np.float32),
            self._low[hosts, space] + loss,
            self._j,
        )


def may_stand(lossy: Flags, free: NDArray[np.float32], needed: Shorts, j: int) -> bool:
    """Whether j rows may have so much memory in common, two by two; sums stay below 2**24, so that they are exact."""
    while len(lossy) >= j:
        shared = lossy.sum(axis=0) >= j
        common = lossy[:, shared].astype(np.float32)
        together = (common * free[shared]) @ common.T >= np.maximum(needed[:, None], needed)
        kept = together.sum(axis=1) >= j
        if kept.all():
            return True
        lossy, needed = lossy[kept], needed[kept]
    return False
