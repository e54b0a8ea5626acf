"""Words that several formats share."""

from __future__ import annotations

from planner.findings import Report, Severity, Suppression
from planner.rules.wording import counted, plural
from planner.source.text import Place

COUNTED = ("pool", "host", "VM", "repository", "connection", "network", "interface", "disk")
"""The kinds of object that people count, in the order of importance."""


def visible(text: str) -> str:
    """A text for one line of a terminal: what would break the line or steer the terminal is written out."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def headed(text: str) -> str:
    """A text as a heading: its first letter is a capital, and no other is changed."""
    return text[:1].upper() + text[1:]


def located(place: Place | None) -> str:
    """`path:line:column`, or nothing for what has no place."""
    return f"{visible(place.path)}:{place.line}:{place.column}" if place else ""


def justified(said: Suppression) -> str:
    """Why a finding is known: the reason that was given, or else where it was said; with the last day, if any."""
    where = {"comment": "by a comment", "record": "by a key of the record", "baseline": "by the baseline"}
    until = f" (until {said.until})" if said.until else ""
    return f"{said.reason or where[said.kind]}{until}"


def checked(report: Report) -> str:
    """What was looked at: `checked 1 pool, 2 hosts, 4 VMs by 60 rules`."""
    seen = [counted(number, kind) for kind in COUNTED if (number := report.objects.get(kind, 0))]
    return f"checked {', '.join(seen) or 'nothing'} against {counted(report.rules, 'rule')}"


def summary(report: Report) -> str:
    """How many findings of each severity there are, and how much could not be decided."""
    counts = [counted(number, severity.value) for severity in Severity if (number := report.count(severity))]
    found = ", ".join(counts) or "nothing found"
    lacking = plural(report.unknown, "check lacks a fact", "checks lack a fact")
    parts = [found, *([f"{len(report.unknown)} {lacking}"] if report.unknown else [])]
    parts += [f"{len(report.suppressed)} suppressed"] if report.suppressed else []
    parts += [f"{len(report.gone)} in the baseline no longer found"] if report.gone else []
    return "; ".join(parts)
