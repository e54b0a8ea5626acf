"""What keeps a host from being emptied of its guests by the toolstack, memory aside."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.high_availability import enabled, protected
from planner.facts.lacking import Lacking
from planner.facts.migration import LIVE, Moves
from planner.facts.obstacles import Answer, Cause, Kind, Obstacle, answer
from planner.facts.software_age import not_older
from planner.facts.storage import hosts_by_name
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView


def receivers(view: PoolView, source: Host) -> tuple[tuple[Host, ...], tuple[Lacking, ...]]:
    """The hosts to which the guests of a host would go, by name, and what would have to be known for more of them.

    They are enabled, and their software is not older. Whether they are live is not asked.
    """
    found: list[Host] = []
    lacking: list[Lacking] = []
    for host in hosts_by_name(view):
        if host is source or host.enabled is False:
            continue
        newer = not_older(view, source, host) if host.enabled else Lacking(host, "enabled")
        if isinstance(newer, Lacking):
            lacking.append(newer)
        elif newer:
            found.append(host)
    return tuple(found), tuple(lacking)


class Evacuation:
    """The guests of one host, and the hosts to which they would go.

    The toolstack wants each guest to be able to run on every one of these hosts, even where one would do.
    """

    def __init__(self, moves: Moves, source: Host) -> None:
        self._moves = moves
        self._view = moves.placement.view
        self._source = source
        self.targets, self.lacking = receivers(self._view, source)

    def guests(self) -> tuple[VM, ...]:
        """The guests that have to go: what serves the host stays."""
        return tuple(vm for vm in self._view.vms_on(self._source) if not vm.driver_domain)

    def stands_in_the_way(self, vm: VM) -> Answer:
        """Whether a guest can go to all of the targets, and what keeps it."""
        return answer((*self.lacking, *self._causes(vm)))

    def _causes(self, vm: VM) -> Iterator[Cause]:
        if not self.targets and not self.lacking:
            yield Obstacle(Kind.NO_HOST, (vm,))
        if enabled(self._view) and not protected(self._view, vm):
            yield Obstacle(Kind.NOT_PROTECTED, (vm,))
        yield from self._moves.gates(vm, LIVE)
        for host in self.targets:
            for cause in self._moves.arrival(vm, host):
                yield cause if isinstance(cause, Lacking) else _at(cause, host)


def _at(cause: Obstacle, host: Host) -> Obstacle:
    """The same obstacle, with the host that it shows on."""
    evidence = cause.evidence if any(each is host for each in cause.evidence) else (*cause.evidence, host)
    return Obstacle(cause.kind, evidence, cause.needed, cause.available, cause.details)
