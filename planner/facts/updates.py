"""Which updates a host has, and how hosts of a pool differ in them and in their release."""

from __future__ import annotations

from dataclasses import dataclass

from planner.facts.versions import parse_version
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.pool import Update


def applied(view: PoolView, host: Host) -> dict[str, str] | None:
    """The names of a host's updates by what identifies them, less those that need not be on all hosts."""
    if host.updates is None:
        return None
    found: dict[str, str] = {}
    for reference in host.updates:
        update = view.updates.find(reference)
        if update is None:
            found[reference] = reference
        elif update.enforce_homogeneity is not False:
            found[update.uuid or update.name] = update.name
    return found


def applied_records(view: PoolView, host: Host) -> tuple[Update, ...] | None:
    """What a pool knows of the updates that a host has."""
    if view.pool.updates is None:
        return None
    found = {id(update): update for each in host.updates or () if (update := view.updates.find(each))}
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Difference:
    """The names of the updates that only one of two hosts has."""

    missing: tuple[str, ...]
    extra: tuple[str, ...]


def difference(view: PoolView, host: Host, model: Host) -> Difference | None:
    """How a host's updates differ from those of a model; None where nobody says the one or the other."""
    own, wanted = applied(view, host), applied(view, model)
    if own is None or wanted is None:
        return None
    return Difference(
        tuple(sorted(name for key, name in wanted.items() if key not in own)),
        tuple(sorted(name for key, name in own.items() if key not in wanted)),
    )


def model_host(view: PoolView) -> Host | None:
    """The host that the others are held against: the coordinator, else one that has most updates."""
    if view.coordinator:
        return view.coordinator
    ranked = sorted(view.hosts.records, key=lambda host: (-len(host.updates or ()), host.name, host.uuid or ""))
    return ranked[0] if ranked else None


def same_release(view: PoolView, host: Host, other: Host) -> bool | None:
    """Whether two hosts run the same release; None where nobody says it of both."""
    mine, theirs = view.software(host), view.software(other)
    if mine is None or theirs is None:
        return None
    pairs = [(mine.product_version, theirs.product_version), (mine.platform_version, theirs.platform_version)]
    told = [(one, another) for one, another in pairs if one is not None and another is not None]
    return all(one == another for one, another in told) if told else None


def older_release(view: PoolView, host: Host, other: Host) -> bool | None:
    """Whether a host runs an older release than another; None where their versions cannot be compared."""
    mine, theirs = view.software(host), view.software(other)
    for field in ("platform_version", "product_version"):
        one, another = parse_version(getattr(mine, field, None)), parse_version(getattr(theirs, field, None))
        if one and another and one != another:
            return one < another
    return None
