"""How a wish is reached. One module or package for each question."""

from __future__ import annotations

from planner.goals.evacuate import Evacuate, evacuate
from planner.goals.homes import Homes, homes
from planner.goals.improve import Improve, improve
from planner.goals.join import Join, join
from planner.goals.place import Place, place
from planner.goals.power import Shutdown, Startup, shutdown, startup
from planner.goals.protect import Protect, protect
from planner.model.inventory import Inventory
from planner.plans import NoPlan, Plan

Goal = Join | Evacuate | Protect | Improve | Shutdown | Startup | Homes | Place


def answer(goal: Goal, inventory: Inventory) -> Plan | NoPlan:  # noqa: PLR0911 - one for each question
    """The plan that reaches a goal, or why there is none. It is not verified yet."""
    match goal:
        case Join():
            return join(goal, inventory)
        case Evacuate():
            return evacuate(goal, inventory)
        case Protect():
            return protect(goal, inventory)
        case Improve():
            return improve(goal, inventory)
        case Shutdown():
            return shutdown(goal, inventory)
        case Startup():
            return startup(goal, inventory)
        case Homes():
            return homes(goal, inventory)
        case Place():
            return place(goal, inventory)
