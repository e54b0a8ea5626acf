"""What a forced join passes over."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.join import compared_parts, compatible
from planner.findings import Problem, Severity, Unknown
from planner.model.fields import Record
from planner.model.host import Host, Software
from planner.model.inventory import Inventory, Joining, PoolView
from planner.rules import rule
from planner.rules.wording import listed, plural, unknown_coordinator

_WORDS = {
    "build_number": "build",
    "git_id": "source version",
    "xapi": "toolstack",
    "linux_pack": "Linux pack",
}


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
        mine = joining.joiner.software(joining.host) or Software()
        theirs = joining.pool.software(coordinator) or Software()
        fields = compared_parts(mine)
        if fields is None:
            yield Unknown(_source(joining.joiner, joining.host), "software.product_version")
        elif compatible(mine, theirs):
            yield from _unsaid(joining, coordinator, fields)
            if different := [field for field in fields if _differ(mine, theirs, field)]:
                yield _forced(joining, coordinator, different)


def _source(view: PoolView, host: Host) -> Record:
    """The record that says what a host runs."""
    return view.pool if host.software is None and view.pool.software is not None else host


def _differ(mine: Software, theirs: Software, field: str) -> bool:
    here, there = getattr(mine, field), getattr(theirs, field)
    return here is not None and there is not None and here != there


def _unsaid(joining: Joining, coordinator: Host, fields: tuple[str, ...]) -> Iterator[Unknown]:
    """What has to be said; the source is the same where both were built at once."""
    sides = ((joining.joiner, joining.host), (joining.pool, coordinator))
    told = [(_source(view, host), view.software(host) or Software()) for view, host in sides]
    builds = {software.build_number for _, software in told}
    sources = {software.git_id for _, software in told}
    for field in fields:
        if field == "git_id" and sources == {None} and len(builds) == 1 and None not in builds:
            continue
        for record, software in told:
            if getattr(software, field) is None:
                yield Unknown(record, f"software.{field}")


def _forced(joining: Joining, coordinator: Host, different: list[str]) -> Problem:
    host, pool = joining.host, joining.pool
    mine, theirs = joining.joiner.software(host) or Software(), pool.software(coordinator) or Software()
    here = listed(_told(field, getattr(mine, field)) for field in different)
    there = listed(_told(field, getattr(theirs, field)) for field in different)
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


def _told(field: str, value: object) -> str:
    if isinstance(value, bool):
        return f"the {_WORDS[field]}" if value else f"no {_WORDS[field]}"
    return f"{_WORDS[field]} {value}"
