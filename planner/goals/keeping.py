"""Plans that move nothing, held to the failures that have to be survived."""

from __future__ import annotations

from dataclasses import replace

from planner.facts.survival import survival
from planner.goals.moves.conditions import Conditions
from planner.goals.moves.outcome import view_of
from planner.goals.moves.planning import too_few
from planner.model.inventory import Inventory
from planner.plans import NoPlan, Plan
from planner.plans.applying import applied
from planner.plans.homing import HomesOutcome
from planner.plans.midst import every_moment
from planner.plans.moving import Survival, Survivals
from planner.plans.powering import PowerOutcome


def kept(plan: Plan, inventory: Inventory, asked: Conditions) -> Plan | NoPlan:
    """The plan, or that too few hosts could fail with it while anybody is protected."""
    outcome = plan.outcome
    assert isinstance(outcome, HomesOutcome | PowerOutcome)  # noqa: S101 - the plans that move nothing
    if asked.keep_failures and (causes := tuple(too_few(asked, _worst(plan, outcome, inventory, asked)))):
        return NoPlan(plan.goal, causes)
    return replace(plan, outcome=replace(outcome, keep_failures=asked.keep_failures, always=asked.always))


def _worst(plan: Plan, outcome: HomesOutcome | PowerOutcome, inventory: Inventory, asked: Conditions) -> Survivals:
    """What is survived in the end, or at the worst moment until then."""
    worst, lacking = None, list[str]()
    start = applied(inventory, plan.wish)
    states = [start, *every_moment(start, plan.steps)]
    for state in states if asked.always else states[-1:]:
        found, problem = survival(view_of(state, outcome.pool_reference))
        lacking += (f"{lack.record.label}: {lack.field}" for lack in problem.lacking)
        if problem.guarded and (worst is None or found.lower < worst.lower):
            worst = Survival(found.lower, found.upper, found.proven)
    return Survivals(None, worst, worst, tuple(dict.fromkeys(lacking)))
