"""The steps that switch high availability off for a while, and on again."""

from __future__ import annotations

from collections.abc import Iterator

from planner.goals.join.aftersteps import heartbeats
from planner.goals.naming import sets, shell
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.plans import Phase, Step
from planner.rules.wording import UNTOLD, quoted, uuid_of


def switched_off(view: PoolView, coordinator: Host, why: str) -> Iterator[Step]:
    """That high availability is off, unless it is known to be."""
    ha = view.pool.ha
    if ha is not None and ha.enabled is False:
        return
    known = ha is not None and ha.enabled is True
    off = shell("pool-ha-disable")
    yield Step(
        Phase.HA,
        "switch high availability off" + ("" if known else ", if it is on"),
        f"{why}; restart priorities are kept",
        coordinator.name,
        (off if known else f'[ "$(xe pool-list params=ha-enabled --minimal)" = false ] || {off}',),
        changes=sets(view, (), ha__enabled=False),
    )


def switched_on(view: PoolView, coordinator: Host, why: str) -> Iterator[Step]:
    """That high availability is on again, where it is known to have been."""
    if view.pool.ha is None or not view.pool.ha.enabled:
        return
    uuids = ",".join(quoted(uuid_of("sr", each)) for each in heartbeats(view)) or UNTOLD
    yield Step(
        Phase.HA,
        "switch high availability on again",
        why,
        coordinator.name,
        (f"xe pool-ha-enable heartbeat-sr-uuids={uuids}",),
        changes=sets(view, (), ha__enabled=True),
    )
