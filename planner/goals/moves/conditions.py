"""What may be asked of every plan that moves VMs, whatever it is for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Conditions:
    """Failures that have to be survived, and how much may be done."""

    keep_failures: int | None = None
    """So many hosts must be able to fail in the end, with every protected VM restarted."""
    always: bool = False
    """And at every moment until then."""
    limit_moves: int | None = None
    """Move no more VMs than that."""
    seconds: float | None = None
    """The solver stops after so long with what it has; None: after the usual work, the same on every machine."""
    passing: bool = False
    """The VMs come back soon: how many hosts may fail, and how they are loaded, need not be the best there is."""
