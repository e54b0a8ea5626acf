"""How long high availability waits before it takes a host for dead."""

from __future__ import annotations

from dataclasses import dataclass

from planner.model.inventory import PoolView

DEFAULT_TIMEOUT = 60
LEAST_TIMEOUT = 10
_STATEFILE_WATCHDOG_LATER = 15
_JOINING_TAKES = 60


@dataclass(frozen=True, slots=True)
class Timeouts:
    """What follows from the one time-out that can be set; all in seconds."""

    timeout: int
    """How long a host may be silent, on the network or on the heartbeat disk."""

    @property
    def heartbeat_interval(self) -> int:
        """From one sign of life on the network to the next."""
        return min((self.timeout + 10) // 10, 3)

    @property
    def statefile_interval(self) -> int:
        """From one sign of life on the heartbeat disk to the next."""
        return max(2, self.timeout // 20)

    @property
    def statefile_watchdog(self) -> int:
        """After how long a host that cannot write to the heartbeat disk resets itself."""
        return self.timeout + _STATEFILE_WATCHDOG_LATER

    @property
    def joining(self) -> int:
        """How long a host may take to join those that watch each other."""
        return self.timeout + _JOINING_TAKES

    @property
    def wait_for_fencing(self) -> int:
        """How long the others wait after they took a host for dead, so that it surely has reset itself."""
        watchdog = max(self.timeout, self.statefile_watchdog)
        return watchdog - self.timeout + max(self.heartbeat_interval, self.statefile_interval)


def configured(view: PoolView) -> tuple[str, int] | None:
    """The time-out that somebody chose, and the field that says so."""
    if view.pool.ha and view.pool.ha.timeout is not None:
        return "ha.timeout", view.pool.ha.timeout
    if view.pool.default_ha_timeout is not None:
        return "default_ha_timeout", view.pool.default_ha_timeout
    return None


def timeouts(view: PoolView) -> Timeouts:
    """The times that are in force, or would be."""
    chosen = configured(view)
    return Timeouts(chosen[1] if chosen else DEFAULT_TIMEOUT)
