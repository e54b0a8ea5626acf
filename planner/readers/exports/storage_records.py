"""Repositories, connections, disks and storage drivers as the toolstack stores them."""

from __future__ import annotations

import re

from planner.model.storage import Connection, Disk, Driver, Paths, Repository
from planner.readers.exports.building import Builder, Shape
from planner.readers.exports.export import NO_REFERENCE, TOLERATED, Export, to
from planner.readers.exports.getters import (
    at_count,
    called,
    false_if_absent,
    is_true,
    positive,
    texts,
    texts_map,
    to_repository,
    word_or,
)
from planner.readers.exports.rows import Row, any_text, entries, entry, flag, integer, members, text, word

_PATHS = re.compile(r"\[\s*([0-9]{1,9})\s*,\s*([0-9]{1,9})\s*\]")
_MULTIPATH = "mpath-"


def _taken(row: Row, column: str) -> int | None:
    """A size of what is taken; zero is believed only where the driver reported the whole size too."""
    value = integer(row, column)
    if value is None or value > 0:
        return value
    return 0 if value == 0 and positive(row, "physical_size") else None


def _known(row: Row, column: str) -> int | None:
    """A size that is unknown when it is below zero."""
    value = integer(row, column)
    return value if value is not None and value >= 0 else None


def _tools(row: Row, column: str) -> bool | None:
    marked = is_true("xenserver_tools_sr")(row, "other_config")
    return marked or false_if_absent(row, column)


def _introduced(row: Row, column: str) -> bool:
    return row.values.get(column) not in (None, *NO_REFERENCE)


REPOSITORY = Shape(
    Repository,
    (
        ("name", "name_label", called),
        ("uuid", "uuid", text),
        ("type", "type", text),
        ("content_type", "content_type", any_text),
        ("shared", "shared", flag),
        ("size", "physical_size", positive),
        ("used", "physical_utilisation", _taken),
        ("allocated", "virtual_allocation", _taken),
        ("sm_config", "sm_config", texts_map),
        ("clustered", "clustered", false_if_absent),
        ("tools", "is_tools_sr", _tools),
        ("local_cache", "local_cache_enabled", flag),
        ("disaster_recovery", "introduced_by", _introduced),
        ("tags", "tags", texts),
    ),
)


def _driver_domain(row: Row, column: str) -> str | None:
    reference = entry(row, column, "storage_driver_domain")
    if reference is None or reference in NO_REFERENCE or reference in row.export.own_domains:
        return None
    found = row.export.find(row, column, reference, "VM", TOLERATED)
    return row.export.name(found) if found else None


CONNECTION = Shape(
    Connection,
    (
        ("uuid", "uuid", text),
        ("attached", "currently_attached", flag),
        ("device_config", "device_config", texts_map),
        ("multipathed", "other_config", is_true("multipathed")),
        ("iscsi_sessions", "other_config", at_count("iscsi_sessions")),
        ("driver_domain", "other_config", _driver_domain),
    ),
    {"host": "host", "paths": "other_config"},
)
PATHS: Shape[Paths] = Shape(
    Paths, (), {"scsi_id": "other_config", "current": "other_config", "maximum": "other_config"}
)

DISK = Shape(
    Disk,
    (
        ("name", "name_label", called),
        ("uuid", "uuid", text),
        ("repository", "SR", to_repository),
        ("size", "virtual_size", _known),
        ("used", "physical_utilisation", _known),
        ("type", "type", word),
        ("sharable", "sharable", flag),
        ("read_only", "read_only", flag),
        ("managed", "managed", flag),
        ("missing", "missing", flag),
        ("on_boot", "on_boot", word_or("persist")),
        ("caching", "allow_caching", flag),
        ("changed_block_tracking", "cbt_enabled", flag),
        ("snapshot", "is_a_snapshot", flag),
        ("snapshot_of", "snapshot_of", to("VDI", TOLERATED)),
        ("sm_config", "sm_config", texts_map),
    ),
)


def _features(row: Row, column: str) -> dict[str, int] | None:
    """The versions of a driver's features; drivers of old say only which they have, each of which is version 1."""
    if column not in row.values:
        found = members(row, "capabilities")
        return None if found is None else dict.fromkeys(found, 1)
    pairs = entries(row, column)
    if pairs is None:
        return None
    versions = {feature: at_count(feature)(row, column) for feature in pairs}
    return {feature: version for feature, version in versions.items() if version is not None}


DRIVER = Shape(
    Driver,
    (
        ("uuid", "uuid", text),
        ("features", "features", _features),
        ("required_cluster_stack", "required_cluster_stack", texts),
    ),
    {"type": "type"},
)


def repositories(export: Export, builder: Builder) -> tuple[Repository, ...] | None:
    """The repositories of the pool, with their connections."""
    groups = export.owned("PBD", "SR", "SR", "RF003")
    rows = export.rows("SR")
    if rows is None:
        return None
    return tuple(
        builder.build(
            REPOSITORY,
            row,
            connections=None if groups is None else _connections(export, builder, groups.get(row.ref, [])),
        )
        for row in rows
    )


def _connections(export: Export, builder: Builder, rows: list[Row]) -> tuple[Connection, ...]:
    hosts = ((row, export.refer(row, "host", "host", "RF001", needed=True)) for row in rows)
    return tuple(
        builder.build(CONNECTION, row, host=export.name(host), paths=_paths(builder, row))
        for row, host in hosts
        if host
    )


def _paths(builder: Builder, row: Row) -> tuple[Paths, ...] | None:
    found = entries(row, "other_config") if "other_config" in row.values else {}
    if found is None or row.silent("other_config"):
        return None
    counted = [
        (key.removeprefix(_MULTIPATH), _PATHS.fullmatch(value))
        for key, value in found.items()
        if key.startswith(_MULTIPATH)
    ]
    if not all(scsi_id and count for scsi_id, count in counted):
        row.malformed("other_config", "a map whose path counts are two numbers")
        return None
    return tuple(
        builder.build(PATHS, row, scsi_id=scsi_id, current=int(count[1]), maximum=int(count[2]))
        for scsi_id, count in counted
        if count
    )


def disks(export: Export, builder: Builder) -> tuple[Disk, ...] | None:
    """The disks of the pool."""
    rows = export.rows("VDI")
    return None if rows is None else tuple(builder.build(DISK, row) for row in rows)


def drivers(export: Export, builder: Builder) -> tuple[Driver, ...] | None:
    """The storage drivers of the pool."""
    rows = export.rows("SM")
    if rows is None:
        return None
    typed = ((row, text(row, "type")) for row in rows)
    return tuple(builder.build(DRIVER, row, type=kind) for row, kind in typed if kind or _untyped(row))


def _untyped(row: Row) -> bool:
    """Report a driver of no type, which cannot be told from others."""
    row.malformed("type", "a driver's type; the driver is left out")
    return False
