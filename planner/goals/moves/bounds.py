"""What no assignment can bring the highest load below, however its VMs are placed: simple, and true at every scale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from planner.facts.loads import WHOLE, load


def least_load(whole: Sequence[int], fixed: Sequence[int], sizes: Iterable[Mapping[int, int]]) -> int:
    """The least highest load: of what stays, of each unit where it loads least, and of all of them if cut at will.

    By host, the whole and what of it is fixed; and what each unit takes of the hosts on which it may be, by number.
    """
    each = list(sizes)
    found = max((load(size, room) for size, room in zip(fixed, whole, strict=True)), default=0)
    total = sum(min(unit.values()) for unit in each)
    low, high = found - 1, max(found, load(sum(fixed) + total, max(1, min(whole))))
    while high - low > 1:
        middle = (low + high) // 2
        room = sum(middle * room // WHOLE - size for size, room in zip(fixed, whole, strict=True))
        low, high = (low, middle) if room >= total else (middle, high)
    fullest, smallest = max(fixed, default=0), min(whole, default=0)
    for unit in each:
        if load(fullest + max(unit.values()), smallest) > high:
            high = max(high, min(load(fixed[host] + size, whole[host]) for host, size in unit.items()))
    return high
