"""Markdown, for comments, tickets and wikis: all findings, by severity."""

from __future__ import annotations

from collections.abc import Iterator

from planner.findings import Finding, Report, Severity
from planner.reports.markup import plain
from planner.reports.words import checked, located, summary

_HEADINGS = {Severity.ERROR: "Errors", Severity.WARNING: "Warnings", Severity.NOTE: "Notes"}


def markdown(report: Report) -> str:
    """The numbers, then each finding with its place and remedy, then the facts that are lacking."""
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield from ("# What checking found", "", f"{plain(summary(report))}; {plain(checked(report))}.")
    for severity, heading in _HEADINGS.items():
        findings = [finding for finding in report.findings if finding.severity is severity]
        if findings:
            yield from ("", f"## {heading}", "")
        for finding in findings:
            yield from _finding(finding)
    if report.unknown:
        yield from ("", "## Not known", "")
        for each in report.unknown:
            yield f"- **{each.code}** {plain(f'{each.field} of {each.about.kind} {each.about.name}')}"


def _finding(finding: Finding) -> Iterator[str]:
    where = f" ({plain(located(finding.place))})" if finding.place else ""
    yield f"- **{finding.code}** {plain(finding.message)}{where}"
    yield f"  - remedy: {plain(finding.remedy)}"
    if finding.api_error:
        yield f"  - toolstack: {plain(finding.api_error)}"
    for related in finding.related:
        place = f" ({plain(located(related.place))})" if related.place else ""
        yield f"  - see: {plain(f'{related.about.kind} {related.about.name}')}{place}"
