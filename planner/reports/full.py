"""For people: each finding with its line, what mends it, and the other places it has to do with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.findings import Finding, Report, Severity
from planner.reports.words import checked, located, summary, visible
from planner.source.text import Snippet

_COLORS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTE: "1;36"}
_MOST_RELATED = 6
_LEAST_ROOM = 20
"""Columns for the line of a file, however narrow the terminal is."""


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


def full(report: Report, *, color: bool = False, width: int | None = None) -> str:
    """All findings with their lines and remedies, then what was checked and how much was found.

    Lines of files are cut to the `width` of a terminal, so that what is marked in them stands above its mark.
    """
    ink = _Ink(color)
    blocks = ["\n".join(_finding(finding, ink, width)) for finding in report.findings]
    hint = "\n(planner check --show-unknown lists the facts that are lacking)" if report.unknown else ""
    worst = max((finding.severity for finding in report.findings), key=lambda severity: severity.weight, default=None)
    closing = ink.paint(summary(report), _COLORS[worst]) if worst else ink.bold(summary(report))
    blocks.append(f"{checked(report)}\n{closing}{hint}")
    return "\n\n".join(blocks) + "\n"


def _finding(finding: Finding, ink: _Ink, width: int | None) -> Iterator[str]:
    severity = ink.paint(f"{finding.severity.value}[{finding.code}]", _COLORS[finding.severity])
    yield f"{severity} {ink.bold(visible(finding.message))}"
    number = str(finding.place.line) if finding.place else ""
    margin = " " * len(number)
    if finding.place:
        yield f"{margin}{ink.faint('-->')} {located(finding.place)}"
    if finding.place and finding.snippet:
        snippet = _visible(finding.snippet)
        room = len(snippet.text) if width is None else max(_LEAST_ROOM, width - len(f"{number} | "))
        yield from _lines(snippet.cropped(room), number, ink, _COLORS[finding.severity])
    yield f"{margin} {ink.faint('=')} {ink.bold('remedy')}: {visible(finding.remedy)}"
    if finding.api_error:
        yield f"{margin} {ink.faint('=')} {ink.bold('toolstack')}: {finding.api_error}"
    for related in finding.related[:_MOST_RELATED]:
        where = f" at {located(related.place)}" if related.place else ""
        yield f"{margin} {ink.faint('=')} {ink.bold('see')}: {related.about.kind} {visible(related.about.name)}{where}"
    if len(finding.related) > _MOST_RELATED:
        yield f"{margin} {ink.faint('=')} {ink.bold('see')}: {len(finding.related) - _MOST_RELATED} more"


def _visible(snippet: Snippet) -> Snippet:
    """The snippet as a terminal can show it."""
    start = snippet.column - 1
    before, marked = snippet.text[:start], snippet.text[start : start + snippet.length]
    after = snippet.text[start + snippet.length :]
    shown = [visible(part) for part in (before, marked, after)]
    return Snippet("".join(shown), len(shown[0]) + 1, max(1, len(shown[1])))


def _lines(snippet: Snippet, number: str, ink: _Ink, code: str) -> Iterator[str]:
    margin = " " * len(number)
    yield f"{margin} {ink.faint('|')}"
    yield f"{ink.faint(number + ' |')} {snippet.text}"
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
