"""How much more memory makes so many failures survived: in every host, host by host, or as one host more.

More memory never makes a failure worse, so the least amount in every host is found by halving. The toolstack's own
planner can refuse with more what it accepts with less: what is found for it is enough, and less may be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from planner.facts.failover_problem import Problems
from planner.failover.problem import LARGEST, FailoverProblem
from planner.goals.grow.search import Memory, least_memory
from planner.goals.improve.judging import judged, least, survived
from planner.rules.wording import counted, listed
from planner.units import BYTES, MIB, format_size

_PROPOSING = 0.2
_GIB = BYTES["GiB"]
_MOST_NAMED = 12
_NEW = "\0"
"""The name of a host that nobody has."""

Holds = Callable[[Callable[[FailoverProblem], FailoverProblem]], bool | None]
"""Whether enough hosts may fail when problems are changed so; False where they may not with less memory either, and
None where that is not decided."""


@dataclass(frozen=True, slots=True)
class Amount:
    """The least memory that is enough, in bytes."""

    size: int
    proven: bool
    """Less is not enough."""


def in_every_host(problem: FailoverProblem, failures: int) -> Amount | None:
    """What each host would have to have more; None where no amount is enough."""
    return _least(problem, _every, _in_truth(problem, failures))


def one_host_more(problem: FailoverProblem, failures: int) -> Amount | None:
    """What a further host would have to have free for VMs; None where no amount is enough."""
    if _bound(problem):
        return None
    return _least(problem, _further, _in_truth(problem, failures))


def host_by_host(problem: FailoverProblem, failures: int) -> Memory | None:
    """What some hosts would have to have more, in whole GiB and the least in all; None where no amount is enough."""
    return least_memory(problem, (), failures, 0, step=_GIB, effort=_PROPOSING)


def _in_truth(problem: FailoverProblem, failures: int) -> Holds:
    return lambda grown: survived(grown(problem), failures)


def _for_toolstack(found: Problems, failures: int) -> Holds:
    def holds(grown: Callable[[FailoverProblem], FailoverProblem]) -> bool | None:
        then = replace(found, exact=grown(found.exact), toolstack=grown(found.toolstack))
        return judged(then, failures, for_toolstack=True)

    return holds


def _every(problem: FailoverProblem, size: int) -> FailoverProblem:
    return replace(problem, free={host: max(0, free) + size for host, free in problem.free.items()})


def _further(problem: FailoverProblem, size: int) -> FailoverProblem:
    total = None if problem.total_hosts is None else problem.total_hosts + 1
    return replace(problem, free={**problem.free, _NEW: size}, total_hosts=total)


def _bound(problem: FailoverProblem) -> bool:
    """Whether a VM may restart on no host, so that a further one is no help."""
    return any(each.hosts is not None and each.hosts.isdisjoint(problem.free) for each in problem.placed)


def _least(
    problem: FailoverProblem, change: Callable[[FailoverProblem, int], FailoverProblem], holds: Holds
) -> Amount | None:
    enough = -(-max((each.size for each in problem.placed), default=0) * len(problem.placed) // MIB)
    used = enough * MIB + sum(max(0, free) for free in problem.free.values())
    if used + enough * MIB * (len(problem.free) + 1) >= LARGEST:
        return None

    def held(units: int) -> bool | None:
        return holds(lambda before: change(before, units * MIB))

    if not held(enough):
        return None
    units, proven = least(-1, enough, held)
    return Amount(units * MIB, proven)


def told(found: Problems, failures: int, names: Mapping[str, str], *, for_toolstack: bool) -> Iterator[str]:
    """The ways as sentences, where they lead there; `names` is what hosts are called."""
    problem = found.exact
    holds = _for_toolstack(found, failures) if for_toolstack else _in_truth(problem, failures)
    every = _least(problem, _every, holds)
    more = None if _bound(problem) else _least(problem, _further, holds)
    if every is not None and every.size:
        yield f"{format_size(every.size)} more memory in each of the {len(problem.free)} hosts{_quality(every)}"
    if not for_toolstack and every is not None and (some := host_by_host(problem, failures)) and some.added:
        yield _host_by_host(some.added, names, proven=some.proven)
    if more is not None:
        yield f"one host more, with {format_size(more.size)} free for VMs{_quality(more)}"


def _host_by_host(added: Mapping[str, int], names: Mapping[str, str], *, proven: bool) -> str:
    """Which hosts get how much, the most first."""
    groups: dict[int, list[str]] = {}
    for host, size in added.items():
        if size:
            groups.setdefault(size, []).append(names.get(host, host))
    parts = [
        f"{format_size(size)} in {'each of ' if len(hosts) > 1 else ''}{listed(sorted(hosts), _MOST_NAMED)}"
        for size, hosts in sorted(groups.items(), reverse=True)
    ]
    where = counted(sum(map(len, groups.values())), "host")
    quality = "" if proven else "; less may be enough"
    least = "the least in whole GiB" if proven else "in whole GiB"
    return f"{format_size(sum(added.values()))} more memory in {where}, {least}: {', '.join(parts)}{quality}"


def _quality(amount: Amount) -> str:
    return "; less is not enough" if amount.proven else "; less may be enough"
