"""Which cards of a host carry what: management, storage, guests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.facts.addresses import address
from planner.facts.endpoints import Medium, demand
from planner.facts.wiring import Wiring
from planner.model.inventory import PoolView
from planner.model.network import Interface


@dataclass(frozen=True, slots=True)
class Traffic:
    """What goes over one card of a host, because it goes over no other."""

    card: Interface
    kinds: tuple[str, ...]


def has_network_storage(view: PoolView) -> bool:
    """Whether a pool has shared storage that is reached over a network."""
    return any(each.shared and demand(each).medium is Medium.NETWORK for each in view.repositories.records)


def single_card(wiring: Wiring, view: PoolView, guests: frozenset[int], *, storage: bool) -> Traffic | None:
    """The one card over which a host has management, storage and guests; None where they are spread or bonded."""
    cards: dict[int, Interface] = {}
    carries_guests = False
    for interface in _used(wiring, view, guests):
        carries_guests |= id(view.networks.find(interface.network)) in guests
        cards |= {id(card): card for card in wiring.cards(interface)}
        if len(cards) > 1:
            return None
    if not cards or not (storage or carries_guests):
        return None
    kinds = ("management", *(("storage",) if storage else ()), *(("VMs",) if carries_guests else ()))
    return Traffic(next(iter(cards.values())), kinds)


def _used(wiring: Wiring, view: PoolView, guests: frozenset[int]) -> Iterator[Interface]:
    """The interfaces that carry something: management, an address, or the networks of guests."""
    for interface in wiring.interfaces:
        network = view.networks.find(interface.network)
        of_guests = network is not None and id(network) in guests
        if interface.management or address(interface) or of_guests:
            yield interface
