"""What was found of the best assignment, and what of it is proven."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from planner.goals.place.ahead import least_uneven
from planner.goals.place.asked import Asked
from planner.goals.place.worth import Targets, Worth, least_load, most_failures, surviving, worth
from planner.plans.costs import BREACHES, BYTES, HIGHEST, UNEVEN, VMS_MOVED

COSTS = (BREACHES, HIGHEST, UNEVEN, BYTES, VMS_MOVED)
"""Each before the next."""


@dataclass(frozen=True, slots=True)
class Best:
    """The best assignment that was found."""

    targets: Targets | None
    """A host for each VM; None where there is none, or none was found."""
    proven: bool
    """Where there are none: that there can be none."""
    bounds: dict[str, int]
    """By cost, what no assignment has less of that is as good in the costs before it."""
    most: int
    """No assignment that breaks wishes as little survives more failures."""
    failures: int = 0
    """It survives so many, at least."""
    earlier: Sequence[Targets] = ()
    """Those that were found before it, the last ones first."""


def value_of(costs: Worth, name: str) -> int | None:
    """One of the costs; None where it is not known."""
    values = (costs.breaches, costs.highest, costs.uneven, costs.bytes_moved, costs.moved)
    return dict(zip(COSTS, values, strict=True))[name]


def taken_instead(asked: Asked, found: Best, targets: Targets, *, surely: bool = False) -> Best:
    """The same with other targets, and of what is proven that which holds of them.

    What no assignment has less of that is as good as the one that was found says nothing of those which are only as
    good as these, where these are worse in a cost before it. Whether they survive as many failures is looked at,
    unless they `surely` do.
    """
    if targets is found.targets:
        return found
    then, now = worth(asked, found.targets or {}), worth(asked, targets)
    survived, most = surely or surviving(asked, targets, found.failures), found.most
    bounds, holds = dict[str, int](), True
    for name in COSTS:
        bounds[name] = found.bounds.get(name, 0) if holds else _in_any_case(asked, name, bounds)
        holds = holds and (value_of(now, name) or 0) <= (value_of(then, name) or 0)
        if name == BREACHES:
            most = most if holds else max(most, most_failures(asked))
            holds = holds and survived
    return replace(found, targets=targets, bounds=bounds, most=most)


def _in_any_case(asked: Asked, name: str, bounds: Mapping[str, int]) -> int:
    """What no assignment has less of, whatever it breaks and survives, given what it has no less of before."""
    if name == HIGHEST:
        return least_load(asked)
    return least_uneven(asked, bounds[HIGHEST]) if name == UNEVEN else 0
