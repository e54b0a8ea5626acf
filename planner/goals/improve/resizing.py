"""Pools in which some VMs have less memory."""

from __future__ import annotations

from collections.abc import Mapping

from planner.facts.after_failure import replaced
from planner.model.guest import VM, Memory
from planner.model.inventory import Inventory, PoolView


def size_of(vm: VM) -> int:
    """The static maximum, in bytes; none where it is not told."""
    return (vm.memory or Memory()).static_max or 0


def least_of(vm: VM) -> int:
    """The static minimum, in bytes; where it is not told, nothing less than there is."""
    found = (vm.memory or Memory()).static_min
    return size_of(vm) if found is None else found


def with_size(vm: VM, size: int) -> VM:
    """A VM with another static maximum, in bytes, and no more than that otherwise."""
    memory = vm.memory or Memory()
    limits = {"dynamic_min": memory.dynamic_min, "dynamic_max": memory.dynamic_max}
    lowered = {name: None if value is None else min(value, size) for name, value in limits.items()}
    return vm.model_copy(update={"memory": memory.model_copy(update={**lowered, "static_max": size})})


def changed(inventory: Inventory, view: PoolView, vms: Mapping[int, VM]) -> PoolView:
    """The pool with other records for some of its VMs, by the identity of those before."""
    records = tuple(vms.get(id(vm), vm) for vm in view.vms.records)
    pool = view.pool.model_copy(update={"vms": records})
    return replaced(inventory, view, pool).pools[inventory.pools.index(view)]
