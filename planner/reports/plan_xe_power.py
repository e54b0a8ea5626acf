"""A plan that brings a pool down or up as a shell script: rounds at the same time, and nothing in another pool."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from itertools import groupby

from planner.plans import Plan, Step
from planner.plans.powering import Power, PowerOutcome
from planner.reports.plan_xe_moves import FUNCTIONS, pool_guards, standing_guards
from planner.reports.words import visible
from planner.rules.wording import UNTOLD

_HEAD = """\
#!/bin/sh
# {goal}
# Run it as root on the coordinator, {coordinator}.
set -eu
"""
BY_HAND = """
by_hand() {
    echo "by hand: $1"
    printf 'type "done" when that is done: '
    read -r answer
    [ "$answer" = done ] || stop "stopped"
}

"""
"""The function that waits for what no command does."""


def power_script(plan: Plan, outcome: PowerOutcome) -> str:
    """The script of a plan that brings a pool down or up."""
    guard = outcome.guard
    hosts = sorted({each.host for each in guard.standing}) if outcome.power is Power.DOWN else []
    lines = [*pool_guards(guard), *standing_guards(guard.standing, hosts), *_steps(plan)]
    head = _HEAD.format(goal=visible(plan.goal), coordinator=visible(guard.coordinator))
    return "".join((head, FUNCTIONS, BY_HAND, *(f"{line}\n" for line in lines)))


def _steps(plan: Plan) -> Iterator[str]:
    numbered = list(enumerate(plan.steps, start=1))
    for number, grouped in groupby(numbered, key=lambda each: each[1].round):
        together = list(grouped)
        if number is not None:
            yield f"# round {number}"
        for _, step in together:
            yield from (f"by_hand {shlex.quote(visible(each))}" for each in step.by_hand)
        for place, step in together:
            yield from _commands(place, step)
        if number is not None:
            yield "finish"


def _commands(place: int, step: Step) -> Iterator[str]:
    yield f"# {place}. {visible(step.what)}"
    yield f"#    why: {visible(step.why)}"
    if any(f"={UNTOLD}" in command for command in step.commands):
        yield f"stop {shlex.quote('edit this script: nobody said what stands as … in the next line')}"
        yield from (f"# {visible(command)}" for command in step.commands)
    elif step.round is None:
        yield from (visible(command) for command in step.commands)
    elif step.commands:
        yield f"start sh -c {shlex.quote(visible(' && '.join(map(_whole, step.commands))))}"


def _whole(command: str) -> str:
    return f"{{ {command}; }}" if "||" in command else command
