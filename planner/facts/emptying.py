"""Which running guests keep the hosts of a pool from being emptied, looked at for all hosts in one pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.facts.cpu_moves import REFUSED, Fit, guests, same_for_guests, verdicts
from planner.facts.evacuation import receivers
from planner.facts.migration import LIVE, Moves
from planner.facts.obstacles import Kind, Obstacle
from planner.facts.placement import Placement
from planner.facts.storage import hosts_by_name
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView


@dataclass(frozen=True, slots=True)
class Held:
    """A guest that cannot leave its host for every other one that takes guests, and what of it is in the way."""

    vm: VM
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Emptying:
    """A host that has to be emptied, the hosts that would take its guests, and the guests that cannot go."""

    host: Host
    targets: tuple[Host, ...]
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """A host, the others that would take its guests, and the guests on it whose drives hold what these lack."""

    host: Host
    targets: tuple[Host, ...]
    vms: tuple[VM, ...]


def bound_by_storage(view: PoolView) -> Iterator[Bound]:
    """Every host with guests that cannot be moved live to all hosts that take guests without their disks."""
    storage = Placement(view).storage
    for host, targets, running in _occupied(view):
        wanted = frozenset(map(id, targets))
        bound = [vm for vm in running if (having := storage.reaching(vm)) is not None and not wanted <= having]
        if bound:
            yield Bound(host, targets, tuple(bound))


def _occupied(view: PoolView) -> Iterator[tuple[Host, tuple[Host, ...], list[VM]]]:
    """Every host with guests of a pool of several, those others that are known to take them, and its guests by name.

    A host of which it is open whether any other takes its guests is passed over.
    """
    hosts = hosts_by_name(view)
    for host in hosts if len(hosts) > 1 else ():
        targets, lacking = receivers(view, host)
        running = [vm for vm in view.vms_on(host) if not vm.driver_domain]
        if running and (targets or not lacking):
            yield host, targets, sorted(running, key=lambda vm: (vm.name, vm.uuid or ""))


def emptying(view: PoolView) -> Iterator[Emptying]:
    """Every host with guests of a pool of several, with those guests that cannot go to all that would take them.

    The toolstack wants each guest to be able to go to every one of them. What is unknown is passed over, and so is
    memory, which depends on the order in which guests go.
    """
    placement = Placement(view)
    moves = Moves(placement)
    refused = _refused_by_cpu(view)
    for host, targets, running in _occupied(view):
        wanted = frozenset(map(id, targets))
        alone = () if targets else (Kind.NO_HOST,)
        found = [Held(vm, (*alone, *_kinds(moves, vm, wanted, refused))) for vm in running]
        yield Emptying(host, targets, tuple(each for each in found if each.kinds))


def _kinds(
    moves: Moves, vm: VM, wanted: frozenset[int], refused: dict[int, dict[Kind, frozenset[int]]]
) -> Iterator[Kind]:
    reaching = moves.placement.storage.reaching(vm)
    if reaching is not None and not wanted <= reaching:
        yield Kind.REPOSITORY_NOT_ATTACHED
    yield from (kind for kind, hosts in refused.get(id(vm), {}).items() if wanted & hosts)
    yield from (each.kind for each in moves.gates(vm, LIVE) if isinstance(each, Obstacle))


_KINDS = {each: Kind.NO_VIRTUALISATION if each is Fit.NO_VIRTUALISATION else Kind.CPU for each in REFUSED}


def _refused_by_cpu(view: PoolView) -> dict[int, dict[Kind, frozenset[int]]]:
    """By guest and reason, the hosts whose CPUs it cannot go on with."""
    if same_for_guests(view):
        return {}
    found: dict[int, dict[Kind, frozenset[int]]] = {}
    for group in guests(view):
        hosts: dict[Kind, frozenset[int]] = {}
        for host, verdict in verdicts(view, group, view.hosts.records):
            if kind := _KINDS.get(verdict.fit):
                hosts[kind] = hosts.get(kind, frozenset()) | {id(host)}
        found |= {id(vm): hosts for vm in group.vms} if hosts else {}
    return found
