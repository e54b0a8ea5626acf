"""Why failing units cannot be restarted, as little as is needed, so that a person can check it.

Counting is tried first, in parts of every size and for all VMs that may only go to some hosts; then groups that are
kept apart, and weights that were made for the case. Of all counts the one with the fewest VMs is told. Where none
shows it, VMs are left out one after another as long as the others still cannot be packed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from planner.failover.answers import Cause
from planner.failover.effort import SECOND, Effort, Exhausted
from planner.failover.ledger import Ledger
from planner.failover.packing import pack
from planner.failover.patterns import heaviest, weights_against
from planner.failover.problem import FailoverProblem, Restart
from planner.failover.toll import toll
from planner.units import show_size

_STEPS_A_VM = 2000
_STEPS = 2 * SECOND
_MOST_VMS = 200
_MOST_BINDINGS = 64


@dataclass(frozen=True, slots=True)
class _Case:
    """What failed: the VMs that are lost, largest first, each with the hosts left that may take it, and their room."""

    problem: FailoverProblem
    units: tuple[str, ...]
    lost: tuple[Restart, ...]
    room: dict[str, int]

    def hosts(self, vm: Restart) -> frozenset[str]:
        """The hosts left that may take a VM."""
        return frozenset(self.room) if vm.hosts is None else vm.hosts.intersection(self.room)


def cause_of(problem: FailoverProblem, units: tuple[str, ...], *, solver: bool = True) -> Cause:
    """Why these units cannot be restarted; without the solver perhaps of more VMs than is needed."""
    case = _Case(problem, units, *problem.failing(units))
    counted = [*_counted(case), *_crowded(case)]
    if counted:
        return min(counted, key=lambda cause: (len(cause.vms), -(cause.measure or 0), cause.vms))
    return _weighed(case, Effort(_STEPS, solver=solver)) or _unpackable(case, _reduced(case, case.lost))


def needed_vms(problem: FailoverProblem, units: tuple[str, ...]) -> tuple[str, ...]:
    """VMs of these units that cannot all be restarted; the others can, without any one of them."""
    case = _Case(problem, units, *problem.failing(units))
    named = set(cause_of(problem, units).vms)
    kept = _reduced(case, [each for each in case.lost if each.vm in named])
    return tuple(sorted(each.vm for each in kept))


def _counted(case: _Case) -> Iterator[Cause]:
    """By hosts to which VMs are bound, the count that shows with the fewest VMs that they have no room there."""
    bindings = sorted({case.hosts(each) for each in case.lost} | {frozenset(case.room)}, key=sorted)
    for hosts in bindings[:_MOST_BINDINGS]:
        vms = [each for each in case.lost if case.hosts(each) <= hosts]
        if any(each.size for each in vms):
            yield from _count(vms, {host: case.room[host] for host in sorted(hosts)}, case.problem.grain)
        elif vms and not hosts:
            yield Cause(f"{vms[0].vm}: no host is left that may take it", (vms[0].vm,), (), 1, 1, 0)


def _count(vms: Sequence[Restart], room: dict[str, int], grain: int) -> Iterator[Cause]:
    sizes = np.array([each.size for each in vms if each.size], np.int64)
    rooms = np.array(list(room.values()), np.int64)
    fractions = [-(-sizes // part) for part in (1, 2, 3, 4)]
    shares = [np.unique(rooms) // part + 1 for part in range(2, 14)]
    steps = np.diff(np.unique(sizes))
    measures = np.unique(np.concatenate([*fractions, *shares, steps, np.array([grain], np.int64)]))[::-1]
    available = (rooms[None, :] // measures[:, None]).sum(axis=1)
    needed = np.cumsum(sizes[None, :] // measures[:, None], axis=1)
    beyond = needed > available[:, None]
    shown = np.flatnonzero(beyond.any(axis=1))
    if shown.size:
        last = beyond[shown].argmax(axis=1)
        best = int(last.argmin())
        row, count = int(shown[best]), int(last[best]) + 1
        measure, parts = int(measures[row]), int(needed[row, count - 1])
        text = _sentence(vms[:count], tuple(room), measure, parts, int(available[row]))
        names = tuple(sorted(each.vm for each in vms[:count]))
        yield Cause(text, names, tuple(room), measure, parts, int(available[row]))


def _sentence(vms: Sequence[Restart], hosts: Sequence[str], measure: int, needed: int, available: int) -> str:
    smallest = min(each.size for each in vms)
    who = (
        f"{vms[0].vm} of {show_size(vms[0].size)}"
        if len(vms) == 1
        else f"{len(vms)} VMs of {show_size(smallest)} or more"
    )
    left = f"the {_hosts(len(hosts))} left that may take them"
    have = "has" if len(hosts) == 1 else "have"
    if not hosts:
        return f"{who}: no host is left that may take them"
    if needed == len(vms):
        return f"{who}, and {left} {have} room for {available} of {show_size(measure)}"
    return f"{who}, {needed} parts of {show_size(measure)}, and {left} {have} {available} such parts"


def _crowded(case: _Case) -> Iterator[Cause]:
    """Groups that are kept apart, of which more VMs are lost than hosts are left for one each."""
    for group in case.problem.groups:
        vms = sorted((each for each in case.lost if each.vm in group), key=lambda each: each.vm)
        hosts = sorted(frozenset().union(*(case.hosts(each) for each in vms)))
        if len(vms) > len(hosts):
            names = tuple(each.vm for each in vms[: len(hosts) + 1])
            text = f"{len(names)} VMs are kept apart, and {len(hosts)} hosts are left that may take one of them"
            yield Cause(text, names, tuple(hosts), None, len(names), len(hosts), (1,) * len(names))


def _weighed(case: _Case, effort: Effort) -> Cause | None:
    """Weights that were made for the case; they know nothing of hosts that VMs are bound to."""
    if case.problem.groups or any(each.hosts is not None for each in case.lost) or not case.room:
        return None
    ledger = Ledger(case.problem)
    failed = ledger.of_hosts(frozenset(case.problem.free) - case.room.keys())
    tolled = toll(ledger, failed)
    try:
        found = weights_against(tolled, effort)
        if found is None:
            return None
        available = int(heaviest(tolled.sizes, tolled.rooms, found, tolled.wanted, effort).sum())
    except Exhausted:
        return None
    by_size = dict(zip((tolled.sizes * ledger.grain).tolist(), found.weights, strict=True))
    chosen: dict[str, int] = {}
    for each in sorted(case.lost, key=lambda each: (-by_size.get(each.size, 0), each.vm)):
        if sum(chosen.values()) <= available:
            chosen[each.vm] = by_size.get(each.size, 0)
    vms = [each for each in case.lost if each.vm in chosen]
    names = tuple(sorted(chosen))
    weights = tuple(chosen[name] for name in names)
    return Cause(_in_no_way(vms, case), names, tuple(case.room), None, sum(weights), available, weights)


def _hosts(number: int) -> str:
    return "1 host" if number == 1 else f"{number} hosts"


def _unpackable(case: _Case, vms: Sequence[Restart]) -> Cause:
    return Cause(_in_no_way(vms, case), tuple(sorted(each.vm for each in vms)), tuple(case.room))


def _in_no_way(vms: Sequence[Restart], case: _Case) -> str:
    left = len(case.room)
    return f"{len(vms)} VMs fit into the free memory of the {_hosts(left)} left in no way, each whole on one host"


def _reduced(case: _Case, vms: Sequence[Restart]) -> list[Restart]:
    """Of VMs that cannot be packed, as few as little work shows."""
    kept = sorted(vms, key=lambda each: (each.size, each.vm))
    for each in list(kept) if len(kept) <= _MOST_VMS else ():
        fewer = [other for other in kept if other is not each]
        try:
            if pack(fewer, case.room, Effort(_STEPS_A_VM), case.problem.groups) is None:
                kept = fewer
        except Exhausted:
            continue
    return kept
