"""How things are once a pool has gone down, or has come up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from planner.plans.moving import MovesGuard


class Power(Enum):
    """Which way a pool goes."""

    DOWN = "down"
    UP = "up"


@dataclass(frozen=True, slots=True)
class PowerRound:
    """VMs that go down or up at the same time."""

    number: int
    vms: tuple[str, ...]
    """By name."""
    delay: int | None
    """Seconds that the toolstack waits once they are down or up; None where a delay is not known."""
    most: int | None
    """Seconds after which the round is over whatever the guests do; None where nothing bounds it."""


@dataclass(frozen=True, slots=True)
class PowerOutcome:
    """What going down or coming up makes of a pool."""

    pool: str
    pool_reference: str
    """The pool's UUID, or its name where it has none."""
    power: Power
    guard: MovesGuard
    rounds: tuple[PowerRound, ...]
    delays: int | None
    """Seconds of delays in all, which is how long the VMs take at least; None where one is not known."""
    most: int | None
    """Seconds after which all VMs are down for certain; None where nothing bounds it."""
    within: int | None
    """The seconds that were given for it."""
    patience: int | None
    """Seconds for which a guest is waited for before it is shut down hard; None: as long as the toolstack waits."""
    lacking: tuple[str, ...]
    """What would have to be said for the order or the time to be certain."""
    notes: tuple[str, ...]
    keep_failures: int | None = None
    """So many hosts are to be able to fail in the end."""
    always: bool = False
    """And at every moment until then."""
