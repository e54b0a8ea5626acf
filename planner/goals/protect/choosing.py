"""The best choice of candidates that survives so many failures, proven by conditions that every such choice keeps.

A choice under the conditions found so far is held against the exact capacity. Where it does not survive, the cause
becomes a further condition; where it does, nothing better exists, for every choice that survives keeps the conditions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.failover.capacity import failure_capacity
from planner.goals.protect.candidates import Candidate, Field, Merit, merits
from planner.goals.protect.relaxed import Relaxed
from planner.plans.protecting import Kept
from planner.solver import Ending

_ROUNDS = 40
_SOLVING = 2.0
_TRIES = 24


@dataclass(frozen=True, slots=True)
class Choice:
    """Candidates that survive together, and how good that is."""

    candidates: tuple[Candidate, ...]
    kept: tuple[Kept, ...]
    proven: bool
    """None is better."""


def choose(field: Field, failures: int, effort: float = 1.0) -> Choice:
    """The best choice that survives so many failures, by the merits in their order."""
    grain = field.problem(field.candidates).grain
    wanted = merits(field, grain)
    if _survives(field, field.candidates, failures):
        return Choice(field.candidates, tuple(_full(field, each) for each in wanted), proven=True)
    if failures >= len(field.free):
        return Choice((), tuple(Kept(each.name, 0, 0) for each in wanted), proven=True)
    return _Search(field, failures, effort).run(wanted)


def _full(field: Field, merit: Merit) -> Kept:
    most = merit.of(field.candidates) * merit.unit
    return Kept(merit.name, most, most)


def _survives(field: Field, chosen: Sequence[Candidate], failures: int) -> bool:
    return failure_capacity(field.problem(chosen)).lower >= failures


class _Search:
    """One merit after the other, each kept as it was found for those that follow."""

    def __init__(self, field: Field, failures: int, effort: float) -> None:
        self._field = field
        self._failures = failures
        self._effort = _SOLVING * effort
        self._relaxed = Relaxed(field, failures)
        self._best: tuple[Candidate, ...] | None = None

    def run(self, wanted: Sequence[Merit]) -> Choice:
        kept: list[Kept] = []
        for merit in wanted:
            most = merit.of(self._field.candidates)
            bound = most if self._best is not None and merit.of(self._best) == most else self._settle(merit, most)
            value = merit.of(self._best or ())
            kept.append(Kept(merit.name, value * merit.unit, bound * merit.unit))
            if value < bound:
                break
            self._relaxed.keep(merit, value)
        return Choice(self._best or (), tuple(kept), all(each.value == each.bound for each in kept))

    def _settle(self, merit: Merit, bound: int) -> int:
        """Find the best choice by one merit; what no choice has more of is told."""
        failed: tuple[Candidate, ...] = self._field.candidates
        for _ in range(_ROUNDS):
            found = self._relaxed.best(merit, self._effort)
            if found.ending is not Ending.FOUND or found.bound is None:
                break
            bound = min(bound, -found.bound)
            chosen = self._relaxed.chosen(found)
            capacity = failure_capacity(self._field.problem(chosen))
            if capacity.lower >= self._failures:
                self._take(merit, chosen)
                return bound
            failed = chosen
            if capacity.upper >= self._failures or capacity.witness is None or capacity.because is None:
                break
            if not self._relaxed.forbid(capacity.witness, capacity.because):
                break
        if self._best is None:
            self._take(merit, self._repaired(failed))
        return bound

    def _take(self, merit: Merit, chosen: tuple[Candidate, ...]) -> None:
        if self._best is None or merit.of(chosen) >= merit.of(self._best):
            self._best = chosen

    def _repaired(self, failed: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """As many of a choice that does not survive as do, the worthiest first: fewer always survive if more do."""
        ranked = sorted(failed, key=lambda each: (-each.weight, each.rank, each.size, each.vm))
        low, high = 0, len(ranked)
        for _ in range(_TRIES):
            if high - low < 2:  # noqa: PLR2004 - neighbours are not bisected
                break
            middle = (low + high) // 2
            low, high = (middle, high) if _survives(self._field, ranked[:middle], self._failures) else (low, middle)
        return tuple(ranked[:low])
