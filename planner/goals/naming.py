"""How steps name records in their changes, and write the commands of the toolstack."""

from __future__ import annotations

from planner.model.host import Host
from planner.model.inventory import Index, N, Named, PoolView
from planner.plans.applying import reference
from planner.plans.changes import FieldChange, Way
from planner.rules.wording import xe


def shell(command: str, **arguments: str) -> str:
    """A command of the toolstack as a shell takes it."""
    return xe(command, **arguments)[1:-1]


def name_of(record: Named) -> str:
    """By what a change names a record."""
    return record.uuid or record.name


def label(index: Index[N], record: N) -> str:
    """What a person calls a record: its name, or its UUID where several bear that name."""
    return record.name if len(index.bearers(record.name)) == 1 else name_of(record)


def way_to_host(host: Host) -> Way:
    """From a pool to one of its hosts."""
    return (("hosts", name_of(host)),)


def sets(view: PoolView, way: Way, **fields: object) -> tuple[FieldChange, ...]:
    """That fields of an object of a pool get other values; a double underline stands for a dot."""
    return tuple(FieldChange(reference(view), way, field.replace("__", "."), value) for field, value in fields.items())
