"""How the hosts of a pool are updated one after the other: which of them, in which order, how many at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.facts.high_availability import pool_software
from planner.facts.lacking import Lacking
from planner.facts.storage import driver, hosts_by_name
from planner.facts.versions import parse_version, rolling, same_version
from planner.model.host import Host, Software
from planner.model.inventory import PoolView
from planner.model.pool import Update

CLUSTERED = "gfs2"
ONE_IN_A_CLUSTER = "CLUSTERED_SR_DEGRADED"
"""What the toolstack answers when a second host of clustered storage is to go down."""


@dataclass(frozen=True, slots=True)
class Outdated:
    """The hosts of a pool by whether they still have to be brought to a release, each list in order."""

    hosts: tuple[Host, ...]
    """Those that have to be; of an update, all."""
    done: tuple[Host, ...]
    """Those that run it already."""
    newer: tuple[Host, ...]
    """Those that run a newer one."""
    lacking: tuple[Lacking, ...]
    """The hosts of which it is not known."""


def outdated(view: PoolView, release: str | None) -> Outdated:
    """Which hosts have to be brought to a release; None for updates of the release that they have."""
    order = in_order(view)
    if release is None:
        return Outdated(order, (), (), ())
    found: dict[str, list[Host]] = {"hosts": [], "done": [], "newer": []}
    lacking: list[Lacking] = []
    for host in order:
        software = view.software(host)
        version = software.product_version if software else None
        mine, wanted = parse_version(version), parse_version(release)
        if version is None or mine is None or wanted is None:
            lacking.append(Lacking(host, "software.product_version" if software else "software"))
        elif same_version(version, release):
            found["done"].append(host)
        else:
            found["newer" if mine > wanted else "hosts"].append(host)
    return Outdated(tuple(found["hosts"]), tuple(found["done"]), tuple(found["newer"]), tuple(lacking))


def in_order(view: PoolView) -> tuple[Host, ...]:
    """The hosts in the order in which they are updated: the coordinator before all others, then by name."""
    return tuple(sorted(hosts_by_name(view), key=lambda host: host is not view.coordinator))


def one_way(view: PoolView, release: str | None) -> bool:
    """Whether guests may not be moved from an updated host to one that is not.

    They may not where versions come to differ: in an upgrade, and where updates bring new versions of the toolstack
    without a new release. Where that is not known, it is taken for so.
    """
    return release is not None or rolling(pool_software(view)) is not False


def several_down(view: PoolView) -> bool | None:
    """Whether several members may be down at once; None where it is not known. Clustered storage allows one."""
    if any(driver(each) == CLUSTERED for each in view.repositories.records):
        return False
    return None if view.pool.repositories is None else True


def known_updates(view: PoolView, host: Host) -> tuple[Update, ...]:
    """The updates that a pool has and a host lacks, by name; none where nobody says what it has."""
    if host.updates is None:
        return ()
    applied = {id(update) for each in host.updates if (update := view.updates.find(each))}
    missing = (each for each in view.updates.records if id(each) not in applied and _meant(each))
    return tuple(sorted(missing, key=lambda each: (each.name, each.uuid or "")))


def _meant(update: Update) -> bool:
    """Whether it is meant for every host."""
    return update.enforce_homogeneity is not False


def upgraded(software: Software | None, release: str, others: Iterable[Software | None]) -> Software:
    """What a host runs after an upgrade: what another host of that release runs, else as little as can be told."""
    mine = software or Software()
    kept = {"network_backend": mine.network_backend}
    found = model(software, release, others)
    if found is not None:
        return found.model_copy(update=kept)
    brand = {"product_brand": mine.product_brand, "platform_name": mine.platform_name}
    return Software.model_validate({"product_version": release, **brand, **kept})


def model(software: Software | None, release: str, others: Iterable[Software | None]) -> Software | None:
    """What a host of the same product runs that has a release already; None where there is none."""
    brand = software.product_brand if software else None
    alike = [
        each
        for each in others
        if each and each.product_version and each.product_brand == brand and same_version(each.product_version, release)
    ]
    return min(alike, key=lambda each: each.model_dump_json(), default=None)
