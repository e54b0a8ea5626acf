"""Which host and which pool a wish means."""

from __future__ import annotations

from dataclasses import dataclass

from planner.errors import GoalError
from planner.goals.pools import named_pool, suggestion, told_apart
from planner.model.inventory import Inventory, PoolView
from planner.model.wishes import Join as Wish
from planner.plans.applying import reference
from planner.plans.changes import JoinWished
from planner.rules.wording import listed


@dataclass(frozen=True, slots=True)
class Join:
    """The wish that a host become a member of a pool."""

    host: str
    pool: str | None = None
    """Name or UUID; where several pools could be meant."""
    force: bool | None = None
    """Join even where CPUs or software differ; as the inventory wishes it where it is not said."""


@dataclass(frozen=True, slots=True)
class Meant:
    """The pool and the host that a wish means, and what the inventory says of it."""

    pool: PoolView
    joiner: PoolView | None
    """The pool that the host is in today; None where that is the pool itself."""
    host: str
    """UUID, or name, of the host."""
    force: bool


def meant(goal: Join, inventory: Inventory) -> Meant:
    """What a wish means. Raises GoalError where it names what is not there, or could mean several things."""
    describing = [view for view in inventory.pools if any(_bears(host, goal.host) for host in view.hosts.records)]
    if not describing:
        names = sorted({host.name for view in inventory.pools for host in view.hosts.records})
        raise GoalError(f"no host is called {goal.host}{suggestion(goal.host, names)}")
    wished = [(view, join) for view in inventory.pools for join in view.joins if _is_wish(join, goal.host, describing)]
    pool = _pool(goal, inventory, [view for view, _ in wished], describing)
    wishes = [join for view, join in wished if view is pool]
    force = any(join.force for join in wishes) if goal.force is None else goal.force
    homes = [view for view in describing if view is not pool]
    if not homes:
        return Meant(pool, None, goal.host, force)
    named = {join.pool for join in wishes if join.pool is not None}
    if len(homes) > 1 and named:
        homes = [view for view in homes if named & {view.name, view.pool.uuid}]
    if len(homes) != 1:
        pools = listed(sorted(view.name for view in describing if view is not pool))
        raise GoalError(f"{goal.host} is described in several pools, {pools}; give the host by its UUID")
    host = homes[0].hosts.find(goal.host)
    if host is None:
        raise GoalError(f"several hosts of {homes[0].name} are called {goal.host}; give the host by its UUID")
    return Meant(pool, homes[0], host.uuid or host.name, force)


def _bears(host: object, text: str) -> bool:
    return text in (getattr(host, "name", None), getattr(host, "uuid", None))


def _is_wish(join: Wish, host: str, describing: list[PoolView]) -> bool:
    """Whether a join of the inventory is of this host, be it named there by name or by UUID."""
    return join.host == host or any(
        _bears(each, host) and _bears(each, join.host) for view in describing for each in view.hosts.records
    )


def _pool(goal: Join, inventory: Inventory, wished: list[PoolView], describing: list[PoolView]) -> PoolView:
    """The pool to be joined: the one named, the one that wishes for it, the only other one, the only larger one."""
    if goal.pool is not None:
        return named_pool(goal.pool, inventory)
    distinct = [view for view in inventory.pools if any(view is each for each in wished)]
    others = [view for view in inventory.pools if not any(view is each for each in describing)]
    larger = [view for view in others if len(view.hosts.records) > 1]
    for candidates in (distinct, others, larger):
        if len(candidates) == 1:
            return candidates[0]
        if candidates is distinct and distinct:
            break
    if not distinct and not others and len(describing) == 1:
        return describing[0]
    names = listed(sorted(view.name for view in distinct or others or describing))
    raise GoalError(f"{goal.host} could join {names}; say which with --pool NAME")


def wish(inventory: Inventory, found: Meant, joiner: PoolView) -> JoinWished:
    """That this one join is wished, and no other."""
    for view in (found.pool, joiner):
        told_apart(view, inventory)
    return JoinWished(reference(found.pool), found.host, reference(joiner), found.force)
