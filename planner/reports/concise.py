"""One line a finding, as editors and other programs like it."""

from __future__ import annotations

from planner.findings import Report
from planner.reports.words import located, summary, visible


def concise(report: Report) -> str:
    """`path:line:col: severity CODE message`, a line each, and the summary."""
    lines = [
        f"{located(finding.place)}: {finding.severity.value} {finding.code} {visible(finding.message)}".removeprefix(
            ": "
        )
        for finding in report.findings
    ]
    return "\n".join([*lines, summary(report)]) + "\n"
