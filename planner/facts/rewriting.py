"""A record with other names in the references that it and its parts make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TypeVar

from planner.facts.references import REFERENCE_FIELDS, Target
from planner.model.fields import Record
from planner.model.guest import Drive
from planner.model.inventory import Named

R = TypeVar("R", bound=Record)
Names = Mapping[Target, Mapping[str, str | None]]
"""By kind of object: the names and UUIDs that mean another name from now on; None for what is gone."""


@cache
def _reference_fields(holder: type[Record]) -> tuple[tuple[str, Target], ...]:
    return tuple((field.name, field.target) for field in REFERENCE_FIELDS if field.holder is holder)


def rewritten(record: R, names: Names) -> R:
    """The record with all its references rewritten; itself where nothing changes. A drive of what is gone is gone."""
    fields = dict(_reference_fields(type(record)))
    update: dict[str, object] = {}
    for field, value in record.__dict__.items():
        if field in fields:
            new = _renamed(value, names.get(fields[field], {}))
        elif isinstance(value, Record):
            new = rewritten(value, names)
        elif isinstance(value, tuple):
            new = _each(value, names)
        else:
            continue
        if new is not value:
            update[field] = new
    return record.model_copy(update=update) if update else record


def _each(values: tuple[object, ...], names: Names) -> tuple[object, ...]:
    kept = [each for each in values if not (isinstance(each, Drive) and _gone(each, names))]
    new = tuple(rewritten(each, names) if isinstance(each, Record) else each for each in kept)
    same = len(new) == len(values) and all(one is other for one, other in zip(new, values, strict=True))
    return values if same else new


def _gone(drive: Drive, names: Names) -> bool:
    pairs = ((drive.disk, Target.DISK), (drive.repository, Target.REPOSITORY))
    return any(text is not None and names.get(target, {}).get(text, text) is None for text, target in pairs)


def _renamed(value: object, names: Mapping[str, str | None]) -> object:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, tuple) and any(text in names for text in value):
        return tuple(new for text in value if (new := names.get(text, text)) is not None)
    return value


def gone(target: Target, records: Iterable[Record | Named]) -> dict[Target, dict[str, str | None]]:
    """That no reference means these records any more."""
    found: defaultdict[Target, dict[str, str | None]] = defaultdict(dict)
    for record in records:
        for text in (getattr(record, "name", None), getattr(record, "uuid", None)):
            if text is not None:
                found[target][text] = None
    return dict(found)
