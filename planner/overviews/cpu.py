"""What the CPUs of a pool's hosts offer, and where its guests can go on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from planner.facts.cpu import cpu_vendor, pool_cpu_vendor
from planner.facts.cpu_level import Level, Offer, Scope, by_masks, level, names, scopes
from planner.facts.cpu_moves import REFUSED, Guests, Verdict, guests, verdicts
from planner.facts.feature_sets import Words, difference
from planner.facts.lacking import Lacking
from planner.model.host import Cpu, Host
from planner.model.inventory import Inventory, PoolView

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScopeOfHost:
    """What a host offers guests of one scope; None where that is unknown."""

    scope: Scope
    features: Names | None
    beyond: Names | None
    """What the host has and guests that are started anew do not see: lost on it."""
    held_back: Names | None
    """What the pool would gain if just this host left."""
    held_back_together: Names | None
    """What it would gain if all hosts with the same features left."""


@dataclass(frozen=True, slots=True)
class HostRow:
    """One host and its CPUs."""

    host: str
    joining: bool
    """The host is to join the pool; the row tells how it will be then."""
    cpu: Cpu
    other_vendor: bool
    scopes: tuple[ScopeOfHost, ...]


@dataclass(frozen=True, slots=True)
class ScopeOfPool:
    """What a pool offers guests of one scope, today and after the joins that are wished; None where unknown."""

    scope: Scope
    today: Names | None
    after: Names | None
    """The same as today where no join is wished."""
    lost: Names | None
    """What the joins take away."""
    lacking: tuple[Lacking, ...]


@dataclass(frozen=True, slots=True)
class GuestRow:
    """Guests that have seen the same CPU, and the answer for each host."""

    guests: Guests
    hosts: tuple[tuple[str, bool, Verdict], ...]
    """Name, whether it is to join, and the answer. A host on which all of them run is left out."""

    @property
    def stranded(self) -> Names:
        """The hosts that are to join, to which none of these guests can move."""
        return tuple(host for host, joining, verdict in self.hosts if joining and verdict.fit in REFUSED)


@dataclass(frozen=True, slots=True)
class CpuOverview:
    """The CPUs of a pool and of the hosts that are to join it."""

    pool: str
    vendor: str | None
    masks: bool | None
    """CPUs are made alike by hand, as up to 6.5; None where the release is unknown."""
    scopes: tuple[ScopeOfPool, ...]
    hosts: tuple[HostRow, ...]
    guests: tuple[GuestRow, ...]


def cpu(inventory: Inventory) -> tuple[CpuOverview, ...]:
    """The CPUs of every pool that has a host described."""
    arriving: dict[int, dict[int, Host]] = {}
    for joining in inventory.joins:
        arriving.setdefault(id(joining.pool), {})[id(joining.host)] = joining.host
    views = (view for view in inventory.pools if view.hosts.records)
    return tuple(_overview(view, tuple(arriving.get(id(view), {}).values())) for view in views)


def _overview(view: PoolView, joiners: tuple[Host, ...]) -> CpuOverview:
    levels = [(level(view, scope), level(view, scope, joiners)) for scope in scopes(view)]
    vendor = _vendor(view)
    rows = [
        *(_host(host, vendor, [today for today, _ in levels], joining=False) for host in view.hosts.records),
        *(_host(host, vendor, [after for _, after in levels], joining=True) for host in joiners),
    ]
    told = tuple(_guests(view, group, joiners) for group in guests(view))
    return CpuOverview(view.name, vendor, by_masks(view), tuple(_pool(*each) for each in levels), tuple(rows), told)


def _vendor(view: PoolView) -> str | None:
    """The vendor of a pool: its own or its coordinator's word, else that of most hosts."""
    coordinator = view.coordinator
    stated = pool_cpu_vendor(view, coordinator) if coordinator else view.pool.cpu and view.pool.cpu.vendor
    vendors = Counter(vendor for host in view.hosts.records if (vendor := cpu_vendor(host)))
    return stated or min(vendors, key=lambda vendor: (-vendors[vendor], vendor), default=None)


def _named(scope: Scope, features: Words | None) -> Names | None:
    return None if features is None else names(scope, features)


def _pool(today: Level, after: Level) -> ScopeOfPool:
    known = today.features is not None and after.features is not None
    lost = names(today.scope, difference(today.features or (), after.features or ())) if known else None
    shown = (_named(today.scope, today.features), _named(today.scope, after.features))
    return ScopeOfPool(today.scope, *shown, lost, after.lacking)


def _parts(offer: Offer) -> tuple[Words | None, ...]:
    return offer.features, offer.beyond, offer.held_back, offer.held_back_together


def _host(host: Host, vendor: str | None, levels: list[Level], *, joining: bool) -> HostRow:
    told = tuple(
        ScopeOfHost(each.scope, *(_named(each.scope, part) for part in _parts(offer)))
        for each in levels
        for offer in each.offers
        if offer.host is host
    )
    mine = cpu_vendor(host)
    return HostRow(host.name, joining, host.cpu or Cpu(), None not in (mine, vendor) and mine != vendor, told)


def _guests(view: PoolView, group: Guests, joiners: tuple[Host, ...]) -> GuestRow:
    homes = {id(host) if (host := view.hosts.find(vm.runs_on)) else None for vm in group.vms}
    new = {id(host) for host in joiners}
    told = [
        (host.name, id(host) in new, verdict)
        for host, verdict in verdicts(view, group, (*view.hosts.records, *joiners))
        if homes != {id(host)}
    ]
    return GuestRow(group, tuple(told))
