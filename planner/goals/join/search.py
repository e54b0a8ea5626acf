"""Which steps make a host ready to join, found by asking the rules again after each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from planner.findings import Problem, Severity, Unknown
from planner.goals.join.case import MENDS, Case
from planner.goals.join.mends import ORDER
from planner.model.inventory import Inventory
from planner.plans import Cause, Step
from planner.plans.applying import ChangeError, applied
from planner.rules import Rule, all_rules
from planner.rules.errors import Key, key


@dataclass(frozen=True, slots=True)
class Asked:
    """What the rules of the join say of one state."""

    problems: dict[str, tuple[Problem, ...]]
    """By code."""
    unknown: dict[str, tuple[Unknown, ...]]
    """By code: of errors alone."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: steps up to the join, the problems of each state on the way, and what stands in the way."""

    steps: tuple[Step, ...]
    states: tuple[frozenset[Key], ...]
    """The problems of the first state, and of that after each step."""
    state: Inventory
    """After the last step."""
    refusals: tuple[Cause, ...]
    lacking: tuple[Cause, ...]


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
    return tuple(rule for rule in all_rules() if rule.check and (rule.code.startswith("JN") or rule.code in _OF_CPUS))


_OF_CPUS = ("CP001", "CP002", "CP003")


def asked(inventory: Inventory, ignore: frozenset[str] = frozenset()) -> Asked:
    """What the rules of the join say of a state, less those that are not to be looked at."""
    problems: dict[str, tuple[Problem, ...]] = {}
    unknown: dict[str, tuple[Unknown, ...]] = {}
    for rule in join_rules():
        if rule.check is None or rule.code in ignore:
            continue
        said = tuple(rule.check(inventory))
        problems[rule.code] = tuple(sorted((each for each in said if isinstance(each, Problem)), key=_order))
        if rule.severity is Severity.ERROR:
            unknown[rule.code] = tuple(each for each in said if isinstance(each, Unknown))
    return Asked(problems, unknown)


def _order(problem: Problem) -> tuple[str, ...]:
    return type(problem.subject).__name__, problem.subject.label, problem.field, problem.message, problem.remedy


def keys(said: Asked) -> frozenset[Key]:
    """The keys of all problems of a state."""
    return frozenset(key(code, problem) for code, found in said.problems.items() for problem in found)


def search(inventory: Inventory, *, ignore: frozenset[str] = frozenset()) -> Found:
    """The steps that mend all that can be mended. `ignore` names rules that are not to be looked at."""
    state, said = inventory, asked(inventory, ignore)
    steps: list[Step] = []
    states = [keys(said)]
    refusals: dict[tuple[str, str], Cause] = {}
    stuck: dict[str, Cause] = {}
    done: set[tuple[str, str, str]] = set()
    while case := _case(state):
        candidates = list(_candidates(case, said, refusals, stuck))
        again = [each for each in candidates if each.name in done and each.step.changes]
        stuck |= {each.code: Cause(each.code, f"“{each.step.what}” does not suffice") for each in again}
        candidates = [each for each in candidates if each.name not in done]
        if not candidates:
            break
        if again:
            continue
        chosen = min(candidates, key=lambda each: (each.step.host in _members(case), ORDER.index(each.code)))
        done.add(chosen.name)
        try:
            state = applied(state, chosen.step.changes)
        except ChangeError as error:
            stuck[chosen.code] = Cause(chosen.code, f"cannot tell how to {chosen.step.what}: {error}")
            continue
        said = asked(state, ignore)
        states.append(keys(said))
        steps.append(replace(chosen.step, mends=_mended(states[-2], states[-1])))
    lacking = (*stuck.values(), *_lacking(said, state))
    return Found(tuple(steps), tuple(states), state, tuple(refusals.values()), lacking)


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


def _candidates(
    case: Case, said: Asked, refusals: dict[tuple[str, str], Cause], stuck: dict[str, Cause]
) -> Iterator[_Candidate]:
    """The steps that could be next. What turns out to be refused goes to the refusals."""
    for code in ORDER:
        problems = said.problems.get(code, ())
        if not problems or code in stuck or any(refused == code for refused, _ in refusals):
            continue
        for each in MENDS[code](case, problems):
            if isinstance(each, Cause):
                refusals[code, each.told] = Cause(code, each.told)
            else:
                yield _Candidate(code, each)


def _lacking(said: Asked, state: Inventory) -> Iterator[Cause]:
    """The facts that the rules lack in the end, each once."""
    seen: set[str] = set()
    for code, unknown in sorted(said.unknown.items()):
        for each in sorted(unknown, key=lambda one: (type(one.subject).__name__, one.subject.label, one.field)):
            told = f"{each.field} of {type(each.subject).__name__.lower()} {each.subject.label} is not known"
            if told not in seen:
                seen.add(told)
                yield Cause(code, told)
    for view in state.pools:
        if view.joins and view.coordinator is None and not any(said.unknown.values()):
            yield Cause("", f"the coordinator of {view.name} is not known")
