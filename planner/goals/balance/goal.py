"""The wish that the loads of a pool be even."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Balance:
    """Even out the memory and the virtual CPUs of a pool's hosts, with few live moves.

    No wish is broken that has to be kept and is today; of preferences no more are broken than today.
    """

    pool: str | None = None
    """Name or UUID; where several could be meant."""
    keep_failures: int | None = None
    """So many hosts must be able to fail in the end, with every protected VM restarted; None: as many as today."""
    always: bool = False
    """And at every moment until then."""
    limit_moves: int | None = None
    """Let no more VMs than that end up elsewhere."""
    seconds: float | None = None
    """About how long it may be searched; None: with the usual work, the same on every machine."""
