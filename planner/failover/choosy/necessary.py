"""Parts of the pool that are questions without choice, and what they refute.

**Lemma.** Take any set B of hosts, and only the guests that may use no host outside B. They have to fit into B by
themselves. So what refutes the problem of these guests, with no free memory outside B, refutes the whole; and that
problem knows no choice. Here B runs over unions of allowed sets.

**Lemma (one guest).** If all hosts that could take a guest, however empty the others are, fail together with its own,
it cannot be restarted.

**Lemma (apart).** Of a group that is kept apart, each host takes one more member, if it runs none. So k failures are
too many when the k largest sums of members on a host and of its place for one (1 or 0) exceed all places.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy as np

from planner.failover.choosy.roster import Roster
from planner.failover.ledger import Ledger
from planner.failover.necessary import Necessary
from planner.failover.problem import FailoverProblem
from planner.failover.ranking import Flags, Ints, worst_set, worst_sums

UNIONS = 40
"""How many sets of hosts are looked at."""


class ChoosyNecessary:
    """All parts of a roster that are looked at."""

    def __init__(self, roster: Roster) -> None:
        self._roster, self._ledger = roster, roster.ledger
        self._parts = [Ledger(part) for part in parts(roster)]

    @cached_property
    def _weighed(self) -> list[Necessary]:
        return [Necessary(part) for part in self._parts]

    def bound(self) -> int:
        """The largest k that nothing here refutes."""
        bounds = [weighed.bound() for weighed in self._weighed]
        bounds += [len(units) - 1 for units in self._lonely]
        highest = min([len(self._ledger.units) - 1, *bounds])
        while highest > 0 and self._crowded(highest) is not None:
            highest -= 1
        return highest

    def failing(self, k: int) -> tuple[int, ...] | None:
        """A set of k units that something here refutes."""
        for units in self._lonely:
            if len(units) <= k:
                others = [unit for unit in range(len(self._ledger.units)) if unit not in units]
                return tuple(sorted([*units, *others[: k - len(units)]]))
        for part, weighed in zip(self._parts, self._weighed, strict=True):
            found = weighed.overweight(k) if weighed.bound() < k else None
            if found is not None:
                return tuple(sorted(self._ledger.units.index(part.units[unit]) for unit in found.units))
        return self._crowded(k)

    def tightest(self, k: int, most: int) -> list[tuple[int, ...]]:
        """The sets of k units that come closest to being refuted."""
        return [
            tuple(sorted(self._ledger.units.index(part.units[unit]) for unit in units))
            for part, weighed in zip(self._parts, self._weighed, strict=True)
            for units in weighed.tightest(k, most)
        ]

    @cached_property
    def _lonely(self) -> list[tuple[int, ...]]:
        """For each guest with few hosts, the units that have to fail for it to have none."""
        roster, free = self._roster, self._ledger.free
        found: dict[tuple[int, ...], None] = {}
        for guest, at in enumerate(roster.at.tolist()):
            able = roster.allowed[guest] & (free >= roster.sizes[guest])
            able &= ~roster.busy[roster.member[guest]].any(axis=0)
            able[at] = True
            found[tuple(np.unique(self._ledger.unit_of[able]).tolist())] = None
        return sorted(found, key=lambda units: (len(units), units))

    def _crowded(self, k: int) -> tuple[int, ...] | None:
        """A set of k units of whose members, in some group, not each has a host of its own."""
        members, places = self._groups
        pressure = self._ledger.by_unit(members + places)
        over = worst_sums(pressure, k) - places.sum(axis=1)
        if not over.size or over.max() <= 0:
            return None
        return worst_set(pressure[int(over.argmax())], k)

    @cached_property
    def _groups(self) -> tuple[Ints, Ints]:
        """For each group: its members on each host, and whether the host could take one."""
        roster = self._roster
        members = np.zeros(roster.busy.shape, np.int64)
        places = np.zeros(roster.busy.shape, np.int64)
        for group in range(len(members)):
            inside = roster.member[:, group]
            np.add.at(members[group], roster.at[inside], 1)
            places[group] = roster.allowed[inside].any(axis=0) & ~roster.busy[group]
        return members, places


def parts(roster: Roster) -> list[FailoverProblem]:
    """For each union of allowed sets: its guests, with no free memory elsewhere."""
    problem, hosts = roster.ledger.problem, roster.ledger.hosts
    found = []
    for union in _unions(roster.kinds[0]):
        inside = ~(roster.allowed & ~union).any(axis=1)
        guests = tuple(replace(roster.guests[guest], hosts=None) for guest in np.flatnonzero(inside).tolist())
        free = {host: problem.room[host] if flag else 0 for host, flag in zip(hosts, union, strict=True)}
        found.append(FailoverProblem(free, guests, domains=problem.domains))
    return found


def _unions(kinds: Flags) -> Flags:
    """The sets of allowed hosts and their unions, each once; all hosts last."""
    found = {tuple(kind): None for kind in kinds.tolist()}
    for kind in kinds:
        for other in list(found):
            if len(found) < UNIONS:
                found.setdefault(tuple((kind | np.array(other)).tolist()))
    found.setdefault(tuple([True] * kinds.shape[1]))
    return np.array(list(found), np.bool_)
