"""How things are once VMs have been moved within their pool."""

from __future__ import annotations

from dataclasses import dataclass

from planner.plans.balancing import Balancing
from planner.plans.placing import Placing


@dataclass(frozen=True, slots=True)
class Moved:
    """A VM that ends up on another host than today; hosts and the VM by name."""

    vm: str
    source: str
    target: str
    memory: int
    """The bytes that go over the network: what the VM has at most."""
    helping: bool
    """It moves only to make room for others."""


@dataclass(frozen=True, slots=True)
class DiskMoved:
    """A disk that is moved to a repository which other hosts have too; all by name."""

    vm: str
    disk: str
    source: str
    target: str
    size: int
    """The bytes that it and its snapshots may hold."""


@dataclass(frozen=True, slots=True)
class HostLoad:
    """How much of a host's memory is taken when every guest has what it may have at most, in thousandths.

    None where that is not known.
    """

    host: str
    before: int | None
    after: int | None
    empties: bool
    """It is to be empty in the end."""


@dataclass(frozen=True, slots=True)
class Survival:
    """How many hosts may fail at once with every protected VM restarted: a number, or its bounds."""

    lower: int
    upper: int
    proven: bool

    def covers(self, lower: int, upper: int) -> bool:
        """Whether it tells no more than what is proven."""
        return self.lower <= lower and upper <= self.upper and self.proven == (self.lower == self.upper)


@dataclass(frozen=True, slots=True)
class Survivals:
    """The same before, at the worst moment, and in the end; None where a fact is lacking, or nobody is protected."""

    before: Survival | None
    during: Survival | None
    after: Survival | None
    lacking: tuple[str, ...] = ()
    """What would have to be said to know it."""
    most: int | None = None
    """No plan that moves the same VMs survives more in the end; None where that is not proven."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Something that a plan keeps small, each before the next."""

    name: str
    value: int
    bound: int
    """No plan has less; as good as can be when it equals the value."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A VM that the toolstack's own evacuation stops at, and what it answers."""

    vm: str
    host: str
    """The host that is emptied."""
    errors: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Differs:
    """A VM that the toolstack's own evacuation sends elsewhere."""

    vm: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class ToolstackEvacuation:
    """What the toolstack would do if it were told to empty the hosts, one after the other."""

    refused: tuple[Refused, ...]
    differs: tuple[Differs, ...]
    lacking: tuple[str, ...] = ()
    """What is not known, so that its answer is not known either."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A VM that runs, and its host, as the plan takes them to be; by UUID, or by name where there is none."""

    vm: str
    vm_uuid: str | None
    host: str
    host_uuid: str | None


@dataclass(frozen=True, slots=True)
class MovesGuard:
    """What has to be as the inventory says, or the plan is for another pool."""

    coordinator: str
    coordinator_uuid: str | None
    hosts: int
    standing: tuple[Standing, ...]
    """Every VM that is on a host."""


@dataclass(frozen=True, slots=True)
class MovesOutcome:
    """What moving VMs makes of a pool."""

    pool: str
    pool_reference: str
    """The pool's UUID, or its name where it has none."""
    emptied: tuple[str, ...]
    """The hosts that are empty in the end, by name."""
    keep_failures: int | None
    """So many hosts must be able to fail in the end, as it was asked."""
    always: bool
    """And at every moment until then."""
    guard: MovesGuard
    moved: tuple[Moved, ...]
    loads: tuple[HostLoad, ...]
    survivals: Survivals
    costs: tuple[Cost, ...]
    seconds: int | None
    """How long the moves take at least; None where a size or the speed of a link is not known."""
    toolstack: ToolstackEvacuation | None
    notes: tuple[str, ...]
    for_toolstack: bool = False
    """The toolstack's own planner has to accept that so many hosts fail in the end."""
    balancing: Balancing | None = None
    """What each move gains, where the loads are to be even."""
    placing: Placing | None = None
    """Where VMs are to be started, in a placement."""
    disks: tuple[DiskMoved, ...] = ()
    """The disks that are moved before their VMs, in the order of the steps."""
