"""For programs: a plan, or why there is none, as JSON, in the form that `schemas/plan.json` describes."""

from __future__ import annotations

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from planner.model.fields import Record
from planner.plans import Cause, NoPlan, Outcome, Plan, Step, Violation
from planner.plans.changes import Change, FieldChange, HostEjected, HostJoined, InterfaceRemoved, RepositoryForgotten
from planner.plans.homing import HomesOutcome
from planner.plans.moving import MovesOutcome
from planner.plans.powering import PowerOutcome
from planner.plans.protecting import ProtectionOutcome
from planner.plans.updating import UpdateOutcome
from planner.reports.plan_json_homes import JsonHomesOutcome, homes_outcome
from planner.reports.plan_json_join import JsonOutcome, join_outcome
from planner.reports.plan_json_moves import JsonMovesOutcome, moves_outcome
from planner.reports.plan_json_power import JsonPowerOutcome, power_outcome
from planner.reports.plan_json_protection import JsonProtectionOutcome, protection_outcome
from planner.reports.plan_json_update import JsonUpdateOutcome, update_outcome


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
    phase: Literal["before", "join", "move", "change", "after", "ha", "guests", "storage", "hosts", "homes"]
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
    round: int | None = None
    """Steps of one round may be done at the same time; null where a step is done by itself, in its turn."""
    seconds: int | None = None
    """How long it takes if nothing else uses the links; null where that is not known."""
    stage: str | None = None
    """The part of a plan in parts that it belongs to, such as the host that is updated."""


class JsonCause(_Part):
    """A reason why there is no plan."""

    code: str | None
    told: str
    proven: bool


Told = JsonOutcome | JsonMovesOutcome | JsonProtectionOutcome | JsonPowerOutcome | JsonHomesOutcome | JsonUpdateOutcome
"""How things are once a plan is done."""


class JsonPlan(_Part):
    """A plan, or why there is none."""

    version: Literal[1]
    kind: Literal["plan"]
    goal: str
    answer: Literal["plan", "impossible", "undecided"]
    because: list[JsonCause] = Field(default_factory=list)
    violations: list[JsonViolation] = Field(default_factory=list)
    steps: list[JsonStep] = Field(default_factory=list)
    outcome: Told | None = None
    back: list[JsonStep] = Field(default_factory=list)
    """The way back to how things are today, where there is one."""
    others: list[str] = Field(default_factory=list)
    """Other ways to the same, each enough by itself."""
    ways_out: list[str] = Field(default_factory=list)
    """Where there is no plan: the cheapest changes with which there would be one, each enough by itself."""


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
            ways_out=list(answer.ways_out),
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
            others=list(answer.others),
            back=[_step(number, step) for number, step in enumerate(answer.back, start=1)],
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
        round=step.round,
        seconds=step.seconds,
        stage=step.stage or None,
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


def _outcome(outcome: Outcome) -> Told:
    if isinstance(outcome, UpdateOutcome):
        return update_outcome(outcome)
    if isinstance(outcome, HomesOutcome):
        return homes_outcome(outcome)
    if isinstance(outcome, PowerOutcome):
        return power_outcome(outcome)
    if isinstance(outcome, ProtectionOutcome):
        return protection_outcome(outcome)
    return moves_outcome(outcome) if isinstance(outcome, MovesOutcome) else join_outcome(outcome)
