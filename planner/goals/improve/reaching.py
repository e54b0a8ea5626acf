"""The cheapest moves after which so many hosts may fail: in small pools the cheapest there are."""

from __future__ import annotations

from planner.goals.improve.searching import moves_found
from planner.goals.moves.assignment import cheapest
from planner.goals.moves.surviving import Surviving, surviving
from planner.goals.moves.wanted import Assigned, Wanted
from planner.plans.costs import OTHER_BYTES, OTHERS_MOVED
from planner.plans.moving import Cost

_SMALL = 240
"""Up to so many pairs of a VM and a host are put into one model."""


def cheap_moves(wanted: Wanted, failures: int) -> Surviving | None:
    """Moves that are enough: without targets where there are none, None where that is open.

    What is found in a large pool is proven to be enough, and not to be the cheapest.
    """
    if is_small(wanted):
        found = surviving(wanted, failures, cheapest)
        if found is not None:
            return found
    reached = moves_found(wanted, failures)
    if reached is None:
        return None
    least = min((item.moves for item in wanted.items), default=0) if reached.moves else 0
    costs = (
        Cost(OTHER_BYTES, reached.bytes_moved, least),
        Cost(OTHERS_MOVED, reached.moves, min(1, reached.moves)),
    )
    proven = all(cost.value == cost.bound for cost in costs)
    return Surviving(Assigned(reached.targets, proven, costs), wanted, reached.lower, reached.upper)


def is_small(wanted: Wanted) -> bool:
    """Whether all pairs of a VM and a host are put into one model."""
    return sum(len(item.stays) for item in wanted.items) <= _SMALL
