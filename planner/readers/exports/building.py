"""From rows to records of our model, and from these back to the rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from planner.model.fields import Record
from planner.model.walk import Pointer
from planner.readers.exports.getters import called
from planner.readers.exports.rows import Row
from planner.source.text import Place, SourceText

R = TypeVar("R", bound=Record)
_EXPECTED = re.compile(r"(?:Value error, expected|Input should be) (.*)", re.DOTALL)
Getter = Callable[[Row, str], Any]
Column = tuple[str, str, Getter]
"""Our field, the column that says it, and how it is read."""


@dataclass(frozen=True)
class Shape(Generic[R]):
    """Which columns of a class say which fields of our record."""

    record: type[R]
    columns: tuple[Column, ...]
    others: Mapping[str, str] = field(default_factory=dict)
    """Columns of the fields that are worked out from several."""

    def column(self, name: str) -> str:
        """The column of a field; empty when it has none."""
        return next((column for own, column, _ in self.columns if own == name), "") or self.others.get(name, "")


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a record came from."""

    row: Row
    shape: Shape[Any]
    elsewhere: Mapping[str, Row]
    """Fields that other rows say."""


class Builder:
    """Builds records, and remembers the row of each: it is the origin of all of them."""

    def __init__(self, source: SourceText) -> None:
        self._source = source
        self._sources: dict[int, _Source] = {}
        self.root: Record | None = None

    def build(self, shape: Shape[R], row: Row, /, elsewhere: Mapping[str, Row] | None = None, **more: object) -> R:
        """The record of a row; what the model refuses is reported and left out."""
        values: dict[str, Any] = {
            own: None if read is not called and row.silent(column) else read(row, column)
            for own, column, read in shape.columns
        }
        values.update(more)
        try:
            record = shape.record(**values)
        except ValidationError as error:
            record = shape.record(**_accepted(values, error, shape, row, elsewhere or {}))
        self._sources[id(record)] = _Source(row, shape, elsewhere or {})
        return record

    @property
    def path(self) -> str:
        """The file of the pool itself, or the first of several."""
        return self._source.path

    def place(self, record: Record, pointer: Pointer, field: str) -> Place:
        """The place of a record's field, or of its nearest part that is written out."""
        for each, rest in reversed(_way(self.root, pointer, record, field)):
            if found := self._sources.get(id(each)):
                row, column = found.elsewhere.get(rest, found.row), found.shape.column(rest)
                return row.place(column)
        return self._source.place(0)


def _way(root: Record | None, pointer: Pointer, record: Record, field: str) -> list[tuple[object, str]]:
    """Every value on the way from the root through the record to its field, and the field that is asked of it."""
    way: list[tuple[object, str]] = [(root, str(pointer[0]) if pointer else field)]
    current: object = root
    for position, step in enumerate(pointer):
        current = _inside(current, step)
        following = pointer[position + 1] if position + 1 < len(pointer) else ""
        way.append((current, str(following)))
    steps = field.split(".") if field else []
    current = record
    way.append((record, steps[0] if steps else ""))
    for position, name in enumerate(steps):
        current = _inside(current, int(name) if name.isdecimal() else name)
        way.append((current, steps[position + 1] if position + 1 < len(steps) else ""))
    return way


def _inside(value: object, step: str | int) -> object:
    if isinstance(value, tuple) and isinstance(step, int):
        return value[step] if step < len(value) else None
    return getattr(value, step, None) if isinstance(value, Record) and isinstance(step, str) else None


def _accepted(
    values: dict[str, Any], error: ValidationError, shape: Shape[Any], row: Row, elsewhere: Mapping[str, Row]
) -> dict[str, Any]:
    """The values without those that the model refuses."""
    kept = dict(values)
    for detail in error.errors(include_url=False, include_context=False, include_input=False):
        name = str(detail["loc"][0])
        kept[name] = None
        expected = detail["msg"].removeprefix("Value error, expected ")
        elsewhere.get(name, row).malformed(
            shape.column(name), expected if expected != detail["msg"] else "as it should be"
        )
    return kept
