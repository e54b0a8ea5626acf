"""How things are once a host has joined a pool."""

from __future__ import annotations

from dataclasses import dataclass

from planner.facts.cpu_level import Scope
from planner.facts.reachability import State


@dataclass(frozen=True, slots=True)
class NetworkOutcome:
    """A network of the joining host, and what it becomes."""

    own: str
    bridge: str | None
    device: str
    """The NIC by which the host is on it; empty for none."""
    becomes: str | None
    """The pool's network that it lands on; None where the pool has none of that bridge, or nobody says."""
    known: bool
    """Whether that is certain."""


@dataclass(frozen=True, slots=True)
class RepositoryOutcome:
    """A shared repository of the pool, on the new member."""

    name: str
    reference: str
    """Its UUID, or its name where it has none."""
    inherited: bool
    """Whether the member gets a connection by itself."""
    state: State
    """What is to be expected when the member starts for the first time."""
    why: str
    """Over which way, or why not, or what is not known."""
    remedy: str
    """What mends it; empty where there is nothing to mend."""
    final: State
    """How it is after the last step."""


@dataclass(frozen=True, slots=True)
class LevelOutcome:
    """What the pool offers guests of one scope; None where that is unknown."""

    scope: Scope
    before: tuple[str, ...] | None
    after: tuple[str, ...] | None
    lost: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Stranded:
    """Running guests that cannot move live between the new member and hosts where others of the pool run."""

    vms: tuple[str, ...]
    host: str
    """The host to which they cannot move."""
    why: str
    certain: bool
    """False where a fact is lacking."""


@dataclass(frozen=True, slots=True)
class EditionOutcome:
    """The licence edition of the joining host today, and of the pool."""

    host: str | None
    pool: tuple[str, ...]
    """Several where its hosts differ, none where nobody says."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What has to be as the inventory says, or the plan is for another pool."""

    coordinator: str
    coordinator_uuid: str | None
    members: tuple[str, ...]
    """The hosts of the pool before the join."""
    host: str
    host_uuid: str | None


@dataclass(frozen=True, slots=True)
class JoinOutcome:
    """What a join makes of the host and of the pool."""

    host: str
    member: str
    """The host's UUID, or its name where it has none."""
    pool: str
    guard: Guard
    networks: tuple[NetworkOutcome, ...]
    made: tuple[str, ...]
    """Bonds and VLANs that the toolstack makes on the new member."""
    lost: tuple[str, ...]
    """What of the joining host does not come along."""
    kept: tuple[str, ...]
    """What of it does, and how."""
    repositories: tuple[RepositoryOutcome, ...]
    levels: tuple[LevelOutcome, ...]
    stranded: tuple[Stranded, ...]
    edition: EditionOutcome
    notes: tuple[str, ...]
    """What no file can tell."""
