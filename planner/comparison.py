"""What changed between two inventories: in the words of a pool, in findings, and in what high availability survives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from planner.failover.answers import FailureCapacity
from planner.findings import Finding, Report, Severity
from planner.model.fields import Record
from planner.model.guest import Memory, Vcpus
from planner.model.inventory import Inventory
from planner.overviews.ha_capacity import ha_capacity
from planner.units import format_size

KINDS = {
    "hosts": "host", "vms": "VM", "repositories": "repository", "networks": "network", "disks": "disk",
    "updates": "update", "templates": "template", "snapshots": "snapshot", "groups": "group",
    "appliances": "appliance", "joins": "join",
}  # fmt: skip
"""What a pool holds, and what one of each is called, in the order in which they are told."""
WORDS = {
    "ha_restart_priority": "restart priority",
    "runs_on": "host that runs it",
    "power_state": "power state",
    "home": "home server",
    "ha.failures_to_tolerate": "failures to tolerate",
    "ha_plan.failures_to_tolerate": "failures to tolerate that are wished",
    "ha.enabled": "high availability",
}
"""What fields are called, where their name is not what people say."""
_CALLED = ("name", "device", "host", "repository")
"""What tells a record from others of its list."""
_BAD = Severity.WARNING.weight
"""From which weight on a finding that appears makes things worse."""


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that the two inventories tell differently."""

    pool: str
    kind: str
    name: str
    field: str
    """Empty where the whole object came or went."""
    before: str | None
    """None where nobody said it, or it was not there."""
    after: str | None

    @property
    def words(self) -> str:
        """What the field is called."""
        return WORDS.get(self.field, self.field.replace("_", " "))


@dataclass(frozen=True, slots=True)
class CapacityChange:
    """How many hosts of a pool may fail; None where there is no such pool, or none with hosts."""

    pool: str
    before: FailureCapacity | None
    after: FailureCapacity | None

    @property
    def worse(self) -> bool:
        """Fewer failures are known to be survived."""
        return bool(self.before and self.after and self.after.lower < self.before.lower)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that changed."""

    changes: tuple[Change, ...]
    appeared: tuple[Finding, ...]
    went: tuple[Finding, ...]
    capacity: tuple[CapacityChange, ...]
    """Of those pools alone whose capacity is another one now."""

    @property
    def worse(self) -> bool:
        """An error or warning appeared, or fewer failures are survived."""
        return any(each.severity.weight >= _BAD for each in self.appeared) or any(each.worse for each in self.capacity)

    @property
    def different(self) -> bool:
        """Anything changed."""
        return bool(self.changes or self.appeared or self.went or self.capacity)


def compared(old: Inventory, new: Inventory, before: Report, after: Report) -> Comparison:
    """What changed from the old inventory, and what was found in it, to the new one."""
    return Comparison(
        changes=tuple(_changes(old, new)),
        appeared=_only_in(after, before),
        went=_only_in(before, after),
        capacity=tuple(_capacities(old, new)),
    )


def _only_in(report: Report, other: Report) -> tuple[Finding, ...]:
    """What one report tells and the other does not have, told or suppressed; the worst first."""
    known = {finding.fingerprint for finding in (*other.findings, *other.suppressed)}
    return tuple(finding for finding in report.worst_first if finding.fingerprint not in known)


def _capacities(old: Inventory, new: Inventory) -> Iterator[CapacityChange]:
    before = {each.view.name: each.exact for each in ha_capacity(old)}
    after = {each.view.name: each.exact for each in ha_capacity(new)}
    for pool in sorted({*before, *after}):
        first, second = before.get(pool), after.get(pool)
        if _bounds(first) != _bounds(second):
            yield CapacityChange(pool, first, second)


def _bounds(capacity: FailureCapacity | None) -> tuple[int, int] | None:
    return (capacity.lower, capacity.upper) if capacity else None


def _changes(old: Inventory, new: Inventory) -> Iterator[Change]:
    before, after = ([view.pool for view in inventory.pools] for inventory in (old, new))
    for first, second in _pairs(before, after):
        pool = _label(first, second)
        if first is None or second is None:
            yield _whole(pool, "pool", pool, came=first is None)
        else:
            yield from _of_pool(pool, first, second)


def _of_pool(pool: str, before: Record, after: Record) -> Iterator[Change]:
    yield from _of_record(pool, "pool", before, after, leave_out={*KINDS, "kind"})
    for field, kind in KINDS.items():
        olds, news = getattr(before, field), getattr(after, field)
        if (olds is None) != (news is None):
            told = {True: "not told", False: "told"}
            yield Change(pool, "pool", pool, field, told[olds is None], told[news is None])
        for first, second in _pairs(olds or (), news or ()):
            if first is not None and second is not None:
                yield from _of_record(pool, kind, first, second, leave_out=set())
            elif olds is not None and news is not None:
                yield _whole(pool, kind, _label(first, second), came=first is None)


def _whole(pool: str, kind: str, name: str, *, came: bool) -> Change:
    return Change(pool, kind, name, "", None if came else "there", "there" if came else None)


def _of_record(pool: str, kind: str, before: Record, after: Record, *, leave_out: set[str]) -> Iterator[Change]:
    olds, news = (each.model_dump(mode="json", exclude_none=True, exclude=leave_out) for each in (before, after))
    for field in ("memory", "vcpus"):
        if isinstance(olds.get(field), dict) != isinstance(news.get(field), dict):
            olds |= _at_length(before, field)
            news |= _at_length(after, field)
    first, second = dict(_facts(olds)), dict(_facts(news))
    for field in sorted({*first, *second}):
        if first.get(field) != second.get(field):
            yield Change(pool, kind, after.label, field, first.get(field), second.get(field))


def _at_length(record: Record, field: str) -> dict[str, Any]:
    """A field that may be written as one number, part by part; nothing where it has no parts."""
    match getattr(record, field, None):
        case Memory() as memory:
            sizes = memory.model_dump(exclude_none=True, exclude={"ignore"})
            return {field: {name: format_size(size) for name, size in sizes.items()}}
        case Vcpus() as vcpus:
            return {field: vcpus.model_dump(exclude_none=True)}
        case _:
            return {}


def _facts(value: Any, field: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - plain values of any kind
    """Every fact that a value holds, by its dotted field; records in a list stand under their names."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _facts(each, f"{field}.{key}" if field else key)
    elif isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        for number, each in enumerate(value):
            key = next((key for key in _CALLED if each.get(key)), None)
            yield from _facts(
                {name: part for name, part in each.items() if name != key}, f"{field}.{each.get(key, number)}"
            )
    elif isinstance(value, list):
        yield field, ", ".join(sorted(map(str, value))) or "none"
    else:
        yield field, {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value) or "none"


def _pairs(before: Iterable[Record], after: Iterable[Record]) -> list[tuple[Record | None, Record | None]]:
    """Each record with what it became: the one of its UUID, or else of its name where one of them has no UUID."""
    by_uuid, by_name, left = _indices(after)
    pairs: list[tuple[Record | None, Record | None]] = []
    for record in before:
        uuid = getattr(record, "uuid", None)
        found = by_uuid.get(uuid) if uuid else None
        if found is None:
            namesakes = [each for each in by_name.get(record.label, ()) if id(each) in left]
            found = next((each for each in namesakes if not (uuid and getattr(each, "uuid", None))), None)
        pairs.append((record, left.pop(id(found), None)))
    pairs += [(None, record) for record in left.values()]
    return sorted(pairs, key=lambda pair: _label(*pair))


def _indices(records: Iterable[Record]) -> tuple[dict[str, Record], dict[str, list[Record]], dict[int, Record]]:
    """Records by UUID, by name and by identity."""
    by_uuid: dict[str, Record] = {}
    by_name: dict[str, list[Record]] = {}
    left: dict[int, Record] = {}
    for record in records:
        if uuid := getattr(record, "uuid", None):
            by_uuid.setdefault(uuid, record)
        by_name.setdefault(record.label, []).append(record)
        left[id(record)] = record
    return by_uuid, by_name, left


def _label(before: Record | None, after: Record | None) -> str:
    """What a person calls a record now, or called it when it was there."""
    record = after or before
    return record.label if record else ""
