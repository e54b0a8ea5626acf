"""As few promises taken back as can be, so that those that are left hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from planner.facts.failover_problem import Problems, problems
from planner.failover.problem import FailoverProblem
from planner.goals.improve.accepting import Accepting
from planner.goals.protect import promise_of, told_promises
from planner.goals.protect.candidates import NUMBER, Candidate, Field, fewest_lost
from planner.goals.protect.choosing import Choice, choose
from planner.goals.protect.goal import Protect, stand
from planner.model.inventory import Inventory
from planner.plans import Plan
from planner.plans.protecting import Kept, ProtectionOutcome
from planner.rules.wording import counted, listed

_LEAST_EFFORT = 0.25
_MANY = 100
"""Of more VMs each gets less effort."""
_MOST_NAMED = 12


class Asked(Protocol):
    """What is asked for."""

    @property
    def failures(self) -> int:
        """So many hosts may fail."""

    @property
    def pool(self) -> str | None:
        """Of which pool."""

    @property
    def for_toolstack(self) -> bool:
        """Until the toolstack's own planner accepts it."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The plan that takes promises back."""

    plan: Plan
    outcome: ProtectionOutcome
    proven: bool
    """No fewer are enough."""


def taken_back(told: str, goal: Asked, inventory: Inventory, found: Problems) -> TakenBack:
    """The steps, and what is promised then; `found` is the problem as it is today."""
    wish = stand(Protect(goal.failures, pool=goal.pool), inventory)
    choice = _kept(found.exact, goal.failures)
    if goal.for_toolstack:
        choice = _accepted(Accepting(wish.pool, found.guarded, goal.failures), found.exact, choice)
    after = problems(wish.pool, [wish.vms[each.vm] for each in choice.candidates])
    plan, outcome = told_promises(told, wish, promise_of(goal.failures, choice), after, inventory)
    outcome = replace(outcome, for_toolstack=goal.for_toolstack)
    number = choice.kept[0]
    return TakenBack(replace(plan, outcome=outcome), outcome, number.value == number.bound)


def taken_told(taken: TakenBack, found: Problems) -> str:
    """It as one sentence."""
    names = sorted(each.vm.name for each in found.guarded if each.key not in taken.outcome.promise.vms)
    quality = "fewer are not enough" if taken.proven else "fewer may be enough"
    return f"a restart promised no more to {counted(len(names), 'VM')}, {listed(names, _MOST_NAMED)}; {quality}"


def _kept(problem: FailoverProblem, failures: int) -> Choice:
    """The promises that can be kept: as many as can be, then those of most memory."""
    field = Field(problem.free, _candidates(problem), problem.total_hosts)
    effort = max(_LEAST_EFFORT, min(1.0, _MANY / max(1, len(field.candidates))))
    return choose(field, failures, effort, wanted=fewest_lost(field))


def _candidates(problem: FailoverProblem) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(each.vm, each.size, each.host, each.hosts, kept=True)
        for each in problem.placed
        if each.host is not None
    )


def _accepted(search: Accepting, problem: FailoverProblem, exact: Choice) -> Choice:
    """The promises that the toolstack accepts too; no more than can be kept in truth."""
    bound = next((each.bound for each in exact.kept if each.name == NUMBER), len(problem.placed))
    found = search.most((each.vm for each in exact.candidates), bound)
    if exact.proven and found.vms == {each.vm for each in exact.candidates}:
        return exact
    candidates = _candidates(problem)
    chosen = tuple(each for each in candidates if each.vm in found.vms)
    kept = [Kept(NUMBER, len(chosen), found.most)]
    if len(chosen) == found.most:
        largest = sorted((each.size for each in candidates), reverse=True)[: found.most]
        kept.append(Kept("bytes", sum(each.size for each in chosen), sum(largest)))
    return Choice(chosen, tuple(kept), all(each.value == each.bound for each in kept))
