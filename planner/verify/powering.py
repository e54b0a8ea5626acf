"""Whether a plan that brings a pool down or up keeps its promises: every moment of it is judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from planner.facts.power_order import CLEAN_SHUTDOWN, longest, own_rank
from planner.facts.serving import Serving
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.model.site import Site
from planner.model.storage import Repository
from planner.plans import Phase, Plan, Step
from planner.plans.applying import applied, carried_out
from planner.plans.changes import FieldChange
from planner.plans.midst import rounds
from planner.plans.powering import Power, PowerOutcome
from planner.verify.subjects import pool_of, reference_of

_UP = ("running", "paused")


def broken_power(plan: Plan, outcome: PowerOutcome, inventory: Inventory) -> Iterator[str]:
    """What is wrong with such a plan; nothing where it keeps what it promises. Raises ChangeError."""
    state = applied(inventory, plan.wish)
    numbers = [step.round for step in plan.steps if step.round is not None]
    if numbers != sorted(numbers):
        yield "the rounds are out of order"
    for together in rounds(plan.steps):
        moment = _Moment(state, outcome)
        for step in together:
            yield from (f"{step.what}: {each}" for each in moment.wrong(step))
        state = carried_out(state, together)
    yield from _protection(plan, outcome)
    if outcome.power is Power.DOWN:
        yield from _all_down(pool_of(state, outcome))
    else:
        yield from _as_before(pool_of(inventory, outcome), pool_of(state, outcome), plan)
    yield from _times(plan, outcome, inventory)


class _Moment:
    """A pool as it is when steps begin, with all others of their round still to be done."""

    def __init__(self, state: Inventory, outcome: PowerOutcome) -> None:
        self._view = pool_of(state, outcome)
        self._serving = Serving(state.site, self._view)
        self._running = [vm for vm in self._view.vms.records if _is_up(self._view, vm)]

    def wrong(self, step: Step) -> Iterator[str]:
        """Why a step may not be done now."""
        for change in step.changes:
            if not isinstance(change, FieldChange) or not change.way:
                continue
            (kind, name), *_ = change.way
            vm, host = self._view.vms.find(name), self._view.hosts.find(name)
            if kind == "vms" and vm and change.field == "power_state":
                yield from self._stop(vm) if change.value == "halted" else self._start(vm, step)
            elif kind == "hosts" and host and change.field == "live":
                yield from self._power_on(host) if change.value else self._power_off(host)

    def _off(self) -> Iterator[str]:
        if self._view.pool.ha is None or self._view.pool.ha.enabled is not False:
            yield "high availability may still be on"

    def _stop(self, vm: VM) -> Iterator[str]:
        yield from self._off()
        for each in self._running:
            if any(vm is server for server in self._serving.needs(each)):
                yield f"{each.name} still needs it"
        for repository in self._serving.repositories(vm):
            links = (self._view.connection(repository, host) for host in self._view.hosts.records)
            if any(link.attached is not False for link in links if link):
                yield f"{repository.name} is still attached"

    def _start(self, vm: VM, step: Step) -> Iterator[str]:
        given = next((c.value for c in step.changes if isinstance(c, FieldChange) and c.field == "runs_on"), None)
        host = self._view.hosts.find(str(given)) if given else None
        if given and (host is None or host.live is not True):
            yield f"{given} is not up"
        for server in self._serving.needs(vm):
            if not _is_up(self._view, server):
                yield f"{server.name}, which serves its storage, does not run"
            for repository in self._serving.repositories(server):
                connection = self._view.connection(repository, host) if host else None
                if connection and connection.attached is False and _has(self._view, vm, repository):
                    yield f"{repository.name} is not attached"

    def _power_off(self, host: Host) -> Iterator[str]:
        yield from self._off()
        left = sorted(vm.name for vm in self._view.vms_on(host) if not vm.driver_domain)
        if left:
            yield f"{', '.join(left)} is still on it"
        others = [each for each in self._view.hosts.records if each is not host and each.live is not False]
        if host is self._view.coordinator and others:
            yield "it is the coordinator, and other hosts are up"

    def _power_on(self, host: Host) -> Iterator[str]:
        coordinator = self._view.coordinator
        if coordinator is not None and host is not coordinator and coordinator.live is not True:
            yield "the coordinator is not up"


def _protection(plan: Plan, outcome: PowerOutcome) -> Iterator[str]:
    """High availability is switched on by the last step of coming up, and by no other."""
    for number, step in enumerate(plan.steps, start=1):
        on = any(isinstance(each, FieldChange) and each.field == "ha.enabled" and each.value for each in step.changes)
        if on and (outcome.power is Power.DOWN or number < len(plan.steps)):
            yield f"{step.what}: that is for the end of coming up"


def _all_down(end: PoolView) -> Iterator[str]:
    yield from (f"in the end {vm.name} runs" for vm in end.vms.records if _is_up(end, vm))
    yield from (f"in the end {host.name} is up" for host in end.hosts.records if host.live is not False)


def _as_before(today: PoolView, end: PoolView, plan: Plan) -> Iterator[str]:
    """What ran runs again, where it did; where nothing ran, what is started runs."""
    ran = [vm for vm in today.vms.records if _is_up(today, vm)]
    for vm in ran:
        now, host = end.vms.find(reference_of(vm)), today.hosts.find(vm.runs_on)
        if now is None or not _is_up(end, now):
            yield f"in the end {vm.name} does not run"
        elif host is not None and host.live is not False and end.hosts.find(now.runs_on) is not _same(end, host):
            yield f"in the end {vm.name} is not on {host.name}"
    for host in today.hosts.records:
        then = _same(end, host)
        was_off = ran and host.live is False and host is not today.coordinator
        if then is None or (then.live is not True and not was_off):
            yield f"in the end {host.name} is not up"
        elif ran and host.enabled is not None and not was_off and then.enabled is not host.enabled:
            yield f"in the end {host.name} is not in service as it was"
    if ran and today.pool.ha and today.pool.ha.enabled and not (end.pool.ha and end.pool.ha.enabled):
        yield "in the end high availability is off"
    if ran and not plan.wish:
        yield "it is not said that the pool is down before"


def _times(plan: Plan, outcome: PowerOutcome, inventory: Inventory) -> Iterator[str]:
    """The rounds are the steps, in the order of the VMs, and their times are what the facts say."""
    today = pool_of(inventory, outcome)
    rounds: dict[int, list[VM]] = {}
    for step in plan.steps:
        if step.phase is Phase.GUESTS and step.round is not None:
            vm = today.vms.find(next(change.way[0][1] for change in step.changes if isinstance(change, FieldChange)))
            rounds.setdefault(step.round, []).extend([vm] if vm else [])
    told = [sorted(each.vms) for each in outcome.rounds]
    if told != [sorted(vm.name for vm in vms) for vms in rounds.values()]:
        yield "the rounds that are told are not those of the steps"
    down = outcome.power is Power.DOWN
    delays = [longest(vm.shutdown_delay if down else vm.start_delay for vm in vms) for vms in rounds.values()]
    known = [each for each in delays if each is not None]
    whole = sum(known) if len(known) == len(delays) else None
    if outcome.delays != whole:
        yield f"the delays are told as {outcome.delays}, they are {whole}"
    most = _most(known, outcome.patience) if down and whole is not None else None
    if outcome.most != most:
        yield f"the longest time is told as {outcome.most}, it is {most}"
    if outcome.within is not None and (most is None or most > outcome.within):
        yield f"it takes up to {most} s, and {outcome.within} s are given"
    yield from _orders(inventory.site, outcome, today, list(rounds.values()))


def _most(delays: Sequence[int], patience: int | None) -> int:
    """The seconds after which guests that do nothing are given up, or have been shut down hard."""
    if patience is None:
        return sum(CLEAN_SHUTDOWN + each for each in delays)
    return sum(patience + 2 * each if patience else each for each in delays)


def _orders(site: Site, outcome: PowerOutcome, today: PoolView, rounds: Sequence[Sequence[VM]]) -> Iterator[str]:
    """VMs that serve nobody start in the order that they have, and go down the other way round."""
    serving = Serving(site, today)
    ranks = [[own_rank(vm) for vm in vms if not serving.repositories(vm)] for vms in rounds]
    up = [each for each in (ranks[::-1] if outcome.power is Power.DOWN else ranks) if each]
    if any(max(one) > min(following) for one, following in pairwise(up)):
        yield "VMs are not in the order that they have"


def _has(view: PoolView, vm: VM, repository: Repository) -> bool:
    return any(view.disk_and_repository(drive)[1] is repository for drive in vm.drives or ())


def _is_up(view: PoolView, vm: VM) -> bool:
    there = vm.power_state is None and view.hosts.find(vm.runs_on) is not None
    return not vm.driver_domain and (vm.power_state in _UP or there)


def _same(view: PoolView, host: Host) -> Host | None:
    return view.hosts.find(reference_of(host))
