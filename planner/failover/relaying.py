"""The search for losses with which an open host can be handed on (see `relay`), from one failed host upwards."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from planner.failover.effort import Effort
from planner.failover.ledger import Ledger
from planner.failover.ranking import Flags, Ints
from planner.failover.relay import NEVER, Course, Stage, Supposing, proves, spread

HOSTS = 100
"""With more hosts than these the tables get too large."""
FEW = 5
"""For up to so many failed hosts left, what is supposed of losses is what they are; for more it matters little."""
NARROW = 8
"""The part of the largest free memory that a look at pairs is worth."""


def handed_on(ledger: Ledger, k: int, effort: Effort) -> bool:
    """Whether any k hosts can be restarted with a host handed on between them; raises Exhausted."""
    if not ledger.alone or len(ledger.hosts) > HOSTS or int(ledger.load.max()) > 2 * int(ledger.free.min()):
        return False
    course = Course(ledger, k, effort)
    table = losses(course, effort)
    effort.spend(k * _cost(course))
    return table is not None and proves(course, table)


def losses(course: Course, effort: Effort) -> list[Ints] | None:
    """Losses for up to k failed hosts that there is the memory for, if such are found."""
    table = [np.zeros(len(course.spaces), np.int64)]
    while len(table) <= course.k and int(table[-1].min()) <= course.spare:
        table.append(_losses(course, len(table), table[-1], effort))
    return table if len(table) == course.k + 1 and int(table[-1][0]) <= course.spare else None


def _cost(course: Course) -> float:
    """The steps for one look at a stage."""
    return 0.0011 * course.loss_both.size


def _losses(course: Course, j: int, after: Ints, effort: Effort) -> Ints:
    """Losses for one failed host more, as low as they are found."""
    stage, below = Stage(course, j, after), np.full(len(after), max(0, int(after.min()) - course.apart), np.int64)
    most = np.full(len(after), course.spare, np.int64)

    def supposed(losses: Ints) -> Supposing:
        effort.spend(_cost(course))
        return stage.supposing(np.minimum(losses, most))

    def sharply(losses: Ints) -> Flags:
        effort.spend(0.5 * _cost(course))
        return supposed(losses).enough_in_pairs(losses)

    def roughly(losses: Ints) -> Flags:
        effort.spend(0.3 * _cost(course))
        return lowest.enough(losses)

    def in_pairs(losses: Ints) -> Flags:
        effort.spend(0.6 * _cost(course))
        return lowest.enough_in_pairs(losses)

    effort.spend(_cost(course))
    if j <= FEW:
        return spread(course, _halved(course, below - 1, np.where(sharply(most), most, NEVER), sharply))
    lowest = supposed(below)
    found = _halved(course, below - 1, np.where(roughly(most), most, NEVER), roughly)
    return spread(course, _halved(course, np.maximum(below - 1, found - course.largest // NARROW), found, in_pairs))


def _halved(course: Course, below: Ints, found: Ints, enough: Callable[[Ints], Flags]) -> Ints:
    """Losses that are enough, found by halving between those that are and those below, which are not or may not be."""
    while (wide := (found < NEVER) & (found - below > course.apart // 2 + 1)).any():
        middle = np.where(wide, (found + below) // 2, NEVER)
        lower = wide & enough(middle)
        found, below = np.where(lower, middle, found), np.where(wide & ~lower, middle, below)
    return found
