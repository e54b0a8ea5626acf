"""What checking can say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from planner.model.fields import Record
from planner.source.text import Place, Snippet


class Severity(Enum):
    """How bad a fault is."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def weight(self) -> int:
        """The worse, the higher."""
        return {"error": 3, "warning": 2, "note": 1}[self.value]


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule saw: which record, which field, and what would mend it."""

    subject: Record
    field: str
    """Dotted where it is inside a part of the record: `memory.static_max`; empty for the record itself."""
    message: str
    remedy: str
    related: tuple[Record, ...] = ()
    api_error: str = ""
    """What the toolstack answers to just this, where the rule's other faults get another answer."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """What a rule could not decide, because the inventory does not say."""

    subject: Record
    field: str


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """What a finding is about, as a person calls it."""

    kind: str
    name: str
    pool: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What was wrong with a file while it was read; the catalogue knows the severity of its code."""

    code: str
    message: str
    remedy: str
    place: Place
    about: Named
    field: str = ""
    uuid: str | None = None
    """Identifies the object where its name does not."""


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that has to do with a finding."""

    about: Named
    place: Place | None
    snippet: Snippet | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault, told whole: what, about which object, where, and what mends it."""

    code: str
    name: str
    severity: Severity
    message: str
    remedy: str
    about: Named
    field: str
    place: Place | None
    related: tuple[Related, ...]
    api_error: str
    fingerprint: str
    snippet: Snippet | None = None


@dataclass(frozen=True, slots=True, order=True)
class Undecided:
    """A rule that lacked a field of an object."""

    code: str
    about: Named
    field: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that a check found."""

    findings: tuple[Finding, ...]
    unknown: tuple[Undecided, ...]
    rules: int
    """How many rules were run."""
    objects: dict[str, int]
    """How many objects of each kind were looked at."""

    def count(self, severity: Severity) -> int:
        """How many findings are of a severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def fails(self, threshold: Severity = Severity.ERROR) -> bool:
        """Whether anything is at the threshold or over it."""
        return any(finding.severity.weight >= threshold.weight for finding in self.findings)

    @property
    def ok(self) -> bool:
        """There is no error."""
        return not self.fails()
