"""As few promises taken back as can be so that moves are enough for the others.

In small pools all choices of so few VMs are tried; in others the largest are chosen, for they are hardest to restart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice
from math import comb

from planner.facts.failover_problem import Guarded
from planner.goals.improve.reaching import cheap_moves, is_small
from planner.goals.moves.surviving import Surviving
from planner.goals.moves.wanted import Wanted

_CHOICES = 60
"""So many choices are tried in a small pool."""
_SEARCHES = 3
"""So many times moves are searched for in a large one."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """The VMs to which a restart is promised no more, by key, and the moves that are enough for the others."""

    lost: frozenset[str]
    found: Surviving
    least: int
    """Whatever moves, no fewer promises taken back are enough."""


def fewest_beside(wanted: Wanted, failures: int, lost: int, most: Callable[[Wanted], int]) -> Mixed | None:
    """Moves beside fewer promises taken back than so many; None where none were found.

    `most` tells how many failures no assignment survives more of.
    """
    vms = sorted((each for each in wanted.guarded if each.host), key=lambda each: (-each.size, each.key))
    enough = (number for number in range(1, lost) if most(_without(wanted, vms[:number])) >= failures)
    least = next(enough, lost)
    search = _all_choices if is_small(wanted) else _the_largest
    return search(wanted, failures, vms, range(least, lost))


def _all_choices(wanted: Wanted, failures: int, vms: Sequence[Guarded], numbers: range) -> Mixed | None:
    """Of the smallest number with which anything is enough, the choice with the cheapest moves."""
    left, least = _CHOICES, numbers.start
    for number in numbers:
        choices = list(islice(combinations(vms, number), left))
        found = [(chosen, cheap_moves(_without(wanted, chosen), failures)) for chosen in choices]
        left -= len(choices)
        enough = [(chosen, moves) for chosen, moves in found if moves and moves.assigned.targets is not None]
        if enough:
            chosen, moves = min(enough, key=lambda each: (_cost(each[1]), [vm.key for vm in each[0]]))
            whole = len(choices) == comb(len(vms), number) and all(each and each.assigned.proven for _, each in found)
            return Mixed(_keys(chosen), moves if whole else _unproven(moves), least)
        if left and least == number and all(moves is not None for _, moves in found):
            least = number + 1
    return None


def _the_largest(wanted: Wanted, failures: int, vms: Sequence[Guarded], numbers: range) -> Mixed | None:
    """The fewest of the largest that are found to be enough: the least number is tried first, then by halving."""
    best, low, high = None, numbers.start, numbers.stop
    number = low
    for _ in range(_SEARCHES):
        if not low <= number < high:
            break
        chosen = vms[:number]
        moves = cheap_moves(_without(wanted, chosen), failures)
        if moves is not None and moves.assigned.targets is not None:
            best, high = Mixed(_keys(chosen), _unproven(moves), numbers.start), number
        else:
            low = number + 1
        number = (low + high) // 2
    return best


def _keys(chosen: Iterable[Guarded]) -> frozenset[str]:
    return frozenset(each.key for each in chosen)


def _unproven(moves: Surviving) -> Surviving:
    """The same without a claim that no moves are cheaper: they may be with other VMs chosen."""
    costs = tuple(replace(each, bound=0) for each in moves.assigned.costs)
    return replace(moves, assigned=replace(moves.assigned, costs=costs, proven=False))


def _cost(moves: Surviving) -> tuple[int, ...]:
    return tuple(each.value for each in moves.assigned.costs)


def _without(wanted: Wanted, lost: Iterable[Guarded]) -> Wanted:
    gone = _keys(lost)
    return replace(wanted, guarded=tuple(each for each in wanted.guarded if each.key not in gone))
