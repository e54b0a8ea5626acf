"""Records with fields set anew, their own or those of what is in their lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

from planner.model.fields import Record
from planner.model.host import ControlDomain, Cpu, Licence, Software
from planner.model.pool import HighAvailability
from planner.plans.changes import ChangeError, FieldChange, Way

R = TypeVar("R", bound=Record)

_PARTS: dict[str, type[Record]] = {
    "control_domain": ControlDomain,
    "cpu": Cpu,
    "ha": HighAvailability,
    "licence": Licence,
    "software": Software,
}


def with_fields(record: R, changes: Iterable[FieldChange]) -> R:
    """A record after changes of what is in its lists, one behind the other; each list is looked through once.

    Raises ChangeError where one names what is not there.
    """
    lists: dict[str, _List] = {}
    for change in changes:
        (inner, name), *rest = change.way
        if inner not in lists:
            lists[inner] = _List(getattr(record, inner) or ())
        meant = lists[inner].bearers(name)
        if not meant:
            raise ChangeError(f"{name} is not among the {inner} of {record.label}")
        for number in meant:
            lists[inner].put(number, _with_field(lists[inner].records[number], tuple(rest), change))
    return record.model_copy(update={inner: tuple(each.records) for inner, each in lists.items()})


def with_own_field(record: R, field: str, value: object) -> R:
    """A record with one of its fields set anew, or with a field of a part of it: `ha.enabled`."""
    part, dot, rest = field.partition(".")
    if dot:
        inside = getattr(record, part) or _PARTS[part]()
        value = inside.model_copy(update={rest: value})
    return record.model_copy(update={part: value})


def _with_field(record: Record, way: Way, change: FieldChange) -> Record:
    if way:
        return with_fields(record, [FieldChange(change.pool, way, change.field, change.value)])
    return with_own_field(record, change.field, change.value)


class _List:
    """Records of which some are replaced; they are found by UUID, and by name where no UUID is the same."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.records = list(records)
        self._found: list[dict[str | None, list[int]]] = []

    def bearers(self, name: str) -> list[int]:
        """The numbers of those that bear a name: all of them where several do."""
        for known, names in enumerate((self._uuids, self._labels)):
            if known == len(self._found):
                self._found.append(_numbers(names()))
            if name in self._found[known]:
                return self._found[known][name]
        return []

    def put(self, number: int, record: Record) -> None:
        """Put a record in the place of another."""
        before, self.records[number] = self.records[number], record
        if (_uuid(before), before.label) != (_uuid(record), record.label):
            self._found = []

    def _uuids(self) -> list[str | None]:
        return [_uuid(each) for each in self.records]

    def _labels(self) -> list[str | None]:
        return [each.label for each in self.records]


def _uuid(record: Record) -> str | None:
    found: str | None = getattr(record, "uuid", None)
    return found


def _numbers(names: Iterable[str | None]) -> dict[str | None, list[int]]:
    found: defaultdict[str | None, list[int]] = defaultdict(list)
    for number, name in enumerate(names):
        found[name].append(number)
    return dict(found)
