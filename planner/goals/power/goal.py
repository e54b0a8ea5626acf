"""The wishes to bring a pool down, and up again."""

from __future__ import annotations

from dataclasses import dataclass, field

from planner.goals.moves.conditions import Conditions


@dataclass(frozen=True, slots=True)
class Shutdown:
    """Bring down all VMs of a pool, its members, and its coordinator last."""

    pool: str | None = None
    """By name or UUID; None where there is only one."""
    within: int | None = None
    """Minutes in which all VMs have to be down."""
    conditions: Conditions = field(default_factory=Conditions)
    """No VM is moved in any case."""


@dataclass(frozen=True, slots=True)
class Startup:
    """Bring a pool up: its coordinator, its members, and the VMs that run today."""

    pool: str | None = None
    """By name or UUID; None where there is only one."""
    conditions: Conditions = field(default_factory=Conditions)
    """No VM is moved in any case."""
