"""How much less memory VMs that are to be protected and are down could have, so that so many failures are survived.

Room for them is set aside before anything else is restarted. They can be changed at once, for they do not run.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from planner.facts.failover_problem import Problems
from planner.facts.survival import survival
from planner.facts.toolstack_plan import covers_all
from planner.goals.improve.resizing import changed, least_of, size_of, with_size
from planner.model.guest import VM
from planner.model.inventory import Inventory, PoolView
from planner.rules.wording import counted, listed
from planner.units import MIB, format_size

_MOST_NAMED = 12


class Shrinking:
    """The VMs that are down and could have less memory, each no less than its static minimum."""

    def __init__(
        self, inventory: Inventory, view: PoolView, found: Problems, failures: int, *, for_toolstack: bool
    ) -> None:
        self._inventory, self._view = inventory, view
        self._failures, self._for_toolstack = failures, for_toolstack
        down = [each.vm for each in found.guarded if each.host is None and each.vm.power_state == "halted"]
        shrinkable = [vm for vm in down if size_of(vm) > least_of(vm)]
        self._vms = sorted(shrinkable, key=lambda vm: (least_of(vm) - size_of(vm), vm.name, vm.uuid or ""))

    @cached_property
    def sizes(self) -> tuple[tuple[VM, int], ...]:
        """VMs and the static maximum with which it is enough, in bytes; none where none is, or nobody need have less.

        Those that can give most come first, and as few of them as are enough; then each gets as much as can be.
        """
        least = {id(vm): least_of(vm) for vm in self._vms}
        low, high = 0, len(self._vms)
        if not self._vms or self._holds({}) or not self._holds(least):
            return ()
        while high - low > 1:
            middle = (low + high) // 2
            held = self._holds({id(vm): least[id(vm)] for vm in self._vms[:middle]})
            low, high = (low, middle) if held else (middle, high)
        chosen = {id(vm): least[id(vm)] for vm in self._vms[:high]}
        for vm in self._vms[:high][-_MOST_NAMED:]:
            chosen = self._enough(vm, chosen)
        return tuple((vm, chosen[id(vm)]) for vm in self._vms if id(vm) in chosen)

    def told(self) -> tuple[str, ...]:
        """It as a sentence, where it leads there."""
        if not self.sizes:
            return ()
        saved = sum(size_of(vm) - size for vm, size in self.sizes)
        each = sorted(f"{vm.name} with {format_size(size)}" for vm, size in self.sizes)
        whom = f"{counted(len(each), 'protected VM')} that {'is' if len(each) == 1 else 'are'} down"
        return (f"{format_size(saved)} less memory for {whom}: {listed(each, _MOST_NAMED)}; less may be enough",)

    def _enough(self, vm: VM, chosen: dict[int, int]) -> dict[int, int]:
        """The same with the most memory for one of them with which it still holds; less never makes it worse."""
        without = {key: size for key, size in chosen.items() if key != id(vm)}
        if self._holds(without):
            return without
        low, high = least_of(vm) // MIB, size_of(vm) // MIB
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._holds({**without, id(vm): middle * MIB}) else (low, middle)
        return {**without, id(vm): max(low * MIB, least_of(vm))}

    def _holds(self, sizes: Mapping[int, int]) -> bool:
        """Whether so many failures are survived with these static maxima, by the identity of the VM."""
        smaller = {id(vm): with_size(vm, sizes[id(vm)]) for vm in self._vms if id(vm) in sizes}
        capacity, found = survival(changed(self._inventory, self._view, smaller))
        if self._for_toolstack and covers_all(found, self._failures) is not True:
            return False
        return not found.lacking and not found.homeless and capacity.lower >= self._failures
