"""Whether a plan keeps its promises: each step is applied, and the rules are asked about every state between.

It knows nothing of how a plan was found.
"""

from __future__ import annotations

from planner import patience
from planner.model.inventory import Inventory
from planner.plans import Plan
from planner.plans.changes import ChangeError
from planner.plans.homing import HomesOutcome
from planner.plans.moving import MovesOutcome
from planner.plans.powering import PowerOutcome
from planner.plans.protecting import ProtectionOutcome
from planner.plans.updating import UpdateOutcome
from planner.verify.balancing import broken_balance
from planner.verify.homing import broken_homes
from planner.verify.joining import broken_join
from planner.verify.keeping import broken_keeping
from planner.verify.moving import broken_moves
from planner.verify.powering import broken_power
from planner.verify.protecting import broken_protection
from planner.verify.updating import broken_update


def broken_promises(plan: Plan, inventory: Inventory) -> tuple[str, ...]:
    """What is wrong with a plan for an inventory; nothing where it keeps what it promises."""
    with patience.unhurried():
        return tuple(_broken(plan, inventory))


def _broken(plan: Plan, inventory: Inventory) -> list[str]:
    found: list[str] = []
    try:
        if isinstance(plan.outcome, MovesOutcome):
            found.extend(broken_moves(plan, plan.outcome, inventory))
            if plan.outcome.balancing:
                found.extend(broken_balance(plan, plan.outcome, plan.outcome.balancing, inventory))
        elif isinstance(plan.outcome, ProtectionOutcome):
            found.extend(broken_protection(plan, plan.outcome, inventory))
        elif isinstance(plan.outcome, PowerOutcome):
            found.extend(broken_power(plan, plan.outcome, inventory))
            found.extend(broken_keeping(plan, plan.outcome, inventory))
        elif isinstance(plan.outcome, HomesOutcome):
            found.extend(broken_homes(plan, plan.outcome, inventory))
            found.extend(broken_keeping(plan, plan.outcome, inventory))
        elif isinstance(plan.outcome, UpdateOutcome):
            found.extend(broken_update(plan, plan.outcome, inventory))
        else:
            found.extend(broken_join(plan, plan.outcome, inventory))
    except ChangeError as error:
        found.append(f"a change cannot be made: {error}")
    return found
