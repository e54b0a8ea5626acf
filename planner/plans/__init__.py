"""What planning answers: steps that reach the goal, or the reasons why none do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from planner.findings import Named, Severity
from planner.plans.changes import Change
from planner.plans.homing import HomesOutcome
from planner.plans.moving import MovesOutcome
from planner.plans.outcomes import JoinOutcome
from planner.plans.powering import PowerOutcome
from planner.plans.protecting import ProtectionOutcome
from planner.plans.updating import UpdateOutcome

Outcome = JoinOutcome | MovesOutcome | ProtectionOutcome | PowerOutcome | HomesOutcome | UpdateOutcome
"""How things are once a plan is done, by what it was for."""


class Phase(Enum):
    """When a step is done, seen from what was asked for."""

    BEFORE = "before"
    JOIN = "join"
    MOVE = "move"
    CHANGE = "change"
    AFTER = "after"
    HA = "ha"
    GUESTS = "guests"
    STORAGE = "storage"
    HOSTS = "hosts"
    HOMES = "homes"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, on one host, and what it makes of the inventory."""

    phase: Phase
    what: str
    why: str
    host: str
    """Where the commands are to be run."""
    commands: tuple[str, ...] = ()
    """As a shell takes them. What nobody said stands as `…`."""
    by_hand: tuple[str, ...] = ()
    """What no command of the toolstack does; to be done before the commands."""
    changes: tuple[Change, ...] = ()
    loses: tuple[str, ...] = ()
    """What cannot be got back after it."""
    mends: tuple[str, ...] = ()
    """The codes of the rules whose findings are gone after it."""
    round: int | None = None
    """Steps of one round may be done at the same time, one round after the other; None: by itself, in its turn."""
    seconds: int | None = None
    """How long it takes if nothing else uses the links; None where that is not known."""
    stage: str = ""
    """The part of the whole that it belongs to, where a plan has parts."""


@dataclass(frozen=True, slots=True)
class Violation:
    """What a rule sees today of what was asked for."""

    code: str
    name: str
    severity: Severity
    message: str
    remedy: str
    api_error: str
    about: Named
    field: str
    steps: tuple[int, ...] = ()
    """The number of the step after which it is gone, from 1; none where no step mends it."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A reason why there is no plan: a requirement that cannot be met, or a fact that is lacking."""

    code: str
    """The rule that demands it; empty where no rule does."""
    told: str
    proven: bool = True
    """Nothing can be done about it; False where that is open, because a fact or a way is not known."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in the order in which to do them, and how things are then."""

    goal: str
    wish: tuple[Change, ...]
    """What the steps start from: that this is wished, and nothing else of its kind."""
    violations: tuple[Violation, ...]
    steps: tuple[Step, ...]
    outcome: Outcome
    back: tuple[Step, ...] = ()
    """The way back from there to how things are today, where there is one."""
    others: tuple[str, ...] = ()
    """Other ways to the same, each enough by itself."""


@dataclass(frozen=True, slots=True)
class NoPlan:
    """Why there is no plan: because of what is proven to be in the way, else because of all that is open."""

    goal: str
    because: tuple[Cause, ...]
    violations: tuple[Violation, ...] = ()
    ways_out: tuple[str, ...] = ()
    """The cheapest changes with which there would be a plan, each enough by itself."""

    @property
    def proven(self) -> bool:
        """There can be no plan; False where facts are lacking."""
        return all(cause.proven for cause in self.because)
