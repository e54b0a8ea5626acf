"""For programs: how a pool is updated host by host, as JSON."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from planner.plans.updating import UpdateOutcome
from planner.reports.plan_json_moves import JsonRefused, JsonSurvival, refused, survival


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class JsonStopped(_Part):
    """A VM that is shut down while its host is updated, and started again."""

    vm: str
    host: str
    why: str


class JsonStage(_Part):
    """A host, or several at the same time, that are emptied, updated, and filled again."""

    hosts: list[str]
    moves_before: int
    """Live moves before the hosts are restarted."""
    moves_after: int
    stopped: list[JsonStopped]
    seconds: int | None
    """How long the moves take at least; null where that is not known."""


class JsonUpdateOutcome(_Part):
    """How a pool is updated, or upgraded, host by host."""

    pool: str
    release: str | None
    """The release to which the hosts are upgraded; null for updates of the one that they have."""
    one_way: bool
    """No VM is moved from a host that is up to date to one that is not."""
    at_once: int
    returns: bool
    """Every VM is back where it was in the end."""
    keep_failures: int | None
    always: bool
    limit_moves: int | None
    """So many VMs may be moved to empty one host."""
    stages: list[JsonStage]
    skipped: list[str]
    """The hosts that have the release already."""
    moves: int
    fewest_moves: int | None
    """No plan that brings every VM back makes fewer; null where VMs stay where they are."""
    failures_before: JsonSurvival | None
    """Null where nobody is protected, or a fact is lacking."""
    failures_during: JsonSurvival | None
    failures_after: JsonSurvival | None
    failures_lacking: list[str]
    seconds: int | None
    """Of all moves; null where it is not known."""
    restart_seconds: int | None
    """Of one update and restart, as it was said; null where nobody said, and restarts are not counted."""
    toolstack_refuses: list[JsonRefused]
    """Where the toolstack's own evacuation of the hosts would stop."""
    toolstack_lacking: list[str]
    """What is not known, so that its answer is not known either."""
    notes: list[str]


def update_outcome(outcome: UpdateOutcome) -> JsonUpdateOutcome:
    """An outcome as JSON has it."""
    told = outcome.survivals
    return JsonUpdateOutcome(
        pool=outcome.pool,
        release=outcome.release,
        one_way=outcome.one_way,
        at_once=outcome.at_once,
        returns=outcome.returns,
        keep_failures=outcome.keep_failures,
        always=outcome.always,
        limit_moves=outcome.limit_moves,
        stages=[
            JsonStage(
                hosts=list(stage.hosts),
                moves_before=stage.leave,
                moves_after=stage.come,
                stopped=[JsonStopped(vm=each.vm, host=each.host, why=each.why) for each in stage.stopped],
                seconds=stage.seconds,
            )
            for stage in outcome.stages
        ],
        skipped=list(outcome.skipped),
        moves=outcome.moves,
        fewest_moves=outcome.fewest,
        failures_before=survival(told.before),
        failures_during=survival(told.during),
        failures_after=survival(told.after),
        failures_lacking=list(told.lacking),
        seconds=outcome.seconds,
        restart_seconds=outcome.restart_seconds,
        toolstack_refuses=[refused(each) for each in outcome.refused],
        toolstack_lacking=list(outcome.refused_lacking),
        notes=list(outcome.notes),
    )
