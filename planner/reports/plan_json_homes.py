"""For programs: which home server each VM is to have, as JSON."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from planner.plans.homing import HomesOutcome


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class JsonHome(_Part):
    """The home server of a VM today and then; null for the pool as a whole."""

    vm: str
    before: str | None
    after: str | None
    why: str
    at_start: str
    """Where the toolstack would start it then, if it had to today."""


class JsonHomeLoad(_Part):
    """How much of a host its own VMs take at their static maximum, in thousandths; null where that is not known."""

    host: str
    before: int | None
    after: int | None


class JsonHomesOutcome(_Part):
    """The home servers of a pool's VMs."""

    pool: str
    homes: list[JsonHome]
    templates: list[str]
    """Those that lose their home server."""
    home_loads: list[JsonHomeLoad]
    lacking: list[str]
    """The VMs for which no home was chosen, and what would have to be said."""
    notes: list[str]
    keep_failures: int | None
    always: bool


def homes_outcome(outcome: HomesOutcome) -> JsonHomesOutcome:
    """An outcome as JSON has it."""
    return JsonHomesOutcome(
        pool=outcome.pool,
        homes=[
            JsonHome(vm=each.vm, before=each.before, after=each.after, why=each.why, at_start=each.at_start)
            for each in outcome.homes
        ],
        templates=list(outcome.templates),
        home_loads=[JsonHomeLoad(host=each.host, before=each.before, after=each.after) for each in outcome.loads],
        lacking=list(outcome.lacking),
        notes=list(outcome.notes),
        keep_failures=outcome.keep_failures,
        always=outcome.always,
    )
