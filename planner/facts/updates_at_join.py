"""Which updates two hosts have, and which of them a join compares."""

from __future__ import annotations

from dataclasses import dataclass

from planner.facts.versions import since
from planner.model.host import Host, Software
from planner.model.inventory import Index, Joining
from planner.model.pool import Update


@dataclass(frozen=True, slots=True)
class AppliedUpdate:
    """An update that a host has: what identifies it, and what is known of it."""

    identity: str
    name: str
    record: Update | None


def applied_updates(host: Host, own: Index[Update], other: Index[Update]) -> dict[str, AppliedUpdate] | None:
    """The updates of a host by identity, so that two pools that list them differently can be compared."""
    if host.updates is None:
        return None
    found = (_applied(reference, own, other) for reference in host.updates)
    return {update.identity: update for update in found}


def _applied(reference: str, own: Index[Update], other: Index[Update]) -> AppliedUpdate:
    record = own.find(reference) or other.find(reference)
    if record is None:
        return AppliedUpdate(reference, reference, None)
    twin = other.find(record.name) if record.uuid is None else None
    return AppliedUpdate(record.uuid or (twin.uuid if twin else None) or record.name, record.name, record)


@dataclass(frozen=True, slots=True)
class UpdateDifference:
    """The updates that one side of a join has and the other lacks, by name."""

    joiner_lacks: tuple[AppliedUpdate, ...]
    pool_lacks: tuple[AppliedUpdate, ...]


def update_difference(joining: Joining, coordinator: Host) -> UpdateDifference | None:
    """How a joining host and the coordinator differ in their updates; None where one of them does not tell."""
    own, other = joining.joiner.updates, joining.pool.updates
    mine, theirs = applied_updates(joining.host, own, other), applied_updates(coordinator, other, own)
    if mine is None or theirs is None:
        return None
    return UpdateDifference(_without(theirs, mine), _without(mine, theirs))


def _without(some: dict[str, AppliedUpdate], others: dict[str, AppliedUpdate]) -> tuple[AppliedUpdate, ...]:
    missing = (update for identity, update in some.items() if identity not in others)
    return tuple(sorted(missing, key=lambda update: (update.name, update.identity)))


def compared_at_join(update: AppliedUpdate, software: Software | None) -> bool | None:
    """Whether a join is refused when just one side has the update; None where the inventory does not say."""
    if since(software, (7, 1)) is False:
        return True
    if since(software, (7, 2)) and since(software, (7, 3)) is False:
        return False
    if since(software, (7, 1)) is None or update.record is None:
        return None
    return update.record.enforce_homogeneity
