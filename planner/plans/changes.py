"""What a step makes of an inventory, as data: who judges a plan applies it and knows nothing of how it was found."""

from __future__ import annotations

from dataclasses import dataclass

from planner.model.guest import VM


class ChangeError(ValueError):
    """A change names what is not there."""


Way = tuple[tuple[str, str], ...]
"""From a pool to a record inside it: each a list of the record before, and a name or UUID in that list."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of an object gets another value: a VM is halted, a host has an update more."""

    pool: str
    """The pool's UUID, or its name where it has none."""
    way: Way
    """To the object; empty for the pool itself."""
    field: str
    """Dotted where it is inside a part of the object: `ha.enabled`."""
    value: object


@dataclass(frozen=True, slots=True)
class InterfaceRemoved:
    """A bond, a VLAN, a tunnel or SR-IOV is gone; the first NIC of a bond takes over its address."""

    pool: str
    host: str
    interface: str


@dataclass(frozen=True, slots=True)
class RepositoryForgotten:
    """A pool no longer knows a repository and the disks in it; what is in it stays."""

    pool: str
    repository: str


@dataclass(frozen=True, slots=True)
class HostEjected:
    """A host leaves its pool, and is a pool of its own, as after its installation."""

    pool: str
    host: str
    alone: str
    """What the host's own pool is called then."""


@dataclass(frozen=True, slots=True)
class JoinWished:
    """A join is wished, and no other is."""

    pool: str
    host: str
    home: str
    """The pool that the host is in today."""
    force: bool


@dataclass(frozen=True, slots=True)
class HostJoined:
    """A host that was a pool of its own becomes a member of a pool."""

    pool: str
    host: str


@dataclass(frozen=True, slots=True)
class VmAdded:
    """A pool has a VM more."""

    pool: str
    vm: VM


Change = VmAdded | FieldChange | InterfaceRemoved | RepositoryForgotten | HostEjected | JoinWished | HostJoined
