"""The wish to promise restarts, and whom of a pool it could concern."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.errors import GoalError
from planner.facts.failover_problem import Guarded, PoolProblem, as_configured, candidates, is_on_a_host, untold
from planner.facts.lacking import Lacking, each_once
from planner.facts.start_order import rank
from planner.goals.pools import one_pool
from planner.goals.protect.candidates import Candidate, Field
from planner.model.guest import VM
from planner.model.inventory import Inventory, PoolView
from planner.plans.protecting import NotPromised
from planner.rules.ha import causes


@dataclass(frozen=True, slots=True)
class Protect:
    """Promise a restart to as many VMs as so many failures allow."""

    failures: int
    """So many hosts may fail at once, whichever they are."""
    weights: Mapping[str, int] = field(default_factory=dict)
    """What VMs are worth, by name or UUID; the rest is chosen by start order and memory."""
    pool: str | None = None
    """Name or UUID; where several could be meant."""


@dataclass(frozen=True)
class Stand:
    """A pool and its candidates."""

    view: PoolView
    pool: PoolProblem
    field: Field
    today: Mapping[str, VM]
    """The VMs to which a restart is promised now, by key."""
    vms: Mapping[str, VM]
    """All VMs, by key."""
    left_out: tuple[NotPromised, ...]
    lacking: tuple[Lacking, ...]


def stand(goal: Protect, inventory: Inventory) -> Stand:
    """Who could be promised a restart. Raises GoalError where the wish names what is not there, or makes no sense."""
    view = one_pool(goal.pool, inventory)
    pool = PoolProblem(view)
    if not 0 <= goal.failures <= len(pool.usable):
        hosts = f"{len(pool.usable)} hosts that are enabled and live"
        raise GoalError(f"{goal.failures} failures are asked of {view.name}, which has {hosts}")
    weights = _weights(goal, view)
    today = {pool.vm_keys[id(vm)]: vm for vm in as_configured(view)}
    found: list[Candidate] = []
    left_out: list[NotPromised] = []
    lacking: list[Lacking] = [*pool.lacking]
    ranks = {each: number for number, each in enumerate(sorted({rank(vm.order) for vm in view.vms.records}))}
    for each in pool.guarded(vm for vm in candidates(view) if is_on_a_host(vm) or pool.vm_keys[id(vm)] in today):
        why = _why_not(each, protected=each.key in today)
        if why:
            left_out.append(NotPromised(each.key, why))
            continue
        lacking += each.lacking if each.agility.agile else (*each.lacking, *each.agility.lacking)
        place = (ranks[rank(each.vm.order)], weights.get(each.key, 0), each.key in today)
        found.append(Candidate(each.key, each.size, each.host or "", each.hosts, *place))
    return Stand(
        view,
        pool,
        Field(pool.free, tuple(found), len(view.hosts.records)),
        today,
        {pool.vm_keys[id(vm)]: vm for vm in view.vms.records},
        tuple(left_out),
        each_once(lacking) if found else untold(view),
    )


def _why_not(each: Guarded, *, protected: bool) -> str:
    """Why nothing can be promised to a VM, whatever room there is; empty where it can."""
    if not is_on_a_host(each.vm):
        return "it is down: start it first"
    if each.host is None:
        return "it is on no host that is enabled and live"
    if each.vm.power_state == "paused" and not protected:
        return "it is paused: a promise takes force when it runs"
    return causes(each.agility) if each.agility.agile is False else ""


def _weights(goal: Protect, view: PoolView) -> dict[str, int]:
    keys = PoolProblem(view).vm_keys
    found = {}
    for name, weight in goal.weights.items():
        vm = view.vms.find(name)
        if vm is None:
            raise GoalError(f"{name} is no VM of {view.name}, or several bear that name; give its UUID")
        if weight < 0:
            raise GoalError(f"the weight of {name} is {weight}; give a whole number, zero or more")
        found[keys[id(vm)]] = weight
    return found
