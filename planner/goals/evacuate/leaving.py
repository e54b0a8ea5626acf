"""What becomes of VMs whose home server does not return."""

from __future__ import annotations

from collections.abc import Iterator

from planner.goals.moves.stand import Stand
from planner.goals.naming import name_of, sets, shell
from planner.plans import Phase, Step
from planner.rules.wording import uuid_of


def for_good(stand: Stand) -> Iterator[Step]:
    """That no VM calls a host its home that does not return."""
    for vm in sorted(stand.view.vms.records, key=lambda vm: (vm.name, vm.uuid or "")):
        home = stand.view.hosts.find(vm.home)
        if home is not None and any(home is host for host in stand.emptied):
            coordinator = stand.view.coordinator or home
            yield Step(
                Phase.AFTER,
                f"let {vm.name} have no home server",
                f"its home server {home.name} does not return",
                coordinator.name,
                (shell("vm-param-set", uuid=uuid_of("vm", vm), affinity=""),),
                changes=sets(stand.view, (("vms", name_of(vm)),), home=None),
            )
