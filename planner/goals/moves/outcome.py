"""How a pool is once VMs have been moved, as it is told."""

from __future__ import annotations

from collections.abc import Iterable

from planner.facts.failover_capacity import capacity_at_a_glance, exact_capacity
from planner.facts.failover_problem import Known, PoolProblem, Problems, as_configured, problems
from planner.facts.lacking import Lacking
from planner.facts.loads import loads
from planner.facts.transfers import transferred
from planner.failover.answers import FailureCapacity
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.plans import Step
from planner.plans.applying import applied
from planner.plans.midst import midst
from planner.plans.moving import HostLoad, Moved, MovesGuard, Standing, Survival, Survivals

_FEW_HOSTS, _MOMENTS = 16, 8
"""In pools of more hosts, so many moments of a plan are worth the effort of an exact number."""


def view_of(state: Inventory, reference: str) -> PoolView:
    """The pool of that UUID or name."""
    (found,) = (view for view in state.pools if reference in (view.pool.uuid, view.name))
    return found


def host_name(view: PoolView, host: Host) -> str:
    """What a host is called, by its UUID where several bear its name."""
    return host.name if len(view.hosts.bearers(host.name)) == 1 else host.uuid or host.name


def guard(view: PoolView) -> MovesGuard:
    """What of a pool has to be as it is for a plan to hold."""
    coordinator = view.coordinator
    standing = [
        Standing(vm.name, vm.uuid, host.name, host.uuid)
        for vm in view.vms.records
        if not vm.driver_domain and (host := view.hosts.find(vm.runs_on)) is not None
    ]
    return MovesGuard(
        coordinator.name if coordinator else "",
        coordinator.uuid if coordinator else None,
        len(view.hosts.records),
        tuple(sorted(standing, key=lambda each: (each.host, each.vm, each.vm_uuid or ""))),
    )


def moved(start: PoolView, end: PoolView, must_go: Iterable[int]) -> tuple[Moved, ...]:
    """The VMs that end up on another host, by name; `must_go` holds the identities of those that it was about."""
    wanted = set(must_go)
    found = []
    for vm in start.vms.records:
        then = end.vms.find(vm.uuid or vm.name)
        source, target = start.hosts.find(vm.runs_on), end.hosts.find(then.runs_on) if then else None
        if source and target and (source.uuid or source.name) != (target.uuid or target.name):
            found.append(
                Moved(
                    vm.name,
                    host_name(start, source),
                    host_name(end, target),
                    transferred(vm) or 0,
                    id(vm) not in wanted,
                )
            )
    return tuple(sorted(found, key=lambda each: (each.source, each.vm, each.target)))


def host_loads(start: PoolView, end: PoolView, emptied: Iterable[str]) -> tuple[HostLoad, ...]:
    """The load of every host before and after, by name."""
    before, after, empties = loads(start), loads(end), set(emptied)
    then = {host_name(end, host): after[id(host)] for host in end.hosts.records}
    found = (
        HostLoad(name, before[id(host)], then[name], name in empties)
        for host in start.hosts.records
        for name in (host_name(start, host),)
    )
    return tuple(sorted(found, key=lambda each: each.host))


def survivals(reference: str, start: Inventory, steps: tuple[Step, ...], *, always: bool) -> Survivals:
    """How many hosts may fail before, at the worst moment, and in the end.

    Unless it has to hold at every moment, not all of many moments are worth the effort of the exact number.
    """
    told = _Told(reference, always=always)
    told.see(start, exact=True)
    state = start
    for state in moments(start, steps):
        told.see(state)
    if steps:
        told.see(state, exact=True)
    if not told.anybody:
        return Survivals(None, None, None)
    if told.lacking:
        return Survivals(None, None, None, tuple(sorted(told.lacking)))
    return Survivals(told.seen[0], min(told.seen, key=lambda each: (each.lower, each.upper)), told.seen[-1])


class _Told:
    """What is found of one state of a pool after the other."""

    def __init__(self, reference: str, *, always: bool) -> None:
        self._reference, self._always, self._left = reference, always, _MOMENTS
        self._known: Known = {}
        self.seen: list[Survival] = []
        self.lacking: set[str] = set()
        self.anybody = False

    def see(self, state: Inventory, *, exact: bool = False) -> None:
        """Note a state: exactly, or where a glance tells that it is no worse than the worst so far, so much."""
        view = view_of(state, self._reference)
        found = problems(PoolProblem(view, known=self._known), as_configured(view))
        self.anybody = self.anybody or bool(found.guarded)
        self.lacking.update(_told(lack) for lack in found.lacking)
        reached = None if exact or self._always else self._glance(found, len(view.hosts.records))
        reached = reached or exact_capacity(found)
        self.seen.append(Survival(reached.lower, reached.upper, reached.proven))

    def _glance(self, found: Problems, hosts: int) -> FailureCapacity | None:
        """What a glance tells, if that is enough."""
        told = capacity_at_a_glance(found)
        if told.lower >= min(each.lower for each in self.seen) or (hosts > _FEW_HOSTS and self._left <= 0):
            return told
        self._left -= 1
        return None


def moments(state: Inventory, steps: tuple[Step, ...]) -> Iterable[Inventory]:
    """The pool in the midst of each round, with all its VMs on both hosts, and after it."""
    pending: list[Step] = []
    for number, step in enumerate(steps):
        pending.append(step)
        following = steps[number + 1].round if number + 1 < len(steps) else None
        if step.round is not None and step.round == following:
            continue
        if (under_way := midst(state, pending)) is not None:
            yield under_way
        state = applied(state, (change for each in pending for change in each.changes))
        yield state
        pending = []


def _told(lack: Lacking) -> str:
    return f"{lack.record.label}: {lack.field}"
