"""How a joining host and a pool come to have the same updates."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.updates_at_join import AppliedUpdate, compared_at_join, update_difference
from planner.facts.versions import since
from planner.findings import Problem
from planner.goals.join.case import Case, before, mends, restart, restart_in_use
from planner.goals.naming import sets, way_to_host
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.pool import Update
from planner.plans import Cause, Step
from planner.plans.changes import FieldChange
from planner.rules.join.updates import apply_commands
from planner.rules.wording import listed, plural


@mends("JN028")
def apply_updates(case: Case, _found: tuple[Problem, ...]) -> Iterator[Step | Cause]:
    """Each side gets the updates that only the other one has: none can be taken back."""
    joiner_lacks, pool_lacks = _compared(case, compared=True)
    if joiner_lacks:
        yield _on_joiner(case, joiner_lacks, "the joining host and the coordinator have to have the same updates")
    unknown = [each for each in pool_lacks if each.record is None]
    if unknown:
        yield Cause(
            "JN028",
            f"{case.host.name} has {listed(each.name for each in unknown)}, which nothing describes:"
            f" install {case.host.name} anew, or describe what {plural(unknown, 'it is', 'they are')}, so that"
            f" {case.pool.name} can get {plural(unknown, 'it', 'them')}",
            proven=False,
        )
    elif pool_lacks:
        yield _on_pool(case, pool_lacks)


@mends("JN057")
def apply_what_passes(case: Case, _found: tuple[Problem, ...]) -> Iterator[Step]:
    """The joining host gets those updates too that the join does not compare."""
    joiner_lacks, pool_lacks = _compared(case, compared=False)
    known = tuple(each for each in pool_lacks if each.record)
    if joiner_lacks:
        yield _on_joiner(case, joiner_lacks, "no join compares these, but the hosts of a pool should be at one level")
    if known:
        yield _on_pool(case, known)


def _compared(case: Case, *, compared: bool) -> tuple[tuple[AppliedUpdate, ...], tuple[AppliedUpdate, ...]]:
    found = update_difference(case.joining, case.coordinator)
    software = case.joiner.software(case.host)
    sides = (found.joiner_lacks, found.pool_lacks) if found else ((), ())
    joiner, pool = (tuple(each for each in side if compared_at_join(each, software) is compared) for side in sides)
    return joiner, pool


def _on_joiner(case: Case, updates: tuple[AppliedUpdate, ...], why: str) -> Step:
    host = case.host
    return before(
        f"apply {listed(each.name for each in updates)} to {host.name} and restart it",
        why,
        host,
        (*_commands(case, host, updates), *restart(host)),
        _applied(case.joiner, (host,), updates),
        by_hand=_fetched(updates),
    )


def _on_pool(case: Case, updates: tuple[AppliedUpdate, ...]) -> Step:
    """All members get them at once: between two of them the pool would be at two levels."""
    members = sorted(case.pool.hosts.records, key=lambda host: (host is not case.coordinator, host.name))
    return before(
        f"apply {listed(each.name for each in updates)} to all hosts of {case.pool.name} and restart them",
        f"{case.host.name} has {plural(updates, 'it', 'them')}, and updates cannot be taken back",
        case.coordinator,
        tuple(
            command
            for host in members
            for command in (*_commands(case, host, updates), *restart_in_use(case.pool, host))
        ),
        _applied(case.pool, tuple(members), updates),
        by_hand=_fetched(updates),
    )


def _fetched(updates: tuple[AppliedUpdate, ...]) -> tuple[str, ...]:
    names = [each.name for each in updates if each.record]
    return (f"fetch the {plural(names, 'file', 'files')} of {listed(names)} from the vendor",) if names else ()


def _commands(case: Case, host: Host, updates: tuple[AppliedUpdate, ...]) -> Iterator[str]:
    """How updates come onto a host; up to 7.0 the coordinator's commands bring them to all."""
    patches = since(case.joiner.software(case.host), (7, 1)) is False
    if not patches or host is case.host or host is case.coordinator:
        for update in updates:
            upload, apply = apply_commands(update, host, patches=patches)
            if host in (case.host, case.coordinator):
                yield upload
            yield apply


def _applied(view: PoolView, hosts: tuple[Host, ...], updates: tuple[AppliedUpdate, ...]) -> tuple[FieldChange, ...]:
    """That hosts have updates, and that their pool knows these."""
    records = [
        view.updates.find(each.identity) or view.updates.find(each.name) or each.record or Update(name=each.name)
        for each in updates
    ]
    new = tuple(each for each in records if view.updates.find(each.uuid or each.name) is not each)
    names = [each.uuid or each.name for each in records]
    known = view.pool.updates
    return (
        *(sets(view, (), updates=(*known, *new)) if new and known is not None else ()),
        *(
            change
            for host in hosts
            for change in sets(
                view,
                way_to_host(host),
                updates=(*(host.updates or ()), *(name for name in names if name not in (host.updates or ()))),
            )
        ),
    )
