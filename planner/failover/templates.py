"""Reserved slots that serve every set of k hosts.

**Lemma.** Let every host reserve slots, of sizes t_1 > t_2 > ..., that fit into its free memory together, and let each
guest need a slot at least as large as itself. For each a, let N_h count the guests of host h that need one of the a
largest sizes, and T_h the slots of these sizes on h. If for every a the k largest N_h + T_h stay within the sum of
all T_h, then whichever k hosts fail, all their guests find slots: for any failed set this says that never more guests
need the a largest sizes than there are such slots left, which is Hall's condition for slots that are nested by size.

Guests smaller than all slots need none where `guarantee` covers their sizes: what it says of a size holds for
whatever larger guests were placed before.

Slots are looked for by the solver; what it finds is proved by the sums above.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.failover.effort import SECOND, Effort
from planner.failover.ledger import Ledger
from planner.failover.ranking import Ints, worst_sums
from planner.solver import Ending, Summand, WholeNumbers

SLOWNESS = 2
"""How many seconds the solver needs on such models for one that it counts."""
ROUGH = 2000
"""How far a size may be missed at most in the solver's model."""


@dataclass(frozen=True, slots=True)
class Template:
    """Slots of each size, from large to small, on each host."""

    sizes: Ints
    slots: Ints


@dataclass(frozen=True, slots=True)
class _Ladder:
    """Sizes of slots, and for each host how many guests need each of the largest sizes."""

    sizes: Ints
    needs: Ints


def template(ledger: Ledger, k: int, last: int, steps: int, effort: Effort) -> Template | None:
    """Slots for all guests down to the size in column `last`, of at most so many sizes, that serve any k units."""
    ladder = _ladder(ledger, last, steps)
    slots = _solved(ledger, k, ladder, effort)
    return Template(ladder.sizes, slots) if slots is not None and _covers(ledger, k, ladder, slots) else None


def _covers(ledger: Ledger, k: int, ladder: _Ladder, slots: Ints) -> bool:
    """Whether slots fit into free memory and serve any k units."""
    nested = np.cumsum(slots, axis=1)
    pressure = ledger.by_unit((ladder.needs + nested).T)
    return bool(((slots @ ladder.sizes) <= ledger.free).all() and (worst_sums(pressure, k) <= nested.sum(axis=0)).all())


def _ladder(ledger: Ledger, last: int, steps: int) -> _Ladder:
    """All sizes where they are few; else those that make guests grow least when each is rounded up to one of them."""
    starts = _best_starts(ledger.sizes[: last + 1], ledger.counts[:, : last + 1].sum(axis=0), steps)
    ends = [*starts[1:], last + 1]
    needs = np.stack([ledger.counts[:, a:b].sum(axis=1) for a, b in zip(starts, ends, strict=True)], axis=1)
    return _Ladder(ledger.sizes[starts], np.cumsum(needs, axis=1))


def _best_starts(sizes: Ints, counts: Ints, steps: int) -> list[int]:
    """Where the parts begin when sizes are cut into so many parts with the least growth, by dynamic programming."""
    total = len(sizes)
    if total <= steps:
        return list(range(total))
    before = np.concatenate([[0], np.cumsum(counts)])
    volume = np.concatenate([[0], np.cumsum(counts * sizes)])
    growth = np.full((steps + 1, total + 1), np.inf)
    cut = np.zeros((steps + 1, total + 1), np.int64)
    growth[0, 0] = 0
    for part in range(1, steps + 1):
        for end in range(1, total + 1):
            costs = growth[part - 1, :end] + sizes[:end] * (before[end] - before[:end]) - (volume[end] - volume[:end])
            cut[part, end] = costs.argmin()
            growth[part, end] = costs[cut[part, end]]
    starts, end = [], total
    for part in range(steps, 0, -1):
        end = int(cut[part, end])
        starts.append(end)
    return sorted(set(starts))


def _solved(ledger: Ledger, k: int, ladder: _Ladder, effort: Effort) -> Ints | None:
    """Slots by the solver, with as few missing as can be."""
    effort.ask_solver(0)
    wish = _Wish(ledger, k, ladder)
    outcome = wish.model.solve(effort.left / SECOND / SLOWNESS)
    effort.spend(outcome.effort * SECOND * SLOWNESS)
    if outcome.ending is not Ending.FOUND:
        return None
    return np.array([[outcome.values[number] for number in row] for row in wish.slots], np.int64)


class _Wish:
    """The solver's model: slots on each host, so that k units lack as few as can be."""

    def __init__(self, ledger: Ledger, k: int, ladder: _Ladder) -> None:
        self.model, self._ledger, self._k, self._ladder = WholeNumbers(), ledger, k, ladder
        sizes, rooms = ladder.sizes.tolist(), ledger.free.tolist()
        self.slots = [[self.model.number(room // size) for size in sizes] for room in rooms]
        for row, room in zip(self.slots, rooms, strict=True):
            self.model.require(list(zip(sizes, row, strict=True)), most=room)
        missing = [self._missing(step) for step in range(len(sizes))]
        worst = self.model.number(ROUGH)
        for each in missing:
            self.model.require([(1, worst), (-1, each)], least=0)
        self.model.minimize([(3, worst), *((1, each) for each in missing)])

    def _missing(self, step: int) -> int:
        """A number at least as large as the slots of the largest sizes that k units may lack."""
        model, ledger = self.model, self._ledger
        needs = ledger.by_unit(self._ladder.needs[:, step][None, :])[0].tolist()
        most = max(needs) + int(ledger.free.sum() // self._ladder.sizes[step])
        missing = model.number(ROUGH)
        summands = []
        for unit, need in enumerate(needs):
            hosts = np.flatnonzero(ledger.unit_of == unit).tolist()
            own = [(1, number) for host in hosts for number in self.slots[host][: step + 1]]
            summands.append(Summand(own, most, need))
        slots = [(1, number) for row in self.slots for number in row[: step + 1]]
        model.at_most_largest(summands, self._k, [(1, missing), *slots])
        return missing
