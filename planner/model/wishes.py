"""What the people who run a pool wish for it."""

from __future__ import annotations

from typing import Literal

from planner.model.fields import Count, Flag, Record, Text


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
    """Which VMs are to run together or apart, and where."""

    name: Text
    vms: tuple[Text, ...]
    relation: Literal["together", "apart"] | None = None
    hosts: tuple[Text, ...] | None = None
    """The only hosts that may run them."""
    not_hosts: tuple[Text, ...] | None = None
    """Hosts that may not run them."""
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
    changes: tuple[Change, ...] = ()


class Wishes(Wished):
    """Wishes for a pool that another document describes, such as one exported from a live pool."""

    kind: Literal["Wishes"] = "Wishes"
    pool: Text

    @property
    def label(self) -> str:
        """The pool's name."""
        return self.pool
