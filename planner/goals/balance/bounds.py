"""What no placement can bring the highest loads below, however its VMs are placed: simple, and true at every scale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planner.facts.loads import WHOLE, load
from planner.goals.balance.board import Board
from planner.goals.balance.gathering import MOST_ASKED


def average(board: Board) -> int:
    """What the highest load would be if everything, also what stays, could be cut and spread at will."""
    memory = load(sum(board.taken), max(1, sum(each.memory for each in board.bins)))
    if any(each.cpus is None for each in board.bins):
        return memory
    return memory + load(sum(board.vcpus), max(1, sum(each.cpus or 0 for each in board.bins)))


def least_highest(board: Board) -> int:
    """No placement of the units has a lower highest load: of memory, and of virtual CPUs where they are counted."""
    bins = range(len(board.bins))
    all_asked = len(board.units) * len(board.bins) <= MOST_ASKED
    options = [
        [host for host in bins if not all_asked or host == unit.source or board.allowed(number, host)]
        for number, unit in enumerate(board.units)
    ]
    memory = _least(
        [each.memory for each in board.bins],
        [each.taken for each in board.bins],
        [{host: board.size(number, host).taken for host in found} for number, found in enumerate(options)],
    )
    if any(each.cpus is None for each in board.bins):
        return memory
    vcpus = _least(
        [each.cpus or 0 for each in board.bins],
        [each.vcpus for each in board.bins],
        [dict.fromkeys(found, board.units[number].vcpus) for number, found in enumerate(options)],
    )
    return memory + vcpus


def _least(whole: Sequence[int], fixed: Sequence[int], sizes: Iterable[dict[int, int]]) -> int:
    """The least highest load: of what stays, of each unit where it loads least, and of all of them if cut at will."""
    each = list(sizes)
    found = max((load(size, room) for size, room in zip(fixed, whole, strict=True)), default=0)
    alone = (min(load(fixed[host] + size, whole[host]) for host, size in unit.items()) for unit in each)
    found = max(found, max(alone, default=0))
    total = sum(min(unit.values()) for unit in each)
    low, high = found - 1, max(found, load(sum(fixed) + total, max(1, min(whole))))
    while high - low > 1:
        middle = (low + high) // 2
        room = sum(middle * room // WHOLE - size for size, room in zip(fixed, whole, strict=True))
        low, high = (low, middle) if room >= total else (middle, high)
    return high
