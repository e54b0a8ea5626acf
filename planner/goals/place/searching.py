"""Which way of searching fits the size of a pool."""

from __future__ import annotations

from planner.goals.place.asked import Asked
from planner.goals.place.pot import Pot
from planner.goals.place.stages import Best, Stages
from planner.goals.place.worth import Targets, capacity, keeps


def best(asked: Asked, pot: Pot, least: int) -> Best:
    """The best assignment that is found with so much effort, where so many hosts may fail at least."""
    return Stages(asked, pot, today(asked, least), least).run()


def today(asked: Asked, least: int) -> Targets | None:
    """Where VMs are today, if all of them run and nothing has to change."""
    targets = {item.key: item.source for item in asked.wanted.items}
    if not keeps(asked, targets) or (least and capacity(asked, targets).lower < least):
        return None
    return targets
