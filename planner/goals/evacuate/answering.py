"""The answer to the wish to empty hosts: a plan, or all that is in the way."""

from __future__ import annotations

from dataclasses import replace

from planner.goals.evacuate.goal import Evacuate, meant
from planner.goals.evacuate.leaving import for_good
from planner.goals.moves.emptying import targets
from planner.goals.moves.outcome import view_of
from planner.goals.moves.planning import Case, planned
from planner.goals.moves.stand import Stand
from planner.goals.moves.steps import taken_out
from planner.goals.naming import name_of
from planner.goals.pools import told_apart
from planner.model.inventory import Inventory
from planner.plans import NoPlan, Plan
from planner.plans.applying import applied, reference
from planner.rules.wording import listed


def evacuate(goal: Evacuate, inventory: Inventory) -> Plan | NoPlan:
    """The steps that empty hosts, or why they cannot be. Raises GoalError where the wish is not clear."""
    view, hosts = meant(goal, inventory)
    told_apart(view, inventory)
    told = f"empty {listed(host.name for host in hosts)} of {view.name}" + (" for good" if goal.permanent else "")
    out = tuple(taken_out(view, hosts))
    state = applied(inventory, (change for step in out for change in step.changes))
    then = view_of(state, reference(view))
    emptied = tuple(host for each in hosts if (host := then.hosts.find(name_of(each))))
    stand = Stand(then, emptied)
    found = targets(goal.conditions, stand)
    if isinstance(found, NoPlan):
        return replace(found, goal=told)
    last = tuple(for_good(stand)) if goal.permanent else ()
    why = "it makes room for others"
    return planned(Case(told, goal.conditions, inventory, stand, why, out, last, not goal.permanent), found)
