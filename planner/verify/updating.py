"""Whether a rolling update keeps its promises: every step is replayed, and every moment of it is judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from planner.facts.migration import Moves
from planner.facts.placement import Placement
from planner.facts.rolling_update import one_way, outdated, several_down
from planner.facts.serving import Serving
from planner.facts.transfers import AT_ONCE, seconds
from planner.facts.versions import same_version
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.plans import Phase, Plan, Step
from planner.plans.applying import applied
from planner.plans.changes import Change, FieldChange
from planner.plans.updating import UpdateOutcome
from planner.rules.errors import IN_AN_UPDATE, brought, errors
from planner.verify.subjects import pool_of, reference_of, why_not, why_not_moved
from planner.verify.updated import as_told, survived, unlike_before


def broken_update(plan: Plan, outcome: UpdateOutcome, inventory: Inventory) -> Iterator[str]:
    """What is wrong with a rolling update; nothing where it keeps what it promises. Raises ChangeError."""
    replay = _Replay(outcome, inventory)
    numbers = [step.round for step in plan.steps if step.round is not None]
    if numbers != sorted(numbers):
        yield "the rounds are out of order"
    place = 0
    for _, grouped in groupby(enumerate(plan.steps), key=lambda each: each[1].round or -1 - each[0]):
        together = [step for _, step in grouped]
        yield from (f"step {place + 1}: {each}" for each in replay.run(together))
        place += len(together)
    yield from replay.left_out()
    start, end = pool_of(inventory, outcome), pool_of(replay.state, outcome)
    yield from unlike_before(outcome, start, end)
    yield from as_told(plan, outcome, start)
    yield from survived(outcome, replay.moments)


class _Replay:
    """A pool while it is updated: what has been restarted, who has been shut down, and how things are now."""

    def __init__(self, outcome: UpdateOutcome, state: Inventory) -> None:
        self._outcome, self._start = outcome, state
        self.state = state
        self.moments: list[Inventory] = [state]
        view = pool_of(state, outcome)
        self._today = view
        due = outdated(view, outcome.release)
        self._due = {reference_of(host) for host in due.hosts}
        self._done = {reference_of(host) for host in due.done}
        self._directed = one_way(view, outcome.release)
        self._down: dict[str, str] = {}
        self._serving = Serving(state.site, view)
        self._known = errors(state, but=IN_AN_UPDATE)

    def run(self, steps: Sequence[Step]) -> Iterator[str]:
        """What is wrong with steps of one round, or with a step by itself."""
        changes = [each for step in steps for each in step.changes]
        if any(step.phase is Phase.MOVE for step in steps):
            yield from self._moves(steps)
        else:
            if len(steps) > 1:
                yield "only moves may be done at the same time"
            for change in changes:
                yield from self._change(change)
        self.state = applied(self.state, changes)
        self.moments.append(self.state)

    def left_out(self) -> Iterator[str]:
        """The hosts that were not updated, and what the rules say of the pool in the end."""
        yield from (f"{name} is not updated" for name in sorted(self._due - self._done))
        yield from self._errors("in the end")

    def _errors(self, when: str) -> Iterator[str]:
        found = brought(self._known, errors(self.state, but=IN_AN_UPDATE))
        yield from (f"{when} there is {code} of {label}" for code, _, label, _ in sorted(found))

    def _moves(self, steps: Sequence[Step]) -> Iterator[str]:
        changes = [each for step in steps for each in step.changes]
        moves = [each for each in changes if _is(each, "vms", "runs_on") and isinstance(each, FieldChange)]
        if len(moves) != len(changes) or len(changes) != len(steps) or any(s.phase is not Phase.MOVE for s in steps):
            yield "a move is one VM that runs on another host after it"
            return
        if len(steps) > AT_ONCE:
            yield f"{len(steps)} moves at once, the toolstack runs {AT_ONCE}"
        if len({each.way for each in moves}) != len(moves):
            yield "a VM is moved twice at the same time"
            return
        pairs = [FieldChange(each.pool, each.way, "scheduled_on", each.value) for each in moves]
        midst = applied(self.state, pairs)
        self.moments.append(midst)
        view = pool_of(midst, self._outcome)
        facts = Moves(Placement(view))
        for each, step in zip(moves, steps, strict=True):
            yield from self._move(view, facts, each, step)

    def _move(self, view: PoolView, facts: Moves, change: FieldChange, step: Step) -> Iterator[str]:
        vm, host = view.vms.find(change.way[0][1]), view.hosts.find(str(change.value))
        source = view.hosts.find(vm.runs_on) if vm else None
        if vm is None or host is None or source is None or source is host:
            yield f"{change.way[0][1]} cannot be moved to {change.value}: it is there, or one of the two is not"
            return
        yield from why_not_moved(facts, vm, host)
        if self._directed and reference_of(source) in self._done and reference_of(host) not in self._done:
            yield f"{vm.name} would go from {source.name}, which is up to date, to {host.name}, which is not"
        if step.seconds != seconds([(vm, source, host)]):
            yield f"the time of {vm.name} is not what the facts say"

    def _change(self, change: Change) -> Iterator[str]:
        """What is wrong with a change that is no move."""
        if not isinstance(change, FieldChange):
            yield "it changes what no update changes"
            return
        view = pool_of(self.state, self._outcome)
        kind, name = change.way[0] if change.way else ("", "")
        host, vm = view.hosts.find(name), view.vms.find(name)
        if kind == "hosts" and host:
            yield from self._of_host(view, host, change)
        elif kind == "vms" and vm:
            yield from self._of_vm(view, vm, change)
        elif change.way or change.field not in _OF_POOL:
            yield f"it changes {change.field}, which no update does"

    def _of_host(self, view: PoolView, host: Host, change: FieldChange) -> Iterator[str]:
        if change.field == "enabled":
            yield from self._put_back(host) if change.value else self._taken_out(view, host)
        elif change.field == "live":
            yield from () if change.value else self._restarted(view, host)
        elif change.field in _OF_HOST:
            yield from self._updated(host, change)
        else:
            yield f"it changes {change.field} of {host.name}, which no update does"

    def _taken_out(self, view: PoolView, host: Host) -> Iterator[str]:
        out = [each for each in view.hosts.records if each.enabled is False and self._was_in_service(each)]
        if len(out) >= self._outcome.at_once or (out and self._coordinates(view, [*out, host])):
            yield f"{host.name} is taken out of service while {', '.join(each.name for each in out)} is"

    def _was_in_service(self, host: Host) -> bool:
        today = self._today.hosts.find(reference_of(host))
        return today is None or today.enabled is not False

    def _coordinates(self, view: PoolView, hosts: Sequence[Host]) -> bool:
        return any(host is view.coordinator for host in hosts)

    def _put_back(self, host: Host) -> Iterator[str]:
        if host.live is False or reference_of(host) not in self._done:
            yield f"{host.name} is put into service before it is up to date and live"

    def _restarted(self, view: PoolView, host: Host) -> Iterator[str]:
        """A host goes down once, empty, out of service, after the coordinator, and with few others."""
        name = reference_of(host)
        if name in self._done or name not in self._due:
            yield f"{host.name} is updated twice, or without need"
        coordinator = view.coordinator
        if coordinator is None or (host is not coordinator and reference_of(coordinator) in self._due - self._done):
            yield f"{host.name} is updated before the coordinator"
        if host.enabled is not False:
            yield f"{host.name} is in service"
        there = sorted(vm.name for vm in view.vms_on(host) if not vm.driver_domain)
        if there:
            yield f"{', '.join(there)} is on {host.name}"
        down = [each for each in view.hosts.records if each.live is False]
        alone = self._outcome.at_once == 1 or several_down(view) is not True or self._coordinates(view, [*down, host])
        if len(down) >= (1 if alone else self._outcome.at_once):
            yield f"{host.name} goes down while {', '.join(each.name for each in down)} is down"
        if view.pool.ha is None or view.pool.ha.enabled is not False:
            yield "high availability may still be on"
        if not down:
            yield from self._errors(f"when {host.name} is empty")
        self._done.add(name)

    def _updated(self, host: Host, change: FieldChange) -> Iterator[str]:
        """Software changes only as a host goes down, and to the release that is wished."""
        if host.live is False or host.enabled is not False:
            yield f"{host.name} is updated while it is in service"
        got = getattr(change.value, "product_version", None)
        if change.field == "software" and not same_version(got or "", self._outcome.release or ""):
            yield f"{host.name} does not get {self._outcome.release}"

    def _of_vm(self, view: PoolView, vm: VM, change: FieldChange) -> Iterator[str]:
        """A VM is shut down before its host goes down, and started there again; nothing else happens to it."""
        if change.field == "power_state" and change.value == "halted":
            yield from self._shut_down(view, vm)
        elif change.field == "power_state" and change.value == "running":
            yield from self._started(view, vm)
        elif change.field not in {"runs_on", "scheduled_on", "ha_always_run"}:
            yield f"it changes {change.field} of {vm.name}, which no update does"

    def _shut_down(self, view: PoolView, vm: VM) -> Iterator[str]:
        host = view.hosts.find(vm.runs_on)
        told = {each.vm for stage in self._outcome.stages for each in stage.stopped}
        if not {vm.name, vm.uuid} & told:
            yield f"{vm.name} is shut down, and nobody is told"
        if host is not None and (host.enabled is not False or reference_of(host) in self._done):
            yield f"{vm.name} is shut down, and its host does not go down"
        today = self._today.vms.find(reference_of(vm))
        if today is not None and self._serving.repositories(today):
            yield f"{vm.name} is shut down, and others need its storage"
        self._down[reference_of(vm)] = reference_of(host) if host else ""

    def _started(self, view: PoolView, vm: VM) -> Iterator[str]:
        host = view.hosts.find(self._down.pop(reference_of(vm), None))
        if host is None:
            yield f"{vm.name} is started, and was not shut down"
            return
        found = Placement(view).start(vm, host)
        if not found.can:
            yield f"{vm.name} cannot be started on {host.name}: {why_not(found)}"


_OF_POOL = {"ha.enabled", "workload_balancing", "rolling_upgrade"}
_OF_HOST = {
    "software",
    "updates",
    "updates_requiring_reboot",
    "pending_guidances",
    "update_hash",
    "latest_updates_applied",
}


def _is(change: Change, kind: str, field: str) -> bool:
    return isinstance(change, FieldChange) and change.field == field and change.way[0][0] == kind
