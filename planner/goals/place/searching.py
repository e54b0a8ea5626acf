"""Which way of searching fits the size of a pool."""

from __future__ import annotations

from dataclasses import replace

from planner.goals.place.ahead import simple_bounds
from planner.goals.place.asked import Asked
from planner.goals.place.climbing import Climb
from planner.goals.place.first import first
from planner.goals.place.found import Best, taken_instead, value_of
from planner.goals.place.kinds import kinds
from planner.goals.place.pot import Pot
from planner.goals.place.regions import Regions
from planner.goals.place.stages import Stages
from planner.goals.place.wishing import kept_better
from planner.goals.place.worth import Targets, capacity, glanced, keeps, most_failures, worth
from planner.plans.costs import BREACHES

_MOST_NUMBERS = 6_000
"""So many numbers of VMs of a kind on a host are asked for at once."""
_AT_ONCE = 0.5
"""What may be done to place all VMs at once, of all that may be done."""


def best(asked: Asked, pot: Pot, least: int) -> Best:
    """The best assignment that is found with so much effort, where so many hosts may fail at least."""
    large = sum(len(kind.like.stays) for kind in kinds(asked)) > _MOST_NUMBERS
    whole = _of_large(asked, pot, least) if large else None
    if whole is None:
        part = pot.part(_AT_ONCE)
        whole = Stages(asked, part, today(asked, least), least, climbs=True).run()
        pot.give_back(part)
        if whole.targets is None or _proven(asked, whole):
            return whole
    found = Regions(asked, pot, whole.targets or {}, whole.failures).run()
    earlier = (*reversed(found[:-1]), *whole.earlier)
    return replace(taken_instead(asked, whole, found[-1]), earlier=earlier)


def _of_large(asked: Asked, pot: Pot, least: int) -> Best | None:
    """What is found without the solver in a pool that is too large for it; None where nothing is."""
    start = today(asked, 0) or first(asked)
    if start is None:
        return None
    start = kept_better(asked, pot, start)
    climb = Climb(asked, start, pot, glanced(asked, start).lower if asked.wanted.guarded else 0)
    climb.raise_failures()
    if climb.failures < least:
        climb.failures = capacity(asked, climb.targets).lower
    if climb.failures < least:
        return None
    raised = climb.targets
    climb.lower_loads()
    most = max(most_failures(asked), climb.failures) if asked.wanted.guarded else 0
    bounds = simple_bounds(asked, climb.targets)
    return Best(climb.targets, proven=False, bounds=bounds, most=most, failures=climb.failures, earlier=(raised,))


def _proven(asked: Asked, whole: Best) -> bool:
    costs = worth(asked, whole.targets or {})
    return all(value_of(costs, name) in (None, bound) for name, bound in whole.bounds.items() if name != BREACHES)


def today(asked: Asked, least: int) -> Targets | None:
    """Where VMs are today, if all of them run and nothing has to change."""
    targets = {item.key: item.source for item in asked.wanted.items}
    if not keeps(asked, targets) or (least and capacity(asked, targets).lower < least):
        return None
    return targets
