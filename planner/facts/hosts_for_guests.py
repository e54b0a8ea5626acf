"""Which host of a pool is the best answer to where a guest could be started at all."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.obstacles import Answer
from planner.facts.placement import Placement
from planner.model.guest import VM
from planner.model.host import Host


def best_host(placement: Placement, vm: VM) -> tuple[Host, Answer] | None:
    """A host that could run a guest if it were empty, else one of which that is unknown; None where none could."""
    undecided: tuple[Host, Answer] | None = None
    for host in _candidates(placement, vm):
        found = placement.ever(vm, host)
        if found.can:
            return host, found
        if found.can is None and undecided is None:
            undecided = host, found
    return undecided


def _candidates(placement: Placement, vm: VM) -> Iterator[Host]:
    """The hosts that storage does not rule out, the home server first."""
    allowed = placement.storage.reaching(vm)
    home = placement.view.hosts.find(vm.home)
    for host in sorted(placement.hosts, key=lambda host: host is not home):
        if allowed is None or id(host) in allowed:
            yield host
