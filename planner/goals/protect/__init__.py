"""To which VMs a restart can be promised, for so many failures, and what each further failure costs."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.failover_problem import Problems, problems
from planner.facts.failure_limit import FailureLimit, failure_limit, most_asked
from planner.facts.toolstack_plan import covers_all, most_failures
from planner.goals.protect.choosing import Choice, choose
from planner.goals.protect.goal import Protect, Stand, stand
from planner.goals.protect.steps import promises
from planner.model.inventory import Inventory
from planner.plans import Cause, NoPlan, Plan
from planner.plans.applying import carried_out, reference
from planner.plans.protecting import Promise, ProtectionOutcome
from planner.rules.wording import counted

__all__ = ["Protect", "promise_of", "protect", "told_promises"]

_FRONTIER = 8.0
_ROW = 0.5


def protect(goal: Protect, inventory: Inventory) -> Plan | NoPlan:
    """The steps to the best promises, or what is not known. Raises GoalError where the wish is not clear."""
    found = stand(goal, inventory)
    told = f"restarts in {found.view.name} for {counted(goal.failures, 'failure')}"
    if found.lacking:
        unknown = (f"{each.field} of {each.record.label}" for each in found.lacking)
        return NoPlan(told, tuple(Cause("", each, proven=False) for each in unknown))
    choices = _frontier(found, goal.failures)
    choice = choices[goal.failures]
    after = problems(found.pool, [found.vms[each.vm] for each in choice.candidates])
    rows = tuple(promise_of(failures, choices[failures]) for failures in range(len(found.pool.usable)))
    return told_promises(told, found, promise_of(goal.failures, choice), after, inventory, rows)[0]


def told_promises(  # noqa: PLR0913, PLR0917 - what is to be told
    told: str,
    found: Stand,
    promise: Promise,
    after: Problems,
    inventory: Inventory,
    frontier: tuple[Promise, ...] = (),
) -> tuple[Plan, ProtectionOutcome]:
    """The steps to a promise, and what it comes to, also by itself; `after` is the problem of the pool then."""
    failures = promise.failures
    why = f"with it not all restarts would find room when {counted(failures, 'host')} fail"
    steps = promises(found, promise.vms, why)
    end = carried_out(inventory, steps)
    pool = reference(found.view)
    limit = failure_limit(end, next(view for view in end.pools if reference(view) == pool))
    toolstack = most_failures(after, most_asked(found.view))
    says = toolstack.failures if toolstack else None
    outcome = ProtectionOutcome(
        found.view.name,
        reference(found.view),
        failures,
        len(found.pool.usable),
        promise,
        frontier,
        tuple(sorted(found.left_out, key=lambda each: (found.vms[each.vm].name, each.vm))),
        says,
        tuple(_priorities(found, promise)),
        tuple((key, vm.name) for key, vm in sorted(found.vms.items())),
        tuple(_notes(failures, says if covers_all(after, failures) is False else None, limit)),
    )
    return Plan(told, (), (), steps, outcome), outcome


def _frontier(found: Stand, asked: int) -> dict[int, Choice]:
    """The best choice for each number of failures; from above, for what survives more survives fewer too."""
    hosts = len(found.pool.usable)
    usual = min(_ROW, _FRONTIER / max(1, hosts))
    known: Choice | None = None
    rows = {}
    for failures in range(max(hosts - 1, asked), -1, -1):
        known = choose(found.field, failures, 1.0 if failures == asked else usual, known)
        rows[failures] = known
    return rows


def promise_of(failures: int, choice: Choice) -> Promise:
    """What a choice promises for so many failures."""
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


def _notes(failures: int, refused: int | None, limit: object) -> Iterator[str]:
    """What is to be known; `refused` is what the toolstack says where that keeps it from accepting so many failures."""
    if refused is not None and refused < failures:
        yield (
            f"the toolstack counts more coarsely and says that {counted(refused, 'failure')} can be survived then: "
            f"it refuses to tolerate {failures} unless the pool allows overcommitment"
        )
    if isinstance(limit, FailureLimit) and limit.number < failures:
        yield f"whatever room there is, no more than {counted(limit.number, 'failure')} can be tolerated"
