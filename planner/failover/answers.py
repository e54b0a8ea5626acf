"""What the algorithm answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """Why failing hosts cannot be restarted: it can be checked by hand."""

    text: str
    vms: tuple[str, ...]
    """VMs that cannot all be restarted; without any one of them the others can, or the count below would not hold."""
    hosts: tuple[str, ...]
    """The hosts that are left to take them."""
    measure: int | None = None
    """The size, in bytes, in whole parts of which VMs and free memory are counted; None where packing itself failed."""
    needed: int | None = None
    """What the VMs come to in these parts."""
    available: int | None = None
    """What the hosts have in these parts."""
    weights: tuple[int, ...] = ()
    """Where VMs are not counted in parts: what each weighs; `available` is the most weight that the hosts can take."""


@dataclass(frozen=True, slots=True)
class FailureCapacity:
    """How many units may fail at once, whichever they are, with every VM of theirs restarted and nothing else moved."""

    lower: int
    """So many are proven to be survived."""
    upper: int
    """One more is proven not to be, in at least one case."""
    proven: bool
    """The two are the same."""
    witness: tuple[str, ...] | None
    """Units, one more than `upper`, that cannot be restarted; None when all may fail."""
    because: Cause | None
    """Why the witness cannot be restarted."""


@dataclass(frozen=True, slots=True)
class RestartPlan:
    """Where each VM of failed hosts is restarted, in the order of the VMs' names."""

    targets: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NoPlan:
    """Why VMs cannot all be restarted; when not proven, the effort ran out before an answer."""

    because: tuple[str, ...]
    proven: bool


@dataclass(frozen=True, slots=True)
class ToolstackCapacity:
    """How many failures the toolstack's own planner says can be survived, and each question that it asks itself."""

    failures: int
    steps: tuple[tuple[int, str, bool], ...]
    """Failures, `exhaustive` or `approximate`, and the verdict, in the order asked."""


@dataclass(frozen=True, slots=True)
class SequentialCapacity:
    """How many hosts may fail one after another, with restarts in between that are never moved again."""

    lower: int
    upper: int
    proven: bool
