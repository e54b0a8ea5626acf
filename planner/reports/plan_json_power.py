"""For programs: how a pool goes down or comes up, as JSON."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from planner.plans.powering import PowerOutcome


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class JsonPowerRound(_Part):
    """VMs that go down or up at the same time."""

    vms: list[str]
    delay: int | None
    """Seconds that the toolstack waits once they are down or up; null where a delay is not known."""
    most: int | None
    """Seconds after which the round is over whatever the guests do; null where nothing bounds it."""


class JsonPowerOutcome(_Part):
    """How a pool goes down or comes up."""

    pool: str
    power: Literal["down", "up"]
    rounds: list[JsonPowerRound]
    delays: int | None
    """Seconds in all; null where one is not known."""
    most: int | None
    """Seconds after which all VMs are down or given up; null where nothing bounds it."""
    within: int | None
    """The seconds that were given."""
    patience: int | None
    """Seconds that a guest has before it is shut down hard; null where nobody is."""
    lacking: list[str]
    """What would have to be said for the order or the time to be certain."""
    notes: list[str]
    keep_failures: int | None
    always: bool


def power_outcome(outcome: PowerOutcome) -> JsonPowerOutcome:
    """An outcome as JSON has it."""
    return JsonPowerOutcome(
        pool=outcome.pool,
        power=outcome.power.value,
        rounds=[JsonPowerRound(vms=list(each.vms), delay=each.delay, most=each.most) for each in outcome.rounds],
        delays=outcome.delays,
        most=outcome.most,
        within=outcome.within,
        patience=outcome.patience,
        lacking=list(outcome.lacking),
        notes=list(outcome.notes),
        keep_failures=outcome.keep_failures,
        always=outcome.always,
    )
