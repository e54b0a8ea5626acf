"""What checking can say."""

from __future__ import annotations

import dataclasses
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
class Declared:
    """What is declared about a rule."""

    code: str
    name: str
    """The code in words: `running-vms-on-joining-host`."""
    severity: Severity
    since: str
    """The release of this program that brought it."""
    api_error: str
    """What the toolstack answers to the same fault; empty where it does not notice."""
    page: str
    """First line: the fault. Then why it is bad."""

    @property
    def title(self) -> str:
        """The fault, in a sentence."""
        return self.page.partition("\n")[0]

    @property
    def why(self) -> str:
        """Why it is bad."""
        return self.page.partition("\n")[2].strip()


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
    loses: bool = False
    """A file, a document or a whole record of a list is left out, so that what is left does not tell all."""


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that has to do with a finding."""

    about: Named
    place: Place | None
    snippet: Snippet | None = None


@dataclass(frozen=True, slots=True)
class Suppression:
    """That a person knows of a finding, and does not want to be told again."""

    kind: str
    """`comment`, `record` or `baseline`: where it was said."""
    reason: str = ""
    until: str | None = None
    """The last day on which it holds: `YYYY-MM-DD`."""


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
    """Stays the same when files are moved or written anew."""
    snippet: Snippet | None = None
    document: int | None = None
    """The number of its document among those of the report, from 0."""
    suppression: Suppression | None = None
    subject: int | None = dataclasses.field(default=None, compare=False, repr=False)
    """The identity of the record that it is about."""


@dataclass(frozen=True, slots=True, order=True)
class Undecided:
    """A rule that lacked a field of an object."""

    code: str
    about: Named
    field: str
    document: int | None = None
    """The number of its document among those of the report, from 0."""


@dataclass(frozen=True, slots=True, order=True)
class Described:
    """A document that was checked, or a file that holds none that could be."""

    path: str
    kind: str
    """`pool`, `wishes` or `site`; `file` when none could be read."""
    name: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that a check found."""

    findings: tuple[Finding, ...]
    unknown: tuple[Undecided, ...]
    ran: tuple[Declared, ...]
    """The rules that were run."""
    objects: dict[str, int]
    """How many objects of each kind were looked at."""
    documents: tuple[Described, ...] = ()
    threshold: Severity = Severity.ERROR
    """From which severity on it is a failure."""
    suppressed: tuple[Finding, ...] = ()
    """What was found too, and is known."""
    gone: tuple[str, ...] = ()
    """What a baseline holds and is no longer found, each in a sentence."""
    base: str = ""
    """The folder to which paths are told, where they are to be told by that; empty for as they are."""

    @property
    def rules(self) -> int:
        """How many rules were run."""
        return len(self.ran)

    @property
    def all_known(self) -> tuple[Finding, ...]:
        """What is told and what is suppressed, for programs that keep track of both; the worst first."""
        both = (*self.findings, *self.suppressed)
        return tuple(sorted(both, key=lambda finding: (finding.suppression is not None, -finding.severity.weight)))

    def count(self, severity: Severity) -> int:
        """How many findings are of a severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def fails(self, threshold: Severity | None = None) -> bool:
        """Whether anything is at the threshold or over it; the report's own when none is given."""
        least = (threshold or self.threshold).weight
        return any(finding.severity.weight >= least for finding in self.findings)

    @property
    def worst_first(self) -> tuple[Finding, ...]:
        """The findings by severity, and within that by place."""
        return tuple(sorted(self.findings, key=lambda finding: -finding.severity.weight))

    @property
    def ok(self) -> bool:
        """There is no error."""
        return not self.fails(Severity.ERROR)
