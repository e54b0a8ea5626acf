"""For people: each finding with its line, what mends it, and the other places it has to do with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.findings import Finding, Report, Severity
from planner.reports.words import checked, located, summary, visible
from planner.source.text import Snippet

_COLORS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTE: "1;36"}
_MOST_RELATED = 6


@dataclass(frozen=True, slots=True)
class _Ink:
    """Colour on a terminal that has it, nothing elsewhere."""

    color: bool

    def paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.color else text

    def bold(self, text: str) -> str:
        return self.paint(text, "1")

    def faint(self, text: str) -> str:
        return self.paint(text, "34")


def full(report: Report, *, color: bool = False) -> str:
    """All findings with their lines and remedies, then what was checked and how much was found."""
    ink = _Ink(color)
    blocks = ["\n".join(_finding(finding, ink)) for finding in report.findings]
    hint = "\n(planner check --show-unknown lists the facts that are lacking)" if report.unknown else ""
    worst = max((finding.severity for finding in report.findings), key=lambda severity: severity.weight, default=None)
    closing = ink.paint(summary(report), _COLORS[worst]) if worst else ink.bold(summary(report))
    blocks.append(f"{checked(report)}\n{closing}{hint}")
    return "\n\n".join(blocks) + "\n"


def _finding(finding: Finding, ink: _Ink) -> Iterator[str]:
    severity = ink.paint(f"{finding.severity.value}[{finding.code}]", _COLORS[finding.severity])
    yield f"{severity} {ink.bold(visible(finding.message))}"
    number = str(finding.place.line) if finding.place else ""
    margin = " " * len(number)
    if finding.place:
        yield f"{margin}{ink.faint('-->')} {located(finding.place)}"
    if finding.place and finding.snippet:
        yield from _lines(finding.snippet, number, ink, _COLORS[finding.severity])
    yield f"{margin} {ink.faint('=')} {ink.bold('remedy')}: {visible(finding.remedy)}"
    if finding.api_error:
        yield f"{margin} {ink.faint('=')} {ink.bold('toolstack')}: {finding.api_error}"
    for related in finding.related[:_MOST_RELATED]:
        where = f" at {located(related.place)}" if related.place else ""
        yield f"{margin} {ink.faint('=')} {ink.bold('see')}: {related.about.kind} {visible(related.about.name)}{where}"
    if len(finding.related) > _MOST_RELATED:
        yield f"{margin} {ink.faint('=')} {ink.bold('see')}: {len(finding.related) - _MOST_RELATED} more"


def _lines(snippet: Snippet, number: str, ink: _Ink, code: str) -> Iterator[str]:
    margin = " " * len(number)
    yield f"{margin} {ink.faint('|')}"
    yield f"{ink.faint(number + ' |')} {visible(snippet.text)}"
    yield f"{margin} {ink.faint('|')} {' ' * (snippet.column - 1)}{ink.paint('^' * snippet.length, code)}"


def unknown(report: Report) -> str:
    """The facts that rules lacked: one line for each field of each object, with the rules that asked for it."""
    asking: dict[tuple[str, str, str, str], list[str]] = {}
    for each in report.unknown:
        asking.setdefault((each.about.pool or "", each.about.kind, each.about.name, each.field), []).append(each.code)
    return "".join(
        f"unknown: {kind} {visible(name)}{f' of {visible(pool)}' if pool else ''}: {field} ({', '.join(codes)})\n"
        for (pool, kind, name, field), codes in sorted(asking.items())
    )
