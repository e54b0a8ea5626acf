"""The one module that knows the solver library; it is loaded when a model is first made, and not before.

Variables are numbers, handed out in order, so that nobody else needs a type of the library. One worker and an effort
that the library counts itself: the same model gives the same answer every time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from planner import patience

if TYPE_CHECKING:
    from types import ModuleType

    from ortools.sat.python import cp_model

_GLANCE = 0.1
"""Seconds between two looks at a search that somebody waits for."""
SLACK = 1e-6
"""By how much a bound in floating point may be off."""

Term = tuple[int, int]
"""A coefficient and the variable that it multiplies."""


@dataclass(frozen=True, slots=True)
class Summand:
    """A sum of variables and a number."""

    terms: Sequence[Term]
    most: int
    """The most that it can come to."""
    number: int = 0


class Ending(Enum):
    """How the search for whole numbers ended."""

    FOUND = "found"
    IMPOSSIBLE = "impossible"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a search gave, and the effort it took."""

    ending: Ending
    values: tuple[int, ...]
    """A value for each variable, when some were found."""
    effort: float
    """In seconds where a time was given for it, else in what the library counts."""
    value: int | None = None
    """What the sum that is to be small came to."""
    bound: int | None = None
    """What no other values can bring it below: the same as the value when that is proven to be the least."""


class WholeNumbers:
    """Whole numbers under linear requirements.

    `ends_early` is for a search for something good: whoever waits may have the best so far. What is proven of a plan
    does not depend on anybody's patience.
    """

    def __init__(self, *, ends_early: bool = False) -> None:
        from ortools.sat.python import cp_model  # noqa: PLC0415 - loading it takes most of a second

        self._library = cp_model
        self._model = cp_model.CpModel()
        self._variables: list[cp_model.IntVar] = []
        self._minimized = False
        self._ends_early = ends_early
        self._told: Callable[[int], str] = str
        self._what = ""

    def number(self, most: int, least: int = 0) -> int:
        """A new variable between two bounds."""
        self._variables.append(self._model.new_int_var(least, most, ""))
        return len(self._variables) - 1

    def require(
        self, terms: Sequence[Term], least: int | None = None, most: int | None = None, *, when: int | None = None
    ) -> None:
        """Demand that a sum stays within bounds; with `when`, only where that variable of 0 or 1 is 1."""
        total = self._sum(terms)
        rows = []
        if least is not None and least == most:
            rows.append(self._model.add(total == least))
        else:
            rows += [self._model.add(total >= least)] if least is not None else []
            rows += [self._model.add(total <= most)] if most is not None else []
        if when is not None:
            for row in rows:
                row.only_enforce_if(self._variables[when])

    def at_most_largest(self, summands: Iterable[Summand], count: int, against: Sequence[Term], most: int = 0) -> None:
        """Demand that the `count` largest of some sums come to no more than another sum and a number.

        Lemma. The k largest of some numbers come to no more than k t and all that they have beyond t, whatever t is,
        and to just that where t is the k-th largest. So one threshold speaks for every choice of k of them.
        """
        each = [summand for summand in summands if summand.most]
        threshold = self.number(max((summand.most for summand in each), default=0))
        beyond: list[Term] = []
        for summand in each:
            over = self.number(summand.most)
            self.require([*summand.terms, (-1, threshold), (-1, over)], most=-summand.number)
            beyond.append((1, over))
        negative = [(-factor, variable) for factor, variable in against]
        self.require([(count, threshold), *beyond, *negative], most=most)

    def minimize(self, terms: Sequence[Term], what: str = "", told: Callable[[int], str] = str) -> None:
        """Prefer values that make a sum small; what it is, and how it is told to whoever waits."""
        self._model.minimize(self._sum(terms))
        self._minimized = True
        self._what, self._told = what, told

    def suggest(self, values: Sequence[int]) -> None:
        """Values of all variables to begin the search with; those of an earlier answer, say."""
        self._model.clear_hints()  # type: ignore[no-untyped-call]
        for variable, value in zip(self._variables, values, strict=False):
            self._model.add_hint(variable, value)

    def solve(self, effort: float, seconds: float | None = None) -> Outcome:
        """Search until an answer is found, or the effort is used up; or in its place the time, where one is given."""
        if self._ends_early and patience.ended():
            return Outcome(Ending.OPEN, (), 0.0)
        solver = self._library.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.catch_sigint_signal = False
        solver.parameters.presolve_inclusion_work_limit = 0  # else some sums are told to be least that are not
        if seconds is None:
            solver.parameters.max_deterministic_time = effort
        else:
            solver.parameters.max_time_in_seconds = seconds
        status = self._searched(solver)
        spent = float(solver.response_proto.deterministic_time if seconds is None else solver.wall_time)
        if status in (self._library.OPTIMAL, self._library.FEASIBLE):
            values = tuple(solver.value(each) for each in self._variables)
            if not self._minimized:
                return Outcome(Ending.FOUND, values, spent)
            return Outcome(Ending.FOUND, values, spent, round(solver.objective_value), self._bound(solver))
        if status == self._library.INFEASIBLE:
            return Outcome(Ending.IMPOSSIBLE, (), spent)
        return Outcome(Ending.OPEN, (), spent, None, self._bound(solver) if self._minimized else None)

    def _searched(self, solver: cp_model.CpSolver) -> cp_model.CpSolverStatus:
        """How a search ended; it is looked at from time to time where somebody waits for it."""
        waiting = patience.waiting()
        if waiting is None:
            return solver.solve(self._model)
        with ThreadPoolExecutor(1) as pool:
            found = _Found(self._told)
            listener = found.listens_to(solver, self._library) if self._minimized else None
            searched = pool.submit(solver.solve, self._model, listener)
            try:
                while not wait([searched], _GLANCE).done:
                    waiting.told(self._what, found.best, found.bound)
                    if self._ends_early and waiting.ended:
                        solver.stop_search()
            except BaseException:
                solver.stop_search()
                raise
            return searched.result()

    @staticmethod
    def _bound(solver: cp_model.CpSolver) -> int | None:
        bound = solver.best_objective_bound
        return math.ceil(bound - SLACK) if math.isfinite(bound) else None

    def _sum(self, terms: Sequence[Term]):  # type: ignore[no-untyped-def] # noqa: ANN202 - a type of the library
        variables = [self._variables[variable] for _, variable in terms]
        return self._library.LinearExpr.weighted_sum(variables, [factor for factor, _ in terms])


class _Found:
    """How small a sum is by now, and what it cannot be below, as it is told to whoever waits."""

    def __init__(self, told: Callable[[int], str]) -> None:
        self._told = told
        self.best = ""
        self.bound = ""

    def listens_to(self, solver: cp_model.CpSolver, library: ModuleType) -> cp_model.CpSolverSolutionCallback:
        """What the solver calls when it has found something."""
        found = self

        class Listener(library.CpSolverSolutionCallback):  # type: ignore[misc, name-defined]
            def on_solution_callback(self) -> None:
                found.best = found._told(round(self.objective_value))

        solver.best_bound_callback = self._bounded
        return Listener()

    def _bounded(self, bound: float) -> None:
        self.bound = self._told(math.ceil(bound - SLACK)) if math.isfinite(bound) else ""


class RealNumbers:
    """Real numbers under linear requirements, of which more may be added after each answer.

    Answers are as exact as floating point: whoever uses them proves what follows from them in whole numbers.
    """

    def __init__(self) -> None:
        from ortools.linear_solver import pywraplp  # noqa: PLC0415 - loading it takes a while

        self._library = pywraplp
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        self._variables: list[pywraplp.Variable] = []
        self._rows: list[pywraplp.Constraint] = []

    def number(self, value: float = 0.0) -> int:
        """A new variable that is not negative; `value` is what each unit of it is worth."""
        self._variables.append(self._solver.NumVar(0.0, self._solver.infinity(), ""))
        self._solver.Objective().SetCoefficient(self._variables[-1], value)
        return len(self._variables) - 1

    def at_most(self, most: float, terms: Iterable[tuple[float, int]]) -> int:
        """Demand that a sum stays below a bound; the number of this demand."""
        self._rows.append(self._solver.Constraint(-self._solver.infinity(), most))
        self.change(len(self._rows) - 1, terms)
        return len(self._rows) - 1

    def change(self, demand: int, terms: Iterable[tuple[float, int]]) -> None:
        """Give variables other factors in a demand."""
        for factor, variable in terms:
            self._rows[demand].SetCoefficient(self._variables[variable], factor)

    def maximize(self) -> tuple[float, list[float]] | None:
        """The largest worth and the values that give it; None when the library finds none."""
        self._solver.Objective().SetMaximization()
        if self._solver.Solve() != self._library.Solver.OPTIMAL:
            return None
        return self._solver.Objective().Value(), [each.solution_value() for each in self._variables]
