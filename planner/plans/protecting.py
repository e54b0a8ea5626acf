"""How things are once restarts are promised to other VMs than today."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that a choice makes as large as can be, each before the next."""

    name: str
    value: int
    bound: int
    """No choice has more; as good as can be when it equals the value."""


@dataclass(frozen=True, slots=True)
class Promise:
    """The VMs to which a restart can be promised for so many failures."""

    failures: int
    vms: tuple[str, ...]
    """By UUID, or by name where there is none; sorted."""
    memory: int
    """The bytes that these take."""
    weight: int
    """Their weights, as they were given, in all."""
    kept: tuple[Kept, ...]
    """What was made as large as can be, as far as the search came."""
    proven: bool
    """No choice is better."""


@dataclass(frozen=True, slots=True)
class NotPromised:
    """A VM that is left out whatever the others do, and why."""

    vm: str
    why: str


@dataclass(frozen=True, slots=True)
class ProtectionOutcome:
    """What a restart can be promised to."""

    pool: str
    pool_reference: str
    """The pool's UUID, or its name where it has none."""
    failures: int
    usable: int
    """The hosts that are enabled and live."""
    promise: Promise
    frontier: tuple[Promise, ...]
    """The best promise for 0, 1, … failures."""
    left_out: tuple[NotPromised, ...]
    toolstack: int | None
    """How many failures the toolstack itself says can be survived then; None where a fact is lacking that it has."""
    priorities: tuple[tuple[str, str], ...]
    """The priority today of each VM whose priority changes, by UUID; of those that have one and of which it is told."""
    names: tuple[tuple[str, str], ...]
    """What each VM is called, by its UUID or name."""
    notes: tuple[str, ...]
    for_toolstack: bool = False
    """The toolstack's own planner has to accept so many failures then."""
