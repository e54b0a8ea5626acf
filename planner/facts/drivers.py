"""Whether the storage drivers of a joining host can do all that those of the pool can."""

from __future__ import annotations

from dataclasses import dataclass

from planner.model.storage import Driver


@dataclass(frozen=True, slots=True)
class DriverDifference:
    """A driver of a pool, those of its type on the joining host, and the features that these lack."""

    wanted: Driver
    present: tuple[Driver, ...]
    lacks: tuple[str, ...] | None
    """None where one of the two sides does not tell its features."""


def driver_differences(mine: tuple[Driver, ...], theirs: tuple[Driver, ...]) -> tuple[DriverDifference, ...]:
    """The drivers of a pool for which a joining host has not exactly one that does as much, or maybe not."""
    found = []
    for wanted in sorted(theirs, key=lambda each: (each.type, each.uuid or "")):
        present = tuple(each for each in mine if each.type == wanted.type)
        lacks = _lacks(wanted, present[0]) if len(present) == 1 else ()
        if len(present) != 1 or lacks != ():
            found.append(DriverDifference(wanted, present, lacks))
    return tuple(found)


def _lacks(wanted: Driver, present: Driver) -> tuple[str, ...] | None:
    if wanted.features is None or present.features is None:
        return () if wanted.features == {} else None
    have = present.features
    return tuple(sorted(name for name, version in wanted.features.items() if name not in have or have[name] < version))
