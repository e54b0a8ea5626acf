"""Which steps make a host ready to join, found by asking the rules again after each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from planner.findings import Problem, Severity, Unknown
from planner.goals.join.case import MENDS, Case
from planner.goals.join.mends import ORDER
from planner.model.inventory import Inventory
from planner.plans import Cause, Step
from planner.plans.applying import applied, unwished
from planner.plans.changes import ChangeError
from planner.rules import CATALOGUE, Rule, all_rules
from planner.rules.errors import Key, brought, errors, key, of_join


@dataclass(frozen=True, slots=True)
class Asked:
    """What the rules of the join say of one state."""

    problems: dict[str, tuple[Problem, ...]]
    """By code."""
    unknown: dict[str, tuple[Unknown, ...]]
    """By code: of errors alone."""
    errors: dict[Key, Problem]
    """All errors of the state, whether they have to do with the join or not."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: steps up to the join, the problems of each state on the way, and what stands in the way."""

    steps: tuple[Step, ...]
    states: tuple[frozenset[Key], ...]
    """The problems of the first state, and of that after each step."""
    state: Inventory
    """After the last step."""
    causes: tuple[Cause, ...]
    """Why these steps do not suffice; none where they do."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A step that could be next, and the rule whose findings it is to mend."""

    code: str
    step: Step

    @property
    def name(self) -> tuple[str, str, str]:
        """What is done, whatever else changes meanwhile."""
        return self.code, self.step.what, self.step.host


def join_rules() -> tuple[Rule, ...]:
    """The rules that speak of joins."""
    return tuple(rule for rule in all_rules() if rule.check and of_join(rule.code))


def asked(inventory: Inventory, ignore: frozenset[str] = frozenset()) -> Asked:
    """What is said of the join in a state, less the rules that are not to be looked at.

    Errors that other rules see count where they come of the wish: they are not there without it.
    """
    problems: dict[str, tuple[Problem, ...]] = {}
    unknown: dict[str, tuple[Unknown, ...]] = {}
    for rule in join_rules():
        if rule.check is None or rule.code in ignore:
            continue
        said = tuple(rule.check(inventory))
        problems[rule.code] = tuple(sorted((each for each in said if isinstance(each, Problem)), key=_order))
        if rule.severity is Severity.ERROR:
            unknown[rule.code] = tuple(each for each in said if isinstance(each, Unknown))
    now = errors(inventory)
    for (code, *_), problem in sorted(brought(errors(unwished(inventory)), now).items(), key=_first):
        if code not in ignore:
            problems[code] = (*problems.get(code, ()), problem)
    return Asked(problems, unknown, now)


def _order(problem: Problem) -> tuple[str, ...]:
    return type(problem.subject).__name__, problem.subject.label, problem.field, problem.message, problem.remedy


def keys(said: Asked) -> frozenset[Key]:
    """The keys of all problems of a state."""
    return frozenset(key(code, problem) for code, found in said.problems.items() for problem in found)


def search(inventory: Inventory, *, ignore: frozenset[str] = frozenset()) -> Found:
    """The steps that mend all that can be mended. `ignore` names rules that are not to be looked at."""
    state = inventory
    first = said = asked(inventory, ignore)
    steps: list[Step] = []
    states = [keys(said)]
    refusals: dict[str, tuple[Cause, ...]] = {}
    done: set[tuple[str, str, str]] = set()
    while case := _case(state):
        candidates = list(_candidates(case, said, refusals))
        again = [each for each in candidates if each.name in done and each.step.changes]
        for each in again:
            refusals[each.code] = (Cause(each.code, f"to {each.step.what} does not suffice", proven=False),)
        candidates = [each for each in candidates if each.name not in done]
        if not candidates:
            break
        if again:
            continue
        chosen = min(candidates, key=lambda each: (each.step.host in _members(case), _rank(each.code)))
        done.add(chosen.name)
        following = _after(state, chosen, first.errors | said.errors)
        if isinstance(following, Cause):
            refusals[chosen.code] = (following,)
            continue
        state, said = following, asked(following, ignore)
        states.append(keys(said))
        steps.append(replace(chosen.step, mends=_mended(states[-2], states[-1])))
    causes = [cause for each in refusals.values() for cause in each]
    causes += _lacking(said, state, set(refusals))
    return Found(tuple(steps), tuple(states), state, tuple(causes))


def _after(state: Inventory, chosen: _Candidate, known: dict[Key, Problem]) -> Inventory | Cause:
    """The state after a step; why it cannot be taken, where it brings a new error or cannot be told in full."""
    what = chosen.step.what
    try:
        following = applied(state, chosen.step.changes)
    except ChangeError as error:
        return Cause(chosen.code, f"cannot tell how to {what}: {error}", proven=False)
    new = brought(known, errors(following))
    if not new:
        return following
    told = "; ".join(f"{code}: {problem.message}" for (code, *_), problem in sorted(new.items(), key=_first))
    return Cause(chosen.code, f"to {what} would bring new errors: {told}", proven=False)


def _rank(code: str) -> int:
    return ORDER.index(code) if code in ORDER else len(ORDER)


def _first(pair: tuple[Key, Problem]) -> Key:
    return pair[0]


def _mended(before: frozenset[Key], after: frozenset[Key]) -> tuple[str, ...]:
    """The codes of problems that are gone, and not just told of another object now."""
    return tuple(sorted({code for code, *_ in before - after} - {code for code, *_ in after - before}))


def _case(state: Inventory) -> Case | None:
    """The one join of a state; None where the pool's coordinator is not known."""
    for joining in state.joins:
        if joining.pool.coordinator:
            return Case(state, joining, joining.pool.coordinator)
    return None


def _members(case: Case) -> frozenset[str]:
    return frozenset(host.name for host in case.pool.hosts.records)


def _candidates(case: Case, said: Asked, refusals: dict[str, tuple[Cause, ...]]) -> Iterator[_Candidate]:
    """The steps that could be next. What turns out to be refused goes to the refusals."""
    for code, problems in sorted(said.problems.items(), key=lambda each: (_rank(each[0]), each[0])):
        if not problems or code in refusals or (code not in MENDS and CATALOGUE[code].severity is not Severity.ERROR):
            continue
        if code not in MENDS:
            told = (f"{each.message}; {each.remedy}" for each in problems)
            refusals[code] = tuple(Cause(code, each, proven=False) for each in told)
            continue
        answers = tuple(MENDS[code](case, problems))
        if causes := [each for each in answers if isinstance(each, Cause)]:
            refusals[code] = tuple(replace(each, code=code) for each in causes)
            continue
        yield from (_Candidate(code, each) for each in answers if isinstance(each, Step))


def _lacking(said: Asked, state: Inventory, refused: set[str]) -> Iterator[Cause]:
    """The facts that the rules lack in the end, each once; and what is left though nothing said that it would be."""
    seen: set[str] = set()
    for code, unknown in sorted(said.unknown.items()):
        for each in sorted(unknown, key=lambda one: (type(one.subject).__name__, one.subject.label, one.field)):
            told = f"{each.field} of {type(each.subject).__name__.lower()} {each.subject.label} is not known"
            if told not in seen:
                seen.add(told)
                yield Cause(code, told, proven=False)
    for code, problems in said.problems.items():
        if problems and code not in refused and CATALOGUE[code].severity is Severity.ERROR and not seen:
            yield from (Cause(code, f"{each.message}; {each.remedy}", proven=False) for each in problems)
    for view in state.pools:
        if view.joins and view.coordinator is None and not seen:
            yield Cause("", f"the coordinator of {view.name} is not known", proven=False)
