"""In which order VMs are started after a failure, and when.

VMs of one order are started side by side, lowest order first; the next ones wait until all of these have started
and their delays are over. VMs that are started if possible come after all those to which it is promised.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from planner.facts.high_availability import BEST_EFFORT, to_be_restarted
from planner.model.guest import VM
from planner.model.inventory import PoolView


@dataclass(frozen=True, slots=True)
class StartGroup:
    """VMs that are started side by side."""

    priority: str
    """As the first of them has it: `restart`, `best-effort`."""
    order: int | None
    """None where their order is not known."""
    vms: tuple[VM, ...]
    """By name."""
    begins: int | None
    """Seconds of delay that lie before it, beside the time that starting takes; None where that is not known."""
    after: tuple[VM, ...]
    """The VMs of the group before it, whose start it waits for."""

    @property
    def delay(self) -> int | None:
        """How long the next group waits after these have started; None where a delay is not known."""
        delays = [vm.start_delay for vm in self.vms]
        return None if None in delays else max((each for each in delays if each is not None), default=0)


def start_groups(view: PoolView) -> tuple[StartGroup, ...]:
    """The groups of a pool in the order in which they are started, if all of their VMs had to be."""
    return grouped(view.vms.records)


def grouped(vms: Iterable[VM]) -> tuple[StartGroup, ...]:
    """The groups of these VMs in the order in which they are started; VMs that nobody starts are in none."""
    known = tuple(vms)
    promised = [vm for vm in known if to_be_restarted(vm)]
    if_possible = [vm for vm in known if vm.ha_restart_priority == BEST_EFFORT]
    return tuple(_timed([*_by_order("restart", promised), *_by_order(BEST_EFFORT, if_possible)]))


def _by_order(priority: str, vms: Iterable[VM]) -> Iterator[StartGroup]:
    groups: defaultdict[int | None, list[VM]] = defaultdict(list)
    for vm in vms:
        groups[-1 if vm.order is not None and vm.order < 0 else vm.order].append(vm)
    for order in sorted(groups, key=rank):
        members = sorted(groups[order], key=lambda vm: (vm.name, vm.uuid or ""))
        yield StartGroup(priority, order, tuple(members), None, ())


def rank(order: int | None) -> tuple[bool, bool, int]:
    """Where an order stands: a negative one comes after all others, an unknown one after these."""
    return order is None, order is not None and order < 0, order or 0


def _timed(groups: list[StartGroup]) -> Iterator[StartGroup]:
    """When each begins. An unknown order leaves open when anything of its priority or a lower one begins."""
    begins: int | None = 0
    untold = {group.priority for group in groups if group.order is None}
    after: tuple[VM, ...] = ()
    for group in groups:
        if group.priority in untold:
            begins = None
        yield StartGroup(group.priority, group.order, group.vms, begins, after)
        begins = None if begins is None or group.delay is None else begins + max(0, group.delay)
        after = group.vms
