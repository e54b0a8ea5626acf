"""For programs: a plan, or why there is none, as JSON, in the form that `schemas/plan.json` describes."""

from __future__ import annotations

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from planner.model.fields import Record
from planner.plans import Cause, NoPlan, Plan, Step, Violation
from planner.plans.changes import Change, FieldChange, HostEjected, HostJoined, InterfaceRemoved, RepositoryForgotten
from planner.plans.outcomes import JoinOutcome

State = Literal["attached", "would attach", "will fail", "not connected", "unknown"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class JsonViolation(_Part):
    """What a rule sees today of what was asked for."""

    code: str
    name: str
    severity: Literal["error", "warning", "note"]
    message: str
    remedy: str
    api_error: str | None
    """What the toolstack answers to the same fault; null where it does not notice."""
    steps: list[int]
    """The number of the step after which it is gone, from 1; empty where no step mends it."""


class JsonChange(_Part):
    """What a step makes of the inventory."""

    kind: Literal["field", "interface removed", "repository forgotten", "host ejected", "host joined"]
    pool: str
    """UUID, or name where it has none."""
    object: str
    """Inside the pool: `hosts/xen01/interfaces/eth2`; empty for the pool itself."""
    field: str | None = None
    value: JsonValue = None


class JsonStep(_Part):
    """One thing to do, on one host."""

    number: int
    phase: Literal["before", "join", "after"]
    what: str
    why: str
    host: str
    by_hand: list[str]
    """To be done before the commands, where no command of the toolstack does it."""
    commands: list[str]
    """What nobody said stands as `…`, a password as PASSWORD."""
    loses: list[str]
    """What cannot be got back."""
    mends: list[str]
    """Codes of the rules whose findings are gone after it."""
    changes: list[JsonChange]


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


class JsonCause(_Part):
    """A reason why there is no plan."""

    code: str | None
    told: str
    proven: bool


class JsonPlan(_Part):
    """A plan, or why there is none."""

    version: Literal[1]
    kind: Literal["plan"]
    goal: str
    answer: Literal["plan", "impossible", "undecided"]
    because: list[JsonCause] = Field(default_factory=list)
    violations: list[JsonViolation] = Field(default_factory=list)
    steps: list[JsonStep] = Field(default_factory=list)
    outcome: JsonOutcome | None = None


def plan_json(answer: Plan | NoPlan) -> str:
    """The plan as one JSON object, keys in a fixed order."""
    violations = [_violation(each) for each in answer.violations]
    if isinstance(answer, NoPlan):
        told = JsonPlan(
            version=1,
            kind="plan",
            goal=answer.goal,
            answer="impossible" if answer.proven else "undecided",
            because=[_cause(each) for each in answer.because],
            violations=violations,
        )
    else:
        told = JsonPlan(
            version=1,
            kind="plan",
            goal=answer.goal,
            answer="plan",
            violations=violations,
            steps=[_step(number, step) for number, step in enumerate(answer.steps, start=1)],
            outcome=_outcome(answer.outcome),
        )
    return json.dumps(told.model_dump(), ensure_ascii=False, indent=2) + "\n"


def _cause(cause: Cause) -> JsonCause:
    return JsonCause(code=cause.code or None, told=cause.told, proven=cause.proven)


def _violation(each: Violation) -> JsonViolation:
    return JsonViolation(
        code=each.code,
        name=each.name,
        severity=each.severity.value,
        message=each.message,
        remedy=each.remedy,
        api_error=each.api_error or None,
        steps=list(each.steps),
    )


def _step(number: int, step: Step) -> JsonStep:
    return JsonStep(
        number=number,
        phase=step.phase.value,
        what=step.what,
        why=step.why,
        host=step.host,
        by_hand=list(step.by_hand),
        commands=list(step.commands),
        loses=list(step.loses),
        mends=list(step.mends),
        changes=[_change(each) for each in step.changes],
    )


def _change(change: Change) -> JsonChange:
    match change:
        case FieldChange():
            way = "/".join(part for pair in change.way for part in pair)
            value = _plain(change.value)
            return JsonChange(kind="field", pool=change.pool, object=way, field=change.field, value=value)
        case InterfaceRemoved():
            way = f"hosts/{change.host}/interfaces/{change.interface}"
            return JsonChange(kind="interface removed", pool=change.pool, object=way)
        case RepositoryForgotten():
            way = f"repositories/{change.repository}"
            return JsonChange(kind="repository forgotten", pool=change.pool, object=way)
        case HostEjected():
            return JsonChange(kind="host ejected", pool=change.pool, object=f"hosts/{change.host}")
        case HostJoined():
            return JsonChange(kind="host joined", pool=change.pool, object=f"hosts/{change.host}")
    raise AssertionError(f"{change} is part of no step")


def _plain(value: object) -> JsonValue:
    """A value of a record as JSON has it."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Record():
            told: JsonValue = value.model_dump(mode="json", exclude_defaults=True)
            return told
        case tuple():
            return [_plain(each) for each in value]
    raise AssertionError(f"{value!r} is no value of a field")


def _outcome(outcome: JoinOutcome) -> JsonOutcome:
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
