"""The questions that are asked from outside: how many units may fail at once, and where VMs are then restarted."""

from __future__ import annotations

from collections.abc import Iterable

from planner.errors import GoalError
from planner.failover.answers import FailureCapacity, NoPlan, RestartPlan
from planner.failover.choosy.roster import Roster, is_choosy
from planner.failover.choosy.search import ChoosySearch
from planner.failover.effort import SECOND, Effort, Exhausted
from planner.failover.explaining import cause_of, needed_vms
from planner.failover.guarantee import Guarantee
from planner.failover.ledger import Ledger
from planner.failover.necessary import Necessary
from planner.failover.placing import place
from planner.failover.problem import FailoverProblem
from planner.failover.recheck import restarts_all
from planner.failover.search import Bracket, Search

STEPS = 15 * SECOND
"""The steps that an effort of 1 allows."""
LOADING = SECOND
"""The steps that loading the solver is worth: who allows less is answered without it."""


def failure_capacity(problem: FailoverProblem, *, effort: float = 1.0) -> FailureCapacity:
    """The largest k such that every k units may fail at once; see `planner.failure_capacity`."""
    if not problem.placed:
        units = len(problem.units)
        return FailureCapacity(units, units, proven=True, witness=None, because=None)
    ledger = Ledger(problem)
    found = bracket(ledger, STEPS * effort)
    witness = ledger.names(found.refuted)
    cause = cause_of(problem, witness, solver=STEPS * effort >= LOADING)
    return FailureCapacity(found.lower, found.upper, found.lower == found.upper, witness, cause)


def glance(problem: FailoverProblem) -> FailureCapacity:
    """Bounds of the same that hardly cost anything; those of `failure_capacity` are as close or closer."""
    if not problem.placed:
        return failure_capacity(problem)
    if is_choosy(problem):
        return FailureCapacity(0, len(problem.units) - 1, proven=False, witness=None, because=None)
    ledger = Ledger(problem)
    upper = Necessary(ledger).bound()
    lower = next((k for k in range(upper, 0, -1) if Guarantee(ledger, k).holds), 0)
    return FailureCapacity(lower, upper, lower == upper, witness=None, because=None)


def bracket(ledger: Ledger, steps: float) -> Bracket:
    """Both bounds of a problem, and the argument that proves the lower one."""
    effort = Effort(steps, solver=steps >= LOADING)
    search = ChoosySearch(Roster(ledger), effort) if is_choosy(ledger.problem) else Search(ledger, effort)
    return search.bracket()


def survives(problem: FailoverProblem, failures: int, *, effort: float = 1.0) -> bool | None:
    """Whether any so many units may fail at once; None where the effort does not tell."""
    if not problem.placed:
        return failures <= len(problem.units)
    ledger = Ledger(problem)
    if not is_choosy(problem):
        return Search(ledger, Effort(STEPS * effort)).survives(failures)
    found = bracket(ledger, STEPS * effort)
    return None if found.lower < failures <= found.upper else found.lower >= failures


def restart_plan(problem: FailoverProblem, failed: Iterable[str], *, effort: float = 1.0) -> RestartPlan | NoPlan:
    """A host for each VM of failed units; see `planner.restart_plan`."""
    asked = sorted(set(failed))
    hosts = {host: unit for unit, members in problem.units.items() for host in members}
    unknown = [each for each in asked if each not in problem.units and each not in hosts]
    if unknown:
        raise GoalError(f"{unknown[0]} is no host of the problem; it has {', '.join(problem.free)}")
    units = tuple(sorted({each if each in problem.units else hosts[each] for each in asked}))
    lost, room = problem.failing(units)
    try:
        found = place(lost, room, Effort(STEPS * effort), problem.groups)
    except Exhausted:
        return NoPlan((), proven=False)
    if found is None:
        return NoPlan(needed_vms(problem, units), proven=True)
    if not restarts_all(problem, units, found):
        raise AssertionError("a plan was found that does not restart every VM")
    return RestartPlan(tuple(sorted(found.items())))
