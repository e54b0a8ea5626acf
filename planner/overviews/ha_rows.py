"""What a restart plan says of each VM."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planner.facts.agility import Agility
from planner.facts.failover_problem import candidates
from planner.facts.high_availability import BEST_EFFORT, RESTART, to_be_restarted
from planner.facts.start_order import rank
from planner.model.guest import VM
from planner.model.inventory import PoolView

NONE, NOT_KNOWN = "none", "not known"
_ORDER = (RESTART, BEST_EFFORT, NONE, NOT_KNOWN)


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One VM under a restart plan."""

    vm: VM
    priority: str
    """`restart` where it is protected, `best-effort`, `none`, `not known`."""
    agility: Agility


def plan_rows(
    view: PoolView, agilities: Mapping[int, Agility], protected: Iterable[VM], wished: Mapping[str, str]
) -> tuple[PlanRow, ...]:
    """Every VM that could be protected, in the order of their start; `wished` are the priorities that are changed."""
    promised = {id(vm) for vm in protected}
    told = {id(vm): priority for name, priority in wished.items() if (vm := view.vms.find(name))}
    rows = [PlanRow(vm, _priority(vm, promised, told), agilities[id(vm)]) for vm in candidates(view)]
    return tuple(sorted(rows, key=lambda row: (_ORDER.index(row.priority), rank(row.vm.order), *_named(row.vm))))


def _named(vm: VM) -> tuple[str, str]:
    return vm.name, vm.uuid or ""


def _priority(vm: VM, promised: set[int], told: Mapping[int, str]) -> str:
    if id(vm) in promised:
        return RESTART
    priority = told.get(id(vm), vm.ha_restart_priority)
    if priority is None:
        return NOT_KNOWN
    return BEST_EFFORT if priority == BEST_EFFORT or (to_be_restarted(vm) and id(vm) not in told) else NONE
