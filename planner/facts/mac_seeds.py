"""From what the MAC addresses of guests are made, which has to be another text for each guest of a pool."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from planner.model.guest import VM
from planner.model.inventory import PoolView


@dataclass(frozen=True, slots=True)
class Seeded:
    """A guest that brings a seed, with what the toolstack calls its kind."""

    guest: VM
    kind: str
    origin: str | None
    """UUID of the guest, of a snapshot that of its VM; these two may have one seed. None where it is not told."""

    @property
    def field_of_origin(self) -> str:
        """The field that would tell the origin."""
        return "snapshot_of" if self.kind == "snapshot" else "uuid"


def guests_that_come_along(view: PoolView) -> tuple[Seeded, ...]:
    """The guests of a host that a pool takes over, by name: all but the templates that every pool has by itself."""
    found = [Seeded(each, "vm", each.uuid) for each in view.vms.records]
    found += [Seeded(each, "template", each.uuid) for each in view.templates.records if not each.default_template]
    for each in view.snapshots.records:
        of = view.vms.find(each.snapshot_of) or view.templates.find(each.snapshot_of)
        found.append(Seeded(each, "snapshot", of.uuid if of else None))
    return tuple(sorted(found, key=lambda each: (each.guest.name, each.guest.uuid or "", each.kind)))


def guests_by_seed(guests: Iterable[Seeded]) -> dict[str, tuple[Seeded, ...]]:
    """The guests that have each seed."""
    found: defaultdict[str, list[Seeded]] = defaultdict(list)
    for each in guests:
        if each.guest.mac_seed:
            found[each.guest.mac_seed].append(each)
    return {seed: tuple(bearers) for seed, bearers in found.items()}
