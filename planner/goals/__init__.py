"""How a wish is reached. One module or package for each question."""

from __future__ import annotations

from planner.goals.evacuate import Evacuate, evacuate
from planner.goals.join import Join, join
from planner.model.inventory import Inventory
from planner.plans import NoPlan, Plan

Goal = Join | Evacuate


def answer(goal: Goal, inventory: Inventory) -> Plan | NoPlan:
    """The plan that reaches a goal, or why there is none. It is not verified yet."""
    return join(goal, inventory) if isinstance(goal, Join) else evacuate(goal, inventory)
