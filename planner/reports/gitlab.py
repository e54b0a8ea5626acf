"""GitLab's code quality report: what a merge request brings and takes, as `schemas/code-quality.json` describes it.

It has no word for a finding that is suppressed: whatever is in it is shown as a fault of the merge request, so what is
suppressed is left out.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from planner.findings import Finding, Report, Severity
from planner.reports.paths import home

_SEVERITIES: dict[Severity, Literal["critical", "minor", "info"]] = {
    Severity.ERROR: "critical",
    Severity.WARNING: "minor",
    Severity.NOTE: "info",
}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class QualityLines(_Part):
    """The line to show."""

    begin: Annotated[int, Field(ge=1)]


class QualityLocation(_Part):
    """Where in the repository it is."""

    path: Annotated[str, Field(json_schema_extra={"pattern": r"^(?!\./)"})]
    """Relative to the root of the repository, without `./` before it."""
    lines: QualityLines


class QualityIssue(_Part):
    """A finding."""

    description: str
    check_name: str
    fingerprint: str
    """No other issue of the report has it."""
    severity: Literal["info", "minor", "major", "critical", "blocker"]
    location: QualityLocation


class CodeQuality(RootModel[list[QualityIssue]]):
    """All findings, the worst first."""


def gitlab(report: Report) -> str:
    """The findings as code quality issues."""
    told = CodeQuality([_issue(finding, report) for finding in report.worst_first])
    return json.dumps(told.model_dump(), ensure_ascii=False, indent=2) + "\n"


def _issue(finding: Finding, report: Report) -> QualityIssue:
    line = finding.place.line if finding.place else 1
    return QualityIssue(
        description=f"{finding.message} (remedy: {finding.remedy})",
        check_name=finding.code,
        fingerprint=finding.fingerprint,
        severity=_SEVERITIES[finding.severity],
        location=QualityLocation(path=home(finding, report), lines=QualityLines(begin=line)),
    )
