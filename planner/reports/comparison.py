"""What changed between two inventories: for reading, for a comment on a pull request, for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict

from planner.comparison import CapacityChange, Change, Comparison
from planner.errors import ConfigError
from planner.failover.answers import FailureCapacity
from planner.findings import Finding
from planner.reports.json_report import JsonFinding, finding_told
from planner.reports.markup import plain
from planner.reports.words import located, visible
from planner.rules.wording import counted


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class JsonChange(_Part):
    """A fact that the two inventories tell differently."""

    pool: str
    kind: str
    name: str
    field: str
    """Empty where the whole object came or went."""
    before: str | None
    after: str | None


class JsonBounds(_Part):
    """How many hosts may fail at once, whichever they are."""

    at_least: int
    at_most: int


class JsonCapacityChange(_Part):
    """A pool that survives another number of failures now."""

    pool: str
    before: JsonBounds | None
    after: JsonBounds | None


class JsonComparison(_Part):
    """All that changed."""

    version: Literal[1]
    kind: Literal["diff"]
    changes: list[JsonChange]
    appeared: list[JsonFinding]
    went: list[JsonFinding]
    capacity: list[JsonCapacityChange]
    worse: bool
    """An error or a warning appeared, or fewer failures are survived."""


def render_comparison(found: Comparison, form: str) -> str:
    """A comparison in one of the formats `full`, `json` and `markdown`. Raises ConfigError when there is no such."""
    match form:
        case "full":
            return "".join(f"{line}\n" for line in _lines(found, visible, "", "  "))
        case "markdown":
            return "".join(f"{line}\n" for line in _lines(found, plain, "## ", "- "))
        case "json":
            return _json(found)
        case _:
            raise ConfigError(f"{form} is no format; use full, json or markdown")


def _lines(found: Comparison, told: Callable[[str], str], heading: str, item: str) -> Iterator[str]:
    sections = (
        ("Changed", [_change(each) for each in found.changes]),
        ("Failures that are survived", [_capacity(each) for each in found.capacity]),
        ("Findings that appeared", [_finding(each) for each in found.appeared]),
        ("Findings that went", [_finding(each) for each in found.went]),
    )
    for title, lines in sections:
        if lines:
            yield f"{heading}{title}"
            yield from [""] if heading else []
            yield from (f"{item}{told(line)}" for line in lines)
            yield ""
    yield _closing(found)


def _closing(found: Comparison) -> str:
    if not found.different:
        return "nothing changed"
    verdict = "it got worse" if found.worse else "nothing got worse"
    appeared = f"{counted(len(found.appeared), 'finding')} appeared, {len(found.went)} went"
    return f"{counted(len(found.changes), 'change')}; {appeared}; {verdict}"


def _change(change: Change) -> str:
    name = f"{change.kind} {change.name}"
    of = f" of {change.pool}" if change.kind != "pool" else ""
    if not change.field:
        return f"{name}{of} {'is new' if change.before is None else 'is gone'}"
    return f"{name}{of}: {change.words}: {_said(change.before)} → {_said(change.after)}"


def _said(value: str | None) -> str:
    return "not told" if value is None else value


def _capacity(change: CapacityChange) -> str:
    return f"{change.pool}: {_bounds(change.before)} → {_bounds(change.after)}"


def _bounds(capacity: FailureCapacity | None) -> str:
    if capacity is None:
        return "no hosts"
    if capacity.proven:
        return str(capacity.lower)
    return f"at least {capacity.lower}, at most {capacity.upper}"


def _finding(finding: Finding) -> str:
    where = f" ({located(finding.place)})" if finding.place else ""
    return f"{finding.severity.value} {finding.code}: {finding.message}{where}"


def _json(found: Comparison) -> str:
    told = JsonComparison(
        version=1,
        kind="diff",
        changes=[
            JsonChange(**{name: getattr(each, name) for name in JsonChange.model_fields}) for each in found.changes
        ],
        appeared=[finding_told(each) for each in found.appeared],
        went=[finding_told(each) for each in found.went],
        capacity=[
            JsonCapacityChange(pool=each.pool, before=_json_bounds(each.before), after=_json_bounds(each.after))
            for each in found.capacity
        ],
        worse=found.worse,
    )
    return json.dumps(told.model_dump(), ensure_ascii=False, indent=2) + "\n"


def _json_bounds(capacity: FailureCapacity | None) -> JsonBounds | None:
    return JsonBounds(at_least=capacity.lower, at_most=capacity.upper) if capacity else None
