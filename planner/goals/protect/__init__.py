"""To which VMs a restart can be promised, for so many failures, and what each further failure costs."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.failover_problem import problems
from planner.facts.failure_limit import FailureLimit, failure_limit
from planner.facts.toolstack_plan import most_failures
from planner.goals.protect.choosing import Choice, choose
from planner.goals.protect.goal import Protect, Stand, stand
from planner.goals.protect.steps import promises
from planner.model.inventory import Inventory
from planner.plans import Cause, NoPlan, Plan
from planner.plans.applying import reference
from planner.plans.protecting import Promise, ProtectionOutcome
from planner.rules.wording import counted

__all__ = ["Protect", "protect"]

_FRONTIER = 8.0
_ROW = 0.5


def protect(goal: Protect, inventory: Inventory) -> Plan | NoPlan:
    """The steps to the best promises, or what is not known. Raises GoalError where the wish is not clear."""
    found = stand(goal, inventory)
    told = f"restarts in {found.view.name} for {counted(goal.failures, 'failure')}"
    if found.lacking:
        unknown = (f"{each.field} of {each.record.label}" for each in found.lacking)
        return NoPlan(told, tuple(Cause("", each, proven=False) for each in unknown))
    frontier = _frontier(found, goal.failures)
    promise = frontier[goal.failures]
    limit = failure_limit(inventory, found.view)
    toolstack = most_failures(problems(found.pool, [found.vms[key] for key in promise.vms]), limit)
    outcome = ProtectionOutcome(
        found.view.name,
        reference(found.view),
        goal.failures,
        len(found.pool.usable),
        promise,
        tuple(frontier[failures] for failures in range(len(found.pool.usable))),
        tuple(sorted(found.left_out, key=lambda each: (found.vms[each.vm].name, each.vm))),
        toolstack.failures if toolstack else None,
        tuple(_priorities(found, promise)),
        tuple((key, vm.name) for key, vm in sorted(found.vms.items())),
        tuple(_notes(goal.failures, toolstack.failures if toolstack else None, limit)),
    )
    why = f"with it not all restarts would find room when {counted(goal.failures, 'host')} fail"
    return Plan(told, (), (), promises(found, promise.vms, why), outcome)


def _frontier(found: Stand, asked: int) -> dict[int, Promise]:
    """The best promise for each number of failures; from above, for what survives more survives fewer too."""
    hosts = len(found.pool.usable)
    usual = min(_ROW, _FRONTIER / max(1, hosts))
    known: Choice | None = None
    rows = {}
    for failures in range(max(hosts - 1, asked), -1, -1):
        known = choose(found.field, failures, 1.0 if failures == asked else usual, known)
        rows[failures] = _promise(failures, known)
    return rows


def _promise(failures: int, choice: Choice) -> Promise:
    chosen = choice.candidates
    return Promise(
        failures,
        tuple(sorted(each.vm for each in chosen)),
        sum(each.size for each in chosen),
        sum(each.weight for each in chosen),
        choice.kept,
        choice.proven,
    )


def _priorities(found: Stand, promise: Promise) -> Iterator[tuple[str, str]]:
    for key in sorted(found.today.keys() ^ set(promise.vms)):
        vm = found.vms[key]
        if vm.uuid is not None and vm.ha_restart_priority is not None:
            yield vm.uuid, vm.ha_restart_priority


def _notes(failures: int, toolstack: int | None, limit: object) -> Iterator[str]:
    if toolstack is not None and toolstack < failures:
        yield (
            f"the toolstack counts more coarsely and says that {counted(toolstack, 'failure')} can be survived then: "
            f"it refuses to tolerate {failures} unless the pool allows overcommitment"
        )
    if isinstance(limit, FailureLimit) and limit.number < failures:
        yield f"whatever room there is, no more than {counted(limit.number, 'failure')} can be tolerated"
