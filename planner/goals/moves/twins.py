"""VMs that cannot be told apart by anything but their names: which of them moves is settled by their order.

Without it the choice among them would be the solver's, and another release of it may choose otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping

from planner.goals.moves.wanted import Item, Wanted


def settled(wanted: Wanted, targets: Mapping[str, str]) -> dict[str, str]:
    """The same assignment, in which the first of those that are alike go first."""
    alike: defaultdict[Hashable, list[Item]] = defaultdict(list)
    bound = marks(wanted)
    for item in wanted.items:
        if item.key in targets:
            alike[_likeness(item, bound.get(item.key, ()))].append(item)
    found: dict[str, str] = {}
    for items in alike.values():
        hosts = sorted((targets[item.key] for item in items), key=lambda host: (host == items[0].source, host))
        keys = sorted(item.key for item in items)
        found |= dict(zip(keys, hosts, strict=True))
    return {item.key: found[item.key] for item in wanted.items if item.key in found}


def marks(wanted: Wanted) -> Mapping[str, tuple[Hashable, ...]]:
    """By VM, what binds it beyond its sizes: that it has to go, the restart that it is promised, and its wishes."""
    found: defaultdict[str, list[Hashable]] = defaultdict(list)
    for key in wanted.must_go:
        found[key].append("must go")
    for each in wanted.guarded:
        found[each.key].append((each.size, each.hosts))
    for number, tie in enumerate(wanted.ties):
        for vm in tie.vms:
            found[vm].append(number)
    return {key: tuple(told) for key, told in found.items()}


def _likeness(item: Item, bound: tuple[Hashable, ...]) -> Hashable:
    sizes = (item.comes, item.stays, item.taken, item.static)
    return item.source, item.moves, item.vcpus, bound, tuple(tuple(sorted(each.items())) for each in sizes)
