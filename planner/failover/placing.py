"""A host for each VM, exactly, also where the search of `packing` does not end: then the solver counts.

VMs of the same size that may use the same hosts are of one kind. How many of each kind go to each host are whole
numbers: each kind is placed, no host takes more than its free memory, and of a group that is kept apart it takes one
at most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from planner.failover.effort import SECOND, Effort, Exhausted
from planner.failover.packing import Groups, Targets, pack
from planner.failover.problem import Restart
from planner.solver import Ending, WholeNumbers

SEARCH = SECOND / 2
"""The steps that the search gets before the solver is asked."""
MODEL = SECOND / 50
"""The steps that making a model takes."""


def place(vms: Sequence[Restart], room: Mapping[str, int], effort: Effort, apart: Groups = ()) -> Targets | None:
    """A host for each VM, or None when there is no way. Raises Exhausted when the effort is spent before an answer."""
    found = effort.within(SEARCH, lambda share: (pack(vms, room, share, apart),))
    return found[0] if found else _solved(vms, room, effort, apart)


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
