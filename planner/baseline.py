"""Findings that were there before, kept in a file so that only new ones are told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, StrictStr, ValidationError

from planner.errors import ConfigError
from planner.findings import Finding


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class BaselineEntry(_Part):
    """A finding that is known."""

    fingerprint: StrictStr
    """Made of rule, object and field: it decides; what follows tells people what it is."""
    code: StrictStr
    object: StrictStr
    field: StrictStr


class Baseline(_Part):
    """All findings that are known."""

    version: Literal[1]
    kind: Literal["baseline"]
    findings: tuple[BaselineEntry, ...]


@dataclass(frozen=True)
class Known:
    """A baseline and its file."""

    baseline: Baseline
    path: str


def baseline_of(findings: tuple[Finding, ...]) -> Baseline:
    """The baseline that holds these findings, by code and object."""
    entries = (
        BaselineEntry(fingerprint=each.fingerprint, code=each.code, object=_object(each), field=each.field)
        for each in findings
    )
    ordered = sorted(entries, key=lambda each: (each.code, each.object, each.field, each.fingerprint))
    return Baseline(version=1, kind="baseline", findings=tuple(ordered))


def _object(finding: Finding) -> str:
    of = f" of {finding.about.pool}" if finding.about.pool else ""
    return f"{finding.about.kind} {finding.about.name}{of}"


def told(baseline: Baseline) -> str:
    """The baseline as JSON, a line for each entry, so that a difference shows what came and went."""
    lines = ",\n".join(f"  {json.dumps(each.model_dump(), ensure_ascii=False)}" for each in baseline.findings)
    entries = f"\n{lines}\n" if lines else ""
    return f'{{"version": 1, "kind": "baseline", "findings": [{entries}]}}\n'


def read(path: Path) -> Known:
    """The baseline of a file. Raises ConfigError when there is none in it."""
    try:
        return Known(Baseline.model_validate(json.loads(path.read_text(encoding="utf-8"))), str(path))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}; --write-baseline writes it") from None
    except (ValueError, ValidationError, RecursionError):
        raise ConfigError(f"{path}: no baseline; planner check --write-baseline FILE writes one") from None
