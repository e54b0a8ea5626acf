"""How a joining host and a pool come to have the same updates."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.updates_at_join import AppliedUpdate, compared_at_join, update_difference
from planner.facts.versions import since
from planner.findings import Problem
from planner.goals.join.case import Case, before, mends, restart, restart_in_use, sets, way_to_host
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.pool import Update
from planner.plans import Cause, Step
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
        )
    elif pool_lacks:
        members = sorted(case.pool.hosts.records, key=lambda host: (host is not case.coordinator, host.name))
        for host in members:
            yield from _on_member(case, host, pool_lacks)


@mends("JN057")
def apply_what_passes(case: Case, _found: tuple[Problem, ...]) -> Iterator[Step]:
    """The joining host gets those updates too that the join does not compare."""
    joiner_lacks, _ = _compared(case, compared=False)
    if joiner_lacks:
        yield _on_joiner(
            case, joiner_lacks, "the join does not compare these, but hosts of a pool should be at one level"
        )


def _compared(case: Case, *, compared: bool) -> tuple[tuple[AppliedUpdate, ...], tuple[AppliedUpdate, ...]]:
    found = update_difference(case.joining, case.coordinator)
    software = case.joiner.software(case.host)
    sides = (found.joiner_lacks, found.pool_lacks) if found else ((), ())
    joiner, pool = (tuple(each for each in side if compared_at_join(each, software) is compared) for side in sides)
    return joiner, pool


def _on_joiner(case: Case, updates: tuple[AppliedUpdate, ...], why: str) -> Step:
    return _applied(case, case.joiner, case.host, updates, why)


def _on_member(case: Case, host: Host, updates: tuple[AppliedUpdate, ...]) -> Iterator[Step]:
    lacking = tuple(each for each in updates if not {each.identity, each.name} & set(host.updates or ()))
    if lacking:
        why = f"{case.host.name} has them, and updates cannot be taken back"
        yield _applied(case, case.pool, host, lacking, why)


def _applied(case: Case, view: PoolView, host: Host, updates: tuple[AppliedUpdate, ...], why: str) -> Step:
    patches = since(case.joiner.software(case.host), (7, 1)) is False
    commands = tuple(command for update in updates for command in apply_commands(update, host, patches=patches))
    names = listed(update.name for update in updates)
    known = {id(each): view.updates.find(each.identity) or view.updates.find(each.name) for each in updates}
    new = tuple(each.record or Update(name=each.name) for each in updates if known[id(each)] is None)
    added = tuple(
        (record := known[id(each)] or each.record or Update(name=each.name)).uuid or record.name for each in updates
    )
    return before(
        f"apply {names} to {host.name} and restart it",
        why,
        host,
        (*commands, *(restart(host) if host is case.host else restart_in_use(view, host))),
        (
            *(sets(view, (), updates=(*view.pool.updates, *new)) if new and view.pool.updates is not None else ()),
            *sets(view, way_to_host(host), updates=(*(host.updates or ()), *added)),
        ),
        by_hand=tuple(
            f"fetch the file of {update.name} from the vendor" for update in updates if update.record is not None
        ),
    )
