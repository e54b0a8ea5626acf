"""A plan that promises restarts, or gives homes, as a shell script that does nothing if that is not as it was."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from planner.plans import Plan
from planner.plans.homing import HomesOutcome
from planner.plans.protecting import ProtectionOutcome
from planner.reports.words import visible

_HEAD = """\
#!/bin/sh
# {goal}
# Run it as root on a host of the pool.
set -eu

expect() {{
    [ "$2" = "$3" ] && return
    echo "$1 is '$3', and this was planned for '$2': nothing is done; plan anew" >&2
    exit 1
}}
"""


def protection_script(plan: Plan, outcome: ProtectionOutcome) -> str:
    """The script of a plan that promises restarts."""
    lines = (*_guards(outcome), *_steps(plan))
    return _HEAD.format(goal=visible(plan.goal)) + "".join(f"{line}\n" for line in lines)


def homes_script(plan: Plan, outcome: HomesOutcome) -> str:
    """The script of a plan that gives VMs their home servers; it does nothing if one is not as it was."""
    guards = [
        f"expect {shlex.quote(f'the home server of {uuid}')} {shlex.quote(home)}"
        f" \"$(xe {kind}-param-get uuid={shlex.quote(uuid)} param-name=affinity | sed 's/<not in database>//')\""
        for kind, uuid, home in outcome.today
    ]
    return _HEAD.format(goal=visible(plan.goal)) + "".join(f"{line}\n" for line in (*guards, *_steps(plan)))


def _guards(outcome: ProtectionOutcome) -> Iterator[str]:
    """Each VM whose priority changes has that which was planned for."""
    names = dict(outcome.names)
    for vm, priority in outcome.priorities:
        what = shlex.quote(f"the priority of {visible(names[vm])}")
        now = f"$(xe vm-param-get uuid={shlex.quote(vm)} param-name=ha-restart-priority)"
        yield f'expect {what} {shlex.quote(visible(priority))} "{now}"'


def _steps(plan: Plan) -> Iterator[str]:
    for number, step in enumerate(plan.steps, start=1):
        yield f"# {number}. {visible(step.what)}"
        yield f"#    why: {visible(step.why)}"
        yield from (visible(command) for command in step.commands)
