"""The cheapest changes after which so many hosts may fail, with every protected VM restarted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from planner.errors import GoalError
from planner.facts.failover_problem import Problems, problems
from planner.facts.survival import survival
from planner.failover.problem import FailoverProblem
from planner.goals.improve import hardware
from planner.goals.improve.moving import by_moves
from planner.goals.pools import one_pool
from planner.goals.protect import promise_of, told_promises
from planner.goals.protect.candidates import Candidate, Field, fewest_lost
from planner.goals.protect.choosing import Choice, choose
from planner.goals.protect.goal import Protect, stand
from planner.model.inventory import Inventory
from planner.plans import Cause, NoPlan, Plan
from planner.rules.wording import counted, listed

__all__ = ["Improve", "improve"]

_MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Improve:
    """Let so many hosts fail with every protected VM restarted, whichever they are."""

    failures: int
    pool: str | None = None
    """Name or UUID; where several could be meant."""


def improve(goal: Improve, inventory: Inventory) -> Plan | NoPlan:
    """Moves, where they are enough; else the fewest promises to take back. Raises GoalError for a wish that is unclear.

    Other ways are told beside: what hardware would do, and the kind of change that is not the plan.
    """
    view = one_pool(goal.pool, inventory)
    capacity, found = survival(view)
    hosts = len(found.exact.free)
    if not 0 <= goal.failures <= hosts:
        there = f"{view.name}, of which {counted(hosts, 'host')} can be used"
        raise GoalError(f"{goal.failures} failures are asked of {there}")
    told = f"let {counted(goal.failures, 'host')} of {view.name} fail"
    if causes := tuple(_open(found)):
        return NoPlan(told, causes)
    if capacity.lower >= goal.failures or not found.guarded:
        return by_moves(told, inventory, view, 0)
    moves = by_moves(told, inventory, view, goal.failures)
    choice = _kept(found.exact, goal.failures)
    bought = tuple(hardware.told(found.exact, goal.failures))
    if isinstance(moves, Plan):
        return replace(moves, others=(*bought, _taken_back(found, choice)))
    wish = stand(Protect(goal.failures, pool=goal.pool), inventory)
    after = problems(wish.pool, [wish.vms[each.vm] for each in choice.candidates])
    plan = told_promises(told, wish, promise_of(goal.failures, choice), after, inventory)
    notes = (*plan.outcome.notes, *(f"moves: {cause.told}" for cause in moves.because))
    return replace(plan, outcome=replace(plan.outcome, notes=notes), others=bought)


def _open(found: Problems) -> Iterator[Cause]:
    """What keeps the question from being answered."""
    for each in found.lacking:
        yield Cause("", f"{each.field} of {each.record.label}", proven=False)
    if found.homeless or found.undecided:
        names = listed(sorted(each.vm.name for each in found.guarded if each.host is None), _MOST_NAMED)
        yield Cause("", f"where {names}, which are to be protected and are down, would be started", proven=False)


def _kept(problem: FailoverProblem, failures: int) -> Choice:
    """The promises that can be kept: as many as can be, then those of most memory."""
    candidates = tuple(
        Candidate(each.vm, each.size, each.host, each.hosts, kept=True)
        for each in problem.placed
        if each.host is not None
    )
    field = Field(problem.free, candidates, problem.total_hosts)
    return choose(field, failures, wanted=fewest_lost(field))


def _taken_back(found: Problems, choice: Choice) -> str:
    kept = {each.vm for each in choice.candidates}
    names = sorted(each.vm.name for each in found.guarded if each.key not in kept)
    quality = "fewer are not enough" if choice.proven else "fewer may be enough"
    return f"a restart promised no more to {counted(len(names), 'VM')}, {listed(names, _MOST_NAMED)}; {quality}"
