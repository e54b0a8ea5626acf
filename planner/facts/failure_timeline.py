"""When what happens after a failure under high availability, in seconds from the failure on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from planner.facts.ha_timeouts import Timeouts
from planner.facts.start_order import StartGroup

LOOP = 20
"""How often the toolstack looks who lives."""
ELECTION_PAUSE = 5
"""From one attempt to become coordinator to the next."""
ENABLING = 1800
"""How long a new coordinator waits at most for the hosts that live to be ready for VMs."""
NEXT_ATTEMPT = 120
"""From one attempt to start a VM to the next, at least."""


class What(Enum):
    """What happens."""

    FAILURE = "failure"
    MISSED = "missed"
    RESET = "reset"
    SURELY_FENCED = "surely fenced"
    ELECTION = "election"
    NOTICED = "noticed"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens within some time."""

    what: What
    earliest: int
    """Seconds."""
    latest: int | None
    """None where nothing bounds it, such as the time that a toolstack takes to start."""
    group: StartGroup | None = None
    """The VMs that are started, where it is that."""


@dataclass(frozen=True, slots=True)
class Course:
    """What of a failure decides when something happens."""

    missed: bool
    """A host sees the heartbeat of another, or the disk, no more."""
    fenced: bool
    """Hosts reset themselves."""
    disk: bool
    """They have lost the heartbeat disk; else it is the network."""
    some_die: bool
    some_live: bool
    elected: bool
    """There is a new coordinator."""


def timeline(times: Timeouts, course: Course, groups: Iterable[StartGroup]) -> Iterator[Event]:
    """What happens in its order.

    The time that starting a VM takes is not known, so groups after the first begin no earlier than told.
    """
    yield Event(What.FAILURE, 0, 0)
    if course.missed:
        yield Event(What.MISSED, 0, times.timeout)
    if course.fenced:
        yield Event(What.RESET, 0, times.statefile_watchdog if course.disk else times.timeout)
    if course.some_die and course.some_live:
        yield from _restarting(times.timeout + times.wait_for_fencing, course, groups)


def _restarting(sure: int, course: Course, groups: Iterable[StartGroup]) -> Iterator[Event]:
    """What those that live do once the others are surely dead."""
    yield Event(What.SURELY_FENCED, 0, sure)
    if course.elected:
        yield Event(What.ELECTION, sure, None)
    latest = None if course.elected else sure + LOOP
    yield Event(What.NOTICED, sure, latest)
    for group in groups:
        first = group.begins == 0 and not group.after
        yield Event(What.GROUP, sure + (group.begins or 0), latest if first else None, group)
