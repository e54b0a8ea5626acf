"""What the toolstack does when it is told to empty a host: where it sends each guest, and what it stops at.

It packs greedily, the largest guest on the host with most free memory and nowhere else, and spreads the guests of a
group that is to be kept apart first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from planner.facts.evacuation import Evacuation
from planner.facts.footprint import Question, footprint
from planner.facts.host_memory import HostMemory
from planner.facts.join import restricted
from planner.facts.keys import keys
from planner.facts.lacking import Lacking, each_once
from planner.facts.memory import charged
from planner.facts.migration import LIVE, Moves
from planner.facts.obstacles import Kind, Obstacle
from planner.facts.placement import Placement
from planner.facts.spread_groups import spread_groups
from planner.failover.problem import Restart
from planner.failover.toolstack import greedy
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView

FEWEST_HOSTS = 3
"""From so many hosts on groups are spread."""
_BREACHED_BELOW = 2


@dataclass(frozen=True, slots=True)
class ToolstackPlan:
    """What the toolstack's planner says of a host that is to be emptied; everything by key."""

    targets: Mapping[str, str]
    """Where it sends those guests that it places."""
    refused: Mapping[str, tuple[Obstacle, ...]]
    """What it stops at, by guest."""
    lacking: tuple[Lacking, ...] = ()
    """What is not known; then the rest is not its answer either."""


def toolstack_evacuation(view: PoolView, source: Host) -> ToolstackPlan:
    """Where the toolstack would send the guests of a host, and what it would stop at."""
    moves = Moves(Placement(view))
    asked = Evacuation(moves, source)
    names = keys(view.hosts.records) | keys(view.vms.records)
    answers = {names[id(vm)]: asked.stands_in_the_way(vm) for vm in asked.guests()}
    lacking = [lack for each in answers.values() for lack in each.lacking]
    free, unsaid = _free(view, asked.targets, names)
    sizes = {}
    for vm in asked.guests():
        if asked.targets and not _stopped_early(moves, vm, answers[names[id(vm)]].obstacles):
            need = footprint(vm, Question.EVACUATION, vcpus_charged=_rule(view))
            lacking += need.lacking
            sizes[names[id(vm)]] = need.least
    groups = _groups(view, asked.targets, names)
    targets = packed(sizes, free, groups, spread=_spreads(view))
    refused = {key: each.obstacles for key, each in answers.items() if each.obstacles}
    by_key = {names[id(vm)]: vm for vm in asked.guests()}
    for key in sizes.keys() - targets.keys():
        short = Obstacle(Kind.MEMORY, (by_key[key],), needed=sizes[key], available=max(free.values(), default=0))
        refused[key] = (*refused.get(key, ()), short)
    return ToolstackPlan(targets, refused, each_once((*lacking, *(unsaid if sizes else ()))))


def _rule(view: PoolView) -> bool:
    return charged(view, view.coordinator) is not False if view.coordinator else True


def _free(
    view: PoolView, targets: Iterable[Host], names: Mapping[int, str]
) -> tuple[dict[str, int], tuple[Lacking, ...]]:
    """What is free on each target by the order of UUIDs, which decides ties, and what is unknown of that."""
    memory = HostMemory(view)
    rooms = {names[id(host)]: memory.free(host) for host in targets}
    free = {key: rooms[key].most or 0 for key in sorted(rooms)}
    return free, each_once(lack for room in rooms.values() for lack in room.lacking)


def _stopped_early(moves: Moves, vm: VM, found: Sequence[Obstacle]) -> bool:
    """Whether a guest is left out of the packing: for a host it cannot be on, not for a state that it is in."""
    own = [each for each in moves.gates(vm, LIVE) if isinstance(each, Obstacle)]
    return any(each not in own for each in found)


def _spreads(view: PoolView) -> bool:
    return len(view.hosts.records) >= FEWEST_HOSTS and not restricted(view, "restrict_vm_groups")


@dataclass(frozen=True, slots=True)
class Groups:
    """Which group each guest is in, and how many of a group each target has."""

    of: Mapping[str, str]
    there: Mapping[tuple[str, str], int]


def _groups(view: PoolView, targets: Iterable[Host], names: Mapping[int, str]) -> Groups:
    wanted = {id(host) for host in targets}
    of: dict[str, str] = {}
    there: Counter[tuple[str, str]] = Counter()
    for spread in spread_groups(view):
        group = spread.group.uuid or spread.group.name
        of |= {names[id(vm)]: group for vm in spread.members}
        for vm in spread.members:
            host = view.hosts.find(vm.scheduled_on)
            if host is None and vm.power_state == "running":
                host = view.hosts.find(vm.runs_on)
            if host is not None and id(host) in wanted:
                there[group, names[id(host)]] += 1
    return Groups(of, there)


def packed(sizes: Mapping[str, int], free: Mapping[str, int], groups: Groups, *, spread: bool) -> dict[str, str]:
    """Where guests go: with groups spread evenly, else with none on one host alone, else without regard to groups."""
    members = {vm for vm in sizes if vm in groups.of}
    for way in (spread_evenly, not_all_on_one) if spread and members else ():
        found = way(sizes, free, groups)
        if found is not None:
            left = dict(free)
            for vm, host in found.items():
                left[host] -= sizes[vm]
            rest = greedy([Restart(vm, sizes[vm], None) for vm in sorted(sizes.keys() - found.keys())], left)
            if len(rest) + len(found) == len(sizes):
                return found | rest
    return greedy([Restart(vm, sizes[vm], None) for vm in sorted(sizes)], free)


def spread_evenly(sizes: Mapping[str, int], free: Mapping[str, int], groups: Groups) -> dict[str, str] | None:
    """The guests of groups, smallest first, each to where fewest of its group are; None where one fits none."""
    left, count, found = dict(free), Counter(groups.there), dict[str, str]()
    dropped: set[tuple[str, str]] = set()
    for vm in sorted((vm for vm in sizes if vm in groups.of), key=lambda each: (sizes[each], each)):
        group = groups.of[vm]
        dropped |= {(group, host) for host in left if left[host] < sizes[vm]}
        fitting = [host for host in left if (group, host) not in dropped]
        if not fitting:
            return None
        host = min(fitting, key=lambda each: (count[group, each], left[each], each))
        found[vm] = host
        left[host] -= sizes[vm]
        count[group, host] += 1
    return found or None


def not_all_on_one(sizes: Mapping[str, int], free: Mapping[str, int], groups: Groups) -> dict[str, str] | None:
    """Of each group as many as it takes to be on two targets, smallest first; None where that places nobody."""
    left, count, found = dict(free), Counter(groups.there), dict[str, str]()
    for vm in sorted((vm for vm in sizes if vm in groups.of), key=lambda each: (sizes[each], each)):
        group = groups.of[vm]
        if sum(count[group, host] > 0 for host in left) >= _BREACHED_BELOW:
            continue
        fitting = [host for host in left if not count[group, host] and left[host] >= sizes[vm]]
        if fitting:
            host = min(fitting, key=lambda each: (left[each], each))
            found[vm] = host
            left[host] -= sizes[vm]
            count[group, host] += 1
    return found or None
