"""An inventory as it is after a change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TypeVar

from planner.facts.leaving import alone, interface_of, without_host, without_interface, without_repositories
from planner.facts.merging import merged
from planner.model.fields import Record
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.model.pool import Pool
from planner.model.wishes import Join, Wished, Wishes
from planner.plans import Step
from planner.plans.changes import (
    Change,
    ChangeError,
    FieldChange,
    HostEjected,
    HostJoined,
    InterfaceRemoved,
    JoinWished,
    RepositoryForgotten,
    VmAdded,
)
from planner.plans.setting import with_fields, with_own_field


def applied(inventory: Inventory, changes: Iterable[Change]) -> Inventory:
    """The inventory after changes, one behind the other. Raises ChangeError where one names what is not there."""
    for inside, alike in groupby(changes, _inside):
        if inside is None:
            for change in alike:
                inventory = _after(inventory, change)
        else:
            view = _pool_of(inventory, inside)
            pool = with_fields(view.pool, (each for each in alike if isinstance(each, FieldChange)))
            pools = tuple(pool if each is view else each.pool for each in inventory.pools)
            inventory = Inventory(pools, inventory.wishes, inventory.site)
    return inventory


def _inside(change: Change) -> str | None:
    """The pool of which a record inside it gets another value; None for other changes."""
    return change.pool if isinstance(change, FieldChange) and change.way else None


def _after(inventory: Inventory, change: Change) -> Inventory:
    """The inventory after one change of another kind."""
    wishes = inventory.wishes
    if isinstance(change, JoinWished):
        wishes = tuple(_without_joins(each) for each in wishes)
    return Inventory(tuple(_pools(inventory, change)), wishes, inventory.site)


def carried_out(inventory: Inventory, steps: Iterable[Step]) -> Inventory:
    """The inventory after steps. Raises ChangeError where one names what is not there."""
    return applied(inventory, (change for step in steps for change in step.changes))


def unwished(inventory: Inventory) -> Inventory:
    """The inventory without any wish for a join."""
    pools = (view.pool.model_copy(update={"joins": ()}) for view in inventory.pools)
    return Inventory(pools, [_without_joins(each) for each in inventory.wishes], inventory.site)


def _without_joins(wishes: Wishes) -> Wishes:
    return wishes.model_copy(update={"joins": ()})


def tolerating(inventory: Inventory, view: PoolView, failures: int) -> Inventory:
    """The inventory with every wish for high availability of a pool asking for so many failures."""
    pools = [_asking(each.pool, failures) if each is view else each.pool for each in inventory.pools]
    wishes = [
        _asking(each, failures) if each.pool in (view.name, view.pool.uuid) else each for each in inventory.wishes
    ]
    return Inventory(pools, wishes, inventory.site)


W = TypeVar("W", bound=Wished)


def _asking(wished: W, failures: int) -> W:
    plan = wished.ha_plan
    update = {"ha_plan": plan.model_copy(update={"failures_to_tolerate": failures})} if plan else {}
    return wished.model_copy(update=update)


def reference(view: PoolView) -> str:
    """By what changes name a pool."""
    return view.pool.uuid or view.name


def _pools(inventory: Inventory, change: Change) -> Iterator[Pool]:
    found = _pool_of(inventory, change.pool)
    for view in inventory.pools:
        if view is found:
            yield from _changed(inventory, view, change)
        elif isinstance(change, JoinWished):
            yield view.pool.model_copy(update={"joins": ()})
        elif not (isinstance(change, HostJoined) and _leaves(inventory, found, change.host) is view):
            yield view.pool


def _pool_of(inventory: Inventory, pool: str) -> PoolView:
    found = [view for view in inventory.pools if pool in (view.pool.uuid, view.name)]
    if len(found) != 1:
        raise ChangeError(f"{pool} is not just one pool")
    return found[0]


def _changed(inventory: Inventory, view: PoolView, change: Change) -> Iterator[Pool]:
    match change:
        case FieldChange():
            yield with_own_field(view.pool, change.field, change.value)
        case VmAdded():
            yield view.pool.model_copy(update={"vms": (*(view.pool.vms or ()), change.vm)})
        case InterfaceRemoved():
            host = _host(view, change.host)
            interface = interface_of(host, change.interface)
            if interface is None:
                raise ChangeError(f"{change.interface} is no interface of {change.host}")
            yield _replaced(view.pool, "hosts", host, without_interface(host, interface))
        case RepositoryForgotten():
            lost = view.repositories.bearers(change.repository)
            if not lost:
                raise ChangeError(f"{change.repository} is no repository of {view.name}")
            yield without_repositories(view.pool, lost)
        case HostEjected():
            host = _host(view, change.host)
            yield without_host(view, host)
            yield alone(view, host, change.alone)
        case JoinWished():
            wish = Join(host=change.host, pool=change.home, force=change.force)
            yield view.pool.model_copy(update={"joins": (wish,)})
        case HostJoined():
            yield _joined(inventory, view, change.host)


def _joined(inventory: Inventory, view: PoolView, host: str) -> Pool:
    for joining in inventory.joins:
        if joining.pool is view and host in (joining.host.name, joining.host.uuid):
            left = tuple(join for join in view.pool.joins if join is not joining.join)
            return merged(inventory, joining).model_copy(update={"joins": left})
    raise ChangeError(f"nobody wishes that {host} join {view.name}")


def _leaves(inventory: Inventory, view: PoolView, host: str) -> PoolView | None:
    """The pool that a joining host makes up by itself, which is gone after the join."""
    for joining in inventory.joins:
        if joining.pool is view and host in (joining.host.name, joining.host.uuid):
            return joining.joiner
    return None


def _host(view: PoolView, name: str) -> Host:
    host = view.hosts.find(name)
    if host is None:
        raise ChangeError(f"{name} is not just one host of {view.name}")
    return host


def _replaced(pool: Pool, field: str, old: Record, new: Record) -> Pool:
    return pool.model_copy(update={field: tuple(new if each is old else each for each in getattr(pool, field))})
