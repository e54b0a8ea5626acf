"""Whether a plan that promises restarts keeps its promises."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.failover_problem import PoolProblem, as_configured
from planner.facts.survival import survival
from planner.facts.toolstack_plan import covers_all
from planner.model.inventory import Inventory
from planner.plans import Plan
from planner.plans.applying import applied, carried_out
from planner.plans.protecting import ProtectionOutcome
from planner.rules.errors import brought, errors
from planner.verify.subjects import pool_of


def broken_protection(plan: Plan, outcome: ProtectionOutcome, inventory: Inventory) -> Iterator[str]:
    """What is wrong with such a plan; nothing where it keeps what it promises. Raises ChangeError."""
    start = applied(inventory, plan.wish)
    end = carried_out(start, plan.steps)
    known = errors(start)
    yield from (f"the steps bring {code} {label}" for code, _, label, _ in sorted(brought(known, errors(end))))
    view = pool_of(end, outcome)
    keys = PoolProblem(view).vm_keys
    promised = sorted(keys[id(vm)] for vm in as_configured(view))
    if promised != list(outcome.promise.vms):
        yield f"in the end restarts are promised to {', '.join(promised) or 'nobody'}"
    capacity, found = survival(view)
    if outcome.for_toolstack and covers_all(found, outcome.failures) is not True:
        yield f"in the end the toolstack's own planner has no plan for {outcome.failures} failures"
    if capacity.lower < outcome.failures:
        yield f"in the end {capacity.lower} failures are proven to be survived, and not {outcome.failures}"
