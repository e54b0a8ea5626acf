"""A rolling update as a shell script, in two parts: the coordinator, on which it runs, restarts between them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from itertools import groupby

from planner.plans import Phase, Plan, Step
from planner.plans.moving import MovesGuard
from planner.plans.updating import UpdateOutcome
from planner.reports.plan_xe_moves import FUNCTIONS, pool_guards, standing_guards
from planner.reports.plan_xe_power import BY_HAND
from planner.reports.words import visible
from planner.rules.wording import UNTOLD

_HEAD = """\
#!/bin/sh
# {goal}
# Run it as root on the coordinator, {coordinator}: {usage}
set -eu
"""
_RESTARTED = "part 1 is done: once {host} is up again run part 2, sh plan.sh 2"

Numbered = tuple[int, Step]


def update_script(plan: Plan, outcome: UpdateOutcome) -> str:
    """The script of a rolling update."""
    first, second = _parts(plan, outcome)
    usage = "sh plan.sh 1" + (", and sh plan.sh 2 once it has restarted" if second else "")
    head = _HEAD.format(goal=visible(plan.goal), coordinator=visible(outcome.guard.coordinator), usage=usage)
    text = [head, FUNCTIONS, BY_HAND, 'case "${1:-}" in\n']
    for number, (guard, steps) in enumerate(((outcome.guard, first), (outcome.resumed, second)), start=1):
        if steps and guard is not None:
            text.append(f"{number})\n")
            text += [f"    {line}\n" for line in (*_guards(guard, outcome), *_steps(steps))]
            if number == 1 and second:
                text.append(f"    echo {shlex.quote(_RESTARTED.format(host=visible(outcome.guard.coordinator)))}\n")
            text.append("    ;;\n")
    text.append(f"*) stop {shlex.quote(f'say which part to run: {usage}')} ;;\nesac\n")
    return "".join(text)


def _parts(plan: Plan, outcome: UpdateOutcome) -> tuple[list[Numbered], list[Numbered]]:
    """The steps until the coordinator restarts, and those after it."""
    numbered = list(enumerate(plan.steps, start=1))
    if outcome.resumed is None:
        return numbered, []
    cut = next(number for number, step in numbered if _restarts(step))
    return numbered[:cut], numbered[cut:]


def _restarts(step: Step) -> bool:
    return any(getattr(each, "field", "") == "live" and getattr(each, "value", None) is False for each in step.changes)


def _guards(guard: MovesGuard, outcome: UpdateOutcome) -> Iterator[str]:
    """The pool is the one that was planned for, and on each host run just those VMs."""
    yield from pool_guards(guard)
    told = {name for stage in outcome.stages for name in stage.hosts} | set(outcome.skipped)
    listed_hosts = {each.host_uuid: each.host for each in guard.standing}
    hosts = {listed_hosts.get(name, name) for name in told} | {each.host for each in guard.standing}
    yield from standing_guards(guard.standing, sorted(hosts))


def _steps(numbered: Sequence[Numbered]) -> Iterator[str]:
    stage = ""
    for number, grouped in groupby(numbered, key=lambda each: each[1].round):
        together = list(grouped)
        if together[0][1].stage != stage:
            stage = together[0][1].stage
            yield f"# {visible(stage)}" if stage else "# all hosts"
        if number is not None:
            yield f"# round {number}"
        for place, step in together:
            yield from _step(place, step)
        if number is not None:
            yield "finish"


def _step(place: int, step: Step) -> Iterator[str]:
    yield f"# {place}. {visible(step.what)}"
    yield f"#    why: {visible(step.why)}"
    yield from (f"by_hand {shlex.quote(visible(each))}" for each in step.by_hand)
    if any(f"={UNTOLD}" in command for command in step.commands):
        yield f"stop {shlex.quote('edit this script: nobody said what stands as … in the next line')}"
        yield from (f"# {visible(command)}" for command in step.commands)
    elif step.phase is Phase.MOVE:
        yield from (f"start {visible(command)}" for command in step.commands)
    else:
        yield from (visible(command) for command in step.commands)
