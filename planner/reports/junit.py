"""JUnit XML, for test reports of CI systems: a suite for each document, a case for each rule."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from planner.findings import Declared, Described, Finding, Report, Undecided
from planner.reports.paths import told_path
from planner.reports.words import justified, located, visible
from planner.rules.wording import listed

ByRule = dict[tuple[int | None, str], list[Finding]]
Lacking = dict[tuple[int | None, str], list[Undecided]]


def junit(report: Report) -> str:
    """A failure where findings reach the threshold, skipped where facts lack or all is suppressed, passed otherwise."""
    found: ByRule = {}
    lacking: Lacking = {}
    for finding in (*report.findings, *report.suppressed):
        found.setdefault((finding.document, finding.code), []).append(finding)
    for each in report.unknown:
        lacking.setdefault((each.document, each.code), []).append(each)
    suites = [_suite(number, report, found, lacking) for number in _documents(report)]
    totals = " ".join(
        f'{name}="{sum(suite[0][name] for suite in suites)}"' for name in ("tests", "failures", "skipped")
    )
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="planner" {totals}>']
    lines += [line for _, suite in suites for line in suite]
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _documents(report: Report) -> list[int | None]:
    """The number of every document, and None where something is in no document."""
    seen = {finding.document for finding in report.findings} | {each.document for each in report.unknown}
    return [*range(len(report.documents)), *([None] if None in seen else [])]


def _suite(number: int | None, report: Report, found: ByRule, lacking: Lacking) -> tuple[dict[str, int], list[str]]:
    counts = {"tests": len(report.ran), "failures": 0, "skipped": 0}
    name = _attribute(_name(None if number is None else report.documents[number], report))
    cases: list[str] = []
    for rule in report.ran:
        findings, unknown = found.get((number, rule.code), []), lacking.get((number, rule.code), [])
        outcome = _outcome(findings, unknown, report)
        counts["failures"] += "<failure" in outcome
        counts["skipped"] += "<skipped" in outcome
        cases.append(_case(rule, name, outcome))
    totals = " ".join(f'{key}="{value}"' for key, value in counts.items())
    return counts, [f'  <testsuite name={name} {totals} errors="0">', *cases, "  </testsuite>"]


def _name(document: Described | None, report: Report) -> str:
    if document is None:
        return "in no document"
    return " ".join(part for part in (told_path(document.path, report), document.kind, document.name) if part)


def _case(rule: Declared, suite: str, outcome: str) -> str:
    opening = f'    <testcase classname={suite} name="{rule.code} {rule.name}"'
    return f"{opening}>\n{outcome}    </testcase>" if outcome else f"{opening}/>"


def _outcome(findings: list[Finding], unknown: list[Undecided], report: Report) -> str:
    least = report.threshold.weight
    failing = [each for each in findings if each.suppression is None and each.severity.weight >= least]
    told = "\n".join(_told(each) for each in findings)
    if failing:
        message = failing[0].message if len(failing) == 1 else f"{failing[0].message}; and {len(failing) - 1} more"
        kind = max(failing, key=lambda each: each.severity.weight).severity.value
        return f'      <failure type="{kind}" message={_attribute(message)}>{_content(told)}</failure>\n'
    output = f"      <system-out>{_content(told)}</system-out>\n" if told else ""
    if reasons := "; ".join(_reasons(findings, unknown)):
        return f"      <skipped message={_attribute(reasons)}/>\n{output}"
    return output


def _reasons(findings: list[Finding], unknown: list[Undecided]) -> Iterator[str]:
    """Why a case that does not fail was not passed either: facts are lacking, or all that was found is known."""
    if unknown:
        yield f"not known: {listed(f'{each.field} of {each.about.kind} {each.about.name}' for each in unknown)}"
    suppressions = [each.suppression for each in findings if each.suppression]
    if suppressions and len(suppressions) == len(findings):
        yield f"suppressed: {listed(dict.fromkeys(map(justified, suppressions)))}"


def _told(finding: Finding) -> str:
    where = f"{located(finding.place)}: " if finding.place else ""
    toolstack = f"\n  toolstack: {finding.api_error}" if finding.api_error else ""
    known = f"suppressed ({justified(finding.suppression)}) " if finding.suppression else ""
    what = f"{where}{known}{finding.severity.value}: {visible(finding.message)}"
    return f"{what}\n  remedy: {visible(finding.remedy)}{toolstack}"


def _attribute(text: str) -> str:
    return quoteattr(visible(text))


def _content(text: str) -> str:
    return escape(text)
