"""Whether a plan that moves VMs keeps its promises: its rounds are replayed, and every moment of them is judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.facts.failover_guard import Planner, Supposed
from planner.facts.failover_problem import Known
from planner.facts.lasting import breaches, unkept
from planner.facts.loads import loads
from planner.facts.migration import Moves
from planner.facts.placement import Placement
from planner.facts.survival import survival
from planner.facts.toolstack_plan import covers_all
from planner.facts.transfers import AT_ONCE
from planner.model.inventory import Inventory, PoolView
from planner.plans import Phase, Plan, Step
from planner.plans.applying import applied
from planner.plans.changes import FieldChange
from planner.plans.costs import BREACHES, BYTES, HIGHEST, UNEVEN, VMS_MOVED
from planner.plans.midst import moments, rounds
from planner.plans.moving import MovesOutcome
from planner.rules.errors import OF_SURVIVAL, brought
from planner.rules.states import States
from planner.verify.disks import disk_moved_by, disks_as_told
from planner.verify.starting import started_by, with_starts
from planner.verify.subjects import pool_of, shown_name, why_not_moved

_FEW_HOSTS = 16
"""In pools of more hosts, what is survived on the way is not judged unless it is asked for at every moment."""


def broken_moves(plan: Plan, outcome: MovesOutcome, inventory: Inventory) -> Iterator[str]:
    """What is wrong with a plan that moves VMs; nothing where it keeps what it promises. Raises ChangeError."""
    start = applied(inventory, plan.wish)
    replay = _Replay(outcome, start)
    yield from replay.run(plan.steps, "step")
    end, wrong = with_starts(outcome, replay.state)
    yield from wrong
    yield from disks_as_told(plan.steps, pool_of(start, outcome), outcome)
    yield from _in_the_end(outcome, pool_of(start, outcome), pool_of(end, outcome))
    yield from _survived(outcome, replay, start, end)
    back = _Replay(outcome, end)
    yield from back.run(plan.back, "the way back, step")
    if plan.back:
        yield from _home_again(plan, pool_of(start, outcome), pool_of(back.state, outcome))


class _Replay:
    """The steps of a plan, round after round, and the worst of what hosts may fail on the way."""

    def __init__(self, outcome: MovesOutcome, state: Inventory) -> None:
        self._outcome = outcome
        self.state = state
        self.moments: list[Inventory] = []
        self._known: Known = {}

    def run(self, steps: Sequence[Step], called: str) -> Iterator[str]:
        """What is wrong with the steps, one round after the other."""
        states = States(but=OF_SURVIVAL)
        first = states.errors(self.state)
        seen = dict(first)
        number = 0
        numbers = [each.round for each in steps if each.round is not None]
        if numbers != sorted(numbers):
            yield f"{called}: the rounds are out of order"
        for together in rounds(steps):
            name, number = f"{called} {number + 1}", number + len(together)
            for moment in moments(self.state, together):
                now = states.errors(moment)
                found = brought(first | seen, now)
                yield from (f"{name} brings {code} {label}" for code, _, label, _ in sorted(found))
                self.moments.append(moment)
                seen = seen | now
            yield from (f"{name}: {each}" for each in self._round(together))
            yield from (f"{name}: {each}" for each in _refused(together, self.state, self._outcome, self._known))
            self.state = moment

    def _round(self, steps: Sequence[Step]) -> Iterator[str]:
        if any(step.phase is not Phase.MOVE for step in steps):
            if len(steps) > 1:
                yield "only moves may be done at the same time"
            for step in steps:
                yield from started_by(step, self.state, self._outcome)
                yield from disk_moved_by(step, self.state, self._outcome)
            return
        if len(steps) > AT_ONCE:
            yield f"{len(steps)} moves at once, the toolstack runs {AT_ONCE}"
        changes = [change for step in steps for change in step.changes if isinstance(change, FieldChange)]
        if len(changes) != len(steps) or not all(_is_move(change) for change in changes):
            yield "a move is one VM that runs on another host after it"
            return
        if len({change.way for change in changes}) != len(changes):
            yield "a VM is moved twice at the same time"
            return
        pairs = [FieldChange(each.pool, each.way, "scheduled_on", each.value) for each in changes]
        view = pool_of(applied(self.state, pairs), self._outcome)
        moves = Moves(Placement(view))
        for change in changes:
            yield from _move(view, moves, change)


def _refused(steps: Sequence[Step], state: Inventory, outcome: MovesOutcome, known: Known) -> Iterator[str]:
    """What the toolstack refuses so that its restart plan does not break; those before it are under way by then."""
    view = pool_of(state, outcome)
    planner = Planner(view, known)
    for change in (change for step in steps for change in step.changes):
        if not isinstance(change, FieldChange):
            continue
        host = view.hosts.find(change.way[0][1] if change.field == "enabled" else str(change.value))
        vm = view.vms.find(change.way[0][1])
        out_of_service = change.field == "enabled" and change.value is False and host is not None
        if out_of_service and host and planner.guard(Supposed(disabled=host)).refuses is not False:
            yield f"{host.name} may not be taken out of service while high availability is on"
        if _is_move(change) and vm and host:
            if planner.guard(Supposed(arriving=(vm, host))).refuses is not False:
                yield f"{vm.name} may not be moved to {host.name} while high availability is on"
            planner = planner.while_arriving(vm, host)


def _is_move(change: object) -> bool:
    return isinstance(change, FieldChange) and change.field == "runs_on" and change.way[0][0] == "vms"


def _move(view: PoolView, moves: Moves, change: FieldChange) -> Iterator[str]:
    """Whether a VM can be moved while all others of its round are on their way too."""
    vm, host = view.vms.find(change.way[0][1]), view.hosts.find(str(change.value))
    if vm is None or host is None:
        yield f"{change.way[0][1]} or {change.value} is not just one VM and one host"
        return
    if view.hosts.find(vm.runs_on) is host:
        yield f"{vm.name} is on {host.name} already"
        return
    yield from why_not_moved(moves, vm, host)


def _where(view: PoolView) -> dict[str, str]:
    """By VM, the host that it is on, both by UUID or name."""
    return {
        vm.uuid or vm.name: host.uuid or host.name
        for vm in view.vms.records
        if (host := view.hosts.find(vm.runs_on)) is not None
    }


def _in_the_end(outcome: MovesOutcome, start: PoolView, end: PoolView) -> Iterator[str]:
    for name in outcome.emptied:
        host = end.hosts.find(name)
        if host is None or any(not vm.driver_domain for vm in end.vms_on(host)):
            yield f"in the end {name} is not empty"
        elif host.enabled is not False:
            yield f"in the end {name} is enabled, so VMs may come back"
    for each in sorted(unkept(end) - unkept(start)):
        yield f"in the end the wish {each} is not kept"
    before, after = _where(start), _where(end)
    differing = {vm for vm in before if before[vm] != after.get(vm)}
    names = sorted(vm.name for vm in start.vms.records if (vm.uuid or vm.name) in differing)
    if names != sorted(each.vm for each in outcome.moved):
        yield f"told to move are {', '.join(each.vm for each in outcome.moved)}, moved are {', '.join(names)}"
    yield from _loads(outcome, start, end)


def _loads(outcome: MovesOutcome, start: PoolView, end: PoolView) -> Iterator[str]:
    before, after = _by_name(start, loads(start)), _by_name(end, loads(end))
    told = sorted((each.host, each.before, each.after) for each in outcome.loads)
    if told != sorted((name, before[name], after[name]) for name in before):
        yield "the loads of the hosts are not as they are told"
    left = [load for name, load in after.items() if name not in outcome.emptied]
    known = [load for load in left if load is not None]
    worth = {
        BREACHES: breaches(end, start),
        BYTES: sum(each.memory for each in outcome.moved) + sum(each.size for each in outcome.disks),
        VMS_MOVED: len(outcome.moved),
    }
    if len(known) == len(left) and known:
        worth |= {HIGHEST: max(known), UNEVEN: max(known) - min(known)}
    for cost in outcome.costs:
        if cost.name in worth and cost.value != worth[cost.name]:
            yield f"{cost.name} is told as {cost.value}, it is {worth[cost.name]}"
    yield from (f"{cost.name} is below its bound" for cost in outcome.costs if cost.value < cost.bound)


def _by_name(view: PoolView, found: dict[int, int | None]) -> dict[str, int | None]:
    return {shown_name(view, host): found[id(host)] for host in view.hosts.records}


def _survived(outcome: MovesOutcome, replay: _Replay, start: Inventory, end: Inventory) -> Iterator[str]:
    """What is told of failures that are survived is what the facts say, and is enough."""
    told, wanted = outcome.survivals, outcome.keep_failures
    first, last = (survival(pool_of(state, outcome), in_haste=True) for state in (start, end))
    for name, promised, (found, _) in (("before", told.before, first), ("in the end", told.after, last)):
        if promised is not None and not promised.covers(found.lower, found.upper):
            yield f"{name} {promised.lower} failures are told to be survived, {found.lower} are"
    closely = outcome.always or len(pool_of(start, outcome).hosts.records) <= _FEW_HOSTS
    on_the_way = [survival(pool_of(each, outcome)) for each in replay.moments if closely]
    every = [capacity for capacity, problem in (first, *on_the_way, last) if problem.guarded]
    lower, upper = (min((getattr(each, name) for each in every), default=0) for name in ("lower", "upper"))
    if closely and every and told.during and not (told.during.lower <= upper and lower <= told.during.upper):
        yield f"on the way {told.during.lower} failures are told to be survived, {lower} are"
    if wanted is None:
        return
    kept = [*on_the_way, last] if outcome.always else [last]
    worst = min((capacity.lower for capacity, problem in kept if problem.guarded), default=wanted)
    if worst < wanted:
        yield f"{wanted} failures are to be survived, {worst} are"
    if outcome.for_toolstack and covers_all(last[1], wanted) is not True:
        yield f"in the end the toolstack's own planner has no plan for {wanted} failures"


def _home_again(plan: Plan, start: PoolView, end: PoolView) -> Iterator[str]:
    """After the way back every VM that it moves is where it was."""
    moved = {change.way[0][1] for step in plan.back for change in step.changes if isinstance(change, FieldChange)}
    before, after = _where(start), _where(end)
    for vm in sorted(moved & before.keys()):
        if before[vm] != after.get(vm):
            yield f"after the way back {vm} is not where it was"
