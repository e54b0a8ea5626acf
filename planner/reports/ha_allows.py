"""What actions do to a pool's failure capacity, and whether the toolstack would refuse them: in words, or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict

from planner.facts.failover_guard import WOULD_BREAK, Guard
from planner.facts.lacking import Lacking, each_once
from planner.failover.answers import ToolstackCapacity
from planner.overviews.ha_allows import Judgement, Outcome, Standing
from planner.reports.words import visible
from planner.rules.ha_cluster import bounds
from planner.rules.placing import told
from planner.rules.wording import counted, listed

_MOST_NAMED = 8


def ha_allows_text(found: Iterable[Judgement]) -> str:
    """For each action the verdict, its reasons, and the capacities before and after."""
    return "\n".join("".join(_judgement(each)) for each in found)


def _judgement(found: Judgement) -> Iterator[str]:
    yield f"{visible(found.action.text)} in {visible(found.action.view.name)}: {_verdict(found)}\n"
    for reason in _reasons(found):
        yield f"  {visible(reason)}\n"
    for lack in _lacking(found):
        yield f"  not known: {visible(f'{lack.field} of {lack.record.label}')}\n"
    yield "\n"
    yield from _grid(found.before, found.after)
    if found.drawn and found.host:
        yield f"  after: as if it started on {visible(found.host.name)}{_of_several(found)}\n"
    if found.falls_short:
        after = found.after
        yield f"  {counted(after.configured or 0, 'failure')} {_are(after.configured)} to be tolerated,"
        yield f" {_range(after.lower, after.upper)} can be{_bounded(found, after)}\n"


def _verdict(found: Judgement) -> str:
    codes = list(dict.fromkeys(code for each in found.outcomes for code in _codes(each)))
    match found.allowed:
        case False:
            return f"refused [{listed(codes)}]"
        case None:
            return "depends on the host that is drawn" if _depends(found) else "not known"
        case True:
            return "allowed, but it breaks what is promised" if found.falls_short else "allowed"


def _depends(found: Judgement) -> bool:
    return len({each.allowed for each in found.outcomes}) > 1


def _codes(outcome: Outcome) -> Iterator[str]:
    yield from (each.api_error for each in outcome.answer.obstacles if each.api_error)
    if outcome.guard.refuses:
        yield WOULD_BREAK


def _reasons(found: Judgement) -> Iterator[str]:
    """Why it is refused or let pass, each reason once; with the hosts where several are tried."""
    if not found.drawn:
        yield from _of_outcome(found.outcomes[0])
        return
    by_reason: dict[str, list[str]] = {}
    for each in found.outcomes:
        for reason in _of_outcome(each):
            by_reason.setdefault(reason, []).append(each.host.name if each.host else "")
    for reason, hosts in by_reason.items():
        yield reason if len(hosts) == len(found.outcomes) else f"{reason} (on {listed(hosts, _MOST_NAMED)})"


def _of_outcome(outcome: Outcome) -> Iterator[str]:
    for each in outcome.answer.obstacles:
        yield f"{told(each)}{f' [{each.api_error}]' if each.api_error else ''}"
    yield _planner(outcome.guard)


def _planner(guard: Guard) -> str:
    number = "" if guard.failures is None else f", for {counted(guard.failures, 'failure')}"
    return f"the toolstack's planner: {guard.reason.value}{number}"


def _lacking(found: Judgement) -> tuple[Lacking, ...]:
    of_outcomes = (lack for each in found.outcomes for lack in (*each.answer.lacking, *each.guard.lacking))
    states = (found.before, found.after)
    undecided = (lack for state in states for lack in state.lacking if not state.exact.proven or not state.toolstack)
    return each_once((*of_outcomes, *undecided))


def _of_several(found: Judgement) -> str:
    hosts = len(found.outcomes)
    return f", the likeliest or the worst of {hosts} hosts of which the toolstack draws one" if hosts > 1 else ""


def _grid(before: Standing, after: Standing) -> Iterator[str]:
    rows = [
        ("failures", "before", "after"),
        ("to tolerate", _number(before.configured), _number(after.configured)),
        ("survived exactly", *(_range(each.exact.lower, each.exact.upper) for each in (before, after))),
        ("the toolstack says", _says(before.toolstack), _says(after.toolstack)),
        ("it has a plan for", _number(before.plan_exists_for), _number(after.plan_exists_for)),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    for first, second, third in rows:
        yield f"  {first.ljust(widths[0])}  {second.ljust(widths[1])}  {third}\n"


def _number(value: int | None) -> str:
    return "not told" if value is None else str(value)


def _are(number: int | None) -> str:
    return "is" if number == 1 else "are"


def _range(lower: int, upper: int) -> str:
    return str(lower) if lower == upper else f"{lower} to {upper}"


def _bounded(found: Judgement, standing: Standing) -> str:
    """What bounds the failures more than memory does."""
    limit = standing.limit
    return f": {visible(bounds(found.action.view, limit))}" if limit and limit.number < standing.exact.upper else ""


def _says(capacity: ToolstackCapacity | None) -> str:
    return "not known" if capacity is None else str(capacity.failures)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class State(_Part):
    """What a pool survives before or after an action."""

    configured: int | None
    """The failures that are to be tolerated; null where nobody says."""
    exact_lower: int
    exact_upper: int
    toolstack: int | None
    """What the toolstack's planner says; null while a fact is lacking that it would have."""
    plan_exists_for: int | None
    """For how many failures it says it has a plan; null where high availability is off, or that is unknown."""


class Refusal(_Part):
    """Why the toolstack would refuse, and what it answers."""

    host: str | None
    """The host, where the toolstack draws one of several."""
    because: str
    api_error: str | None


class JudgedAction(_Part):
    """One action, when those before it are done."""

    action: str
    pool: str
    allowed: bool | None
    """Null while that is unknown, or depends on the host that is drawn."""
    refusals: list[Refusal]
    planner: str
    """What the toolstack's planner says; each answer once where it depends on the host."""
    falls_short: bool | None
    """Whether it leaves less than is to be tolerated, and less of it than there was."""
    host: str | None
    """The host that `after` is about: of several the worst, or the likeliest where all do."""
    before: State
    after: State
    """As if it were done, whether or not it is refused."""
    unknown: list[str]


class JsonHaAllows(_Part):
    """What actions do to failure capacities, one behind the other."""

    version: Literal[1] = 1
    kind: Literal["ha-allows"] = "ha-allows"
    actions: list[JudgedAction]


def ha_allows_json(found: Iterable[Judgement]) -> str:
    """The same for programs; the schema is published."""
    return JsonHaAllows(actions=[_json(each) for each in found]).model_dump_json(indent=2) + "\n"


def _json(found: Judgement) -> JudgedAction:
    return JudgedAction(
        action=found.action.text,
        pool=found.action.view.name,
        allowed=found.allowed,
        refusals=[refusal for each in found.outcomes for refusal in _refusals(found, each)],
        planner=_says_of_all(found),
        falls_short=found.falls_short,
        host=found.host.name if found.host else None,
        before=_state(found.before),
        after=_state(found.after),
        unknown=[f"{lack.record.label}: {lack.field}" for lack in _lacking(found)],
    )


def _says_of_all(found: Judgement) -> str:
    return "; ".join(dict.fromkeys(each.guard.reason.value for each in found.outcomes))


def _refusals(found: Judgement, outcome: Outcome) -> Iterator[Refusal]:
    host = outcome.host.name if found.drawn and outcome.host else None
    for each in outcome.answer.obstacles:
        yield Refusal(host=host, because=told(each), api_error=each.api_error or None)
    if outcome.guard.refuses:
        yield Refusal(host=host, because=outcome.guard.reason.value, api_error=WOULD_BREAK)


def _state(standing: Standing) -> State:
    return State(
        configured=standing.configured,
        exact_lower=standing.exact.lower,
        exact_upper=standing.exact.upper,
        toolstack=None if standing.toolstack is None else standing.toolstack.failures,
        plan_exists_for=standing.plan_exists_for,
    )
