"""Markdown, for comments, tickets and wikis: all findings, by severity."""

from __future__ import annotations

from collections.abc import Iterator

from planner.findings import Finding, Report, Severity
from planner.reports.markup import plain
from planner.reports.words import checked, justified, located, summary

_HEADINGS = {Severity.ERROR: "Errors", Severity.WARNING: "Warnings", Severity.NOTE: "Notes"}


def markdown(report: Report) -> str:
    """The numbers, each finding with its place and remedy, what is known already, and the facts that are lacking."""
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield from ("# What checking found", "", f"{plain(summary(report))}; {plain(checked(report))}.")
    for severity, heading in _HEADINGS.items():
        findings = [finding for finding in report.findings if finding.severity is severity]
        if findings:
            yield from ("", f"## {heading}", "")
        for finding in findings:
            yield from _finding(finding)
    if report.suppressed:
        yield from ("", "## Suppressed", "")
        for finding in report.suppressed:
            yield from _suppressed(finding)
    if report.gone:
        yield from ("", "## No longer found", "", *(f"- {plain(each)}" for each in report.gone))
    if report.unknown:
        yield from ("", "## Not known", "")
        for each in report.unknown:
            yield f"- **{each.code}** {plain(f'{each.field} of {each.about.kind} {each.about.name}')}"


def _suppressed(finding: Finding) -> Iterator[str]:
    yield _what(finding)
    if finding.suppression:
        yield f"  - {plain(f'{finding.severity.value}, suppressed: {justified(finding.suppression)}')}"


def _what(finding: Finding) -> str:
    where = f" ({plain(located(finding.place))})" if finding.place else ""
    return f"- **{finding.code}** {plain(finding.message)}{where}"


def _finding(finding: Finding) -> Iterator[str]:
    yield _what(finding)
    yield f"  - remedy: {plain(finding.remedy)}"
    if finding.api_error:
        yield f"  - toolstack: {plain(finding.api_error)}"
    for related in finding.related:
        place = f" ({plain(located(related.place))})" if related.place else ""
        yield f"  - see: {plain(f'{related.about.kind} {related.about.name}')}{place}"
