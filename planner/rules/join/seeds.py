"""Which guests of a joining host the pool will not take in."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.joining_together import Together
from planner.facts.mac_seeds import Seeded, guests_by_seed, guests_that_come_along
from planner.findings import Problem, Severity, Unknown
from planner.model.inventory import Inventory, Joining, PoolView
from planner.rules import rule
from planner.rules.wording import UNTOLD, joining_to, listed, uuid_of, xe

Bearers = list[tuple[PoolView, Seeded]]


@rule("JN073", Severity.WARNING, since="0.1", api_error="DUPLICATE_MAC_SEED")
def mac_seed_taken(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A guest of a joining host has the MAC seed of another guest of the pool.

    From it the toolstack makes MAC addresses, so no two guests may have the same. The pool does not take such a guest
    in, and the join goes on without a word: afterwards the guest is gone, though its disks are still there. It comes
    from guests that were copied together with their database. Guests of other hosts that join the pool count too.
    """
    together, known = Together(inventory), _Seeds()
    for joining in inventory.joins:
        yield from _undescribed(joining.joiner)
        brought = known.guests(joining.joiner)
        if not brought:
            continue
        sides = (joining.pool, *(other.joiner for other in together.others(joining)))
        if not any(known.guests(view) or any(_undescribed(view)) for view in sides):
            continue
        yield from _seedless(brought)
        for view in sides if any(each.guest.mac_seed for each in brought) else ():
            yield from _undescribed(view)
            yield from _seedless(known.guests(view))
        for mine in brought:
            bearers = [(view, each) for view in sides for each in known.bearers(view, mine.guest.mac_seed)]
            yield from _taken(joining, mine, bearers)


class _Seeds:
    """The guests of each pool and their seeds, looked up once."""

    def __init__(self) -> None:
        self._guests: dict[int, tuple[Seeded, ...]] = {}
        self._by_seed: dict[int, dict[str, tuple[Seeded, ...]]] = {}

    def guests(self, view: PoolView) -> tuple[Seeded, ...]:
        if id(view) not in self._guests:
            self._guests[id(view)] = guests_that_come_along(view)
        return self._guests[id(view)]

    def bearers(self, view: PoolView, seed: str | None) -> tuple[Seeded, ...]:
        if id(view) not in self._by_seed:
            self._by_seed[id(view)] = guests_by_seed(self.guests(view))
        return self._by_seed[id(view)].get(seed or "", ())


def _undescribed(view: PoolView) -> Iterator[Unknown]:
    fields = ("vms", "templates", "snapshots")
    yield from (Unknown(view.pool, field) for field in fields if getattr(view.pool, field) is None)


def _seedless(guests: tuple[Seeded, ...]) -> Iterator[Unknown]:
    yield from (Unknown(each.guest, "mac_seed") for each in guests if each.guest.mac_seed is None)


def _taken(joining: Joining, mine: Seeded, bearers: Bearers) -> Iterator[Problem | Unknown]:
    if not bearers:
        return
    open_on = [each for each in (mine, *(each for _, each in bearers)) if each.origin is None]
    yield from (Unknown(each.guest, each.field_of_origin) for each in open_on)
    different = [(view, each) for view, each in bearers if mine.origin and each.origin and each.origin != mine.origin]
    if different:
        seed = {"other-config:mac_seed": UNTOLD}
        change = xe(f"{mine.kind}-param-set", uuid=uuid_of(mine.kind, mine.guest), **seed)
        yield Problem(
            mine.guest,
            "mac_seed",
            f"{mine.guest.name} of {joining_to(joining)}, has the MAC seed of"
            f" {listed(f'{each.guest.name} of {view.name}' for view, each in different)}; the pool will not take it in",
            f"give it a seed of its own before the join, any new UUID, with {change}; its MAC addresses stay as they"
            " are",
            (joining.join, *(each.guest for _, each in different)),
        )
