"""The search for an order in which failed hosts are served (see `turns`), from one host left upwards."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.failover.effort import Effort
from planner.failover.ledger import Ledger
from planner.failover.parts import Parts, Shorts
from planner.failover.ranking import Ints
from planner.failover.turns import HOSTS, Course, Turn

GUESTS = 16
"""Where hosts have more guests than these, too many would stay together."""


def in_turn(ledger: Ledger, k: int, effort: Effort) -> bool:
    """Whether any k hosts can be restarted in turn; raises Exhausted."""
    if not ledger.alone or len(ledger.hosts) > HOSTS or int(ledger.counts.sum(axis=1).max()) > GUESTS:
        return False
    course, losses = Course(ledger, k), np.zeros(1, np.int32)
    if course.spare < 0:
        return False
    for _, losses in losses_in_turn(course, effort):
        if int(losses.min()) > course.spare:
            return False
    return int(losses[0]) <= course.spare


def losses_in_turn(course: Course, effort: Effort) -> Iterator[tuple[Ints, Shorts]]:
    """For 1, 2, ... k hosts left: named hosts that are not among them, and what these lose at most."""
    parts, losses, named = course.parts(), np.zeros(len(course.spaces), np.int32), np.zeros(0, np.int64)
    for j in range(1, course.k + 1):
        effort.spend(_cost(course, parts))
        turn = Turn(course, parts, j, losses)
        if j == 1:
            named = np.argsort(-_heights(course, turn.losses), kind="stable")[: course.k]
        others = np.setdiff1d(np.arange(len(course.free)), named)
        known = turn.of_any(others)
        first = int(_heights(course, np.maximum(turn.losses[named], known)).argmin())
        own, named = turn.losses[named[first]], np.delete(named, first)
        losses = course.spread(np.maximum(own, turn.in_pairs(others, known, own)))
        yield named, losses


def _heights(course: Course, losses: Shorts) -> Ints:
    """How large losses are, over all open spaces."""
    return np.asarray(np.minimum(losses, 2 * course.spare).sum(axis=1), np.int64)


def _cost(course: Course, parts: list[Parts]) -> float:
    """The steps for one turn."""
    rows = sum(each.sizes.size for each in parts) + len(course.free) * len(course.spaces)
    return 0.009 * rows * len(course.rooms)
