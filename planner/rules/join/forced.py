"""What a forced join passes over."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.join import compared_parts, compatible
from planner.findings import Problem, Severity, Unknown
from planner.model.fields import Record
from planner.model.host import Host, Software
from planner.model.inventory import Inventory, Joining
from planner.rules import rule
from planner.rules.join.software import same_build, sides, told, unsaid
from planner.rules.wording import listed, plural, unknown_coordinator


@rule("JN062", Severity.WARNING, since="0.1")
def forced_join_of_other_build(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host is to be forced into a pool although it runs another build of the same version.

    Without force the toolstack compares the builds and refuses. Force skips that check, and leaves a pool of
    unequal hosts: what was mended on one is still broken on the other, and moving guests between them is
    something that nobody has tried.
    """
    for joining in inventory.joins:
        coordinator = joining.pool.coordinator
        if not joining.join.force:
            continue
        if coordinator is None:
            yield unknown_coordinator(joining.pool)
            continue
        (record, mine), (other, theirs) = sides(joining, coordinator)
        fields = compared_parts(mine)
        if fields is None:
            yield Unknown(record, "software.product_version")
        elif compatible(mine, theirs):
            yield from _unsaid(fields, (record, mine), (other, theirs))
            if different := [field for field in fields if _differ(mine, theirs, field)]:
                yield _forced(joining, coordinator, mine, theirs, different)


def _differ(mine: Software, theirs: Software, field: str) -> bool:
    here, there = getattr(mine, field), getattr(theirs, field)
    return here is not None and there is not None and here != there


def _unsaid(fields: tuple[str, ...], *said: tuple[Record, Software]) -> Iterator[Unknown]:
    """What has to be said; the source is the same where both were built at once."""
    (_, mine), (_, theirs) = said
    for field in fields:
        if field == "git_id" and mine.git_id is theirs.git_id is None and same_build(mine, theirs):
            continue
        yield from unsaid(field, *said)


def _forced(joining: Joining, coordinator: Host, mine: Software, theirs: Software, different: list[str]) -> Problem:
    host, pool = joining.host, joining.pool
    here = listed(told(field, getattr(mine, field)) for field in different)
    there = listed(told(field, getattr(theirs, field)) for field in different)
    both = f"{host.name} and {coordinator.name}"
    remedy = f"apply the same updates and packs to {both} first"
    if different != ["linux_pack"]:
        remedy += ", or install the older of the two anew"
    return Problem(
        joining.join,
        "force",
        f"{host.name} has {here}, {coordinator.name} in {pool.name} has {there}:"
        f" force skips the check that would refuse {plural(different, 'this difference', 'these differences')}",
        f"{remedy}; then join without force",
        (host, coordinator),
    )
