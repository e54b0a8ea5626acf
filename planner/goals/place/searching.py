"""Which way of searching fits the size of a pool."""

from __future__ import annotations

from dataclasses import replace

from planner.goals.place.ahead import Ahead, simple_bounds
from planner.goals.place.asked import Asked
from planner.goals.place.first import first
from planner.goals.place.found import Best, taken_instead, value_of
from planner.goals.place.kinds import kinds, numbers
from planner.goals.place.pot import Pot
from planner.goals.place.regions import Regions
from planner.goals.place.stages import Stages
from planner.goals.place.wishing import kept_better
from planner.goals.place.worth import Targets, capacity, glanced, keeps, worth
from planner.plans.costs import BREACHES

_MOST_NUMBERS = 6_000
"""So many numbers of VMs of a kind on a host are asked for at once."""
_AHEAD = 0.8
"""What may be done in a large pool before the solver is asked about some hosts at a time, of all that may be done."""
_AT_ONCE = 0.5
"""What may be done to place all VMs at once, of all that may be done."""


def best(asked: Asked, pot: Pot, least: int) -> Best:
    """The best assignment that is found with so much effort, where so many hosts may fail at least."""
    large = numbers(kinds(asked)) > _MOST_NUMBERS
    whole = _of_large(asked, pot, least) if large else None
    if whole is None:
        part = pot.part(_AT_ONCE)
        whole = Stages(asked, part, today(asked, least), least, climbs=True).run()
        pot.give_back(part)
        if whole.targets is None or _proven(asked, whole):
            return whole
    found = Regions(asked, pot, whole.targets or {}, whole.failures, exchanged=not large).run()
    earlier = (*reversed(found[:-1]), *whole.earlier)
    return replace(taken_instead(asked, whole, found[-1], surely=True), earlier=earlier)


def _of_large(asked: Asked, pot: Pot, least: int) -> Best | None:
    """What is found without the solver in a pool that is too large for it; None where nothing is."""
    start = today(asked, 0) or first(asked)
    if start is None:
        return None
    start = kept_better(asked, pot, start)
    ahead, found = Ahead(asked, pot.part(_AHEAD)), [start]
    failures = glanced(asked, start).lower if asked.wanted.guarded else 0
    if failures >= least:
        found += ahead.lowered(start, failures, calmly=True)
    raised, most = _raised(asked, ahead, start, failures, least)
    if most < least:
        return None
    if most > failures:
        found += [raised, *ahead.lowered(raised, most, calmly=True)]
    failures, most = most, ahead.most_failures(most) if asked.wanted.guarded else 0
    while failures < most and (spaced := ahead.surviving(found[-1], failures + 1)) is not None:
        failures += 1
        found += [spaced, *ahead.lowered(spaced, failures, calmly=True)]
    bounds = simple_bounds(asked, found[-1], ahead.gaps(failures))
    return Best(found[-1], proven=False, bounds=bounds, most=most, failures=failures, earlier=found[-2::-1])


def _raised(asked: Asked, ahead: Ahead, start: Targets, failures: int, least: int) -> tuple[Targets, int]:
    """What survives more failures than where it begins, and how many; or at least `least`, as far as that is found."""
    raised, most = ahead.raised(start, failures)
    if most < least:
        most = capacity(asked, raised).lower
    if most < least and (spaced := ahead.surviving(start, least)) is not None:
        return spaced, least
    return raised, most


def _proven(asked: Asked, whole: Best) -> bool:
    costs = worth(asked, whole.targets or {})
    return all(value_of(costs, name) in (None, bound) for name, bound in whole.bounds.items() if name != BREACHES)


def today(asked: Asked, least: int) -> Targets | None:
    """Where VMs are today, if all of them run and nothing has to change."""
    targets = {item.key: item.source for item in asked.wanted.items}
    if not keeps(asked, targets) or (least and capacity(asked, targets).lower < least):
        return None
    return targets
