"""A plan as a shell script: its commands, host by host, that refuse to run once the pool has changed."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from planner.plans import NoPlan, Phase, Plan, Step
from planner.plans.homing import HomesOutcome
from planner.plans.outcomes import Guard, JoinOutcome
from planner.plans.powering import PowerOutcome
from planner.plans.protecting import ProtectionOutcome
from planner.plans.updating import UpdateOutcome
from planner.reports.plan_sections import Told
from planner.reports.plan_xe_moves import moves_script
from planner.reports.plan_xe_power import power_script
from planner.reports.plan_xe_protection import homes_script, protection_script
from planner.reports.plan_xe_update import update_script
from planner.reports.words import visible
from planner.rules.wording import UNTOLD

_HEAD = """\
#!/bin/sh
# {goal}
# Run one part after the other, each on the host that it names, as root: sh {script} NUMBER
set -eu

stop() {{
    echo "$1" >&2
    exit 1
}}

expect() {{
    [ "$2" = "$3" ] || stop "$1 is '$3', and this was planned for '$2': nothing is done; plan anew"
}}

by_hand() {{
    echo "by hand: $1"
    printf 'type "done" when that is done: '
    read -r answer
    [ "$answer" = done ] || stop "stopped"
}}

case "${{1:-}}" in
"""
_RESTARTS = ("xe host-reboot ",)
_PASSWORD = "master-password=PASSWORD"  # noqa: S105 - stands where a password goes, and is none


@dataclass(frozen=True, slots=True)
class _Part:
    """What is done on one host without leaving it; a restart of that host ends it."""

    number: int
    host: str
    phase: Phase
    lines: tuple[str, ...]


def plan_xe(answer: Plan | NoPlan) -> str:
    """The script of a plan; where there is none, one that says so and does nothing."""
    if isinstance(answer, NoPlan):
        causes = "".join(f"# - {visible(cause.told)}\n" for cause in answer.because)
        return f"#!/bin/sh\n# {visible(answer.goal)}: there is no plan\n{causes}exit 1\n"
    outcome = answer.outcome
    return _join_script(answer, outcome) if isinstance(outcome, JoinOutcome) else _script(answer, outcome)


def _script(plan: Plan, outcome: Told) -> str:
    """The script of a plan for a pool that stays as it is."""
    if isinstance(outcome, ProtectionOutcome):
        return protection_script(plan, outcome)
    if isinstance(outcome, PowerOutcome):
        return power_script(plan, outcome)
    if isinstance(outcome, HomesOutcome):
        return homes_script(plan, outcome)
    return update_script(plan, outcome) if isinstance(outcome, UpdateOutcome) else moves_script(plan, outcome)


def _join_script(plan: Plan, outcome: JoinOutcome) -> str:
    parts = list(_parts(plan.steps))
    text = [_HEAD.format(goal=visible(plan.goal), script="plan.sh")]
    for part in parts:
        text.append(f"{part.number}) # on {visible(part.host)}\n")
        text += [f"    {line}\n" for line in (*_guards(outcome.guard, part), *part.lines)]
        text.append("    ;;\n")
    listed = "".join(f"    {part.number} on {visible(part.host)}\n" for part in parts)
    usage = shlex.quote(f"say which part to run, one after the other:\n{listed}".rstrip("\n"))
    text.append(f"*) stop {usage} ;;\nesac\n")
    return "".join(text)


def _parts(steps: tuple[Step, ...]) -> Iterator[_Part]:
    """The steps cut where the host changes, where it restarts, and around the join."""
    number, pending, host, phase = 0, list[str](), "", Phase.BEFORE
    for place, step in enumerate(steps, start=1):
        if pending and (step.host != host or step.phase is not phase):
            number += 1
            yield _Part(number, host, phase, tuple(pending))
            pending = []
        host, phase = step.host, step.phase
        pending += _heading(place, step)
        for command in step.commands:
            pending += _line(command)
            if command.startswith(_RESTARTS):
                number += 1
                yield _Part(number, host, phase, tuple(pending))
                pending = []
        if step.by_hand and not step.commands:
            number += 1
            yield _Part(number, host, phase, tuple(pending))
            pending = []
    if pending:
        number += 1
        yield _Part(number, host, phase, tuple(pending))


def _heading(place: int, step: Step) -> Iterator[str]:
    yield f"# {place}. {visible(step.what)}"
    yield f"#    why: {visible(step.why)}"
    yield from (f"#    lost for good: {visible(lost)}" for lost in step.loses)
    yield from (f"by_hand {shlex.quote(visible(each))}" for each in step.by_hand)


def _line(command: str) -> Iterator[str]:
    """A command; one that lacks what nobody said stops the script instead."""
    if f"={UNTOLD}" in command:
        yield f"stop {shlex.quote('edit this script: nobody said what stands as … in the next line')}"
        yield f"# {visible(command)}"
    elif _PASSWORD in command:
        yield ': "${PASSWORD:?set PASSWORD to the password of root on the coordinator}"'
        yield visible(command).replace(_PASSWORD, 'master-password="$PASSWORD"')
    else:
        yield visible(command)


def _guards(guard: Guard, part: _Part) -> Iterable[str]:
    """What must be as it was planned for, before the first command of a part."""
    joined = part.phase is Phase.AFTER
    if part.host in guard.members or joined:
        master = "$(xe pool-list params=master --minimal)"
        if guard.coordinator_uuid:
            yield f'expect "the coordinator" {shlex.quote(guard.coordinator_uuid)} "{master}"'
        else:
            name = f"$(xe host-list uuid={master} params=name-label --minimal)"
            yield f'expect "the coordinator" {shlex.quote(guard.coordinator)} "{name}"'
        hosts = len(guard.members) + joined
        yield f'expect "the number of hosts" {hosts} "$(xe host-list --minimal | tr , \'\\n\' | wc -l | tr -d " ")"'
        return
    name = shlex.quote(guard.host)
    if guard.host_uuid:
        uuid = shlex.quote(guard.host_uuid)
        yield f'expect "the host" {name} "$(xe host-list uuid={uuid} params=name-label --minimal)"'
    else:
        yield f'expect "the host" {name} "$(xe host-list name-label={name} params=name-label --minimal)"'
