"""The best choice of candidates that survives so many failures, proven by conditions that every such choice keeps.

A choice under the conditions found so far is held against the exact capacity. Where it does not survive, the cause
becomes a further condition; where it does, nothing better exists, for every choice that survives keeps the conditions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.failover.capacity import failure_capacity, survives
from planner.goals.protect.candidates import Candidate, Field, Merit, merits
from planner.goals.protect.relaxed import Relaxed
from planner.plans.protecting import Kept
from planner.solver import Ending

_ROUNDS = 6
_SOLVING = 0.25
_GLANCE = 0.01
_MORE = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """Candidates that survive together, and how good that is."""

    candidates: tuple[Candidate, ...]
    kept: tuple[Kept, ...]
    proven: bool
    """None is better."""


def choose(
    field: Field,
    failures: int,
    effort: float = 1.0,
    known: Choice | None = None,
    *,
    wanted: Sequence[Merit] | None = None,
) -> Choice:
    """The best choice that survives so many failures, by the merits in their order; `known` survives even more."""
    wanted = wanted or merits(field, field.problem(field.candidates).grain)
    if _survives(field, field.candidates, failures):
        return Choice(field.candidates, tuple(_full(field, each) for each in wanted), proven=True)
    if failures >= len(field.free):
        return Choice((), tuple(Kept(each.name, 0, 0) for each in wanted), proven=True)
    return _Search(field, failures, effort, known.candidates if known else None).run(wanted)


def _full(field: Field, merit: Merit) -> Kept:
    most = merit.of(field.candidates) * merit.unit
    return Kept(merit.name, most, most)


def _survives(field: Field, chosen: Sequence[Candidate], failures: int) -> bool:
    return failure_capacity(field.problem(chosen)).lower >= failures


class _Search:
    """One merit after the other, each kept as it was found for those that follow."""

    def __init__(self, field: Field, failures: int, effort: float, known: tuple[Candidate, ...] | None) -> None:
        self._field = field
        self._failures = failures
        self._effort = _SOLVING * effort
        self._rounds = max(1, int(_ROUNDS * effort))
        self._relaxed = Relaxed(field, failures)
        self._best: tuple[Candidate, ...] | None = known
        self._settled = False
        """Whether the best one is as good as what was kept so far demands."""
        self._wanted: Sequence[Merit] = ()
        self._values: list[int] = []
        """What the best one has of each merit that is settled."""

    def run(self, wanted: Sequence[Merit]) -> Choice:
        """The best choice that was found, and what bounds it, merit by merit as far as they are settled."""
        kept: list[Kept] = []
        self._wanted = wanted
        for merit in wanted:
            most = merit.of(self._field.candidates)
            bound = most if self._settled and merit.of(self._best or ()) == most else self._settle(merit, most)
            value = merit.of(self._best or ())
            kept.append(Kept(merit.name, value * merit.unit, bound * merit.unit))
            if value < bound:
                break
            self._relaxed.keep(merit, value)
            self._values.append(value)
            self._settled = True
        return Choice(self._best or (), tuple(kept), all(each.value == each.bound for each in kept))

    def _settle(self, merit: Merit, bound: int) -> int:
        """Find the best choice by one merit; what no choice has more of is told."""
        for _ in range(self._rounds):
            found = self._relaxed.best(merit, self._effort)
            if found.ending is not Ending.FOUND or found.bound is None:
                break
            bound = min(bound, -found.bound)
            chosen = self._relaxed.chosen(found)
            capacity = failure_capacity(self._field.problem(chosen))
            if capacity.lower >= self._failures:
                self._take(chosen)
                return bound
            if capacity.upper >= self._failures or capacity.witness is None or capacity.because is None:
                break
            self._relaxed.forbid(capacity.witness, capacity.because)
        self._by_slots(merit)
        if merit.of(self._best or ()) < bound:
            self._but_largest(merit)
        return bound

    def _take(self, chosen: tuple[Candidate, ...]) -> None:
        if self._best is None or self._worth(chosen) >= self._worth(self._best):
            self._best = chosen

    def _worth(self, chosen: Sequence[Candidate]) -> list[int]:
        return [merit.of(chosen) for merit in self._wanted]

    def _but_largest(self, merit: Merit) -> None:
        """Those of the first start groups, and of the next all but the largest: as many as survive; then any others.

        It is the way for pools that are too large for the solver; fewer VMs never survive less.
        """
        order = sorted(self._field.candidates, key=lambda each: (each.rank, each.size, each.vm))
        low, high = 0, len(order)
        while low < high:
            middle = (low + high + 1) // 2
            held = survives(self._field.problem(order[:middle]), self._failures, effort=_GLANCE)
            low, high = (middle, high) if held else (low, middle - 1)
        chosen = order[:low]
        others = sorted(order[low:], key=lambda each: (-merit.worth.get(each.vm, 0), each.size, each.vm))
        for each in others[: self._rounds * _MORE]:
            if survives(self._field.problem([*chosen, each]), self._failures, effort=_GLANCE):
                chosen.append(each)
        if _survives(self._field, chosen, self._failures):
            self._take(tuple(sorted(chosen, key=lambda each: each.vm)))

    def _by_slots(self, merit: Merit) -> None:
        """The best choice that survives because slots are held free for it: it may not be the best of all."""
        relaxed = Relaxed(self._field, self._failures)
        relaxed.hold_slots()
        for settled, value in zip(self._wanted, self._values, strict=False):
            relaxed.keep(settled, value)
        found = relaxed.best(merit, 2 * self._effort)
        if found.ending is Ending.FOUND and _survives(self._field, chosen := relaxed.chosen(found), self._failures):
            self._take(chosen)
