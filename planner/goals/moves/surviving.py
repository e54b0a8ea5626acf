"""Assignments under which hosts may fail: sets that are not survived are added until none is left."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from planner.failover.answers import FailureCapacity
from planner.failover.capacity import failure_capacity
from planner.failover.problem import FailoverProblem, Restart
from planner.goals.moves.assignment import cheapest, possible
from planner.goals.moves.wanted import Assigned, Wanted

_MOST_SETS = 60

Solve = Callable[[Wanted], Assigned]


@dataclass(frozen=True, slots=True)
class Surviving:
    """An assignment, what was asked in the end, and the failures that it is proven to survive, at least."""

    assigned: Assigned
    wanted: Wanted
    failures: int
    most: int
    """No assignment survives more, as far as that is known."""


def after(wanted: Wanted, targets: Mapping[str, str], *, effort: float = 1.0) -> FailureCapacity:
    """How many hosts may fail at once under an assignment."""
    return failure_capacity(failover_problem(wanted, targets), effort=effort)


def left_free(wanted: Wanted, targets: Mapping[str, str], usable: Collection[str] | None = None) -> dict[str, int]:
    """By host on which VMs are restarted, all of them if not told, what is free at everybody's static maximum."""
    spare = {place.key: place.spare for place in wanted.places if usable is None or place.key in usable}
    for item in wanted.items:
        if (host := targets[item.key]) in spare:
            spare[host] -= item.static[host]
    return spare


def failover_problem(
    wanted: Wanted, targets: Mapping[str, str], usable: Collection[str] | None = None
) -> FailoverProblem:
    """What an assignment makes of restarts, on those hosts."""
    spare = left_free(wanted, targets, usable)
    restarts = (
        Restart(each.key, each.size, host, each.hosts)
        for each in wanted.guarded
        if (host := targets.get(each.key, each.host)) in spare
    )
    return FailoverProblem(spare, tuple(restarts))


def surviving(wanted: Wanted, failures: int, solve: Solve = possible) -> Surviving | None:
    """An assignment that survives so many failures: without targets where there is none, None where that is open."""
    for _ in range(_MOST_SETS):
        found = solve(wanted)
        if found.targets is None:
            return Surviving(found, wanted, 0, failures) if found.proven else None
        if failures == 0:
            return Surviving(found, wanted, 0, len(wanted.places))
        reached = after(wanted, found.targets)
        if reached.lower >= failures:
            return Surviving(found, wanted, reached.lower, reached.upper)
        if reached.witness is None or reached.upper >= failures:
            return None
        failing = frozenset(reached.witness)
        if failing in wanted.failing:
            return None
        wanted = replace(wanted, failing=(*wanted.failing, failing))
    return None


def enough_surviving(wanted: Wanted, least: int) -> Surviving | None:
    """An assignment under which at least so many hosts may fail, a cheap one."""
    found = surviving(wanted, least) if least else None
    if found is not None and found.assigned.targets is None:
        return found
    cheap = surviving(found.wanted if found else wanted, least, cheapest)
    return cheap if cheap is not None and cheap.assigned.targets is not None else found


def most_surviving(wanted: Wanted, least: int) -> Surviving | None:
    """The assignment under which most hosts may fail, at least so many, and the cheapest of those."""
    best, most = surviving(wanted, least), len(wanted.places)
    if best is None or best.assigned.targets is None:
        return best
    while wanted.guarded and best.failures < len(wanted.places) - 1:
        better = surviving(best.wanted, best.failures + 1)
        if better is None:
            break
        if better.assigned.targets is None:
            most = best.failures
            break
        best = better
    final = surviving(best.wanted, best.failures, cheapest)
    if final is None or final.assigned.targets is None:
        return replace(best, most=most)
    return replace(final, failures=best.failures, most=most)
