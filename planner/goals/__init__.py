"""How a wish is reached. One module or package for each question."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from planner import patience
from planner.goals.balance import Balance, balance
from planner.goals.evacuate import Evacuate, evacuate
from planner.goals.homes import Homes, homes
from planner.goals.improve import Improve, improve
from planner.goals.join import Join, join
from planner.goals.keeping import kept
from planner.goals.place import Place, place
from planner.goals.power import Shutdown, Startup, shutdown, startup
from planner.goals.protect import Protect, protect
from planner.goals.update import Update, update
from planner.model.inventory import Inventory
from planner.plans import NoPlan, Plan

Goal = Join | Evacuate | Balance | Place | Protect | Improve | Shutdown | Startup | Homes | Update


_WAYS: Mapping[type[Goal], Callable[..., Plan | NoPlan]] = {
    Join: join,
    Evacuate: evacuate,
    Balance: balance,
    Place: place,
    Protect: protect,
    Improve: improve,
    Shutdown: shutdown,
    Startup: startup,
    Homes: homes,
    Update: update,
}


_SHARE = 0.65
"""The part of a time that is given after which no proof is begun that takes long; then the plan is verified."""


def answer(goal: Goal, inventory: Inventory) -> Plan | NoPlan:
    """The plan that reaches a goal, or why there is none. It is not verified yet."""
    seconds = _seconds(goal)
    with patience.for_at_most(None if seconds is None else _SHARE * seconds):
        found = _WAYS[type(goal)](goal, inventory)
        if isinstance(goal, Homes | Shutdown | Startup) and isinstance(found, Plan):
            return kept(found, inventory, goal.conditions)
        return found


def _seconds(goal: Goal) -> float | None:
    """The time that is given for an answer."""
    if isinstance(goal, Place | Homes | Shutdown | Startup):
        return goal.conditions.seconds
    return goal.seconds if isinstance(goal, Evacuate | Balance | Update) else None
