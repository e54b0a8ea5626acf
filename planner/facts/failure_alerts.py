"""The alerts that a failure raises, by their names.

A host that lost its power was not fenced; one that lost all its cables was, and says so when it is back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from planner.facts.election import Election
from planner.facts.fencing import Fate, Fencing
from planner.facts.trial import Started
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView


@dataclass(frozen=True, slots=True)
class Promise:
    """How many failures the toolstack promises to survive, before and after."""

    wanted: int
    """What is to be tolerated; a failure does not lower it."""
    before: int | None
    """None where that is not known."""
    most: int
    """The most that the toolstack finds after the failure."""
    holds: bool
    """Whether what is wanted is found to hold after the failure."""
    overcommitted_before: bool | None

    @property
    def after(self) -> int:
        """What it goes on with."""
        return self.wanted if self.holds else min(self.wanted, self.most)


@dataclass(frozen=True, slots=True)
class Alert:
    """A message that the toolstack raises; 1 is the gravest priority, 5 the least."""

    name: str
    priority: int
    about: Host | VM | None = None
    """None where it is about the pool."""
    sure: bool = True
    """Whether it is raised in any case; otherwise it is chance, or not known."""
    on_return: bool = False
    """It is raised when the host is back."""


def alerts(fates: Fencing, elected: Election, promise: Promise | None, vms: Iterable[Started]) -> tuple[Alert, ...]:
    """All alerts in the order in which they come."""
    return tuple(_alerts(fates, elected, promise, tuple(vms)))


def _alerts(fates: Fencing, elected: Election, promise: Promise | None, vms: tuple[Started, ...]) -> Iterator[Alert]:
    if fates.of(Fate.LIVES):
        if fates.disk_lost:
            yield Alert("HA_STATEFILE_LOST", 2)
        if elected.changed is not False:
            yield Alert("POOL_MASTER_TRANSITION", 4, elected.after, sure=elected.changed is True)
        yield from (Alert("HA_HOST_FAILED", 3, host) for host in fates.of(Fate.FAILED, Fate.FENCED))
        if promise:
            yield from _of_promise(promise)
        for each in vms:
            if not each.starts or each.attempt > 1:
                yield Alert("HA_PROTECTED_VM_RESTART_FAILED", 2, each.vm, sure=each.starts is not None)
    for fate in (Fate.FENCED, Fate.FAILED):
        for host in fates.of(fate):
            yield Alert("HA_HOST_WAS_FENCED", 4, host, sure=fate is Fate.FENCED, on_return=True)


def _of_promise(promise: Promise) -> Iterator[Alert]:
    if promise.holds:
        return
    if promise.before is None or promise.most < promise.before:
        yield Alert("HA_POOL_DROP_IN_PLAN_EXISTS_FOR", 3, sure=promise.before is not None)
    if not promise.overcommitted_before:
        yield Alert("HA_POOL_OVERCOMMITTED", 3, sure=promise.overcommitted_before is False)


def overcommitted(view: PoolView, wanted: int, most: int | None) -> bool | None:
    """Whether a pool has promised too much before a failure: as it says itself, else as it would find."""
    said = view.pool.ha.overcommitted if view.pool.ha and view.pool.ha.enabled else None
    if said is not None:
        return said
    return None if most is None else most < wanted
