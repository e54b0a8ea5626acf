"""What a placement says beside the moves: where VMs are to be started that do not run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Started:
    """A VM that does not run today, and the host to start it on; by name, and by UUID where there is one."""

    vm: str
    vm_uuid: str | None
    host: str
    host_uuid: str | None
    new: bool
    """It does not exist yet."""
    suspended: bool


@dataclass(frozen=True, slots=True)
class Stays:
    """A VM that was asked about by name and stays where it is; both by name."""

    vm: str
    host: str
    why: str
    """What keeps it from all other hosts; empty where it could go, but had better not."""


@dataclass(frozen=True, slots=True)
class Placing:
    """Where VMs are started and which ones stay; how things are in the end is told with the former running."""

    starts: tuple[Started, ...]
    stays: tuple[Stays, ...]
    begun: bool
    """The steps start those that exist; else that is left to whoever wants them."""
