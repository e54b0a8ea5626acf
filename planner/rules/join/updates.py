"""What must hold of the updates of a host before it may join a pool."""

from __future__ import annotations

import re
from collections.abc import Iterator

from planner.facts.join import same_product
from planner.facts.updates_at_join import AppliedUpdate, UpdateDifference, compared_at_join, update_difference
from planner.facts.versions import rolling, since
from planner.findings import Problem, Severity, Unknown
from planner.model.host import Host, Software
from planner.model.inventory import Inventory, Joining
from planner.model.pool import Update
from planner.rules import rule
from planner.rules.wording import listed, unknown_coordinator, uuid_of, xe

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@rule("JN028", Severity.ERROR, since="0.1", api_error="HOSTS_NOT_HOMOGENEOUS")
def other_updates_on_joining_host(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host that is to join a pool does not have the same updates as the pool's coordinator.

    Up to 7.0 all updates count, later only those that ask to be on every host or on none. Not even
    a forced join gets past this. An update cannot be taken back: the side that lacks it has to get it.
    """
    for joining in inventory.joins:
        coordinator = joining.pool.coordinator
        if coordinator is None:
            yield unknown_coordinator(joining.pool)
            continue
        found = update_difference(joining, coordinator)
        if found is None:
            yield from (Unknown(side, "updates") for side in (joining.host, coordinator) if side.updates is None)
            continue
        software = joining.joiner.software(joining.host)
        yield from _unclear(joining, found, software)
        refused = _only(found, software, compared=True)
        if refused.joiner_lacks or refused.pool_lacks:
            yield Problem(
                joining.host,
                "updates",
                _difference(refused, joining, coordinator),
                _mend(refused, joining, coordinator, software),
                (joining.join, coordinator),
            )


def _only(found: UpdateDifference, software: Software | None, *, compared: bool) -> UpdateDifference:
    return UpdateDifference(
        tuple(update for update in found.joiner_lacks if compared_at_join(update, software) is compared),
        tuple(update for update in found.pool_lacks if compared_at_join(update, software) is compared),
    )


def _unclear(joining: Joining, found: UpdateDifference, software: Software | None) -> Iterator[Unknown]:
    """What has to be said before it is known whether a difference counts."""
    release_known = since(software, (7, 1)) is not None
    for updates, view in ((found.joiner_lacks, joining.pool), (found.pool_lacks, joining.joiner)):
        for update in updates:
            if compared_at_join(update, software) is not None:
                continue
            if not release_known:
                yield Unknown(joining.host, "software.product_version")
            elif update.record is None:
                yield Unknown(view.pool, "updates")
            else:
                yield Unknown(update.record, "enforce_homogeneity")


def _names(updates: tuple[AppliedUpdate, ...]) -> str:
    return listed(update.name for update in updates)


def _difference(found: UpdateDifference, joining: Joining, coordinator: Host) -> str:
    host, pool = joining.host.name, joining.pool.name
    sentences = [
        f"{host} lacks {_names(found.joiner_lacks)}, which {coordinator.name} in {pool} has"
        if found.joiner_lacks
        else "",
        f"{coordinator.name} in {pool} lacks {_names(found.pool_lacks)}, which {host} has" if found.pool_lacks else "",
    ]
    return "; ".join(filter(None, sentences))


def _mend(found: UpdateDifference, joining: Joining, coordinator: Host, software: Software | None) -> str:
    patches = since(software, (7, 1)) is False
    if not same_product(joining, coordinator):
        first = f"bring {joining.host.name} to the version of {coordinator.name} first"
        then = f", then run on it {_commands(found.joiner_lacks, joining.host, patches=patches)}"
        return first + (then if found.joiner_lacks else "")
    steps = [
        f"on {host.name} run {_commands(updates, host, patches=patches)}, then restart {host.name}"
        for host, updates in ((joining.host, found.joiner_lacks), (coordinator, found.pool_lacks))
        if updates
    ]
    if found.pool_lacks:
        steps.append(f"or install {joining.host.name} anew without {_names(found.pool_lacks)}")
    return "; ".join(steps)


def _commands(updates: tuple[AppliedUpdate, ...], host: Host, *, patches: bool) -> str:
    commands = (command for update in updates for command in apply_commands(update, host, patches=patches))
    return ", then ".join(f"`{command}`" for command in commands)


def apply_commands(update: AppliedUpdate, host: Host, *, patches: bool) -> tuple[str, str]:
    """How an update comes onto a host, as a shell takes it."""
    kind = "patch" if patches else "update"
    named = _UUID.fullmatch(update.name) is None
    file = f"{update.name}.{'xsupdate' if patches else 'iso'}" if named else "…"
    uuid = update.identity if _UUID.fullmatch(update.identity) else _found_by_name(kind, update)
    upload = xe(f"{kind}-upload", file_name=file)
    apply = xe("patch-pool-apply", uuid=uuid) if patches else xe("update-apply", uuid=uuid, host=host.name)
    return upload[1:-1], apply[1:-1]


def _found_by_name(kind: str, update: AppliedUpdate) -> str:
    return uuid_of(kind, update.record or Update(name=update.name))


@rule("JN057", Severity.WARNING, since="0.1")
def other_updates_let_pass_at_join(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host that is to join a pool has other updates, and the join does not look at them.

    Since 7.1 the toolstack compares few updates, in 7.2 none. The hosts of a pool should all the same be at one
    level: faults that are mended on one host come back when a guest moves to another.
    """
    for joining in inventory.joins:
        coordinator = joining.pool.coordinator
        if coordinator is None:
            yield unknown_coordinator(joining.pool)
            continue
        software = joining.joiner.software(joining.host)
        if since(software, (7, 1)) is False:
            continue
        found = update_difference(joining, coordinator)
        if found and (found.joiner_lacks or found.pool_lacks):
            yield from _let_pass(joining, coordinator, found, software)
        elif rolling(software):
            yield from _other_hash(joining, coordinator)


def _let_pass(
    joining: Joining, coordinator: Host, found: UpdateDifference, software: Software | None
) -> Iterator[Problem]:
    passed = _only(found, software, compared=False)
    early = ", except in early builds of 7.1, which refuse it" if since(software, (7, 2)) is False else ""
    if passed.joiner_lacks or passed.pool_lacks:
        yield Problem(
            joining.host,
            "updates",
            f"{_difference(passed, joining, coordinator)}; the toolstack does not compare these at a join{early}",
            _mend(passed, joining, coordinator, software),
            (joining.join, coordinator),
        )


def _other_hash(joining: Joining, coordinator: Host) -> Iterator[Problem | Unknown]:
    host = joining.host
    if host.update_hash is None or coordinator.update_hash is None:
        yield from (Unknown(side, "update_hash") for side in (host, coordinator) if side.update_hash is None)
    elif host.update_hash != coordinator.update_hash:
        yield Problem(
            host,
            "update_hash",
            f"{host.name} and {coordinator.name} in {joining.pool.name} have different sets of updates,"
            f" {host.update_hash} and {coordinator.update_hash}; the toolstack does not compare these at a join",
            f"bring {host.name} and {coordinator.name} to the same updates before the join,"
            " and restart the host that got them",
            (joining.join, coordinator),
        )
