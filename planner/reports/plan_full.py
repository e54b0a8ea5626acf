"""For people: a plan with what stands in the way, its steps, and how things are then."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from planner.facts.reachability import State
from planner.findings import Severity
from planner.plans import NoPlan, Phase, Plan, Step, Violation
from planner.plans.outcomes import JoinOutcome, LevelOutcome, NetworkOutcome, RepositoryOutcome, Stranded
from planner.plans.protecting import ProtectionOutcome
from planner.reports.plan_moves import heading
from planner.reports.plan_sections import Told, sections_of
from planner.reports.words import visible
from planner.rules.wording import counted, listed

WIDTH = 110
PHASES = {Phase.BEFORE: "before the join", Phase.JOIN: "the join", Phase.AFTER: "after the join"}
"""What the phases of a join are called."""


def plan_full(answer: Plan | NoPlan) -> str:
    """A plan, or why there is none, as text."""
    lines = _no_plan(answer) if isinstance(answer, NoPlan) else _plan(answer)
    return "".join(f"{visible(line)}\n" for line in lines)


def _no_plan(answer: NoPlan) -> Iterator[str]:
    yield f"{answer.goal}: {'impossible' if answer.proven else 'not decided'}"
    yield ""
    yield "because" if answer.proven else "not known"
    for cause in answer.because:
        yield from _item(f"  - {f'{cause.code}: ' if cause.code else ''}{cause.told}", "    ")
    if answer.ways_out:
        yield from ("", "ways out")
    for way in answer.ways_out:
        yield from _item(f"  - {way}", "    ")
    yield from _violations(answer.violations, told={cause.code for cause in answer.because})


def _plan(plan: Plan) -> Iterator[str]:
    yield f"{plan.goal}: {counted(len(plan.steps), 'step')}"
    outcome = plan.outcome
    if not isinstance(outcome, JoinOutcome):
        yield from _moves(plan, outcome)
        return
    if not plan.violations:
        yield from ("", "nothing stands in the way")
    yield from _violations(plan.violations, told=set())
    phase = None
    for number, step in enumerate(plan.steps, start=1):
        if step.phase is not phase:
            yield from ("", PHASES[step.phase])
            phase = step.phase
        yield from _step(number, step)
    yield from _outcome(outcome)


def _moves(plan: Plan, outcome: Told) -> Iterator[str]:
    """What is done and what comes of it; first that which was asked for."""
    parts = (_headed(plan), _sections(plan, outcome))
    for part in reversed(parts) if isinstance(outcome, ProtectionOutcome) else parts:
        yield from part
    if plan.others:
        yield ""
    yield from _listed("other ways, each enough by itself", plan.others)


def _headed(plan: Plan) -> Iterator[str]:
    under = None
    for number, step in enumerate(plan.steps, start=1):
        if under != (under := heading(step, plan.steps)):
            yield from ("", under)
        yield from _step(number, step)


def _sections(plan: Plan, outcome: Told) -> Iterator[str]:
    yield from ("", outcome.pool)
    for title, lines in sections_of(plan, outcome):
        yield from _listed(title, lines)


def _item(text: str, margin: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent=margin, break_long_words=False, break_on_hyphens=False)


def _violations(violations: tuple[Violation, ...], *, told: set[str]) -> Iterator[str]:
    """What the rules see; without the remedy where it has been told as a reason."""
    if not violations:
        return
    errors = sum(each.severity is Severity.ERROR for each in violations)
    yield from ("", f"in the way today: {counted(errors, 'error')}, {counted(len(violations) - errors, 'remark')}")
    for each in violations:
        mended = f" [step {', '.join(map(str, each.steps))}]" if each.steps else ""
        yield from _item(f"  {each.severity.value}[{each.code}] {each.message}{mended}", "      ")
        if not each.steps and each.code not in told:
            yield from _item(f"      remedy: {each.remedy}", "        ")


def _step(number: int, step: Step) -> Iterator[str]:
    yield from _item(f"  {number}. {step.what}", "     ")
    yield from _item(f"     why: {step.why}", "       ")
    for lost in step.loses:
        yield from _item(f"     lost for good: {lost}", "       ")
    for each in step.by_hand:
        yield from _item(f"     by hand: {each}", "       ")
    if step.commands:
        yield f"     on {step.host}:"
        yield from (f"       {command}" for command in step.commands)


def _outcome(outcome: JoinOutcome) -> Iterator[str]:
    yield from ("", f"{outcome.host} in {outcome.pool}")
    yield from _listed("networks, matched by bridge", (network_told(each) for each in outcome.networks))
    yield from _listed("made by the toolstack", outcome.made)
    yield from _listed("shared repositories", (line for each in outcome.repositories for line in repository_told(each)))
    yield from _listed("comes along", outcome.kept)
    yield from _listed("does not come along", outcome.lost)
    yield from _listed("CPU level", (level_told(each) for each in outcome.levels))
    yield from _listed(
        "running VMs and live migration",
        (stranded_told(each) for each in outcome.stranded),
    )
    theirs = listed(outcome.edition.pool) or "not known"
    yield from _listed(
        "licence edition", (f"{outcome.edition.host or 'not known'} of {outcome.host}, {theirs} of {outcome.pool}",)
    )
    yield from _listed("what no file tells", outcome.notes)


def _listed(heading: str, lines: Iterable[str]) -> Iterator[str]:
    each = list(lines)
    if each:
        yield f"  {heading}"
        for line in each:
            yield from _item(f"    {line}", "      ")


def stranded_told(each: Stranded) -> str:
    """Which running VMs cannot move, or may not be able to."""
    if each.certain:
        return f"{listed(each.vms, 10)} cannot move to {each.host}: {each.why}"
    return f"whether {listed(each.vms, 10)} can move to {each.host} is not known: {each.why}"


def network_told(each: NetworkOutcome) -> str:
    """What becomes of a network."""
    on = f" on {each.device}" if each.device else ""
    if not each.device:
        return f"{each.own}: made anew, by this name, without a NIC"
    if each.becomes is None:
        verdict = (
            f"a network that only this host has: the pool has none of {each.bridge}" if each.known else "not known"
        )
        return f"{each.own}{on} becomes {verdict}"
    return f"{each.own}{on} ({each.bridge}) becomes {each.becomes}"


_SIGNS = {State.WILL_FAIL: "!", State.UNKNOWN: "?", State.NOT_CONNECTED: "!"}


def repository_told(each: RepositoryOutcome) -> Iterator[str]:
    """What is to be expected of a repository, and what comes of it in the end."""
    yield f"{_SIGNS.get(each.state, ' ')} {each.name}: {each.state.value}, {each.why}"
    if each.final is not each.state and each.state in _SIGNS:
        yield f"    after the last step: {each.final.value}"
    elif each.state in _SIGNS and each.remedy:
        yield f"    remedy: {each.remedy}"


def level_told(each: LevelOutcome) -> str:
    """What guests are offered before and after."""
    guests = {"all": "all guests", "hvm": "HVM guests", "pv": "PV guests"}[each.scope]
    if each.before is None or each.after is None:
        return f"{guests}: not known"
    lost = f", loses {listed(each.lost, most=len(each.lost))}" if each.lost else ""
    return f"{guests}: {counted(len(each.before), 'feature')} before, {len(each.after)} after{lost}"
