"""Whether given guests fit into given rooms: exactly, and the cheap ways first.

Several greedy rules, then the weights `size // m`, then everything there is to try when that is little, then hosts
filled one after another, then weights made for this very case, then the solver. Whatever says yes gives the
placement; whatever says no gives its reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.failover.effort import SECOND, Effort, Exhausted
from planner.failover.evenly import filled_evenly
from planner.failover.filling import filled
from planner.failover.patterns import Weights, weights_against
from planner.failover.ranking import Ints
from planner.failover.thorough import Thorough
from planner.failover.toll import Toll
from planner.solver import Ending, WholeNumbers

VARIATIONS = 20
"""How many greedy rules are tried besides the plain ones."""
FEW_GUESTS, STEPS = 24, 2000
"""Up to how many guests everything is tried, and in how many steps."""


@dataclass(frozen=True, slots=True)
class Packing:
    """How many guests of each size each host takes: a row for each host, a column for each size."""

    taken: Ints


@dataclass(frozen=True, slots=True)
class Unpackable:
    """Not all fit; without a reason, only a search through all packings says so."""

    reason: int | Weights | None
    """The m of the weight `size // m` that shows it, or weights made for the case."""


def pack(toll: Toll, effort: Effort) -> Packing | Unpackable:
    """A placement of all guests, or why there is none; raises Exhausted."""
    quick = pack_quickly(toll, effort)
    if quick is not None:
        return quick
    reason = weights_against(toll, effort)
    return _solved(toll, effort) if reason is None else Unpackable(reason)


def pack_quickly(toll: Toll, effort: Effort) -> Packing | Unpackable | None:
    """The same without the solver; None when that does not tell."""
    if toll.volume <= int(toll.rooms.sum()):
        evenly = filled_evenly(toll, effort)
        if evenly is not None:
            return Packing(evenly)
        sizes, wanted, rooms = toll.sizes.tolist(), toll.wanted.tolist(), toll.rooms.tolist()
        for rule in _rules():
            effort.spend(20 + 0.5 * len(sizes))
            taken = _greedy(sizes, wanted, rooms, rule)
            if taken is not None:
                return Packing(taken)
    modulus = toll.overweight()
    if modulus is not None:
        return Unpackable(modulus)
    tried = _tried(toll, effort) if toll.guests <= FEW_GUESTS else None
    return _filled(toll, effort) if tried is None else tried


Rule = Callable[[int, int, int], float]
"""Which host is filled first: the smallest value, of its number, its free memory and the size to be placed."""


def _rules() -> list[Rule]:
    """Best fit; least waste; worst fit; and least waste with disturbances that differ from rule to rule."""
    plain: list[Rule] = [
        lambda _, left, __: left,
        lambda _, left, size: left % size,
        lambda _, left, __: -left,
    ]

    def disturbed(number: int) -> Rule:
        return lambda host, left, size: (left % size) * (0.3 + 1.4 * ((host + 1) * number * 0.6180339887 % 1.0))

    return plain + [disturbed(number) for number in range(1, VARIATIONS + 1)]


def _greedy(sizes: list[int], wanted: list[int], rooms: list[int], rule: Rule) -> Ints | None:
    """Size after size, fill host after host in the order of a rule."""
    left = list(rooms)
    placed: list[tuple[int, int, int]] = []
    for column, (size, count) in enumerate(zip(sizes, wanted, strict=True)):
        missing = count
        if not missing:
            continue
        fitting = [host for host, room in enumerate(left) if room >= size]
        for host in sorted(fitting, key=lambda host: (rule(host, left[host], size), left[host])):
            some = min(missing, left[host] // size)
            left[host] -= some * size
            placed.append((host, column, some))
            missing -= some
            if not missing:
                break
        if missing:
            return None
    taken = np.zeros((len(rooms), len(sizes)), np.int64)
    for host, column, some in placed:
        taken[host, column] = some
    return taken


def _filled(toll: Toll, effort: Effort) -> Packing | None:
    """Each host as full as can be."""
    taken = filled(toll.sizes.tolist(), toll.wanted.tolist(), toll.rooms.tolist(), effort)
    return None if taken is None else Packing(taken)


def _tried(toll: Toll, effort: Effort) -> Packing | Unpackable | None:
    """Everything there is to try, within a limit."""
    effort.spend(200)
    columns = np.repeat(np.arange(len(toll.wanted)), toll.wanted)
    try:
        places = Thorough(toll.sizes[columns].tolist(), toll.rooms.tolist(), STEPS).places()
    except Exhausted:
        return None
    if places is None:
        return Unpackable(None)
    taken = np.zeros((len(toll.rooms), len(toll.wanted)), np.int64)
    np.add.at(taken, (np.array(places, np.int64), columns), 1)
    return Packing(taken)


def _solved(toll: Toll, effort: Effort) -> Packing | Unpackable:
    """How many guests of each size go where, by the solver."""
    effort.ask_solver(0)
    sizes, wanted, model = toll.sizes.tolist(), toll.wanted.tolist(), WholeNumbers()
    variables: dict[tuple[int, int], int] = {}
    for host, room in enumerate(toll.rooms.tolist()):
        row = {
            column: model.number(most)
            for column, size in enumerate(sizes)
            if (most := min(wanted[column], room // size))
        }
        model.require([(sizes[column], number) for column, number in row.items()], most=room)
        variables |= {(host, column): number for column, number in row.items()}
    for column, count in enumerate(wanted):
        if count:
            model.require([(1, number) for (_, other), number in variables.items() if other == column], count, count)
    outcome = model.solve(effort.left / SECOND)
    effort.spend((outcome.effort + 0.01) * SECOND)
    if outcome.ending is Ending.OPEN:
        raise Exhausted
    if outcome.ending is Ending.IMPOSSIBLE:
        return Unpackable(None)
    taken = np.zeros((len(toll.rooms), len(sizes)), np.int64)
    for (host, column), number in variables.items():
        taken[host, column] = outcome.values[number]
    return Packing(taken)
