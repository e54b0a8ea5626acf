"""Whether a pool is in the middle of a rolling upgrade, and what its hosts still have to do for their updates."""

from __future__ import annotations

from dataclasses import dataclass

from planner.facts.storage import hosts_by_name
from planner.facts.updates import model_host, older_release, same_release
from planner.model.host import Host
from planner.model.inventory import PoolView


def hosts_of_other_release(view: PoolView) -> tuple[Host, ...] | None:
    """The hosts that run another release than the coordinator, by name; None where that cannot be told of all."""
    model = model_host(view)
    if model is None:
        return None
    compared = {id(host): same_release(view, host, model) for host in view.hosts.records if host is not model}
    other = tuple(host for host in hosts_by_name(view) if compared.get(id(host)) is False)
    if not other and None in compared.values():
        return None
    return other


def upgrading(view: PoolView) -> bool | None:
    """Whether a pool is in the middle of a rolling upgrade: it says so, or its hosts run different releases."""
    if view.pool.rolling_upgrade:
        return True
    other = hosts_of_other_release(view)
    return view.pool.rolling_upgrade if other is None else bool(other)


def newer_than_coordinator(view: PoolView) -> tuple[Host, ...]:
    """The members that run a newer release than the pool's coordinator, by name."""
    coordinator = view.coordinator
    if coordinator is None:
        return ()
    return tuple(host for host in hosts_by_name(view) if older_release(view, coordinator, host))


def to_be_done(host: Host) -> tuple[str, ...] | None:
    """What an update still demands of a host, each once; None where nobody tells."""
    waiting = () if not host.updates_requiring_reboot else ("reboot_host",)
    if host.pending_guidances is None and not waiting:
        return None
    return tuple(sorted({*(host.pending_guidances or ()), *waiting}))


@dataclass(frozen=True, slots=True)
class OtherProduct:
    """A host that runs another product than the one it is held against."""

    host: Host
    product: str
    model: Host
    expected: str


def other_products(view: PoolView) -> tuple[OtherProduct, ...]:
    """The hosts that run another product than the coordinator, by name, less those of another release.

    A product may get another name from release to release, so in an upgrade both names are there for a while.
    """
    model = model_host(view)
    expected = _product(view, model) if model else None
    if model is None or expected is None:
        return ()
    return tuple(
        OtherProduct(host, product, model, expected)
        for host in hosts_by_name(view)
        if (product := _product(view, host)) is not None
        and product != expected
        and same_release(view, host, model) is not False
    )


def _product(view: PoolView, host: Host) -> str | None:
    software = view.software(host)
    return software.product_brand if software else None
