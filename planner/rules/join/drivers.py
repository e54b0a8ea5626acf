"""What the storage drivers of a host have to be before it may join a pool."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.drivers import DriverDifference, driver_differences
from planner.facts.join_gates import from_rolling
from planner.findings import Problem, Severity, Unknown
from planner.model.inventory import Inventory, Joining
from planner.rules import rule
from planner.rules.join.gates import checked
from planner.rules.wording import counted, joining_to, listed


@rule("JN036", Severity.ERROR, since="0.1", api_error="POOL_JOINING_SM_FEATURES_INCOMPATIBLE")
def storage_drivers_differ(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A joining host lacks a storage driver of the pool, or has an older one.

    A new member has to serve every repository that its pool may have. A recent toolstack (24.37 and later) asks for
    each driver of the pool, with all its features in the same version or a later one.
    """
    for joining in inventory.joins:
        yield from checked(joining, from_rolling(joining, (24, 37)), _drivers(joining))


def _drivers(joining: Joining) -> Iterator[Problem | Unknown]:
    mine, theirs = joining.joiner.pool, joining.pool.pool
    if mine.drivers is None or theirs.drivers is None:
        yield from (Unknown(side, "drivers") for side in (mine, theirs) if side.drivers is None)
        return
    for each in driver_differences(mine.drivers, theirs.drivers):
        if each.lacks is None:
            yield from (Unknown(side, "features") for side in (*each.present, each.wanted) if side.features is None)
        else:
            yield _other_driver(joining, each, each.lacks)


def _other_driver(joining: Joining, found: DriverDifference, lacks: tuple[str, ...]) -> Problem:
    kind = found.wanted.type
    if lacks:
        what = f"a {kind} driver that lacks {listed(lacks)}, or has it in an older version"
    else:
        what = f"{counted(len(found.present), f'{kind} driver')}, where it needs exactly one"
    return Problem(
        found.present[0] if lacks else joining.joiner.pool,
        "features" if lacks else "drivers",
        f"{joining_to(joining)}, has {what}",
        f"install on {joining.host.name} the package with the {kind} driver of {joining.pool.name}, or the same"
        " updates, then run `xe-toolstack-restart`",
        (joining.join, joining.host, found.wanted),
    )
