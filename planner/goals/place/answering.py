"""The answer to where VMs should run: a plan, or all that is in the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from planner.goals.moves.conditions import Conditions
from planner.goals.moves.ordering import ordered
from planner.goals.moves.outcome import host_name
from planner.goals.moves.planning import Case, planned
from planner.goals.moves.surviving import Surviving
from planner.goals.moves.wanted import Assigned
from planner.goals.naming import name_of
from planner.goals.place import refusing
from planner.goals.place.asked import Asked
from planner.goals.place.found import COSTS, Best, taken_instead, value_of
from planner.goals.place.freeing import freeing, hinted, placed_with_disks
from planner.goals.place.goal import Place, added
from planner.goals.place.in_the_way import refusal, stuck
from planner.goals.place.narrowing import held
from planner.goals.place.pot import Pot
from planner.goals.place.question import Question
from planner.goals.place.searching import best
from planner.goals.place.starting import starts
from planner.goals.place.worth import Targets, in_order, keeps, worth
from planner.goals.pools import one_pool
from planner.model.inventory import Inventory
from planner.plans import NoPlan, Phase, Plan
from planner.plans.applying import applied, reference
from planner.plans.changes import FieldChange, VmAdded
from planner.plans.costs import BREACHES, BYTES
from planner.plans.midst import moved_by
from planner.plans.moving import Cost, MovesOutcome
from planner.plans.placing import Placing, Started, Stays
from planner.rules.wording import counted, listed, plural

_WHY = "with it there the costs below are as they are"
_MOST_TRIED = 6
_NAMED = 6


def place(goal: Place, inventory: Inventory) -> Plan | NoPlan:
    """A host for each VM and the way there, or why there is none. Raises GoalError where the wish is not clear."""
    pot = Pot(goal.conditions.seconds)
    view = one_pool(goal.pool, inventory)
    new = tuple(added(goal, view))
    wish = tuple(VmAdded(reference(view), vm) for vm in new)
    question = Question(goal, applied(inventory, wish), reference(view), new)

    def answered(asked: Question) -> Plan | NoPlan:
        return _answered(asked, pot if pot.timed else Pot(None))

    if goal.move_disks:
        answer = placed_with_disks(question, freeing(question), answered)
    elif isinstance(answer := answered(question), NoPlan):
        answer = hinted(answer, question, answered)
    return answer if isinstance(answer, NoPlan) else replace(answer, wish=wish)


def _answered(question: Question, pot: Pot) -> Plan | NoPlan:
    """The answer where the disks that move are settled."""
    told = _told(question)
    causes = tuple(refusing.unclear(question))
    if causes:
        return refusing.no(told, causes)
    asked = _limited(question.asked, question.goal.conditions)
    if stuck(question):
        return replace(refusal(question, asked, proven=True), goal=told)
    found = best(asked, pot, question.least)
    if found.targets is None:
        return replace(refusal(question, asked, proven=found.proven), goal=told)
    found = _beside_stuck(question, asked, found, pot)
    return _first(question, asked, found, told)


def _told(question: Question) -> str:
    meant = question.meant
    some = [vm.name for vm in (*meant.running, *meant.starting)]
    if question.meant.partly:
        return f"place {listed(some, _NAMED)} in {question.view.name}"
    number = counted(len(meant.running), "VM") + " that run" + ("s" if len(meant.running) == 1 else "")
    more = f" and {counted(len(meant.starting), 'VM')} to be started" if meant.starting else ""
    return f"place {number}{more} in {question.view.name}"


def _limited(asked: Asked, conditions: Conditions) -> Asked:
    return replace(asked, wanted=replace(asked.wanted, most_moves=conditions.limit_moves))


def _first(question: Question, asked: Asked, found: Best, told: str) -> Plan | NoPlan:
    """The plan of the best assignment that can be reached in steps that are safe."""
    assert found.targets is not None  # noqa: S101 - something was found
    refused: NoPlan | None = None
    for targets in _in_reach(question, asked, found):
        answer = _planned(question, asked, taken_instead(asked, found, targets), told)
        if isinstance(answer, NoPlan):
            refused = refused or answer
            continue
        if question.counts_failures or question.meant.starting or _no_worse(answer):
            return answer
    causes = refused.because if refused else (refusing.not_found(),)
    return NoPlan(told, tuple(replace(cause, proven=False) for cause in causes))


def _beside_stuck(question: Question, asked: Asked, found: Best, pot: Pot) -> Best:
    """The same, and where VMs are in each other's way, what is best while these stay as one more that was found."""
    (stuck,) = _not_brought(question, asked, [found.targets or {}])
    if not stuck:
        return found
    beside = best(held(asked, stuck), pot.anew(), question.least)
    return found if beside.targets is None else replace(found, earlier=(beside.targets, *found.earlier))


def _not_brought(question: Question, asked: Asked, wished: Sequence[Targets]) -> list[tuple[str, ...]]:
    """For each assignment, the VMs that no order brings to their hosts, by key."""
    free, running = question.stand.rooms(), [item for item in asked.wanted.items if item.source]
    return [ordered(running, targets, free).stuck for targets in wished]


def _in_reach(question: Question, asked: Asked, found: Best) -> Sequence[Targets]:
    """What was found, the best first; where moves are in each other's way, less those that are not possible."""
    assert found.targets is not None  # noqa: S101 - something was found
    wished = (found.targets, *found.earlier[: _MOST_TRIED - 2], *found.earlier[_MOST_TRIED - 2 :][-1:])
    stuck = _not_brought(question, asked, wished)
    if not any(stuck):
        return wished
    home = {item.key: item.source for item in asked.wanted.items if item.source}
    reached = [{**targets, **{key: home[key] for key in keys}} for targets, keys in zip(wished, stuck, strict=True)]
    reached.append({**found.targets, **home})
    kept = (each for number, each in enumerate(reached) if each not in reached[:number] and keeps(asked, each))
    return sorted(kept, key=lambda each: in_order(asked, each)) or wished


def _no_worse(plan: Plan) -> bool:
    """Whether as many hosts may fail in the end as before, as far as that is known."""
    told = plan.outcome.survivals if isinstance(plan.outcome, MovesOutcome) else None
    return not told or not told.after or not told.before or told.after.lower >= told.before.lower


def _planned(question: Question, asked: Asked, found: Best, told: str) -> Plan | NoPlan:
    targets = found.targets or {}
    running = tuple(item for item in asked.wanted.items if item.source)
    steps = tuple(starts(question, targets))
    first, conditions = question.disks.steps, question.goal.conditions
    case = Case(told, conditions, question.begun, question.stand, _WHY, first, steps, returns=False)
    wanted = replace(asked.wanted, items=running)
    there = {item.key: targets[item.key] for item in running}
    costs = tuple(_costs(question, asked, found))
    answer = planned(case, Surviving(Assigned(there, proven=False, costs=costs), wanted, 0, found.most))
    return answer if isinstance(answer, NoPlan) else _with_placing(question, answer, found.most)


def _costs(question: Question, asked: Asked, found: Best) -> Iterator[Cost]:
    """What it costs, and what no assignment has less of, as far as all that could be done is known."""
    costs, known = worth(asked, found.targets or {}), not question.unsaid()
    for name in COSTS:
        value = value_of(costs, name)
        if name == BYTES and value is not None:
            value += _disks_alone(question, found.targets or {})
        if value is not None and (name != BREACHES or asked.preferences):
            yield Cost(name, value, min(value, found.bounds.get(name, 0)) if known else 0)


def _disks_alone(question: Question, targets: Targets) -> int:
    """The bytes of disks that move though their VMs do not."""
    moved = {name_of(question.stand.vm_of[each.key]) for each in question.items if targets[each.key] != each.source}
    return sum(size for vm, size in question.disks.sizes.items() if vm not in moved)


def _with_placing(question: Question, plan: Plan, limit: int) -> Plan:
    """The same with the hosts on which VMs are started; without the steps for it where they are not asked for."""
    outcome, begun = plan.outcome, question.goal.start
    assert isinstance(outcome, MovesOutcome)  # noqa: S101 - it moves VMs
    steps = tuple(step for step in plan.steps if step.phase is not Phase.GUESTS or (begun and step.commands))
    most = limit if question.asked.wanted.guarded and not question.unsaid() else None
    told = outcome.survivals.after
    known = most if most is not None and told is not None and told.lower <= most < len(question.stand.hosts) else None
    placing = Placing(tuple(_started(question, plan)), tuple(_stays(question, plan)), begun)
    survivals = replace(outcome.survivals, most=known)
    notes = (*outcome.notes, *_notes(question))
    return replace(plan, steps=steps, outcome=replace(outcome, notes=notes, placing=placing, survivals=survivals))


def _started(question: Question, plan: Plan) -> Iterator[Started]:
    placed = {
        change.way[0][1]: str(change.value)
        for step in plan.steps
        if step.phase is Phase.GUESTS
        for change in step.changes
        if isinstance(change, FieldChange) and change.field == "runs_on"
    }
    for vm in question.meant.starting:
        host = question.view.hosts.find(placed[name_of(vm)])
        if host is not None:
            new, suspended = vm.name in question.meant.new, vm.power_state == "suspended"
            yield Started(vm.name, vm.uuid, host_name(question.view, host), host.uuid, new, suspended)


def _stays(question: Question, plan: Plan) -> Iterator[Stays]:
    """What becomes of VMs that were named and do not move."""
    moved = moved_by(plan.steps)
    for vm in question.meant.running:
        host = question.view.hosts.find(vm.runs_on)
        named = vm.name in question.goal.only or vm.uuid in question.goal.only
        if host is not None and named and name_of(vm) not in moved:
            bound = any(vm is each.vm for each in question.stays)
            why = refusing.kept_by(question, vm) if bound else ""
            yield Stays(vm.name, host_name(question.view, host), why)


def _notes(question: Question) -> Iterator[str]:
    """What stays where it is though it was to be placed, and what is not known."""
    named = question.goal.only
    reasoned: dict[str, list[str]] = {}
    for each in question.stays:
        if each.vm.name not in named and each.vm.uuid not in named:
            reasoned.setdefault(refusing.kept_by(question, each.vm), []).append(each.vm.name)
    for why, names in sorted(reasoned.items()):
        yield f"{listed(names, _NAMED)} {plural(names, 'stays', 'stay')}: {why}"
    for wish, host in question.full_for_good():
        yield f"the wish {wish} is not kept on {host.name}: what stays there takes more"
    if facts := question.unsaid():
        yield f"what is best is not proven, for lack of {listed(facts, _NAMED)}"
    if not question.counts_failures:
        yield "hosts that may fail were not counted: it is not known where all protected VMs are, or would be"
