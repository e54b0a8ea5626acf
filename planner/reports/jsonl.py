"""For programs that read as they go: a report as JSON, one object a line, as in `schemas/report-line.json`."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from planner.findings import Report
from planner.reports.json_report import (
    JsonFinding,
    JsonSummary,
    JsonSuppressed,
    JsonUnknown,
    finding_told,
    summary_told,
    suppressed_told,
    unknown_told,
)


class FindingLine(JsonFinding):
    """A line with a finding."""

    kind: Literal["finding"]


class SuppressedLine(JsonSuppressed):
    """A line with a finding that is known."""

    kind: Literal["suppressed"]


class UnknownLine(JsonUnknown):
    """A line with what a rule could not decide."""

    kind: Literal["unknown"]


class GoneLine(BaseModel):
    """A line with what a baseline holds and is no longer found."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["gone"]
    message: str


class SummaryLine(JsonSummary):
    """The last line."""

    kind: Literal["summary"]
    version: Literal[1]


ReportLine = Annotated[FindingLine | SuppressedLine | UnknownLine | GoneLine | SummaryLine, Field(discriminator="kind")]


def jsonl(report: Report) -> str:
    """A line for each finding, told, suppressed or gone, one for each fact that is lacking, and one of numbers."""
    lines = [_line("finding", finding_told(finding)) for finding in report.findings]
    lines += [_line("suppressed", suppressed_told(finding)) for finding in report.suppressed]
    lines += [_line("unknown", unknown_told(each)) for each in report.unknown]
    lines += [_json({"kind": "gone", "message": each}) for each in report.gone]
    lines.append(_line("summary", summary_told(report), version=1))
    return "".join(lines)


def _line(kind: str, told: BaseModel, **more: int) -> str:
    return _json({"kind": kind, **more, **told.model_dump()})


def _json(told: dict[str, object]) -> str:
    return json.dumps(told, ensure_ascii=False) + "\n"
