"""Live moves after which the toolstack's own planner says that so many hosts may fail.

Where each protected VM counts as large as the largest, that planner says so whatever its method: moves that are enough
then are found like others. They may be more than are needed, so VMs go back to where they are one by one, the largest
first, as long as the replica of the planner still accepts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from planner.facts.failover_problem import Problems
from planner.failover.problem import FailoverProblem
from planner.failover.toolstack import plan_exists
from planner.goals.moves.assignment import BYTES_MOVED, Assigned, Wanted, cheapest
from planner.goals.moves.surviving import Surviving, after, surviving
from planner.plans.moving import Cost

Targets = Mapping[str, str]


def accepted(found: Problems, wanted: Wanted, targets: Targets, failures: int) -> bool:
    """Whether the toolstack's planner accepts it when VMs are there; `found` is the problem as they are today."""
    free = dict(found.toolstack.free)
    for item in wanted.items:
        if targets[item.key] != item.source:
            free[item.source] += item.static[item.source]
            free[targets[item.key]] -= item.static[targets[item.key]]
    restarts = tuple(replace(each, host=targets.get(each.vm, each.host)) for each in found.toolstack.restarts)
    then = FailoverProblem(free, restarts, found.toolstack.total_hosts)
    return not found.unplaced and plan_exists(then, failures)


def roomier(found: Problems, exact: Surviving, failures: int) -> Surviving | None:
    """Moves that the toolstack's planner accepts; `exact` are the cheapest that are enough in truth.

    None where none were found, which proves nothing.
    """
    plain = exact.wanted
    if exact.assigned.targets is None or accepted(found, plain, exact.assigned.targets, failures):
        return exact
    largest = max(each.size for each in plain.guarded)
    guarded = tuple(replace(each, size=largest) for each in plain.guarded)
    large = surviving(replace(plain, guarded=guarded, failing=()), failures, cheapest)
    if large is None or large.assigned.targets is None:
        return None
    targets = _returned(found, plain, large.assigned.targets, failures)
    if not accepted(found, plain, targets, failures):
        return None
    moved = sum(item.moves for item in plain.items if targets[item.key] != item.source)
    least = next((cost.bound for cost in exact.assigned.costs if cost.name == BYTES_MOVED), 0)
    costs = (Cost(BYTES_MOVED, moved, min(moved, least)),)
    reached = after(plain, targets)
    return Surviving(Assigned(targets, moved == least, costs), plain, reached.lower, reached.upper)


def _returned(found: Problems, wanted: Wanted, targets: Targets, failures: int) -> Targets:
    """The same with as many VMs as can be where they are today, the largest first."""
    for item in sorted(wanted.items, key=lambda item: (-item.moves, item.key)):
        stays = {**targets, item.key: item.source}
        if targets[item.key] == item.source or not _fits(wanted, stays):
            continue
        if accepted(found, wanted, stays, failures) and after(wanted, stays).lower >= failures:
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
