"""Placements for which local disks of VMs that run are moved first, of no more VMs than has to be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from planner.facts.high_availability import protected
from planner.goals.moves.disks import NOTHING, Freed, freed
from planner.goals.naming import name_of
from planner.goals.place.question import Question
from planner.plans import NoPlan, Plan
from planner.plans.costs import BREACHES, HIGHEST, UNEVEN
from planner.plans.midst import moved_by
from planner.plans.moving import Cost, MovesOutcome
from planner.rules.wording import counted, listed

_IN_PART = "what is best is not proven: where disks go was not looked at in every way"
_NAMED = 6
Answered = Callable[[Question], Plan | NoPlan]


def freeing(question: Question) -> Freed:
    """All local disks that can be moved of VMs that run and are to be placed."""
    return freed(question.begun, question.pool, {name_of(vm) for vm in question.meant.running})


def placed_with_disks(question: Question, disks: Freed, answered: Answered) -> Plan | NoPlan:
    """The answer to a question where disks may move first."""
    first = answered(question.with_disks(disks))
    if isinstance(first, NoPlan):
        return _refused(first, disks)
    moving, taken = disks, first
    while (fewer := _fewer(question, taken, moving, answered)) is not None:
        moving, taken = fewer
    return _bounded(_with_reasons(moving.told_in(taken), disks), first, whole=disks.whole)


def _with_reasons(plan: Plan, disks: Freed) -> Plan:
    """The plan, and why the disks of some VMs cannot be moved."""
    told, outcome = [each.told for each in disks.causes], _outcome(plan)
    more = [f"the same holds of the disks of {counted(len(told) - _NAMED, 'more VM')}"] if len(told) > _NAMED else []
    return replace(plan, outcome=replace(outcome, notes=(*outcome.notes, *told[:_NAMED], *more)))


def hinted(refusal: NoPlan, question: Question, answered: Answered) -> NoPlan:
    """A refusal that says so where there is a plan once disks are moved."""
    disks = freeing(question)
    found = placed_with_disks(question, disks, answered) if disks.steps else refusal
    if isinstance(found, NoPlan):
        return refusal
    names = listed(dict.fromkeys(each.vm for each in _outcome(found).disks), _NAMED)
    way = f"move the local disks of {names} to shared repositories first, with --move-disks: then there is a plan"
    return replace(refusal, ways_out=(*refusal.ways_out, way))


def _refused(refusal: NoPlan, disks: Freed) -> NoPlan:
    """The refusal, and which disks cannot be moved; it is only proven where disks went everywhere they could."""
    causes = (replace(each, proven=each.proven and disks.whole) for each in refusal.because)
    beside = (replace(each, proven=disks.whole and refusal.proven) for each in disks.causes)
    return replace(refusal, because=(*causes, *beside))


def _fewer(question: Question, plan: Plan, disks: Freed, answered: Answered) -> tuple[Freed, Plan] | None:
    """A plan that moves the disks of fewer VMs, and is as good else; None where there is none, or no need."""
    moved = moved_by(plan.steps) & disks.sizes.keys()
    restarted = {name_of(vm) for vm in question.meant.running if protected(question.view, vm)} & disks.sizes.keys()
    for needed in (moved, moved | restarted):
        if needed == disks.sizes.keys():
            return None
        fewer = freed(question.begun, question.pool, needed) if needed else NOTHING
        fewer = replace(fewer, beside=disks.beside | (disks.sizes.keys() - needed))
        found = answered(question.with_disks(fewer))
        if isinstance(found, Plan) and _order(found) <= _order(plan):
            return fewer, found
    return None


def _outcome(plan: Plan) -> MovesOutcome:
    assert isinstance(plan.outcome, MovesOutcome)  # noqa: S101 - it moves VMs
    return plan.outcome


def _survived(plan: Plan) -> int:
    after = _outcome(plan).survivals.after
    return after.lower if after else 0


def _order(plan: Plan) -> tuple[int, ...]:
    """What tells better plans from worse ones, whatever they move."""
    costs = {cost.name: cost.value for cost in _outcome(plan).costs}
    return costs.get(BREACHES, 0), -_survived(plan), costs.get(HIGHEST, 0), costs.get(UNEVEN, 0)


def _bounded(plan: Plan, first: Plan, *, whole: bool) -> Plan:
    """A plan with what no plan has less of, whichever disks move: as far as the first plan, with all of them, tells."""
    outcome, before = _outcome(plan), {cost.name: cost for cost in _outcome(first).costs}
    holds, costs, most = whole, list[Cost](), _outcome(first).survivals.most if whole else None
    for cost in outcome.costs:
        holds = holds and (cost.name == BREACHES or _survived(plan) >= _survived(first))
        costs.append(replace(cost, bound=min(cost.bound, before[cost.name].bound) if holds else 0))
        holds = holds and cost.value <= before[cost.name].value
        most = None if cost.name == BREACHES and not holds else most
    notes = outcome.notes if whole else (*outcome.notes, _IN_PART)
    survivals = replace(outcome.survivals, most=most)
    return replace(plan, outcome=replace(outcome, costs=tuple(costs), survivals=survivals, notes=notes))
