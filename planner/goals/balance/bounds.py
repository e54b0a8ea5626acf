"""What no placement can bring the highest loads below, however its VMs are placed: simple, and true at every scale."""

from __future__ import annotations

from planner.facts.loads import load
from planner.goals.balance.gathering import MOST_ASKED
from planner.goals.moves.board import Board
from planner.goals.moves.bounds import least_load


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
    memory = least_load(
        [each.memory for each in board.bins],
        [each.taken for each in board.bins],
        [{host: board.size(number, host).taken for host in found} for number, found in enumerate(options)],
    )
    if any(each.cpus is None for each in board.bins):
        return memory
    vcpus = least_load(
        [each.cpus or 0 for each in board.bins],
        [each.vcpus for each in board.bins],
        [dict.fromkeys(found, board.units[number].vcpus) for number, found in enumerate(options)],
    )
    return memory + vcpus
