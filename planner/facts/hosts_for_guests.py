"""Which host of a pool is the best answer to where a guest could be started at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from planner.facts.lacking import Lacking
from planner.facts.obstacles import Answer, Cause
from planner.facts.placement import Placement
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.storage import Connection


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
    """The hosts that storage does not rule out."""
    allowed = placement.storage.reaching(vm)
    yield from (host for host in placement.hosts if allowed is None or id(host) in allowed)


_OF_ONE_HOST: dict[str, Any] = {
    "name": "",
    "uuid": None,
    "hostname": None,
    "address": None,
    "clock_offset": None,
    "iscsi_iqn": None,
    "interfaces": None,
    "suspend_repository": None,
    "crash_dump_repository": None,
    "local_cache_repository": None,
    "tags": None,
}
"""What tells hosts apart and keeps no guest away; storage and networks are looked at for each guest."""


class Alike:
    """Hosts that have the same answer for a guest, so that one of them speaks for all."""

    def __init__(self, placement: Placement) -> None:
        self._placement = placement
        self._kinds = {id(host): _kind(host) for host in placement.hosts}

    def groups(self, vm: VM) -> list[list[Host]]:
        """The hosts of the pool, those that differ for a guest apart."""
        placement = self._placement
        home = placement.view.hosts.find(vm.home)
        found: defaultdict[tuple[object, ...], list[Host]] = defaultdict(list)
        for host in placement.hosts:
            missing = map(_missing, (*placement.storage.causes(vm, host), *placement.networks.causes(vm, host)))
            found[self._kinds[id(host)], tuple(missing), host is home].append(host)
        return list(found.values())


def _missing(cause: Cause) -> tuple[object, ...]:
    """What is missing, without the connection that only says on which host."""
    if isinstance(cause, Lacking):
        return (cause.field,)
    labels = tuple(each.label for each in cause.evidence if not isinstance(each, Connection))
    return (cause.kind, cause.needed, cause.available, labels)


def _kind(host: Host) -> str:
    domain = host.control_domain
    nameless = domain and domain.model_copy(update={"name": None, "uuid": None})
    return repr(host.model_copy(update={**_OF_ONE_HOST, "control_domain": nameless}))
