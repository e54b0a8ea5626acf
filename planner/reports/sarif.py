"""SARIF 2.1.0, for code scanning and other viewers of findings, within the limits that GitHub sets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby

import planner
from planner.findings import Declared, Finding, Named, Report, Suppression, Undecided
from planner.reports.paths import home, told_uri
from planner.reports.words import justified
from planner.rules.wording import counted, listed, plural
from planner.source.text import Place

Json = dict[str, object]

MOST_RESULTS = 5_000
"""GitHub shows no more of one run."""
MOST_LOCATIONS = 100
"""GitHub shows no more of one result."""
MOST_CHARACTERS = 9 * 2**20
"""GitHub takes 10 MiB when packed; this much is less, packed or not."""


def sarif(report: Report) -> str:
    """The report as one run: its rules, its results, and notifications of what could not be checked."""
    indices = {rule.code: number for number, rule in enumerate(report.ran)}
    worst = report.all_known[:MOST_RESULTS]
    kept = list(_within_size(_result(finding, indices[finding.code], report) for finding in worst))
    run = {
        "tool": {"driver": _driver(report)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The folder in which the command was run."}}},
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    *_cut(len(kept), len(report.all_known)),
                    *_unknown(report.unknown),
                    *_unread(report),
                    *map(_notification, report.gone),
                ],
            }
        ],
        "results": kept,
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _within_size(results: Iterable[Json]) -> Iterator[Json]:
    """The first results, as many as a file may hold."""
    left = MOST_CHARACTERS
    for result in results:
        left -= len(json.dumps(result))
        if left < 0:
            return
        yield result


def _driver(report: Report) -> Json:
    return {
        "name": "planner",
        "semanticVersion": planner.__version__,
        "rules": [_rule(rule) for rule in report.ran],
    }


def _rule(rule: Declared) -> Json:
    toolstack = f"\n\nThe toolstack answers `{rule.api_error}`." if rule.api_error else ""
    page = f"{rule.title}\n\n{rule.why}{toolstack}"
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why or rule.title},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": rule.severity.value},
        "properties": {
            "tags": [rule.code[:2]],
            "problem.severity": {"note": "recommendation"}.get(rule.severity.value, rule.severity.value),
        },
    }


def _result(finding: Finding, index: int, report: Report) -> Json:
    related = [each for each in finding.related if each.place]
    return {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": finding.severity.value,
        "message": {"text": _text(f"{finding.message}\nRemedy: {finding.remedy}")},
        "locations": [_location(finding.about, finding.place, home(finding, report), report, field=finding.field)],
        "relatedLocations": [
            _location(each.about, each.place, "", report, field="", number=number)
            for number, each in enumerate(related[: MOST_LOCATIONS - 1], start=1)
        ],
        "partialFingerprints": {"planner/v1": finding.fingerprint, "primaryLocationLineHash": finding.fingerprint},
        **_suppressions(finding.suppression),
        "properties": {"remedy": finding.remedy, "apiError": finding.api_error or None},
    }


def _suppressions(said: Suppression | None) -> Json:
    if said is None:
        return {}
    kind = "external" if said.kind == "baseline" else "inSource"
    return {"suppressions": [{"kind": kind, "justification": justified(said)}]}


def _text(text: str) -> str:
    """A text that holds no link, whatever the names in it are."""
    return text.replace("[", r"\[").replace("]", r"\]") if "](" in text else text


def _location(  # noqa: PLR0913 - each is another property
    about: Named, place: Place | None, home_path: str, report: Report, *, field: str, number: int | None = None
) -> Json:
    told: Json = {} if number is None else {"id": number, "message": {"text": _text(f"{about.kind} {about.name}")}}
    if place or home_path:
        told["physicalLocation"] = _physical(place, home_path, report)
    told["logicalLocations"] = [
        {
            "name": about.name,
            "fullyQualifiedName": "/".join(part for part in (about.pool, about.kind, about.name, field) if part),
            "kind": about.kind,
        }
    ]
    return told


def _physical(place: Place | None, home_path: str, report: Report) -> Json:
    uri = told_uri(place.path if place else home_path, report)
    artifact: Json = {"uri": uri} if uri.startswith("file:") else {"uri": uri, "uriBaseId": "SRCROOT"}
    if place is None:
        return {"artifactLocation": artifact}
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
    return {"artifactLocation": artifact, "region": region}


def _notification(text: str, rule: str | None = None, level: str = "note") -> Json:
    about: Json = {"associatedRule": {"id": rule}} if rule else {}
    return {"message": {"text": _text(text)}, "level": level, **about}


def _cut(kept: int, found: int) -> Iterator[Json]:
    if kept < found:
        told = f"{counted(found - kept, 'result')} of {found} {'is' if found - kept == 1 else 'are'} left out here"
        yield _notification(f"{told}, the least severe ones; planner check tells them all", level="warning")


def _unknown(unknown: Iterable[Undecided]) -> Iterator[Json]:
    """One notification for each rule that lacked facts."""
    for code, group in groupby(unknown, key=lambda each: each.code):
        lacking = [f"{each.field} of {each.about.kind} {each.about.name}" for each in group]
        told = plural(lacking, "a fact is not known", f"{len(lacking)} facts are not known")
        yield _notification(f"{code} could not be decided everywhere: {told}: {listed(lacking)}", code)


def _unread(report: Report) -> Iterator[Json]:
    """One notification for each file of which nothing could be read."""
    for document in report.documents:
        if document.kind == "file":
            yield {
                **_notification("nothing in this file could be checked", level="warning"),
                "locations": [{"physicalLocation": _physical(None, document.path, report)}],
            }
