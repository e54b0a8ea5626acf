"""What the judges of all plans ask: which pool is meant, what its hosts are called, and why something cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from planner.facts.migration import Moves
from planner.facts.obstacles import Answer
from planner.facts.wishes import staying
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.plans.changes import ChangeError
from planner.rules.placing import reasons


class OfPool(Protocol):
    """The outcome of a plan for one pool."""

    @property
    def pool(self) -> str:
        """Its name."""

    @property
    def pool_reference(self) -> str:
        """Its UUID, or its name where it has none."""


def pool_of(state: Inventory, outcome: OfPool) -> PoolView:
    """The pool that a plan is for. Raises ChangeError where it is not just one."""
    found = [view for view in state.pools if outcome.pool_reference in (view.pool.uuid, view.name)]
    if len(found) != 1:
        raise ChangeError(f"{outcome.pool} is not just one pool")
    return found[0]


def reference_of(record: VM | Host) -> str:
    """The UUID of a record, or its name where it has none."""
    return record.uuid or record.name


def shown_name(view: PoolView, host: Host) -> str:
    """What a host is called, by its UUID where several bear its name."""
    return host.name if len(view.hosts.bearers(host.name)) == 1 else reference_of(host)


def why_not_moved(moves: Moves, vm: VM, host: Host) -> Iterator[str]:
    """What keeps a VM from being moved to a host: the toolstack, or a wish."""
    found = moves.live(vm, host)
    if not found.can:
        yield f"{vm.name} cannot be moved to {host.name}: {why_not(found)}"
    if wish := staying(moves.placement.view, vm):
        yield f"{vm.name} is moved, which the wish {wish} does not let it be"


def why_not(found: Answer) -> str:
    """The obstacles, or what is not known of them."""
    unsaid = (f"{lack.record.label}: {lack.field} is not known" for lack in found.lacking)
    return reasons(found) or "; ".join(unsaid)
