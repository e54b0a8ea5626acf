"""For programs: a report as JSON, in the form that `schemas/report.json` describes."""

from __future__ import annotations

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from planner.findings import Finding, Named, Report, Severity, Suppression, Undecided
from planner.source.text import Place


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class JsonObject(_Part):
    """What a finding is about."""

    kind: str
    name: str
    pool: str | None


class JsonRelated(_Part):
    """Another object that a finding has to do with, and its place."""

    object: JsonObject
    path: str | None
    line: int | None
    column: int | None


class JsonFinding(_Part):
    """A fault: what, about which object, where, and what mends it."""

    code: str
    name: str
    severity: Literal["error", "warning", "note"]
    message: str
    remedy: str
    object: JsonObject
    field: str
    """Dotted where it is inside a part of the object; empty for the object itself."""
    path: str | None
    line: int | None
    """From 1."""
    column: int | None
    """From 1, in characters."""
    related: list[JsonRelated]
    api_error: str | None
    """What the toolstack answers to the same fault; null where it does not notice."""
    fingerprint: str
    """Stays the same when files are moved or written anew."""


class JsonSuppression(_Part):
    """That a person knows of a finding."""

    kind: Literal["comment", "record", "baseline"]
    """Where it was said."""
    reason: str
    until: str | None
    """The last day on which it holds."""


class JsonSuppressed(JsonFinding):
    """A finding that is not told again."""

    suppression: JsonSuppression


class JsonUnknown(_Part):
    """A rule that could not decide, because the inventory does not say a field of an object."""

    code: str
    object: JsonObject
    field: str


class JsonSummary(_Part):
    """How many findings of each severity, facts that are lacking, rules that ran and objects looked at."""

    error: int
    warning: int
    note: int
    unknown: int
    rules: int
    objects: int


class JsonReport(_Part):
    """All that a check found."""

    version: Literal[1]
    kind: Literal["report"]
    findings: list[JsonFinding] = Field(default_factory=list)
    suppressed: list[JsonSuppressed] = Field(default_factory=list)
    unknown: list[JsonUnknown] = Field(default_factory=list)
    gone: list[str] = Field(default_factory=list)
    """What a baseline holds and is no longer found."""
    summary: JsonSummary


def json_report(report: Report) -> str:
    """The report as one JSON object, keys in a fixed order."""
    told = JsonReport(
        version=1,
        kind="report",
        findings=[finding_told(finding) for finding in report.findings],
        suppressed=[suppressed_told(finding) for finding in report.suppressed],
        gone=list(report.gone),
        unknown=[unknown_told(each) for each in report.unknown],
        summary=summary_told(report),
    )
    return json.dumps(told.model_dump(), ensure_ascii=False, indent=2) + "\n"


def summary_told(report: Report) -> JsonSummary:
    """The numbers of a report."""
    return JsonSummary(
        error=report.count(Severity.ERROR),
        warning=report.count(Severity.WARNING),
        note=report.count(Severity.NOTE),
        unknown=len(report.unknown),
        rules=report.rules,
        objects=sum(report.objects.values()),
    )


def finding_told(finding: Finding) -> JsonFinding:
    """A finding with all that is known of it."""
    return JsonFinding(
        code=finding.code,
        name=finding.name,
        severity=finding.severity.value,
        message=finding.message,
        remedy=finding.remedy,
        object=_object(finding.about),
        field=finding.field,
        **_place(finding.place),
        related=[JsonRelated(object=_object(each.about), **_place(each.place)) for each in finding.related],
        api_error=finding.api_error or None,
        fingerprint=finding.fingerprint,
    )


def suppressed_told(finding: Finding) -> JsonSuppressed:
    """A finding that is known, and who said so."""
    said = finding.suppression or Suppression("comment")
    suppression = JsonSuppression.model_validate({"kind": said.kind, "reason": said.reason, "until": said.until})
    return JsonSuppressed(**finding_told(finding).model_dump(), suppression=suppression)


def unknown_told(undecided: Undecided) -> JsonUnknown:
    """A rule, and the fact that it lacked."""
    return JsonUnknown(code=undecided.code, object=_object(undecided.about), field=undecided.field)


def _object(about: Named) -> JsonObject:
    return JsonObject(kind=about.kind, name=about.name, pool=about.pool)


def _place(place: Place | None) -> dict[str, str | int | None]:
    return {
        "path": place.path if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
    }
