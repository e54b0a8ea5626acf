"""The best assignment: each cost as small as can be, and fixed before the next; failures survived come second.

Whether a failure is survived the exact capacity says. Sets of hosts whose failure is not survived are added to what is
asked of the solver until none is left: what is impossible for some sets is impossible.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd

from planner.goals.place.ahead import Ahead, least_uneven, simple_bounds
from planner.goals.place.asked import Asked
from planner.goals.place.counts import Counts
from planner.goals.place.exchanging import Exchange
from planner.goals.place.failing import Failing
from planner.goals.place.found import Best, value_of
from planner.goals.place.guarding import Guard
from planner.goals.place.kinds import MANY_NUMBERS, counted, decoded, kinds, numbers
from planner.goals.place.pot import Pot
from planner.goals.place.worth import Targets, capacity, least_load, worth
from planner.plans.costs import BREACHES, BYTES, HIGHEST, UNEVEN, VMS_MOVED, worth_told
from planner.solver import Ending, Term

_MOST_SETS = 60
_SHARES = {BREACHES: 0.3, HIGHEST: 0.4, UNEVEN: 0.4, BYTES: 0.5, VMS_MOVED: 0.8}
"""The share of what is left that each cost may take."""
_LESS = 0.3
"""Where there are many numbers, what is moved gets that part of its share: it tells a bound, and hardly more."""
_RESERVES = (Fraction(0), Fraction(1, 8), Fraction(1, 3), Fraction(1))
_RAISING = 0.15
"""The share of what is left that one attempt to survive more failures may take."""


class Stages:
    """One cost after the other is made small, those of some names; `window` is how low and how high loads may be."""

    def __init__(  # noqa: PLR0913 - each says something of its own
        self,
        asked: Asked,
        pot: Pot,
        start: Targets | None,
        least: int = 0,
        *,
        names: Sequence[str] = (HIGHEST, UNEVEN, BYTES, VMS_MOVED),
        window: tuple[int, int] | None = None,
        climbs: bool = False,
    ) -> None:
        self._asked, self._pot, self._least = asked, pot, least
        self._names, self._window, self._climbs = names, window, climbs
        self._kinds = kinds(asked)
        self._found: list[Targets] = [] if start is None else [start]
        self._sets: list[frozenset[str]] = []
        self._fixed: list[str] = []
        self._bounds: dict[str, int] = {}
        self._ahead = Ahead(asked, pot)

    def run(self) -> Best:
        """The best assignment; `start` is one that keeps what has to be kept, with `least` failures survived."""
        ending = self.possible()
        if ending is not Ending.FOUND:
            return Best(None, proven=ending is Ending.IMPOSSIBLE, bounds={}, most=0)
        if self._asked.preferences:
            self._minimize(BREACHES)
        if self._climbs:
            self._raise_failures()
            self._found += self._ahead.lowered(self._found[-1], self._least)
        climbed = self._least
        most = self._failures()
        if self._climbs and self._least > climbed:
            self._found += self._ahead.lowered(self._found[-1], self._least)
        for name in self._names:
            if name == BYTES and self._climbs:
                self._exchange()
            self._minimize(name)
        return Best(
            self._found[-1],
            proven=False,
            bounds=self._bounds,
            most=most,
            failures=self._least,
            earlier=self._found[-2::-1],
        )

    def _exchange(self) -> None:
        """Have less moved before the solver is asked for that."""
        guard = Guard(self._asked, self._found[-1], self._least)
        self._found += Exchange(self._asked, self._pot, self._found[-1], guard).run()[1:]

    def _raise_failures(self) -> None:
        """Begin with what is found without the solver, where more is survived."""
        self._note_survived()
        targets, failures = self._ahead.raised(self._found[-1], self._least)
        self._found += [targets] if targets is not self._found[-1] else []
        self._least = max(self._least, failures)

    def _note_survived(self) -> None:
        """No fewer failures are to be survived than under what was found last."""
        if self._asked.wanted.guarded:
            self._least = max(self._least, capacity(self._asked, self._found[-1]).lower)

    def possible(self) -> Ending:
        """Whether anything keeps what has to be kept."""
        if not self._found and self._climbs:
            start = self._ahead.any_surviving(self._least)
            self._found += [] if start is None else [start]
        return Ending.FOUND if self._found else self._survive(self._least, 1.0)

    def fewest_moves(self) -> int | None:
        """The fewest moves with which anything does; None where that is not found out."""
        if self.possible() is not Ending.FOUND:
            return None
        self._minimize(VMS_MOVED)
        value = self._value(VMS_MOVED)
        return value if value == self._bounds[VMS_MOVED] else None

    def most_failures(self) -> int | None:
        """The most failures that any assignment is known to survive."""
        if self.possible() is not Ending.FOUND:
            return None
        self._failures()
        return self._least

    def _value(self, name: str, targets: Targets | None = None) -> int | None:
        return value_of(worth(self._asked, targets or self._found[-1]), name)

    def _model(
        self, sets: Sequence[frozenset[str]], failures: int, reserve: int | None, hint: Targets | None
    ) -> Counts:
        """What has to be kept, and costs no higher than those that are fixed."""
        model = Counts(self._asked, self._kinds)
        if failures and reserve is not None:
            Failing(model).survive_any(failures, reserve)
        for failing in sets:
            Failing(model).survive(failing)
        if self._window:
            model.within(*self._window)
        for name in self._fixed:
            (terms, number), most = self._terms(model, name), self._value(name) or 0
            if terms:
                model.numbers.require(terms, most=most // (self._unit() if name == BYTES else 1) - number)
        if hint is not None:
            counts = list(counted(self._kinds, hint))
            model.numbers.suggest([counts[number][host] for number, host in model.on])
        return model

    def _terms(self, model: Counts, name: str) -> tuple[list[Term], int]:
        """A cost as a sum and a number."""
        if name == BREACHES:
            return model.breaches()
        if name == BYTES:
            return model.bytes_moved(self._unit()), 0
        if name == VMS_MOVED:
            return model.moved(), 0
        loads = model.loads(least_load(self._asked))
        return (loads[name == UNEVEN], 0) if loads else ([], 0)

    def _unit(self) -> int:
        return max(1, gcd(*(item.moves for item in self._asked.wanted.items)))

    def _minimize(self, name: str) -> None:
        """Make a cost as small as can be found, and fix it."""
        unit = self._unit() if name == BYTES else 1
        now = self._value(name)
        if now is None:
            return
        bound, left = self._simple_bound(name), self._pot.left * (1 - self._share(name))
        enough = self._even(self._value(HIGHEST)) if name == UNEVEN else bound
        for number in range(_MOST_SETS):
            if now <= max(bound, enough) or (number and self._pot.left <= left):
                break
            targets, least = self._smaller(name, now // unit, None)
            bound = max(bound, least * unit)
            if targets is None or self._taken(name, targets, self._least):
                break
            if not number:
                self._roomy(name, unit)
            now = self._value(name) or 0
        now = self._value(name) or 0
        self._bounds[name] = min(bound, now)
        self._fixed.append(name)

    def _share(self, name: str) -> float:
        many = name in (BYTES, VMS_MOVED) and numbers(self._kinds) > MANY_NUMBERS
        return _SHARES[name] * (_LESS if many else 1)

    def _simple_bound(self, name: str) -> int:
        if name == HIGHEST:
            return simple_bounds(self._asked, self._found[-1], self._ahead.gaps(self._least)).get(HIGHEST, 0)
        return self._even(self._bounds.get(HIGHEST)) if name == UNEVEN else 0

    def _even(self, highest: int | None) -> int:
        """What the unevenness is no lower than with a highest load that is no lower than that."""
        return least_uneven(self._asked, highest or 0, self._ahead.gaps(self._least))

    def _roomy(self, name: str, unit: int) -> None:
        """Look among assignments with so much left for restarts that most of them survive enough."""
        for part in _RESERVES:
            targets, _ = self._smaller(name, (self._value(name) or 0) // unit, self._reserve(part, self._least))
            if targets is not None and self._taken(name, targets, self._least):
                return

    def _reserve(self, part: Fraction, failures: int) -> int:
        """A part of that with which every way of restarting comes to an end."""
        largest = max((each.size for each in self._asked.wanted.guarded), default=0)
        return int(part * largest * max(0, len(self._asked.usable) - failures))

    def _smaller(self, name: str, most: int, reserve: int | None) -> tuple[Targets | None, int]:
        """An assignment that costs less, as far as one is found, and what the solver proves to be the least."""
        model = self._model(self._sets, self._least, reserve, self._today() if name in (BYTES, VMS_MOVED) else None)
        terms, number = self._terms(model, name)
        if not terms:
            return None, number
        model.numbers.require(terms, most=most - number)
        unit = self._unit() if name == BYTES else 1
        model.numbers.minimize(terms, name, lambda count: worth_told(name, (count + number) * unit))
        found = self._pot.solve(model.numbers, self._share(name) / 2)
        targets = decoded(self._kinds, model.counts(found.values)) if found.ending is Ending.FOUND else None
        return targets, 0 if found.bound is None else found.bound + number

    def _today(self) -> Targets:
        """Where VMs are today, and those that are elsewhere where they were found a host last."""
        return {
            item.key: item.source if item.source in item.stays else self._found[-1][item.key]
            for item in self._asked.wanted.items
        }

    def _taken(self, name: str, targets: Targets, failures: int) -> bool:
        """Whether what was found is all right; where it survives too little, it is kept in mind what it does not."""
        failing = self._not_survived(targets, failures)
        if failing is not None:
            self._sets += [failing] if failing and failing not in self._sets else []
            return False
        if self._order(name, targets) < self._order(name, self._found[-1]):
            self._found.append(targets)
        return True

    def _order(self, name: str, targets: Targets) -> list[int]:
        """What tells better assignments from worse ones: the costs that are fixed already, then one more."""
        return [self._value(each, targets) or 0 for each in (*self._fixed, name)]

    def _not_survived(self, targets: Targets, failures: int) -> frozenset[str] | None:
        """Hosts that may not fail at once; none where so many may, whichever they are."""
        if failures == 0:
            return None
        reached = capacity(self._asked, targets)
        if reached.lower >= failures:
            return None
        return frozenset(reached.witness or ())

    def _failures(self) -> int:
        """Have as many hosts fail as can; what no assignment survives more of."""
        if not self._asked.wanted.guarded:
            return 0
        self._note_survived()
        most = self._ahead.most_failures(self._least)
        while self._least < most and not self._pot.empty:
            ending = self._raised(self._least + 1)
            if ending is Ending.IMPOSSIBLE:
                return self._least
            if ending is Ending.OPEN:
                break
            self._least = capacity(self._asked, self._found[-1]).lower
        return max(most, self._least)

    def _raised(self, failures: int) -> Ending:
        """Look for any assignment that survives so many failures, without the solver first."""
        found = self._ahead.surviving(self._found[-1], failures) if self._climbs else None
        if found is None:
            return self._survive(failures, _RAISING)
        self._found.append(found)
        return Ending.FOUND

    def _survive(self, failures: int, share: float) -> Ending:
        """Look for any assignment that survives so many failures."""
        sets = list(self._sets)
        parts = [None, *(_RESERVES if failures else ()), *[None] * _MOST_SETS]
        for part in parts:
            reserve = None if part is None else self._reserve(part, failures)
            model = self._model(sets, failures, reserve, None)
            found = self._pot.solve(model.numbers, share)
            if found.ending is not Ending.FOUND and part is not None:
                continue
            if found.ending is not Ending.FOUND:
                return found.ending
            targets = decoded(self._kinds, model.counts(found.values))
            failing = self._not_survived(targets, failures)
            if failing is None:
                self._found.append(targets)
                self._sets = sets
                return Ending.FOUND
            if not failing or self._pot.empty or (failing in sets and part is None):
                return Ending.OPEN
            sets.append(failing)
        return Ending.OPEN
