"""Where the toolstack starts protected VMs again after a failure, and whether it gets them started at all.

It makes a greedy plan. Where that has a host for each VM, each is started on its host, group by group. Where it has
not, the plan is thrown away, and each VM is started wherever there is room: the host is drawn by chance.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from planner.facts.chance import drawn
from planner.facts.failover_problem import Guarded, PoolProblem, as_configured, is_on_a_host, problems
from planner.facts.lacking import Lacking, each_once
from planner.facts.start_order import grouped
from planner.facts.trial import How, Moment, Started, Trial
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView


@dataclass(frozen=True, slots=True)
class Restarts:
    """What becomes of the protected VMs that do not run after a failure."""

    planned: bool | None
    """Whether the toolstack's plan has a host for each; None where that is not known."""
    vms: tuple[Started, ...]
    """In the order in which they are started."""
    floating: tuple[VM, ...]
    """Those that may run anywhere, or not at all."""


def restarts(trial: Trial) -> Restarts:
    """What becomes of the protected VMs of a pool that do not run; the trial goes on from there."""
    pool = PoolProblem(trial.view)
    found = problems(pool, as_configured(trial.view))
    offline = [each for each in found.guarded if _to_start(each)]
    if not offline:
        return Restarts(planned=True, vms=(), floating=())
    lacking = each_once((*found.lacking, *(lack for each in found.guarded for lack in _agility(each))))
    if lacking:
        order = (vm for group in grouped(each.vm for each in offline) for vm in group.vms)
        unknown = tuple(Started(vm, None, None, lacking=lacking) for vm in order)
        return Restarts(planned=None, vms=unknown, floating=tuple(each.vm for each in offline))
    if found.unplaced:
        told, floating = drawn(trial, [each.vm for each in offline], ())
        return Restarts(planned=False, vms=told, floating=floating)
    told = _planned(trial, [each.vm for each in offline])
    return Restarts(planned=True, vms=told, floating=tuple(each.vm for each in told if each.starts is None))


def _to_start(guarded: Guarded) -> bool:
    """Whether a VM is down; one that runs on a host in maintenance is planned for, and not started."""
    return guarded.host is None and not is_on_a_host(guarded.vm) and guarded.vm.power_state != "suspended"


def _agility(guarded: Guarded) -> tuple[Lacking, ...]:
    return guarded.agility.lacking if guarded.agility.agile is None else ()


def _planned(trial: Trial, vms: list[VM]) -> tuple[Started, ...]:
    """What becomes of VMs for which there is a plan. What fails is planned anew, as long as another host is planned."""
    order = {id(vm): at for at, vm in enumerate(vm for group in grouped(vms) for vm in group.vms)}
    told: dict[int, Started] = {}
    tried: set[tuple[int, str]] = set()
    attempt = 1
    while waiting := [vm for vm in vms if id(vm) not in told or not told[id(vm)].starts]:
        targets = _targets(trial.view)
        fresh = [vm for vm in waiting if id(vm) in targets and (id(vm), _key(targets[id(vm)])) not in tried]
        if not fresh:
            break
        tried |= {(id(vm), _key(targets[id(vm)])) for vm in fresh}
        for group in grouped(fresh):
            tries = [_try(trial.now(), vm, targets[id(vm)], attempt) for vm in group.vms]
            told |= {id(each.vm): _with_earlier(each, told.get(id(each.vm))) for each in tries}
            trial.start({id(each.vm): each.target for each in tries if each.starts and each.target})
        attempt += 1
    return tuple(sorted(told.values(), key=lambda each: order[id(each.vm)]))


def _key(host: Host) -> str:
    return host.uuid or host.name


def _with_earlier(now: Started, earlier: Started | None) -> Started:
    """What became of a VM, with what stood in the way before."""
    return replace(now, answers=(*earlier.answers, *now.answers)) if earlier else now


def _try(moment: Moment, vm: VM, target: Host, attempt: int) -> Started:
    found = moment.answer(vm, target, named=True)
    return Started(
        vm, found.can, How.PLANNED, target, attempt=attempt, answers=((target, found),), lacking=found.lacking
    )


def _targets(view: PoolView) -> dict[int, Host]:
    """Where the toolstack plans to start the protected VMs that do not run, by their identity."""
    pool = PoolProblem(view)
    found = problems(pool, as_configured(view))
    hosts = {pool.host_keys[id(host)]: host for host in pool.usable}
    planned = {each.vm: each.host for each in found.toolstack.restarts}
    down = (each for each in found.guarded if _to_start(each))
    return {id(each.vm): hosts[host] for each in down if (host := planned[each.key]) is not None}
