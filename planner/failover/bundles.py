"""Each failed host fills hosts of its own: every set of k hosts can be restarted.

**Lemma.** Give each failed host h some of the hosts left, own_h in number, fill these with guests of h as full as can
be, and let any-fit decreasing place the rest on the m hosts that are shared. Let gap_h be the memory that stays free
on the own hosts of h. If the first guest that fits nowhere has size s, the rest of at least s takes s and
free - s + 1 of each shared host. Any of these therefore rules it out, for a size s:

1.  all together: the load and gap of the failed hosts stay below s + the free memory of the others - m * (s - 1);
2.  by volume: what the k worst hosts can leave over in guests of at least s stays below s + what the shared hosts
    hold when less than s is left on them;
3.  by number: they leave over no more such guests than the shared hosts hold then, given the largest guest left over.

The largest hosts left are shared; at worst, those that follow the k largest of all. Whose own each other host is, is
free to choose. Over all choices the mean of gap_h is the sum of the gaps of h over all sets of own_h such hosts,
divided by their number; so some choice is no worse in total, and 1 may count with that mean. It is largest when the
hosts lent are those with the largest gaps, and as few as can be.

Which guests a host leaves over is free to choose. Limits keep large ones from being left over; a few hosts that cannot
keep to a limit need not, since what is left over is counted host by host.

This is strong where few large guests run on each host: guests of one host can be combined in so many ways that some
combination nearly fills whatever host it gets.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from planner.failover.effort import Effort
from planner.failover.ledger import Ledger
from planner.failover.ranking import Flags, Ints, worst_sums
from planner.failover.ways import MOST, ways

HOSTS = {1: 1024, 2: 256, 3: 64}
"""For each number of own hosts, up to how many hosts all their combinations are looked at."""
EXCEPTIONS = 8
"""So many hosts may leave over larger guests than others do."""
LARGEST = 1 << 45
"""Loads stay below this, so that a load and the number of a way fit into one number."""


@dataclass(frozen=True, slots=True)
class _Leftovers:
    """What one host can bring at worst: the mean gap, and guests left over by size, in volume and in number."""

    gap: int
    volumes: Ints
    numbers: Ints


def bundled(ledger: Ledger, k: int, effort: Effort) -> bool:
    """Whether the lemma shows that any k hosts can be restarted."""
    if not ledger.alone or int((ledger.load + ledger.free).max(initial=0)) >= LARGEST:
        return False
    hosts = len(ledger.hosts)
    tried: list[list[int]] = []
    for share in (1, 2, 3):
        own = _own(ledger, k, share)
        if own is None or not own.any() or hosts > HOSTS[int(own.max())] or own.tolist() in tried:
            continue
        tried.append(own.tolist())
        for limit in _limits(ledger):
            held = _Bundles(ledger, k, own, limit).hold(effort)
            if held:
                return True
            if held is None:
                break
    return False


def _own(ledger: Ledger, k: int, share: int) -> Ints | None:
    """How many own hosts each host gets: as many as its load fills, of the size of the upper part of all hosts."""
    room = max(1, int(np.sort(ledger.free)[len(ledger.free) * share // 4]))
    own = np.minimum(ledger.load // room, max(HOSTS))
    return own if int(worst_sums(1 + own[None, :], k)[0]) <= len(own) else None


@dataclass(frozen=True, slots=True)
class _Limit:
    """Of guests larger than `size`, a host leaves over `number` at most."""

    size: int
    number: int


def _limits(ledger: Ledger) -> list[_Limit]:
    """No limit, and several that keep large guests from being left over; those that do best most often come first."""
    sizes = np.repeat(ledger.sizes, ledger.counts.sum(axis=0))
    ranked = [int(sizes[len(sizes) * part // 16]) for part in (6, 4, 0, 5, 8, 10)]
    return [*(_Limit(size, 0) for size in ranked), *(_Limit(size, 1) for size in ranked if size < ranked[2])]


class _Bundles:
    """The three conditions for one choice of how many own hosts there are."""

    def __init__(self, ledger: Ledger, k: int, own: Ints, limit: _Limit) -> None:
        self._ledger, self._k, self._own, self._limit, self._exceptions = ledger, k, own, limit, 0
        shared = len(own) - int(worst_sums(1 + own[None, :], k)[0])
        rooms = -np.sort(-ledger.free)[None, k : k + shared]
        self._lent_to_others = int(np.sort(own)[: k - 1].sum())
        self._lacking = np.maximum(0, rooms - ledger.sizes[:, None] + 1)

    def hold(self, effort: Effort) -> bool | None:
        """Whether every size is ruled out by one of the conditions; None where no limit would do."""
        leftovers: list[_Leftovers] = []
        for host in range(len(self._own)):
            effort.spend(self._cost(host))
            found = self._leftovers(host, self._limit)
            if found is None:
                if self._exceptions == EXCEPTIONS:
                    return False
                self._exceptions += 1
                effort.spend(self._cost(host))
                found = self._leftovers(host, _Limit(int(self._ledger.sizes[0]), 0))
            if found is None:
                return None
            leftovers.append(found)
        gaps = np.array([each.gap for each in leftovers], np.int64)
        volumes = np.stack([each.volumes for each in leftovers], axis=1)
        numbers = np.stack([each.numbers for each in leftovers], axis=1)
        return bool((self._together(gaps) | self._by_volume(volumes) | self._by_number(numbers)).all())

    def _cost(self, host: int) -> float:
        own, guests = int(self._own[host]), int(self._ledger.counts[host].sum())
        return float(34 + 0.0085 * min(MOST, (own + 1) ** guests) * own + 0.00085 * len(self._own) ** own)

    def _together(self, gaps: Ints) -> Flags:
        ledger, waste = self._ledger, self._ledger.sizes - 1
        pressure = (ledger.load + ledger.free + gaps)[None, :] - (1 + self._own)[None, :] * waste[:, None]
        offered = ledger.sizes + ledger.free.sum() - len(self._own) * waste
        return np.asarray(worst_sums(pressure, self._k) < offered, np.bool_)

    def _by_volume(self, volumes: Ints) -> Flags:
        offered = self._ledger.sizes + self._lacking.sum(axis=1)
        return np.asarray(worst_sums(volumes, self._k) < offered, np.bool_)

    def _by_number(self, numbers: Ints) -> Flags:
        largest = int(self._ledger.sizes[0]) if self._limit.number or self._exceptions else self._limit.size
        offered = 1 + (-(-self._lacking // largest)).sum(axis=1)
        return np.asarray(worst_sums(numbers, self._k) < offered, np.bool_)

    def _leftovers(self, host: int, limit: _Limit) -> _Leftovers | None:
        """The worst that one host can bring; None when it cannot keep to a limit."""
        ledger, own = self._ledger, int(self._own[host])
        guests = np.repeat(ledger.sizes, ledger.counts[host])
        found = ways(len(guests), own)
        found = found[(found[:, guests > limit.size] == own).sum(axis=1) <= limit.number]
        rooms, kinds = np.unique(np.delete(ledger.free, host), return_inverse=True)
        best = _fullest(found, guests, rooms, own)
        if best is None:
            return None
        left = found[np.unique(best & (MOST - 1))] == own
        reach = np.searchsorted(-guests, -ledger.sizes, side="right")
        volumes = np.concatenate([[0], np.cumsum(left * guests, axis=1).max(axis=0, initial=0)])
        numbers = np.concatenate([[0], np.cumsum(left, axis=1).max(axis=0, initial=0)])
        gaps = (_sums(rooms, own) - best // MOST)[np.ix_(*[kinds] * own)] if own else np.zeros((), np.int64)
        return _Leftovers(_mean(gaps, own + self._lent_to_others), volumes[reach], numbers[reach])


def _fullest(found: Ints, guests: Ints, rooms: Ints, own: int) -> Ints | None:
    """For all combinations of rooms: the most that some way puts into them, times MOST, and the way's number."""
    if not own or not len(found):
        return np.zeros((), np.int64) if len(found) else None
    loads = np.stack([(found == place) @ guests for place in range(own)], axis=1)
    fitting = np.flatnonzero((loads <= rooms[-1]).all(axis=1))
    best = np.full([len(rooms)] * own, -1, np.int64)
    places = np.searchsorted(rooms, loads[fitting])
    np.maximum.at(best, tuple(places.T), loads[fitting].sum(axis=1) * MOST + fitting)
    for axis in range(own):
        best = np.maximum.accumulate(best, axis=axis)
    return None if (best < 0).any() else best


def _sums(rooms: Ints, own: int) -> Ints:
    """The free memory of all combinations of rooms."""
    return np.asarray(sum(np.ix_(*[rooms] * own)), np.int64)


def _mean(gaps: Ints, left: int) -> int:
    """The largest mean over all combinations of different hosts, rounded up, whichever hosts are left."""
    own = gaps.ndim
    same = np.zeros(gaps.shape, np.bool_)
    places: list[Ints] = [
        np.arange(size).reshape([-1 if axis == own else 1 for own in range(gaps.ndim)])
        for axis, size in enumerate(gaps.shape)
    ]
    for first, second in combinations(places, 2):
        same = same | (first == second)
    sums = np.where(same, 0, gaps)
    for level in range(own, 0, -1):
        count = left - (level - 1)
        sums = np.partition(sums, sums.shape[-1] - count, axis=-1)[..., sums.shape[-1] - count :].sum(axis=-1)
    return -(-int(sums) // math.perm(left, own))
