"""Whether as many hosts may fail as a plan promises that moves nothing."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.survival import survival
from planner.model.inventory import Inventory
from planner.plans import Plan
from planner.plans.applying import applied
from planner.plans.homing import HomesOutcome
from planner.plans.midst import every_moment
from planner.plans.powering import PowerOutcome
from planner.verify.subjects import pool_of


def broken_keeping(plan: Plan, outcome: HomesOutcome | PowerOutcome, inventory: Inventory) -> Iterator[str]:
    """What is wrong with that; nothing where it is kept. Raises ChangeError."""
    wanted = outcome.keep_failures
    if not wanted:
        return
    start = applied(inventory, plan.wish)
    states = [start, *every_moment(start, plan.steps)]
    for state in states if outcome.always else states[-1:]:
        found, problem = survival(pool_of(state, outcome))
        if problem.guarded and found.lower < wanted:
            yield f"{wanted} failures are to be survived, {found.lower} are"
