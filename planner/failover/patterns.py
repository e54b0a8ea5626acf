"""Weights out of a linear program: the best reason, of this kind, why one set cannot be restarted.

**Lemma.** Let w be weights of sizes, and W_h the heaviest load that fits into host h. If the guests of the failed
hosts weigh more than the sum of W_h over all other hosts, they cannot be restarted. The best w is the dual of the
linear program that fills hosts with *patterns*, sets of guests that fit; patterns are added as they are needed.

The program works with floating point and on a grid. What comes of it is rounded to whole weights, and these are
judged anew by a knapsack in whole numbers: only that counts as a proof.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.failover.effort import Effort
from planner.failover.knapsack import COARSEST, Knapsack
from planner.failover.ranking import Ints, Reals
from planner.failover.toll import Toll
from planner.solver import RealNumbers

ROUNDS = 60
SCALE = 10**7
"""The largest weight after rounding to whole numbers."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A weight for each size of the ledger, and the step of the grid on which it counts."""

    weights: tuple[int, ...]
    step: int


@dataclass(frozen=True, slots=True)
class Tightness:
    """How tightly a set fills what is left: weights, and the share of the heaviest possible load that it makes."""

    weights: Weights
    share: float


def grid(rooms: Ints) -> int:
    """The step by which sizes are divided, so that a knapsack stays small."""
    return max(1, int(rooms.max(initial=0)) // COARSEST)


def weights_against(toll: Toll, effort: Effort) -> Weights | None:
    """Weights that prove that not all guests fit, when such are found."""
    found = tightness(toll, effort)
    return found.weights if found.share > 1 and refuted_by(toll, found.weights, effort) else None


def refuted_by(toll: Toll, weights: Weights, effort: Effort) -> bool:
    """Whether whole weights prove that not all guests fit."""
    loads = heaviest(toll.sizes, toll.rooms, weights, toll.wanted, effort)
    return int(toll.wanted @ np.array(weights.weights)) > int(loads.sum())


def heaviest(sizes: Ints, rooms: Ints, weights: Weights, supply: Ints, effort: Effort) -> Ints:
    """The most weight that fits into each room."""
    sizes, rooms = sizes // weights.step, rooms // weights.step
    used = [number for number in range(len(sizes)) if weights.weights[number] > 0 and supply[number] > 0]
    effort.spend(5 * len(used))
    sack = Knapsack(
        sizes[used].tolist(), [weights.weights[each] for each in used], supply[used].tolist(), int(rooms.max(initial=0))
    )
    return np.asarray(sack.best[rooms], np.int64)


def tightness(toll: Toll, effort: Effort) -> Tightness:
    """The weights by which the guests come closest to, or exceed, what all rooms can take."""
    return _Program(toll, effort).best()


class _Program:
    """Maximise the weight of the guests, while no host's heaviest load, all added up, exceeds one."""

    def __init__(self, toll: Toll, effort: Effort) -> None:
        self._kinds, self._effort, self._step = len(toll.sizes), effort, grid(toll.rooms)
        coarse = toll.sizes // self._step
        self._columns = np.flatnonzero((toll.wanted > 0) & (coarse > 0))
        self._sizes, self._of = np.unique(coarse[self._columns], return_inverse=True)
        self._wanted = np.zeros(len(self._sizes), np.int64)
        np.add.at(self._wanted, self._of, toll.wanted[self._columns])
        self._rooms, self._times = np.unique(toll.rooms // self._step, return_counts=True)

    def best(self) -> Tightness:
        """Alternate between the program and the pattern that it lacks most."""
        self._effort.ask_solver(0)
        program = self._set_up()
        best = Tightness(self._whole(np.zeros(len(self._sizes), np.int64)), 0.0)
        values: Reals = self._sizes / max(1.0, float(self._rooms @ self._times))
        limits: list[float] | None = None
        for _ in range(ROUNDS):
            self._effort.spend(10 * len(self._sizes) + 3 * len(self._rooms) * len(self._sizes) ** 0.5)
            weights = np.floor(values / max(float(values.max(initial=0)), 1e-300) * SCALE).astype(np.int64)
            sack = Knapsack(
                self._sizes.tolist(), weights.tolist(), self._wanted.tolist(), int(self._rooms.max(initial=0))
            )
            carried = int(sack.best[self._rooms] @ self._times)
            share = float("inf") if not carried else int(weights @ self._wanted) / carried
            if share > best.share:
                best = Tightness(self._whole(weights), share)
            if best.share > 1 or not self._add_patterns(program, sack, weights, values, limits):
                break
            answer = program.maximize()
            if answer is None or answer[0] - best.share < 1e-4:  # noqa: PLR2004 - the precision of the program
                break
            values = np.maximum(0, answer[1][: len(self._sizes)])
            limits = answer[1][len(self._sizes) :]
        return best

    def _set_up(self) -> RealNumbers:
        """A weight for each size, a heaviest load for each kind of room; patterns of one size."""
        program = RealNumbers()
        for count in self._wanted.tolist():
            program.number(count)
        loads = [program.number() for _ in self._rooms]
        program.at_most(1.0, zip(self._times.tolist(), loads, strict=True))
        for number, size in enumerate(self._sizes.tolist()):
            for load, room in zip(loads, self._rooms.tolist(), strict=True):
                if count := min(room // size, int(self._wanted[number])):
                    program.at_most(0.0, ((count, number), (-1.0, load)))
        return program

    def _add_patterns(
        self, program: RealNumbers, sack: Knapsack, weights: Ints, values: Reals, limits: list[float] | None
    ) -> bool:
        """Demand that the loads found count; whether any of them was lacking."""
        unit = float(values.max(initial=0)) / max(1, int(weights.max(initial=0)))
        added = False
        for number, room in enumerate(self._rooms.tolist()):
            if limits is not None and int(sack.best[room]) * unit <= limits[number] + 1e-7:
                continue
            if content := sack.content(room):
                terms = [(float(count), size) for size, count in sorted(content.items())]
                program.at_most(0.0, [*terms, (-1.0, len(self._sizes) + number)])
                added = True
        return added

    def _whole(self, weights: Ints) -> Weights:
        """Weights of the grid's sizes as weights of the ledger's."""
        spread = np.zeros(self._kinds, np.int64)
        spread[self._columns] = weights[self._of]
        return Weights(tuple(spread.tolist()), self._step)
