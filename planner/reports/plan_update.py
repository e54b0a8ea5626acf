"""How a pool is updated host by host, in sections that several formats tell."""

from __future__ import annotations

from collections.abc import Iterator

from planner.plans.updating import Stage, UpdateOutcome
from planner.reports.plan_moves import Section, duration, refused_told, survivals_told
from planner.rules.wording import counted, listed

_MOST_NAMED = 12


def update_sections(outcome: UpdateOutcome) -> list[Section]:
    """The hosts in their order, the VMs that are shut down, how long it takes, and what is not certain."""
    sections: list[Section] = [
        ("hosts in their order", [stage_told(each) for each in outcome.stages] or ["no host has to be updated"]),
        ("VMs that are shut down meanwhile", list(_stopped(outcome))),
        ("moves", list(_moves(outcome)) if outcome.stages else []),
        ("time", list(_time(outcome)) if outcome.stages else []),
        ("hosts that may fail at once, beside those out of service", survivals_told(outcome.survivals)),
        ("what the toolstack's own evacuation would do", list(_toolstack(outcome)) if outcome.stages else []),
        ("hosts that have the release already", [listed(outcome.skipped)] if outcome.skipped else []),
        ("to be known", list(outcome.notes)),
    ]
    return [section for section in sections if section[1]]


def stage_told(stage: Stage) -> str:
    """What is done for a host, or for several at the same time."""
    hosts = listed(stage.hosts) + (" at the same time" if len(stage.hosts) > 1 else "")
    told = [f"{counted(len(stage.stopped), 'VM')} shut down and started again"] if stage.stopped else []
    if stage.leave + stage.come:
        taken = "not known" if stage.seconds is None else f"{duration(stage.seconds)} at least"
        told = [f"{counted(stage.leave, 'move')} before the restart, {stage.come} after it", *told]
        return f"{hosts}: {', '.join(told)}; the moves take: {taken}"
    return f"{hosts}: {told[0] if told else 'no VM has to leave'}"


def _stopped(outcome: UpdateOutcome) -> Iterator[str]:
    for stage in outcome.stages:
        for each in stage.stopped:
            yield each.why if each.why.startswith(f"{each.vm} ") else f"{each.vm} on {each.host}: {each.why}"


def _moves(outcome: UpdateOutcome) -> Iterator[str]:
    if outcome.moves == 0:
        yield "no VM is moved"
        return
    number = f"{counted(outcome.moves, 'move')} in all"
    if outcome.fewest is None:
        yield f"{number}; VMs stay where they are in the end"
        return
    others = " and shuts nobody else down" if any(stage.stopped for stage in outcome.stages) else ""
    least = "fewer" if outcome.fewest == outcome.moves else f"less than {outcome.fewest}"
    yield f"{number}, every VM is back where it was; no plan that brings all back{others} has {least}"


def _time(outcome: UpdateOutcome) -> Iterator[str]:
    restarts = len(outcome.stages)
    if outcome.moves == 0:
        yield "moves: none"
    elif outcome.seconds is None:
        yield "moves: not known: say the `speed` of the management interfaces"
    else:
        yield f"moves: {duration(outcome.seconds)} at least; more if VMs write much"
    each = outcome.restart_seconds
    if each is None:
        yield "updates and restarts are not counted: say how long one takes with --reboot-minutes"
    else:
        yield f"updates and restarts: {duration(restarts * each)}, {restarts} times {duration(each)}"
        if outcome.seconds is not None:
            yield f"in all: {duration(outcome.seconds + restarts * each)} at least"
    if any(stage.stopped for stage in outcome.stages):
        yield "how long guests take to go down and to start is not counted"


def _toolstack(outcome: UpdateOutcome) -> Iterator[str]:
    for each in outcome.refused:
        yield refused_told(each)
    if outcome.refused_lacking:
        yield f"not known of all, for lack of {listed(outcome.refused_lacking, 6)}"
    elif not outcome.refused:
        yield "`xe host-evacuate` would empty each host too"
