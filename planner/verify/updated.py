"""Whether a pool is in the end of a rolling update as it was before, and whether what is told of the way is so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from planner.facts.failover_problem import Known
from planner.facts.lasting import unkept
from planner.facts.rolling_update import outdated
from planner.facts.survival import survival
from planner.facts.transfers import seconds
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.plans import Phase, Plan, Step
from planner.plans.changes import FieldChange
from planner.plans.updating import Stage, UpdateOutcome
from planner.verify.subjects import pool_of, reference_of


def unlike_before(outcome: UpdateOutcome, start: PoolView, end: PoolView) -> Iterator[str]:
    """What of VMs, hosts and the pool is not as it was, and should be."""
    for was in start.vms.records:
        now = end.vms.find(reference_of(was))
        if now is None or now.power_state != was.power_state:
            yield f"in the end {was.name} is not {was.power_state}"
        elif _host(start, was) != _host(end, now) and (outcome.returns or _host(end, now) is None):
            yield f"in the end {was.name} is not where it was"
    for host in start.hosts.records:
        then = end.hosts.find(reference_of(host))
        if then is None or (then.enabled is False) is not (host.enabled is False):
            yield f"in the end {host.name} is not in service as it was"
        elif then.live is False:
            yield f"in the end {host.name} is down"
    ha, then_ha = start.pool.ha, end.pool.ha
    if ha is not None and ha.enabled and not (then_ha and then_ha.enabled):
        yield "in the end high availability is off"
    if start.pool.workload_balancing != end.pool.workload_balancing:
        yield "in the end workload balancing is not as it was"
    for each in sorted(unkept(end) - unkept(start)):
        yield f"in the end the wish {each} is not kept"


def as_told(plan: Plan, outcome: UpdateOutcome, start: PoolView) -> Iterator[str]:
    """Whether the stages that are told are those of the steps."""
    parts = [list(steps) for stage, steps in groupby(plan.steps, key=lambda each: each.stage) if stage]
    if len(parts) != len(outcome.stages):
        yield "the stages that are told are not those of the steps"
        return
    at = {reference_of(vm): host for vm in start.vms.records if (host := start.hosts.find(vm.runs_on))}
    times = [_as_told(steps, stage, start, at) for steps, stage in zip(parts, outcome.stages, strict=True)]
    for stage, (told, taken) in zip(outcome.stages, times, strict=True):
        if told != stage:
            yield f"what is told of {', '.join(stage.hosts)} is not so"
        if taken != stage.seconds:
            yield f"the time for {', '.join(stage.hosts)} is told as {stage.seconds} s, it is {taken}"
    known = [each for _, each in times if each is not None]
    if outcome.seconds != (sum(known) if len(known) == len(times) else None):
        yield "the time in all is not the sum of those of the stages"
    if outcome.limit_moves is not None:
        for stage in outcome.stages:
            if stage.leave > outcome.limit_moves * len(stage.hosts) and outcome.returns:
                yield f"{stage.leave} VMs are moved to empty {', '.join(stage.hosts)}"
    if outcome.fewest != _fewest(outcome, start):
        yield "the fewest moves are not what the pool says"


def _as_told(steps: Sequence[Step], stage: Stage, start: PoolView, at: dict[str, Host]) -> tuple[Stage, int | None]:
    """A stage by its steps, with the VMs that it is told to stop, and its time. It brings forward where VMs are."""
    downs = [
        number
        for number, step in enumerate(steps)
        for change in step.changes
        if isinstance(change, FieldChange) and change.field == "live" and change.value is False
    ]
    names = [_named(start, steps[number], "live") for number in downs]
    moves = [number for number, step in enumerate(steps) if step.phase is Phase.MOVE]
    stopped = sorted(_named(start, step, "power_state") for step in steps if _stops(step))
    taken: int | None = 0
    for _, grouped in groupby((steps[number] for number in moves), key=lambda each: each.round):
        triples = list(_triples(start, list(grouped), at))
        one = seconds(triples)
        taken = None if taken is None or one is None else taken + one
    leave = sum(number < min(downs, default=0) for number in moves)
    told = tuple(each for each in stage.stopped if each.vm in stopped)
    if [each.vm for each in told] != stopped:
        told = ()
    return Stage(tuple(names), leave, len(moves) - leave, told, stage.seconds), taken


def _stops(step: Step) -> bool:
    return any(isinstance(each, FieldChange) and each.value == "halted" for each in step.changes)


def _named(start: PoolView, step: Step, field: str) -> str:
    """What the host or VM is called of which a step changes a field."""
    way = next(each.way for each in step.changes if isinstance(each, FieldChange) and each.field == field)
    record = start.hosts.find(way[0][1]) if way[0][0] == "hosts" else start.vms.find(way[0][1])
    if record is None:
        return ""
    return (
        record.name
        if len((start.hosts if isinstance(record, Host) else start.vms).bearers(record.name)) == 1
        else reference_of(record)
    )


def _triples(start: PoolView, steps: Sequence[Step], at: dict[str, Host]) -> Iterator[tuple[VM, Host, Host]]:
    """The VMs of a round, each with the host that it leaves and the one that it comes to."""
    for step in steps:
        for change in step.changes:
            if isinstance(change, FieldChange) and change.way:
                vm, target = start.vms.find(change.way[0][1]), start.hosts.find(str(change.value))
                if vm and target and reference_of(vm) in at:
                    yield vm, at[reference_of(vm)], target
                    at[reference_of(vm)] = target


def _fewest(outcome: UpdateOutcome, start: PoolView) -> int | None:
    """Each VM that is on a host to be updated, and is not shut down, leaves and comes back."""
    if not outcome.returns:
        return None
    stopped = {each.vm for stage in outcome.stages for each in stage.stopped}
    return 2 * sum(
        not vm.driver_domain and not {vm.name, vm.uuid} & stopped
        for host in outdated(start, outcome.release).hosts
        for vm in start.vms_on(host)
    )


def survived(outcome: UpdateOutcome, moments: Sequence[Inventory]) -> Iterator[str]:
    """Whether the failures that are told to be survived are, and are enough; the first moment is today."""
    told, wanted, known = outcome.survivals, outcome.keep_failures or 0, Known()
    views = [pool_of(state, outcome) for state in moments]
    first = survival(views[0], known, in_haste=True)
    if not first[1].guarded:
        return
    found = [first, *(survival(view, known, in_haste=True) for view in views[1:])]
    if any(problem.lacking for _, problem in found):
        if wanted or told.before is not None:
            yield "how many failures are survived is told, or asked for, and not known"
        return
    each = [(one.lower, one.upper) for one, _ in found]
    worst = min(lower for lower, _ in each), min(upper for _, upper in each)
    judged = ((told.before, each[0]), (told.during, worst), (told.after, each[-1]))
    if not all(one and one.covers(*bounds) for one, bounds in judged):
        yield "the failures that are survived are not those that are told"
    reached = (worst if outcome.always else each[-1])[0]
    if reached < wanted:
        yield f"{wanted} failures are to be survived, {reached} are"


def _host(view: PoolView, vm: VM) -> str | None:
    host = view.hosts.find(vm.runs_on)
    return reference_of(host) if host else None
