"""GitHub: annotations on the lines of a pull request, and the table for the summary of a step."""

from __future__ import annotations

from collections.abc import Iterator

from planner.findings import Finding, Report, Severity
from planner.reports.markup import cell
from planner.reports.paths import home
from planner.reports.words import checked, summary, visible
from planner.rules.wording import counted

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
MOST_SUMMARY = 2**20 - 2**10
"""GitHub takes 1 MiB of summary a step; the sentence that tells what is left out needs some of it."""


def github(report: Report) -> str:
    """A workflow command for each finding, the worst first, for only the first ones of each kind are shown."""
    lines = [_annotation(finding, report) for finding in report.worst_first]
    return "".join(f"{line}\n" for line in [*lines, _closing(report)])


def _closing(report: Report) -> str:
    return f"{checked(report)}: {summary(report)}"


def _annotation(finding: Finding, report: Report) -> str:
    properties = {
        "file": home(finding, report),
        **_position(finding),
        "title": f"{finding.code} {finding.name}",
    }
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    text = f"{finding.message}\nremedy: {finding.remedy}"
    return f"::{_COMMANDS[finding.severity]} {told}::{_message(text)}"


def _position(finding: Finding) -> dict[str, str]:
    """Lines, and columns where it is all on one line: others are not taken."""
    place = finding.place
    if place is None:
        return {}
    if place.line != place.end_line:
        return {"line": str(place.line), "endLine": str(place.end_line)}
    ends = {"endLine": str(place.end_line), "col": str(place.column), "endColumn": str(place.end_column)}
    return {"line": str(place.line), **ends}


def _message(text: str) -> str:
    """What stands behind `::`: three characters would end or bend it, and others have no business in a log."""
    lines = "\n".join(visible(line) for line in text.split("\n"))
    return lines.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def github_summary(report: Report) -> str:
    """The table for `$GITHUB_STEP_SUMMARY`, within its size: the worst first, and how many are left out."""
    head = f"### planner: {cell(summary(report))}\n\n"
    foot = f"\n{cell(checked(report))}\n"
    if not report.findings:
        return head + foot.lstrip("\n")
    head += "| | rule | where | what | remedy |\n| --- | --- | --- | --- | --- |\n"
    rows = [_row(finding, report) for finding in report.worst_first]
    kept = list(_fitting(rows, MOST_SUMMARY - _size(head + foot)))
    left_out = len(rows) - len(kept)
    more = f"\n{counted(left_out, 'finding')} left out, the least severe ones.\n" if left_out else ""
    return head + "".join(kept) + more + foot


def _size(text: str) -> int:
    return len(text.encode(errors="backslashreplace"))


def _fitting(rows: list[str], size: int) -> Iterator[str]:
    for row in rows:
        size -= _size(row)
        if size < 0:
            return
        yield row


def _row(finding: Finding, report: Report) -> str:
    line = f":{finding.place.line}" if finding.place else ""
    where = f"{home(finding, report)}{line}"
    columns = (finding.severity.value, finding.code, where, finding.message, finding.remedy)
    return f"| {' | '.join(map(cell, columns))} |\n"
