"""What the people who run a pool wish for it."""

from __future__ import annotations

from typing import Literal

from planner.model.fields import Bytes, Count, Factor, Flag, Record, Text


class Join(Record):
    """The wish that a host become a member of the pool."""

    host: Text
    pool: Text | None = None
    """The pool that describes the host, where several describe one of that name."""
    force: Flag = False
    """Join even where CPUs or software differ."""


class HaPlan(Record):
    """How high availability is to be set up."""

    heartbeat: Text | None = None
    """The repository for the heartbeat and metadata disks."""
    failures_to_tolerate: Count | None = None
    """How many hosts may fail before a protected VM may stay down."""


class PlacementRule(Record):
    """Which VMs are to run together or apart, where, and whether they may be moved."""

    name: Text
    vms: tuple[Text, ...]
    relation: Literal["together", "apart", "spread"] | None = None
    """`apart`: no two on one host. `spread`: as evenly as can be, so that no host has more than its share."""
    by: Text | None = None
    """Hosts with the same tag `BY:…`, such as `rack`, count as one host for the relation."""
    hosts: tuple[Text, ...] | None = None
    """The only hosts that may run them."""
    not_hosts: tuple[Text, ...] | None = None
    """Hosts that may not run them."""
    stay: Flag = False
    """While they run they are not to be moved."""
    required: Flag = True
    """False when it is a preference."""


class HostLimit(Record):
    """What is to be left free on hosts for other things than the VMs that run there."""

    name: Text
    hosts: tuple[Text, ...] | None = None
    """The hosts for which it holds; all of the pool where none are named."""
    free_memory: Bytes | None = None
    """So much stays free on each of them even when every VM has all the memory that it may have."""
    vcpus_per_cpu: Factor | None = None
    """The most virtual CPUs that VMs have for each logical CPU of a host."""
    required: Flag = True
    """False when it is a preference."""


ChangeKind = Literal[
    "apply-updates",
    "bond-management",
    "designate-coordinator",
    "destroy-heartbeat-disk",
    "detach-repository",
    "disable-management",
    "eject-host",
    "enable-tls-verification",
    "forget-host",
    "forget-interface",
    "install-certificate",
    "make-template",
    "move-management",
    "reconfigure-address",
    "restart-toolstack",
    "rolling-upgrade",
    "rotate-secret",
    "unplug-interface",
]
"""What may be done to a pool, its hosts or its storage."""


class Change(Record):
    """The wish to change something about the pool, its hosts or its storage."""

    kind: ChangeKind
    host: Text | None = None
    """The host that is changed, where it is one."""
    interface: Text | None = None
    """The interface of that host that is changed."""
    repository: Text | None = None
    """The repository that is changed."""
    vm: Text | None = None
    """The VM that is changed."""

    @property
    def label(self) -> str:
        """What is to be done."""
        return self.kind


class Wished(Record):
    """What may be wished of a pool, in the pool's own document or in one beside it."""

    joins: tuple[Join, ...] = ()
    ha_plan: HaPlan | None = None
    placement: tuple[PlacementRule, ...] = ()
    host_limits: tuple[HostLimit, ...] = ()
    changes: tuple[Change, ...] = ()


class Wishes(Wished):
    """Wishes for a pool that another document describes, such as one exported from a live pool."""

    kind: Literal["Wishes"] = "Wishes"
    pool: Text

    @property
    def label(self) -> str:
        """The pool's name."""
        return self.pool
