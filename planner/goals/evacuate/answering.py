"""The answer to the wish to empty hosts: a plan, or all that is in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from planner.goals.evacuate.goal import Evacuate, meant
from planner.goals.evacuate.leaving import for_good
from planner.goals.moves.disks import NOTHING, Freed, freed_from
from planner.goals.moves.emptying import targets
from planner.goals.moves.outcome import view_of
from planner.goals.moves.planning import Case, planned
from planner.goals.moves.stand import Stand
from planner.goals.moves.steps import taken_out
from planner.goals.naming import name_of
from planner.goals.pools import told_apart
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.plans import NoPlan, Plan
from planner.plans.applying import carried_out, reference
from planner.rules.wording import listed, plural


def evacuate(goal: Evacuate, inventory: Inventory) -> Plan | NoPlan:
    """The steps that empty hosts, or why they cannot be. Raises GoalError where the wish is not clear."""
    view, hosts = meant(goal, inventory)
    told_apart(view, inventory)
    if goal.move_disks:
        return _emptied(goal, inventory, view, hosts, _disks(inventory, view, hosts))
    found = _emptied(goal, inventory, view, hosts, NOTHING)
    if not isinstance(found, NoPlan):
        return found
    disks = _disks(inventory, view, hosts)
    if disks.steps and isinstance(_emptied(goal, inventory, view, hosts, disks), Plan):
        what = plural(disks.disks, "its local disk", "local disks")
        way = f"move {what} to shared repositories first, with --move-disks: then there is a plan"
        return replace(found, ways_out=(*found.ways_out, way))
    return found


def _disks(inventory: Inventory, view: PoolView, hosts: Sequence[Host]) -> Freed:
    return freed_from(inventory, reference(view), [name_of(host) for host in hosts])


def _emptied(
    goal: Evacuate, inventory: Inventory, view: PoolView, hosts: Sequence[Host], disks: Freed
) -> Plan | NoPlan:
    """The same once some disks have been moved."""
    told = f"empty {listed(host.name for host in hosts)} of {view.name}" + (" for good" if goal.permanent else "")
    out = tuple(taken_out(view, hosts))
    first = (*disks.steps, *out)
    state = carried_out(inventory, first)
    then = view_of(state, reference(view))
    emptied = tuple(host for each in hosts if (host := then.hosts.find(name_of(each))))
    stand = Stand(then, emptied)
    found = targets(goal.conditions, stand)
    if isinstance(found, NoPlan):
        return replace(found, goal=told, because=(*found.because, *disks.causes))
    last = tuple(for_good(stand)) if goal.permanent else ()
    why = "it makes room for others"
    case = Case(told, goal.conditions, inventory, stand, why, first, last, not goal.permanent, elsewhere=True)
    answer = planned(case, found)
    return disks.told_in(answer) if isinstance(answer, Plan) else replace(answer, goal=told)
