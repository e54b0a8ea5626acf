"""How things are once the hosts of a pool have been updated one after the other."""

from __future__ import annotations

from dataclasses import dataclass

from planner.plans.moving import MovesGuard, Refused, Survivals


@dataclass(frozen=True, slots=True)
class Stopped:
    """A VM that is shut down while its host is updated, by name."""

    vm: str
    host: str
    why: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A host, or several at the same time, that are emptied, updated, and filled again; hosts by name."""

    hosts: tuple[str, ...]
    leave: int
    """The live moves before the hosts are restarted."""
    come: int
    """The live moves after that."""
    stopped: tuple[Stopped, ...]
    """By name of the VM."""
    seconds: int | None
    """How long the moves take at least; None where a size or the speed of a link is not known."""


@dataclass(frozen=True, slots=True)
class UpdateOutcome:
    """What a rolling update, or upgrade, makes of a pool."""

    pool: str
    pool_reference: str
    """The pool's UUID, or its name where it has none."""
    release: str | None
    """The release to which the hosts are upgraded; None for updates of the one that they have."""
    one_way: bool
    """No VM may be moved from an updated host to one that is not."""
    at_once: int
    """So many hosts may be out of service at the same time, as it was asked; the coordinator always goes alone."""
    returns: bool
    """Every VM is to be back where it was in the end."""
    keep_failures: int | None
    """So many hosts must be able to fail in the end, as it was asked."""
    always: bool
    """And at every moment until then, beside the hosts that are out of service."""
    limit_moves: int | None
    """So many VMs may be moved to empty one host."""
    guard: MovesGuard
    resumed: MovesGuard | None
    """The same while the coordinator restarts; None where it does not."""
    stages: tuple[Stage, ...]
    skipped: tuple[str, ...]
    """The hosts that have the release already."""
    survivals: Survivals
    fewest: int | None
    """No plan that brings every VM back without stopping others makes fewer moves."""
    seconds: int | None
    """How long all moves take at least; None where that is not known."""
    refused: tuple[Refused, ...]
    """Where the toolstack's own evacuation of the hosts would stop, and so would a rolling update by itself."""
    refused_lacking: tuple[str, ...]
    """What is not known, so that its answer is not known either."""
    restart_seconds: int | None
    """How long one restart takes, as it was said; None where nobody said."""
    notes: tuple[str, ...]

    @property
    def moves(self) -> int:
        """How many live moves there are in all."""
        return sum(stage.leave + stage.come for stage in self.stages)
