"""One export of a pool: its rows, how they refer to each other, and the faults met while reading them."""

from __future__ import annotations

from collections.abc import Callable

from planner.confidential import is_secret
from planner.findings import Fault, Named
from planner.readers.exports.classes import FIRST_SCHEMA, KINDS
from planner.readers.exports.labels import label, plain_text, unambiguous
from planner.readers.exports.manner import Manner
from planner.readers.exports.rows import COLLECTIONS, Row, Tables, members, text
from planner.source.limits import MOST_FAULTS

NO_REFERENCE = ("", "OpaqueRef:NULL", "NULL")
TOLERATED = "RF020"
"""The code of references whose loss the toolstack shrugs at."""

_OPAQUE = "OpaqueRef:"
_LONGEST_SHOWN = 60
_KEEPS_METRICS = 60
"""The first schema whose databases hold what hosts measure."""


class Export:
    """All rows of one export."""

    def __init__(self, tables: Tables, schema: int | None = None, manner: Manner | None = None) -> None:
        self.tables = tables
        self.schema = schema
        self.manner = manner
        self.faults: list[Fault] = []
        self.own_domains: frozenset[str] = frozenset()
        """References of the hosts' own domains, which are no VMs."""
        self._told: set[tuple[int, str]] = set()
        self._lacking: set[str] = set()
        self._unsaid_owners: set[tuple[str, str]] = set()
        self._names: dict[str, dict[str, str]] = {}
        self._owned: dict[tuple[str, str], dict[str, list[Row]]] = {}
        self._related: dict[tuple[str, str], dict[str, list[Row]]] = {}
        for rows in tables.values():
            for row in rows.values():
                row.export = self
        self.pool = next(iter(tables.get("pool", {}).values()), None)
        self.pool_name = self._pool_name()

    def _pool_name(self) -> str | None:
        """The pool's own name; else its coordinator's, its UUID, or the name of its only host."""
        hosts = self.tables.get("host", {})
        if self.pool is None:
            return label(next(iter(hosts.values()))) if len(hosts) == 1 else None
        own = plain_text(self.pool, "name_label")
        coordinator = hosts.get(str(self.pool.values.get("master")))
        return own or (label(coordinator) if coordinator else label(self.pool))

    def rows(self, kind: str) -> list[Row] | None:
        """The rows of a class; None when nobody knows whether there are any."""
        if kind in self.tables:
            return list(self.tables[kind].values())
        return [] if self.schema is not None and self.schema < FIRST_SCHEMA.get(kind, 0) else None

    def name(self, row: Row) -> str:
        """What other records call a row: its name, or its UUID where another of its class has that name too."""
        if row.kind not in self._names:
            self._names[row.kind] = unambiguous(self.tables[row.kind].values())
        return self._names[row.kind][row.ref]

    def owned(self, kind: str, column: str, owner: str, code: str) -> dict[str, list[Row]] | None:
        """The rows of a class by their owners' references; None when the class is absent.

        A row whose owner is missing is reported, and left out.
        """
        rows = self.rows(kind)
        if rows is None:
            return None
        if (kind, column) not in self._owned:
            groups: dict[str, list[Row]] = {}
            for row in rows:
                if found := self.refer(row, column, owner, code, needed=True):
                    groups.setdefault(found.ref, []).append(row)
            self._owned[kind, column] = groups
        return self._owned[kind, column]

    def refer(self, row: Row, column: str, target: str, code: str, *, needed: bool = False) -> Row | None:
        """The row that a column refers to; what is missing is reported."""
        value = row.values.get(column)
        if value is None or value in NO_REFERENCE or (isinstance(value, str) and value.startswith("DummyRef:")):
            if needed and row.silent(column):
                self._unsaid(row, column)
            elif needed:
                self.fault(code, row, column, f"{self.title(row)} names no {target} in {column}, and is left out")
            return None
        return self.find(row, column, value, target, code)

    def find(self, row: Row, column: str, value: object, target: str, code: str) -> Row | None:
        """The row of a reference that stands in a column; what is missing is reported."""
        rows = self.tables.get(target)
        if rows and isinstance(value, str):
            found = rows.get(value) or rows.get(value.removeprefix(_OPAQUE))
            if found is not None:
                return found
        if not isinstance(value, str) or not (value.startswith(_OPAQUE) or self.manner):
            self._odd_reference(row, column, value, code)
        elif not rows or self.manner:
            self._absent(target, row, column)
        else:
            message = f"{self.title(row)} refers in {column} to the {target} {value}, which the export does not have"
            self.fault(code, row, column, message)
        return None

    def find_all(self, row: Row, column: str, target: str, code: str) -> list[Row] | None:
        """The rows that a set of references leads to; None when the set or one of them is missing."""
        references = members(row, column) if column in row.values else ()
        if references is None:
            return None
        found = [self.find(row, column, each, target, code) for each in references if each not in NO_REFERENCE]
        whole = [each for each in found if each is not None]
        return whole if len(whole) == len(found) else None

    def related(self, row: Row, column: str, target: str, other_column: str, code: str) -> list[Row] | None:
        """What a relation that both sides store leads to: all that either says, and a fault where they disagree."""
        own = self.find_all(row, column, target, code)
        others = self._naming(target, other_column).get(row.ref, [])
        if own is None or (column not in row.values and self.rows(target) is None):
            return None
        if column in row.values:
            for other in own:
                if other_column in other.values and other not in others:
                    self.disagree(row, column, other, other_column)
            for other in others:
                if other not in own:
                    self.disagree(other, other_column, row, column)
        return [*own, *(other for other in others if other not in own)]

    def _naming(self, kind: str, column: str) -> dict[str, list[Row]]:
        """The rows of a class by each reference that one of their sets holds."""
        if (kind, column) not in self._related:
            naming: dict[str, list[Row]] = {}
            for row in self.tables.get(kind, {}).values():
                for reference in members(row, column) or ():
                    naming.setdefault(reference, []).append(row)
            self._related[kind, column] = naming
        return self._related[kind, column]

    def _odd_reference(self, row: Row, column: str, value: object, code: str) -> None:
        if code == TOLERATED and isinstance(value, str):
            message = f"{self.title(row)} has in {column} a value{_shown(value)} that refers to nothing"
            self.fault(code, row, column, message)
        else:
            self.malformed(row, column, "a reference")

    def _absent(self, target: str, row: Row, column: str) -> None:
        """Report once that a class is absent."""
        if target in self._lacking:
            return
        self._lacking.add(target)
        message = f"the export has no {target} records, though {self.title(row)} refers to one in {column}"
        if self.tables.get(target):
            message = f"{self.title(row)} refers in {column} to a {target} that the export does not have"
        self.faults.append(
            Fault(
                "LD012",
                message,
                self._how_to_get(target),
                row.place(column),
                Named("pool", self.pool_name or "pool", self.pool_name),
                target,
            )
        )

    def _unsaid(self, row: Row, column: str) -> None:
        """Report once that the rows of a class do not say whose they are."""
        if (row.kind, column) in self._unsaid_owners:
            return
        self._unsaid_owners.add((row.kind, column))
        message = f"{self.title(row)} and others like it are left out: it is not told whose they are"
        remedy = f"export the class {row.kind} with all its fields"
        self.fault("LD020", row, column, message, self.manner.more if self.manner else remedy)

    def _how_to_get(self, target: str) -> str:
        if self.manner is not None:
            return self.manner.more
        if self.schema is not None and self.schema < _KEEPS_METRICS and target.endswith("_metrics"):
            return "export XenAPI records from the running pool: databases as old as this one keep no metrics"
        return f"export the class {target} as well, from the same pool at the same time"

    def malformed(self, row: Row, column: str, expected: str) -> None:
        """Report a value that cannot be used; the field counts as unknown."""
        if self._enough:
            return
        shown = "" if expected.startswith(COLLECTIONS) else _shown(row.values.get(column))
        message = f"{self.title(row)} has in {column} a value{shown} that is not {expected}"
        self.fault("LD011", row, column, message, "export the pool again; until then the field counts as unknown")

    def disagree(self, row: Row, column: str, other: Row, other_column: str) -> None:
        """Report that two rows disagree about their relation."""
        message = f"{self.title(row)} names {self.title(other)} in {column}, which does not name it in {other_column}"
        remedy = "export both classes again at the same time; the relation was taken as given"
        self.fault("LD015", row, column, message, remedy)

    def fault(self, code: str, row: Row, column: str, message: str, remedy: str = "") -> None:
        """Report a fault of a row's column, once."""
        if self._enough or (id(row), column) in self._told:
            return
        self._told.add((id(row), column))
        uuid = row.values.get("uuid")
        self.faults.append(
            Fault(
                code,
                message,
                remedy or _mend(code, row, column),
                row.place(column),
                self.named(row),
                column,
                uuid if isinstance(uuid, str) and uuid else None,
            )
        )

    @property
    def _enough(self) -> bool:
        """Whether there are more faults than anybody is told of."""
        return len(self.faults) > MOST_FAULTS

    def named(self, row: Row) -> Named:
        """What a finding about a row is about."""
        return Named(KINDS[row.kind], self._path(row), self.pool_name)

    def title(self, row: Row) -> str:
        """A row as a message calls it."""
        return f"{KINDS[row.kind]} {self._path(row)}"

    def _path(self, row: Row) -> str:
        """The row's label behind those of the rows that hold it; its UUID where one of these is missing."""
        if row.kind == "PBD":
            parts = (self._label_at(row, "SR"), self._label_at(row, "host"))
        elif owner := _HOLDERS.get(row.kind):
            parts = (self._label_at(row, owner), label(row))
        else:
            return label(row)
        return f"{parts[0]}/{parts[1]}" if all(parts) else plain_text(row, "uuid") or label(row)

    def _label_at(self, row: Row, column: str) -> str | None:
        """The label of the row that a column refers to."""
        value = row.values.get(column)
        found = self.tables.get(column, {}).get(value) if isinstance(value, str) else None
        return label(found) if found is not None else None


_HOLDERS = {"VBD": "VM", "VIF": "VM", "VGPU": "VM", "PIF": "host", "PGPU": "host", "PUSB": "host"}
"""The column that leads from a part to the record which holds it."""

_REMNANTS = {("PBD", "SR"): "pbd", ("PBD", "host"): "pbd", ("VBD", "VM"): "vbd", ("VIF", "VM"): "vif"}
"""Rows that are of no use to anybody without the row that a column refers to, and the commands for them."""


def _shown(value: object) -> str:
    """A short text in quotes behind a space; nothing for what is longer, no text, or may hold a secret."""
    return f' "{value}"' if isinstance(value, str) and len(value) <= _LONGEST_SHOWN and not is_secret(value) else ""


def _mend(code: str, row: Row, column: str) -> str:
    """What to do about a reference that leads nowhere."""
    if code == TOLERATED:
        return "nothing has to be done: the toolstack passes over it"
    command, uuid = _REMNANTS.get((row.kind, column)), text(row, "uuid")
    if command and uuid:
        return f"export the pool again; if this stays, remove the remnant: xe {command}-destroy uuid={uuid}"
    return f"export the pool again, all classes at once; if this stays, look up in the pool what became of the {column}"


def to(target: str, code: str) -> Callable[[Row, str], str | None]:
    """How a reference is read: the name of what it leads to."""

    def read(row: Row, column: str) -> str | None:
        found = row.export.refer(row, column, target, code)
        return row.export.name(found) if found else None

    return read
