"""For tickets and change requests: a plan as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from planner.plans import NoPlan, Plan, Step, Violation
from planner.plans.outcomes import JoinOutcome
from planner.reports.markup import plain as _plain
from planner.reports.plan_full import PHASES, level_told, network_told, repository_told, stranded_told
from planner.reports.plan_moves import heading
from planner.reports.plan_sections import Told, sections_of
from planner.reports.words import headed, visible


def plan_markdown(answer: Plan | NoPlan) -> str:
    """A plan, or why there is none, with a task for each step."""
    lines = _no_plan(answer) if isinstance(answer, NoPlan) else _plan(answer)
    return "".join(f"{line}\n" for line in lines)


def _no_plan(answer: NoPlan) -> Iterator[str]:
    yield f"# {_plain(answer.goal)}: {'impossible' if answer.proven else 'not decided'}"
    yield ""
    for cause in answer.because:
        code = f"**{cause.code}** " if cause.code else ""
        yield f"- {code}{_plain(cause.told)}"
    if answer.ways_out:
        yield from ("", "## Ways out", "")
    yield from (f"- {_plain(way)}" for way in answer.ways_out)
    yield from _violations(answer.violations)


def _plan(plan: Plan) -> Iterator[str]:
    yield f"# {_plain(plan.goal)}"
    yield from _violations(plan.violations)
    outcome = plan.outcome
    if not isinstance(outcome, JoinOutcome):
        yield from _moves(plan, outcome)
        return
    phase = None
    for number, step in enumerate(plan.steps, start=1):
        if step.phase is not phase:
            yield from ("", f"## {headed(PHASES[step.phase])}")
            phase = step.phase
        yield from _step(number, step)
    yield from _outcome(outcome)


def _moves(plan: Plan, outcome: Told) -> Iterator[str]:
    under = None
    for number, step in enumerate(plan.steps, start=1):
        if under != (under := heading(step, plan.steps)):
            yield from ("", f"## {headed(under)}")
        yield from _step(number, step)
    yield from ("", f"## {_plain(outcome.pool)}")
    for title, lines in sections_of(plan, outcome):
        yield from ("", f"### {headed(title)}", "")
        yield from (f"- {_plain(line)}" for line in lines)
    if plan.others:
        yield from ("", "### Other ways, each enough by itself", "", *(f"- {_plain(line)}" for line in plan.others))


def _violations(violations: tuple[Violation, ...]) -> Iterator[str]:
    if violations:
        yield from ("", "## In the way today", "", "| rule | what | step |", "| --- | --- | --- |")
    for each in violations:
        steps = ", ".join(map(str, each.steps)) or "–"
        yield f"| {each.severity.value} {each.code} | {_plain(each.message)} | {steps} |"


def _step(number: int, step: Step) -> Iterator[str]:
    yield ""
    yield f"- [ ] **{number}. {_plain(step.what)}**, on {_plain(step.host)}: {_plain(step.why)}"
    yield from (f"  - lost for good: {_plain(lost)}" for lost in step.loses)
    yield from (f"  - by hand: {_plain(each)}" for each in step.by_hand)
    if step.commands:
        yield from ("", "  ```sh")
        yield from (f"  {visible(command)}" for command in step.commands)
        yield "  ```"


def _outcome(outcome: JoinOutcome) -> Iterator[str]:
    sections = (
        ("Networks, matched by bridge", [network_told(each) for each in outcome.networks]),
        ("Made by the toolstack", outcome.made),
        ("Shared repositories", [line.strip() for each in outcome.repositories for line in repository_told(each)]),
        ("Comes along", outcome.kept),
        ("Does not come along", outcome.lost),
        ("CPU level", [level_told(each) for each in outcome.levels]),
        ("Running VMs and live migration", [stranded_told(each) for each in outcome.stranded]),
        ("What no file tells", outcome.notes),
    )
    yield from ("", f"## {_plain(outcome.host)} in {_plain(outcome.pool)}")
    for title, lines in sections:
        if lines:
            yield from ("", f"### {title}", "")
            yield from (f"- {_plain(line)}" for line in lines)
