"""High availability of a pool at a glance: what it promises to whom, in which order, and what stands in its way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from planner.facts.agility import Agility, Sharing
from planner.facts.ha_timeouts import Timeouts, timeouts
from planner.facts.heartbeat import chosen_in
from planner.facts.high_availability import BEST_EFFORT, RESTART, enabled, failures_wanted, protected, to_be_restarted
from planner.facts.start_order import StartGroup, start_groups
from planner.findings import Problem, Severity
from planner.model.guest import VM
from planner.model.inventory import Inventory, PoolView
from planner.model.walk import walk
from planner.rules import Rule, all_rules


@dataclass(frozen=True, slots=True)
class HaRow:
    """One VM: what it is promised, when it is started, and whether that is possible on every host."""

    vm: VM
    priority: str
    """`restart`, `best-effort`, `none`, `not known`."""
    protected: bool
    agility: Agility
    group: StartGroup | None
    """The group in which it is started; None where it is not started at all."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What a rule has against high availability."""

    rule: Rule
    problem: Problem


@dataclass(frozen=True, slots=True)
class HaOverview:
    """High availability of one pool."""

    pool: str
    enabled: bool | None
    wished: bool
    heartbeat: tuple[str, ...]
    """The repositories that hold the heartbeat, or are to hold it."""
    wanted_failures: int | None
    """How many hosts may fail: as wished, else as configured."""
    timeouts: Timeouts
    counts: dict[str, int]
    """How many VMs there are by priority."""
    rows: tuple[HaRow, ...]
    """In the order in which VMs are started; those that are not, last."""
    obstacles: tuple[Obstacle, ...]
    """Errors and warnings, worst first."""


PRIORITIES = (RESTART, BEST_EFFORT, "none", "not known")


def ha(inventory: Inventory) -> tuple[HaOverview, ...]:
    """High availability of every pool that has VMs or wishes for it."""
    views = [view for view in inventory.pools if view.vms.records or view.ha_plans or enabled(view)]
    found = _obstacles(inventory, views)
    return tuple(_overview(view, found[id(view)]) for view in views)


def _overview(view: PoolView, obstacles: tuple[Obstacle, ...]) -> HaOverview:
    rows = _rows(view)
    counts = Counter(row.priority for row in rows)
    return HaOverview(
        view.name,
        enabled(view),
        bool(view.ha_plans),
        tuple(sorted({place.repository.name for place in chosen_in(view)})),
        failures_wanted(view),
        timeouts(view),
        {priority: counts[priority] for priority in PRIORITIES},
        rows,
        obstacles,
    )


def _rows(view: PoolView) -> tuple[HaRow, ...]:
    sharing = Sharing(view)
    groups = start_groups(view)
    started = {id(vm): group for group in groups for vm in group.vms}
    position = {id(vm): number for number, vm in enumerate(vm for group in groups for vm in group.vms)}
    vms = [vm for vm in view.vms.records if not vm.driver_domain]
    vms.sort(key=lambda vm: (position.get(id(vm), len(position)), vm.name, vm.uuid or ""))
    return tuple(HaRow(vm, _priority(vm), protected(view, vm), sharing.agility(vm), started.get(id(vm))) for vm in vms)


def _priority(vm: VM) -> str:
    if vm.ha_restart_priority is None:
        return "not known"
    if to_be_restarted(vm):
        return RESTART
    return BEST_EFFORT if vm.ha_restart_priority == BEST_EFFORT else "none"


def _obstacles(inventory: Inventory, views: list[PoolView]) -> dict[int, tuple[Obstacle, ...]]:
    """What rules have against the high availability of each pool."""
    owners = {
        id(record): id(view)
        for view in views
        for root in (view.pool, *view.ha_plans, *view.changes)
        for _, record in walk(root)
    }
    found: dict[int, list[Obstacle]] = {id(view): [] for view in views}
    for rule in all_rules():
        for said in rule.check(inventory) if rule.check and rule.code.startswith("HA") else ():
            if isinstance(said, Problem) and rule.severity is not Severity.NOTE and id(said.subject) in owners:
                found[owners[id(said.subject)]].append(Obstacle(rule, said))
    return {key: tuple(sorted(each, key=_worst_first)) for key, each in found.items()}


def _worst_first(obstacle: Obstacle) -> tuple[int, str, str]:
    return -obstacle.rule.severity.weight, obstacle.rule.code, obstacle.problem.message
