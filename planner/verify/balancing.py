"""Whether a plan that evens out loads tells the truth: each move is counted anew, however it was found."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.evenness import Peaks, further_worth_it
from planner.facts.lasting import breaches, has_preferences, may_stay
from planner.facts.load_tally import LoadTally, counting
from planner.facts.loads import loads
from planner.facts.vcpu_loads import vcpu_loads
from planner.model.inventory import Inventory, PoolView
from planner.plans import Plan, Step
from planner.plans.applying import carried_out
from planner.plans.balancing import Balancing, Gain, VcpuLoad
from planner.plans.changes import ChangeError, FieldChange
from planner.plans.costs import BREACHES, BYTES, MEMORY_ALONE, MOVES, TOGETHER, UNEVEN_MEMORY, UNEVEN_TOGETHER
from planner.plans.moving import MovesOutcome
from planner.verify.subjects import pool_of, shown_name


def broken_balance(plan: Plan, outcome: MovesOutcome, told: Balancing, inventory: Inventory) -> Iterator[str]:
    """What is told wrong of loads and gains; nothing where all of it is true. Raises ChangeError."""
    start = pool_of(inventory, outcome)
    end = pool_of(carried_out(inventory, plan.steps), outcome)
    hosts = counting(start)
    if sorted(shown_name(start, host) for host in hosts) != sorted(told.hosts):
        yield "the hosts that count are not those that are enabled and live"
    try:
        tally = LoadTally(start, hosts)
        if tally.peaks() != told.before:
            yield "what is highest before the first move is not as it is told"
        gains = tuple(_gains(plan.steps, start, tally))
        last = tally.peaks()
    except ValueError as error:
        yield f"the moves cannot be counted: {error}"
        return
    if gains != told.gains:
        wrong = next(
            (n for n, pair in enumerate(zip(gains, told.gains, strict=False)) if pair[0] != pair[1]), len(gains)
        )
        yield f"the gain of move {wrong + 1} is not as it is told"
    yield from _in_the_end(outcome, told, start, end, last)
    yield from _preferences(outcome, start, end)
    if told.keeps is not None and not may_stay(start, end, told.keeps):
        yield f"in the end fewer than {told.keeps} hosts may fail, or a wish is not kept"

    stop, states = told.enough, (told.before, *(each.peaks for each in gains))
    if not 0 <= stop < len(states) or further_worth_it(states, stop, len(hosts)):
        yield f"after move {stop} further moves are worth it"
    elif stop < len(gains):
        midst = pool_of(carried_out(inventory, plan.steps[:stop]), outcome)
        if not may_stay(start, midst, told.keeps, soon=True):
            yield f"after move {stop} the pool may not stay as it is"


def _gains(steps: tuple[Step, ...], start: PoolView, tally: LoadTally) -> Iterator[Gain]:
    """The gain of every move; each change of the steps is one."""
    at = {vm.uuid or vm.name: start.hosts.find(vm.runs_on) for vm in start.vms.records}
    for change in (change for step in steps for change in step.changes):
        vm = start.vms.find(change.way[0][1]) if isinstance(change, FieldChange) else None
        target = start.hosts.find(str(change.value)) if isinstance(change, FieldChange) else None
        source = at.get(vm.uuid or vm.name) if vm else None
        if vm is None or source is None or target is None:
            raise ChangeError("a step moves no VM from one host to another")
        was = tally.of(source), tally.of(target)
        tally.move(vm, source, target)
        at[vm.uuid or vm.name] = target
        now = tally.of(source), tally.of(target)
        yield Gain(vm.name, shown_name(start, source), shown_name(start, target), *was, *now, tally.peaks())


def _in_the_end(outcome: MovesOutcome, told: Balancing, start: PoolView, end: PoolView, last: Peaks) -> Iterator[str]:
    """The loads of all hosts counted at once, and the costs."""
    names = set(told.hosts)
    memory = [load for host in end.hosts.records if shown_name(end, host) in names and (load := loads(end)[id(host)])]
    if memory and (max(memory), len(memory)) != (last.memory, len(names)):
        yield "the highest load of memory in the end is not that of the last move"
    before, after = _vcpus(start), _vcpus(end)
    if told.vcpus != tuple(VcpuLoad(name, before[name], after[name]) for name in sorted(before)):
        yield "the virtual CPUs of the hosts are not as they are told"
    worth = {
        BREACHES: breaches(end, start),
        TOGETHER: last.highest,
        MEMORY_ALONE: last.memory,
        UNEVEN_TOGETHER: last.unevenness,
        UNEVEN_MEMORY: last.memory - last.memory_lowest,
        BYTES: sum(each.memory for each in outcome.moved),
        MOVES: len(outcome.moved),
    }
    for cost in outcome.costs:
        if cost.value != worth.get(cost.name):
            yield f"{cost.name} is told as {cost.value}, it is {worth.get(cost.name)}"


def _preferences(outcome: MovesOutcome, start: PoolView, end: PoolView) -> Iterator[str]:
    """Whether more is broken than today of what had better be kept, and whether it is told how much is."""
    today, then = breaches(start, start), breaches(end, start)
    if then > today:
        yield f"in the end {then} breaches of preferences, today {today}"
    if has_preferences(start) and all(cost.name != BREACHES for cost in outcome.costs):
        yield f"{BREACHES} are not told"


def _vcpus(view: PoolView) -> dict[str, int | None]:
    found = vcpu_loads(view)
    return {shown_name(view, host): found[id(host)] for host in view.hosts.records}
