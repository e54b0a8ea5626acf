"""What an action comes to: what stands in its way, what the toolstack's planner supposes, and what it changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from planner.errors import GoalError
from planner.facts.failover_guard import Supposed
from planner.facts.high_availability import RESTART, to_be_restarted
from planner.facts.host_choice import ranking
from planner.facts.lacking import Lacking
from planner.facts.migration import Moves
from planner.facts.obstacles import Answer, Kind, Obstacle, answer
from planner.facts.placement import Placement
from planner.model.guest import VM, Memory
from planner.model.host import Host
from planner.model.inventory import Index, Named, PoolView
from planner.overviews.ha_actions import Action
from planner.plans.applying import reference
from planner.plans.changes import Change, FieldChange

N = TypeVar("N", bound=Named)


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which an action could come about: where the toolstack chooses a host there are several."""

    host: Host | None
    answer: Answer
    """What keeps it from being done, the planner of high availability apart."""
    supposed: Supposed | None
    """What that planner supposes; None where it is not asked."""
    changes: tuple[Change, ...]


def ways(action: Action) -> tuple[Way, ...]:
    """All ways in which an action could come about.

    Raises `planner.errors.GoalError` where a change could not tell the VM or a host of theirs from another.
    """
    found = tuple(_WAYS[action.kind](action))
    _tell_apart(action.text, "VMs", action.view.vms, action.vm)
    for way in found:
        _tell_apart(action.text, "hosts", action.view.hosts, way.host)
    return found


def _tell_apart(text: str, what: str, known: Index[N], record: N | None) -> None:
    if record is not None and known.find(_name(record)) is not record:
        raise GoalError(f"{text}: several {what} are called {record.name}, and no UUID tells them apart")


def _disable(action: Action) -> Iterator[Way]:
    if action.host:
        change = FieldChange(reference(action.view), (("hosts", _name(action.host)),), "enabled", value=False)
        yield Way(action.host, Answer(), Supposed(disabled=action.host), (change,))


def _start(action: Action) -> Iterator[Way]:
    if action.vm is None:
        return
    view, vm, placement = action.view, action.vm, Placement(action.view)
    hosts = [action.host] if action.host else placement.hosts
    answers = {id(host): answer((*_startable(vm), *_causes(placement.start(vm, host)))) for host in hosts}
    able = [host for host in hosts if answers[id(host)].can is not False]
    if action.host is None and able:
        ranked = ranking(view, placement.memory, vm, able)
        hosts = list(ranked[0].hosts) if ranked else able
    for host in hosts:
        changes = _set(view, vm, power_state="running", runs_on=_name(host), **_kept_running(vm))
        yield Way(host, answers[id(host)], _arrival(vm, host), changes)


def _startable(vm: VM) -> Iterator[Obstacle | Lacking]:
    if vm.power_state is None:
        yield Lacking(vm, "power_state")
    elif vm.power_state not in ("halted", "suspended"):
        yield Obstacle(Kind.NOT_HALTED, (vm,), details=(vm.power_state,))


def _causes(found: Answer) -> tuple[Obstacle | Lacking, ...]:
    return (*found.obstacles, *found.lacking)


def _kept_running(vm: VM) -> dict[str, object]:
    return {"ha_always_run": True} if to_be_restarted(vm) else {}


def _arrival(vm: VM, host: Host) -> Supposed:
    """A VM that comes to be protected is placed by the planner; of any other the room on its host is taken."""
    return Supposed(protected=vm) if to_be_restarted(vm) and not vm.ha_always_run else Supposed(arriving=(vm, host))


def _migrate(action: Action) -> Iterator[Way]:
    if action.vm and action.host:
        found = Moves(Placement(action.view)).live(action.vm, action.host)
        changes = _set(action.view, action.vm, runs_on=_name(action.host))
        yield Way(action.host, found, _arrival(action.vm, action.host), changes)


def _memory(action: Action) -> Iterator[Way]:
    vm, size = action.vm, action.size
    if vm is None or size is None:
        return
    least = vm.memory.static_min if vm.memory else None
    causes: list[Obstacle | Lacking] = []
    if vm.power_state is None:
        causes.append(Lacking(vm, "power_state"))
    elif vm.power_state != "halted":
        causes.append(Obstacle(Kind.NOT_HALTED, (vm,), details=(vm.power_state,)))
    if least is not None and size < least:
        causes.append(Obstacle(Kind.MEMORY_ORDER, (vm,), needed=least, available=size))
    memory = Memory(static_min=least, dynamic_min=size, dynamic_max=size, static_max=size, target=size)
    yield Way(None, answer(causes), None, _set(action.view, vm, memory=memory))


def _protect(action: Action) -> Iterator[Way]:
    vm = action.vm
    if vm is None:
        return
    promised = action.priority == RESTART
    asked = promised and not to_be_restarted(vm) and vm.power_state != "halted"
    lacking = (Lacking(vm, "power_state"),) if promised and vm.power_state is None else ()
    running: dict[str, object] = {"ha_always_run": promised} if vm.power_state == "running" else {}
    changes = _set(action.view, vm, ha_restart_priority=action.priority, **running)
    yield Way(None, Answer(lacking=lacking), Supposed(protected=vm) if asked else None, changes)


def _tolerate(action: Action) -> Iterator[Way]:
    change = FieldChange(reference(action.view), (), "ha.failures_to_tolerate", action.failures)
    yield Way(None, Answer(), Supposed(failures=action.failures), (change,))


def _set(view: PoolView, vm: VM, **fields: object) -> tuple[Change, ...]:
    way = (("vms", _name(vm)),)
    return tuple(FieldChange(reference(view), way, field, value) for field, value in fields.items())


def _name(record: Named) -> str:
    return record.uuid or record.name


_WAYS = {
    "disable": _disable,
    "start": _start,
    "migrate": _migrate,
    "memory": _memory,
    "protect": _protect,
    "tolerate": _tolerate,
}
