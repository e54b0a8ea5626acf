"""How a wish is reached. One module or package for each question."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from planner.goals.balance import Balance, balance
from planner.goals.evacuate import Evacuate, evacuate
from planner.goals.homes import Homes, homes
from planner.goals.improve import Improve, improve
from planner.goals.join import Join, join
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


def answer(goal: Goal, inventory: Inventory) -> Plan | NoPlan:
    """The plan that reaches a goal, or why there is none. It is not verified yet."""
    return _WAYS[type(goal)](goal, inventory)
