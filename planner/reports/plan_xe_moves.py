"""A plan that moves VMs as a shell script: rounds at the same time, and nothing if the pool is not as it was."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from planner.plans import Phase, Plan, Step
from planner.plans.moving import MovesGuard, MovesOutcome, Standing
from planner.reports.words import visible
from planner.rules.wording import counted

_HEAD = """\
#!/bin/sh
# {goal}
# Run it as root on a host of the pool: sh {script} there{back}
set -eu
"""
FUNCTIONS = """
stop() {
    echo "$1" >&2
    exit 1
}

expect() {
    [ "$2" = "$3" ] || stop "$1 is '$3', and this was planned for '$2': nothing is done; plan anew"
}

# Commands of one round run at the same time; the next round begins when all of them have done their work.
pids=
start() {
    "$@" &
    pids="$pids $!"
}
finish() {
    failed=
    for pid in $pids; do wait "$pid" || failed=yes; done
    pids=
    [ -z "$failed" ] || stop "a command of this round failed; look at it, then plan anew"
}

# The VMs on a host, in one order whatever order they are told in.
on() {
    xe vm-list resident-on="$1" is-control-domain=false params="$2" --minimal |
        tr , '\\n' | sed '/^$/d' | sort | tr '\\n' ' '
}
"""
"""What the scripts are made of: to stop, to see that all is as planned, and to do things at the same time."""


def moves_script(plan: Plan, outcome: MovesOutcome) -> str:
    """The script of a plan that moves VMs."""
    goal, guard = visible(plan.goal), outcome.guard
    back = "; and `back` for the way back" if plan.back else ""
    enough = _enough(outcome)
    back += (
        f"; or `enough` for the first {counted(enough, 'move')}: what follows gains less than it costs"
        if enough
        else ""
    )
    text = [_HEAD.format(goal=goal, script="plan.sh", back=back), FUNCTIONS, '\ncase "${1:-}" in\n', "there)\n"]
    first = [*pool_guards(guard), *standing_guards(guard.standing, _hosts(guard.standing, outcome))]
    text += _lines([*first, *_steps(plan.steps)])
    text.append("    ;;\n")
    if enough:
        text.append("enough)\n")
        text += _lines([*first, *_steps(plan.steps[:enough])])
        text.append("    ;;\n")
    if plan.back:
        text.append("back)\n")
        text += _lines([*pool_guards(guard), *_steps(plan.back)])
        text.append("    ;;\n")
    choices = " or ".join(("there", *(["enough"] if enough else []), *(["back"] if plan.back else [])))
    text.append(f"*) stop {shlex.quote(f'say {choices}: sh plan.sh there')} ;;\nesac\n")
    return "".join(text)


def _enough(outcome: MovesOutcome) -> int:
    """After how many moves one may stop before the end; none where there is no such place."""
    told = outcome.balancing
    return told.enough if told and told.enough < len(told.gains) else 0


def _lines(lines: Iterable[str]) -> list[str]:
    return [f"    {line}\n" for line in lines]


def pool_guards(guard: MovesGuard) -> Iterator[str]:
    """The pool is the one that was planned for."""
    master = "$(xe pool-list params=master --minimal)"
    if guard.coordinator_uuid:
        yield f'expect "the coordinator" {shlex.quote(guard.coordinator_uuid)} "{master}"'
    elif guard.coordinator:
        name = f"$(xe host-list uuid={master} params=name-label --minimal)"
        yield f'expect "the coordinator" {shlex.quote(guard.coordinator)} "{name}"'
    yield f'expect "the number of hosts" {guard.hosts} "$(xe host-list --minimal | tr , \'\\n\' | wc -l | tr -d " ")"'


def _hosts(standing: Sequence[Standing], outcome: MovesOutcome) -> list[str]:
    """The hosts that VMs leave or come to, or are started on."""
    touched = {name for each in outcome.moved for name in (each.source, each.target)} | set(outcome.emptied)
    if outcome.placing and outcome.placing.begun:
        touched |= {each.host for each in outcome.placing.starts}
    return sorted(touched & {each.host for each in standing} | (touched - {each.host for each in standing}))


def standing_guards(standing: Sequence[Standing], hosts: Sequence[str]) -> Iterator[str]:
    """On each host that matters run just those VMs that were planned for."""
    for host in hosts:
        there = [each for each in standing if host in (each.host, each.host_uuid)]
        uuid = next((each.host_uuid for each in there if each.host_uuid), None)
        which = shlex.quote(uuid) if uuid else f'"$(xe host-list name-label={shlex.quote(host)} --minimal)"'
        by_uuid = all(each.vm_uuid for each in there)
        names = sorted((each.vm_uuid or "") if by_uuid else each.vm for each in there)
        expected = "".join(f"{name} " for name in names)
        params = "uuid" if by_uuid else "name-label"
        what = shlex.quote(f"what runs on {visible(host)}")
        yield f'expect {what} {shlex.quote(visible(expected))} "$(on {which} {params})"'


def _steps(steps: Sequence[Step]) -> Iterator[str]:
    numbered = list(enumerate(steps, start=1))
    for number, grouped in groupby(numbered, key=lambda each: each[1].round):
        together = list(grouped)
        if number is not None:
            yield f"# round {number}"
        for place, step in together:
            yield f"# {place}. {visible(step.what)}"
            yield from (_command(step, command) for command in step.commands)
        if number is not None:
            yield "finish"


def _command(step: Step, command: str) -> str:
    return f"start {visible(command)}" if step.phase is Phase.MOVE else visible(command)
