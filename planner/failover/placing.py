"""A host for each VM, exactly; where the search of `packing` does not end hosts are filled, then the solver counts.

VMs of the same size that may use the same hosts are of one kind. How many of each kind go to each host are whole
numbers: each kind is placed, no host takes more than its free memory, and of a group that is kept apart it takes one
at most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import gcd

import numpy as np

from planner.failover.effort import SECOND, Effort, Exhausted
from planner.failover.fitting import Packing, pack_quickly
from planner.failover.packing import Groups, Targets, pack
from planner.failover.problem import Restart
from planner.failover.toll import taking
from planner.solver import Ending, WholeNumbers

SEARCH = SECOND / 2
"""The steps that the search gets before the solver is asked."""
MODEL = SECOND / 50
"""The steps that making a model takes."""


def place(vms: Sequence[Restart], room: Mapping[str, int], effort: Effort, apart: Groups = ()) -> Targets | None:
    """A host for each VM, or None when there is no way. Raises Exhausted when the effort is spent before an answer."""
    found = effort.within(SEARCH, lambda share: (pack(vms, room, share, apart),))
    if found:
        return found[0]
    bound = apart or any(each.hosts is not None for each in vms)
    filled = None if bound else effort.within(SEARCH, lambda share: _filled(vms, room, share))
    return filled or _solved(vms, room, effort, apart)


def _filled(vms: Sequence[Restart], room: Mapping[str, int], effort: Effort) -> Targets | None:
    """A host for each of VMs that may go anywhere, hosts filled one after another; None where that finds none."""
    names, sized = sorted(room), [each for each in vms if each.size]
    sizes = sorted({each.size for each in sized}, reverse=True)
    if not sizes or not names:
        return None
    grain, waiting = gcd(*sizes), {size: [each.vm for each in sized if each.size == size] for size in sizes}
    total = sum(each.size for each in sized) // grain
    found = pack_quickly(
        taking(
            np.array([size // grain for size in sizes], np.int64),
            np.array([len(waiting[size]) for size in sizes], np.int64),
            np.array([min(room[host] // grain, total) for host in names], np.int64),
        ),
        effort,
    )
    if not isinstance(found, Packing):
        return None
    targets = {each.vm: names[0] for each in vms if not each.size}
    for host, row in zip(names, found.taken.tolist(), strict=True):
        for size, number in zip(sizes, row, strict=True):
            targets |= {waiting[size].pop(): host for _ in range(number)}
    return targets


def _solved(vms: Sequence[Restart], room: Mapping[str, int], effort: Effort, apart: Groups) -> Targets | None:
    effort.ask_solver(MODEL)
    model = WholeNumbers()
    kinds = _kinds(vms, room, apart)
    numbers = {
        (kind, host): model.number(len(members))
        for kind, members in enumerate(kinds)
        for host in sorted(room)
        if room[host] >= members[0].size and (members[0].hosts is None or host in members[0].hosts)
    }
    for kind, members in enumerate(kinds):
        model.require([(1, number) for (other, _), number in numbers.items() if other == kind], *[len(members)] * 2)
    for host, free in room.items():
        here = [(kind, number) for (kind, other), number in numbers.items() if other == host]
        model.require([(kinds[kind][0].size, number) for kind, number in here], most=free)
        for group in apart:
            model.require([(1, number) for kind, number in here if kinds[kind][0].vm in group], most=1)
    outcome = model.solve(effort.left / SECOND)
    effort.spend(outcome.effort * SECOND)
    if outcome.ending is Ending.OPEN:
        raise Exhausted
    if outcome.ending is Ending.IMPOSSIBLE:
        return None
    return {
        kinds[kind].pop().vm: host for (kind, host), number in numbers.items() for _ in range(outcome.values[number])
    }


def _kinds(vms: Sequence[Restart], room: Mapping[str, int], apart: Groups) -> list[list[Restart]]:
    """VMs that the model need not tell from each other."""
    found: defaultdict[object, list[Restart]] = defaultdict(list)
    everywhere = frozenset(room)
    for each in vms:
        allowed = everywhere if each.hosts is None else each.hosts & everywhere
        groups = tuple(number for number, group in enumerate(apart) if each.vm in group)
        found[allowed, each.size, groups].append(each)
    return [sorted(members, key=lambda each: each.vm) for members in found.values()]
