"""How much more memory makes so many failures survived: in every host, or as one host more.

More memory never makes a failure worse, so the least amount is found by halving.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from planner.failover.capacity import survives
from planner.failover.problem import LARGEST, FailoverProblem
from planner.units import MIB, format_size

_EFFORT = 0.05
_NEW = "\0"
"""The name of a host that nobody has."""


@dataclass(frozen=True, slots=True)
class Amount:
    """The least memory that is enough, in bytes."""

    size: int
    proven: bool
    """Less is not enough."""


def in_every_host(problem: FailoverProblem, failures: int) -> Amount | None:
    """What each host would have to have more; None where no amount is enough."""

    def grown(size: int) -> FailoverProblem:
        return replace(problem, free={host: max(0, free) + size for host, free in problem.free.items()})

    return _least(problem, failures, grown)


def one_host_more(problem: FailoverProblem, failures: int) -> Amount | None:
    """What a further host would have to have free for VMs; None where no amount is enough."""
    bound = {each.hosts for each in problem.placed if each.hosts is not None}
    if any(hosts.isdisjoint(problem.free) for hosts in bound):
        return None
    return _least(problem, failures, lambda size: replace(problem, free={**problem.free, _NEW: size}))


def _least(problem: FailoverProblem, failures: int, grown: Callable[[int], FailoverProblem]) -> Amount | None:
    enough = -(-sum(each.size for each in problem.placed) // MIB)
    used = enough * MIB + sum(max(0, free) for free in problem.free.values())
    if used + enough * MIB * (len(problem.free) + 1) >= LARGEST:
        return None
    proven = True

    def enough_with(mib: int) -> bool:
        nonlocal proven
        found = survives(grown(mib * MIB), failures, effort=_EFFORT)
        proven = proven and found is not None
        return found is True

    if not enough_with(enough):
        return None
    low, high = -1, enough
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough_with(middle) else (middle, high)
    return Amount(high * MIB, proven)


def told(problem: FailoverProblem, failures: int) -> Iterator[str]:
    """Both ways as sentences, where they lead there."""
    every, more = in_every_host(problem, failures), one_host_more(problem, failures)
    if every is not None and every.size:
        yield f"{format_size(every.size)} more memory in each of the {len(problem.free)} hosts{_quality(every)}"
    if more is not None:
        yield f"one host more, with {format_size(more.size)} free for VMs{_quality(more)}"


def _quality(amount: Amount) -> str:
    return "; less is not enough" if amount.proven else "; less may be enough"
