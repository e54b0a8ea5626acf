"""The wish to update a pool host by host."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Update, or upgrade, all hosts of a pool one after the other, its coordinator first, while its VMs run on."""

    pool: str | None = None
    """By name or UUID; None where there is only one."""
    to: str | None = None
    """The release to upgrade to, such as `8.3.0`; None for updates of the release that the hosts have."""
    may_stop: tuple[str, ...] = ()
    """VMs, by name or UUID, that may be shut down while their host is updated, where they cannot be moved."""
    may_stop_any: bool = False
    """Every VM may be, where it cannot be moved."""
    returns: bool = True
    """Every VM is to be back on its host of today in the end."""
    at_once: int = 1
    """So many members may be updated at the same time, where they can be emptied together."""
    reboot_minutes: int | None = None
    """How long it takes to update and restart a host; None where nobody says."""
    keep_failures: int | None = None
    """So many hosts must be able to fail in the end, with every protected VM restarted."""
    always: bool = False
    """And at every moment until then, beside the hosts that are out of service."""
    limit_moves: int | None = None
    """Move no more VMs than that to empty one host."""
    seconds: float | None = None
    """The solver stops after so long with what it has; None: after the usual work, the same on every machine."""
