"""Storage repositories, the hosts' connections to them, and the disks they hold."""

from __future__ import annotations

from typing import Literal

from planner.model.fields import AnyText, Bytes, Count, Flag, Record, Strings, Text

DiskType = Literal[
    "system",
    "user",
    "ephemeral",
    "suspend",
    "crashdump",
    "ha_statefile",
    "metadata",
    "redo_log",
    "rrd",
    "pvs_cache",
    "cbt_metadata",
]


class Paths(Record):
    """How many paths of a multipathed device are there, of how many."""

    scsi_id: Text
    current: Count
    maximum: Count

    @property
    def label(self) -> str:
        """The device's SCSI identifier."""
        return self.scsi_id


class Connection(Record):
    """One host's connection to a repository (a PBD)."""

    host: Text
    uuid: Text | None = None
    attached: Flag | None = None
    device_config: Strings | None = None
    """The driver's settings on this host; the repository's own count when none are given."""
    multipathed: Flag | None = None
    paths: tuple[Paths, ...] | None = None
    iscsi_sessions: Count | None = None
    driver_domain: Text | None = None
    """The VM that serves this connection, where a storage driver domain does."""


class Repository(Record):
    """A storage repository (SR)."""

    name: Text
    uuid: Text | None = None
    type: Text | None = None
    """The driver: `nfs`, `lvmoiscsi`, `ext`, `iso` …"""
    content_type: AnyText | None = None
    shared: Flag | None = None
    size: Bytes | None = None
    used: Bytes | None = None
    """What is physically taken of the size."""
    allocated: Bytes | None = None
    """The sum of the virtual sizes promised."""
    device_config: Strings | None = None
    """What every connection uses that gives no settings of its own."""
    sm_config: Strings | None = None
    clustered: Flag | None = None
    tools: Flag | None = None
    """The repository of the guest tools, which every host has."""
    local_cache: Flag | None = None
    disaster_recovery: Flag | None = None
    """Introduced for disaster recovery only."""
    connections: tuple[Connection, ...] | None = None
    tags: tuple[Text, ...] | None = None


class Disk(Record):
    """A virtual disk (VDI)."""

    name: Text
    uuid: Text | None = None
    repository: Text | None = None
    size: Bytes | None = None
    used: Bytes | None = None
    type: DiskType | None = None
    sharable: Flag | None = None
    read_only: Flag | None = None
    managed: Flag | None = None
    missing: Flag | None = None
    on_boot: Literal["persist", "reset"] | None = None
    caching: Flag | None = None
    changed_block_tracking: Flag | None = None
    snapshot: Flag | None = None
    snapshot_of: Text | None = None
    sm_config: Strings | None = None


class Driver(Record):
    """A storage driver of the pool (an SM record)."""

    type: Text
    uuid: Text | None = None
    features: dict[AnyText, Count] | None = None
    """Each feature, and its version."""
    required_cluster_stack: tuple[Text, ...] | None = None

    @property
    def label(self) -> str:
        """The driver's type."""
        return self.type
