"""What is wrong with the releases and updates of the hosts of a pool."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.updates import Difference, difference, model_host, older_release, same_release
from planner.facts.versions import since
from planner.findings import Problem, Severity, Unknown
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.model.pool import Update
from planner.rules import rule
from planner.rules.wording import listed, plural, uuid_of, xe


@rule("UP001", Severity.ERROR, since="0.1")
def members_at_different_update_levels(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A member of a pool has other updates than the pool's coordinator.

    Members at different levels are neither tested nor supported together. VMs may fail to move between them, and
    no host can join. Hosts of different releases are not compared: that is a fault of its own.
    """
    for view in inventory.pools:
        model = model_host(view)
        if model is None or len(view.hosts.records) <= 1:
            continue
        others = [host for host in view.hosts.records if host is not model]
        for host in others:
            if same_release(view, host, model) is not False:
                yield from _other_updates(view, host, model)


def _other_updates(view: PoolView, host: Host, model: Host) -> Iterator[Problem | Unknown]:
    found = difference(view, host, model)
    hashes = (host.update_hash, model.update_hash)
    if found and (found.missing or found.extra):
        yield _differing(view, host, model, found)
    elif all(hashes) and hashes[0] != hashes[1]:
        yield Problem(
            host,
            "update_hash",
            message=f"{host.name} is at another update level than {model.name}",
            remedy=f"apply the same updates to {host.name} and {model.name}, {model.name} first if it coordinates",
            related=(model,),
        )
    elif found is None and not all(hashes):
        yield from (Unknown(each, "updates") for each in (host, model) if each.updates is None)


def _differing(view: PoolView, host: Host, model: Host, found: Difference) -> Problem:
    facts, actions = [], []
    if found.missing:
        word = plural(found.missing, "update", "updates")
        facts.append(f"lacks the {word} {listed(found.missing)}, which {model.name} has")
        actions.append(f"apply {listed(found.missing)} to {host.name}: {_commands(view, found.missing, host)}")
    if found.extra:
        word = plural(found.extra, "update", "updates")
        facts.append(f"has the {word} {listed(found.extra)}, which {model.name} lacks")
        actions.append(f"apply {listed(found.extra)} to {model.name}: {_commands(view, found.extra, model)}")
    return Problem(
        host,
        "updates",
        message=f"{host.name} {' and '.join(facts)}",
        remedy="; and ".join(actions),
        related=(model,),
    )


def _commands(view: PoolView, names: tuple[str, ...], host: Host) -> str:
    """How updates that the pool has are applied to one of its hosts."""
    updates = (view.updates.find(name) or Update(name=name) for name in names)
    return ", then ".join(apply_command(view, update, host) for update in updates)


def apply_command(view: PoolView, update: Update, host: Host) -> str:
    """How an update that a pool has is applied to one of its hosts; up to 7.0 it is a patch."""
    patches = since(view.software(host), (7, 1)) is False
    kind = "patch" if patches else "update"
    where = {"host_uuid": uuid_of("host", host)} if patches else {"host": host.name}
    return xe(f"{kind}-apply", uuid=uuid_of(kind, update), **where)


@rule("UP002", Severity.WARNING, since="0.1", api_error="NOT_SUPPORTED_DURING_UPGRADE")
def members_at_different_versions(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """The hosts of a pool run different releases.

    The pool is in the middle of a rolling upgrade, or one was given up. Until all hosts run the same release,
    much is refused: high availability, joins, and moving VMs to hosts of an older release.
    """
    for view in inventory.pools:
        model = model_host(view)
        if model is None or len(view.hosts.records) <= 1:
            continue
        for host in view.hosts.records:
            if host is model:
                continue
            match same_release(view, host, model):
                case None:
                    yield Unknown(host if view.software(host) is None else model, "software")
                case False:
                    yield _other_release(view, host, model)


def _other_release(view: PoolView, host: Host, model: Host) -> Problem:
    mine, theirs = (_release(view, each) for each in (host, model))
    remedy = f"bring {host.name} and {model.name} to the same release"
    if older_release(view, host, model):
        remedy = f"upgrade {host.name} to {theirs}"
    elif older_release(view, model, host):
        remedy = f"upgrade {model.name} to {mine}; the coordinator is upgraded before all others"
    return Problem(
        host,
        "software",
        message=f"{host.name} runs {mine}, {model.name} runs {theirs}",
        remedy=remedy,
        related=(model,),
    )


def _release(view: PoolView, host: Host) -> str:
    """A release as a person calls it."""
    software = view.software(host)
    if software is None:
        return "an unknown release"
    platform = f"platform {software.platform_version}" if software.platform_version else ""
    product = " ".join(filter(None, (software.product_brand, software.product_version)))
    return f"{product} ({platform})" if product and platform else product or platform
