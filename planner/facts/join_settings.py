"""Whether settings of two hosts or pools are the same, as a join compares them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planner.facts.lacking import Lacking
from planner.model.host import ExternalAuth
from planner.model.inventory import PoolView
from planner.model.pool import SdnController

Controller = tuple[str, str, int]


def same_directory(one: ExternalAuth, other: ExternalAuth, *, folded: bool) -> bool:
    """Whether two hosts look up users in one directory, or neither does; `folded` passes over the case of its name."""
    if one.type != other.type or not one.type:
        return one.type == other.type
    mine, theirs = one.service_name, other.service_name
    return mine.casefold() == theirs.casefold() if folded else mine == theirs


def controllers(described: Iterable[SdnController]) -> frozenset[Controller] | None:
    """The controllers of virtual switches; None where one of them is not described whole."""
    found: set[Controller] = set()
    for each in described:
        if each.protocol is None or each.address is None or each.port is None:
            return None
        found.add((each.protocol, each.address, each.port))
    return frozenset(found)


def nbd_purposes(view: PoolView) -> frozenset[str] | None:
    """What a pool's networks are for, where disks are served; None where no network is for it as far as is known."""
    found = frozenset(purpose for network in view.networks.records for purpose in network.purpose or ())
    return found or (None if any(True for _ in purposes_untold(view)) else frozenset())


def purposes_untold(view: PoolView) -> Iterator[Lacking]:
    """The networks of a pool that do not say what they are for; none of them matters once one says it."""
    if view.pool.networks is None:
        yield Lacking(view.pool, "networks")
    elif not any(network.purpose for network in view.pool.networks):
        yield from (Lacking(network, "purpose") for network in view.pool.networks if network.purpose is None)
