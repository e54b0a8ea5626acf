"""Live moves after which the toolstack's own planner says that so many hosts may fail.

Two ways lead there, and the cheaper is taken. From the moves that are enough in truth, one VM after the other is put
where the planner's replica refuses the fewest orders in which hosts can fail. And where each protected VM counts as
large as the largest, that planner accepts it whatever its method: such moves are found like others. Both may be more
than are needed, so VMs go back to where they are, the largest first, as long as the replica still accepts it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from planner.facts.failover_problem import Problems
from planner.failover.problem import FailoverProblem
from planner.failover.toolstack import APPROXIMATE, left_over, method, orders, plan_exists
from planner.goals.improve.reaching import cheap_moves
from planner.goals.moves.surviving import Surviving, after
from planner.goals.moves.wanted import Assigned, Wanted
from planner.plans.costs import OTHER_BYTES
from planner.plans.moving import Cost

Targets = Mapping[str, str]
_LOOKS = 4_000_000
"""So many looks at a host or a VM in all, when VMs are put elsewhere one after the other."""


def accepted(found: Problems, wanted: Wanted, targets: Targets, failures: int) -> bool:
    """Whether the toolstack's planner accepts it when VMs are there; `found` is the problem as they are today."""
    return not found.unplaced and plan_exists(_then(found, wanted, targets), failures)


def _then(found: Problems, wanted: Wanted, targets: Targets) -> FailoverProblem:
    """The toolstack's problem when VMs are there."""
    free = dict(found.toolstack.free)
    for item in wanted.items:
        if targets[item.key] != item.source:
            free[item.source] += item.static[item.source]
            free[targets[item.key]] -= item.static[targets[item.key]]
    restarts = tuple(replace(each, host=targets.get(each.vm, each.host)) for each in found.toolstack.restarts)
    return FailoverProblem(free, restarts, found.toolstack.total_hosts)


def roomier(found: Problems, exact: Surviving, failures: int) -> Surviving | None:
    """Moves that the toolstack's planner accepts; `exact` are the cheapest that are enough in truth.

    None where none were found, which proves nothing.
    """
    plain, start = exact.wanted, exact.assigned.targets
    if start is None or accepted(found, plain, start, failures):
        return exact
    largest = max(each.size for each in plain.guarded)
    guarded = tuple(replace(each, size=largest) for each in plain.guarded)
    large = cheap_moves(replace(plain, guarded=guarded, failing=()), failures)
    reached = [_climbed(found, plain, start, failures), large.assigned.targets if large else None]
    choices = [
        _returned(found, plain, each, failures)
        for each in reached
        if each is not None and _enough(found, plain, each, failures)
    ]
    if not choices:
        return None
    targets = min(choices, key=lambda each: _moved(plain, each))
    least = next((cost.bound for cost in exact.assigned.costs if cost.name == OTHER_BYTES), 0)
    moved = _moved(plain, targets)[0]
    costs = (Cost(OTHER_BYTES, moved, min(moved, least)),)
    capacity = after(plain, targets)
    return Surviving(Assigned(targets, moved == least, costs), plain, capacity.lower, capacity.upper)


def _enough(found: Problems, wanted: Wanted, targets: Targets, failures: int) -> bool:
    """Whether it is enough, in truth and for the toolstack."""
    return accepted(found, wanted, targets, failures) and after(wanted, targets).lower >= failures


def _moved(wanted: Wanted, targets: Targets) -> tuple[int, int, list[tuple[str, str]]]:
    """What moves take: bytes, then their number, then an order that is always the same."""
    moved = [item for item in wanted.items if targets[item.key] != item.source]
    return sum(item.moves for item in moved), len(moved), sorted(targets.items())


def _climbed(found: Problems, wanted: Wanted, targets: Targets, failures: int) -> Targets | None:
    """The same with VMs elsewhere, one after the other, until the toolstack refuses no order; None where it does."""
    if method(found.toolstack, failures) == APPROXIMATE:
        return None
    hosts, looks = len(found.toolstack.free), _LOOKS
    price = orders(found.toolstack, failures) * (hosts + len(found.toolstack.placed))

    def refused(each: Targets) -> int:
        return sum(bool(left) for left in left_over(_then(found, wanted, each), failures))

    worst = refused(targets)
    while worst:
        nearby = [each for each in _nearby(wanted, targets) if _fits(wanted, each)]
        looks -= price * len(nearby)
        if looks < 0 or not nearby:
            return None
        fewest, *_, targets = min((refused(each), *_moved(wanted, each), each) for each in nearby)
        if fewest >= worst:
            return None
        worst = fewest
    return targets


def _nearby(wanted: Wanted, targets: Targets) -> Iterator[dict[str, str]]:
    """Where VMs are when one of them is elsewhere."""
    for item in wanted.items:
        for host in sorted(item.stays):
            if host != targets[item.key]:
                yield {**targets, item.key: host}


def _returned(found: Problems, wanted: Wanted, targets: Targets, failures: int) -> Targets:
    """The same with as many VMs as can be where they are today, the largest first."""
    for item in sorted(wanted.items, key=lambda item: (-item.moves, item.key)):
        stays = {**targets, item.key: item.source}
        if targets[item.key] == item.source or not _fits(wanted, stays):
            continue
        if _enough(found, wanted, stays, failures):
            targets = stays
    return targets


def _fits(wanted: Wanted, targets: Targets) -> bool:
    """Whether every host has room for what comes to it."""
    left = {place.key: place.room for place in wanted.places}
    comes = {place.key: False for place in wanted.places}
    for item in wanted.items:
        host = targets[item.key]
        moves = host != item.source
        left[host] -= max(item.stays[host], item.comes[host]) if moves else item.stays[host]
        comes[host] = comes[host] or moves
    return all(left[host] >= 0 for host, coming in comes.items() if coming)
