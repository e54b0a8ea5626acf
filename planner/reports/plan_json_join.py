"""For programs: what a join makes of the host and of the pool, as JSON."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from planner.plans.outcomes import JoinOutcome

State = Literal["attached", "would attach", "will fail", "not connected", "unknown"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class JsonNetwork(_Part):
    """A network of the joining host, and what it becomes."""

    name: str
    bridge: str | None
    interface: str | None
    becomes: str | None
    """The pool's network; null where it has none of that bridge, or that is not known."""
    known: bool


class JsonRepository(_Part):
    """A shared repository of the pool, on the new member."""

    name: str
    inherited: bool
    state: State
    """What is to be expected when the member starts for the first time."""
    why: str
    remedy: str | None
    after_last_step: State


class JsonLevel(_Part):
    """What the pool offers guests; null where that is not known."""

    guests: Literal["all", "hvm", "pv"]
    before: list[str] | None
    after: list[str] | None
    lost: list[str] | None


class JsonStranded(_Part):
    """Running guests that cannot move to the new member."""

    vms: list[str]
    host: str
    why: str
    certain: bool


class JsonOutcome(_Part):
    """How things are once the plan is done."""

    host: str
    pool: str
    networks: list[JsonNetwork]
    made: list[str]
    comes_along: list[str]
    does_not_come_along: list[str]
    repositories: list[JsonRepository]
    cpu_level: list[JsonLevel]
    stranded: list[JsonStranded]
    edition_of_host: str | None
    editions_of_pool: list[str]
    not_told: list[str]
    """What no inventory can tell."""


def join_outcome(outcome: JoinOutcome) -> JsonOutcome:
    """An outcome as JSON has it."""
    return JsonOutcome(
        host=outcome.host,
        pool=outcome.pool,
        networks=[
            JsonNetwork(
                name=each.own,
                bridge=each.bridge,
                interface=each.device or None,
                becomes=each.becomes,
                known=each.known,
            )
            for each in outcome.networks
        ],
        made=list(outcome.made),
        comes_along=list(outcome.kept),
        does_not_come_along=list(outcome.lost),
        repositories=_repositories(outcome),
        cpu_level=_levels(outcome),
        stranded=[
            JsonStranded(vms=list(each.vms), host=each.host, why=each.why, certain=each.certain)
            for each in outcome.stranded
        ],
        edition_of_host=outcome.edition.host,
        editions_of_pool=list(outcome.edition.pool),
        not_told=list(outcome.notes),
    )


def _repositories(outcome: JoinOutcome) -> list[JsonRepository]:
    return [
        JsonRepository(
            name=each.name,
            inherited=each.inherited,
            state=each.state.value,
            why=each.why,
            remedy=each.remedy or None,
            after_last_step=each.final.value,
        )
        for each in outcome.repositories
    ]


def _levels(outcome: JoinOutcome) -> list[JsonLevel]:
    return [
        JsonLevel(
            guests=each.scope,
            before=None if each.before is None else list(each.before),
            after=None if each.after is None else list(each.after),
            lost=None if each.lost is None else list(each.lost),
        )
        for each in outcome.levels
    ]
