"""How much of everything vendors support one guest to have, by release."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict, TypeAdapter

from planner.facts.limits import limits
from planner.facts.versions import Version, release
from planner.model.guest import VM
from planner.model.host import Software


class GuestLimits(BaseModel):
    """What is supported for releases before one; None where nothing was published."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    until_release: Version | None = None
    vcpus: int | None = None
    memory: int | None = None
    drives: int | None = None
    nics: int | None = None
    graphics: int | None = None
    usb: int | None = None
    on_a_host: int | None = None
    """So many VMs may run on one host."""


@cache
def _all() -> tuple[GuestLimits, ...]:
    return TypeAdapter(tuple[GuestLimits, ...]).validate_python(limits()["guests"])


def guest_limits(software: Software | None) -> GuestLimits | None:
    """What counts for a release; None while that is unknown."""
    found = release(software)
    if found is None:
        return None
    return next(each for each in _all() if each.until_release is None or found < each.until_release)


def most_guests(software: Software | None) -> int | None:
    """How many VMs are supported on one host; None where that is not known."""
    found = guest_limits(software)
    return found.on_a_host if found else None


@dataclass(frozen=True, slots=True)
class Excess:
    """Of what a guest has more than is supported."""

    what: str
    field: str
    has: int
    supported: int


def beyond(vm: VM, limits: GuestLimits) -> Iterator[Excess]:
    """All that a guest has too much of."""
    numbers = (
        ("virtual CPUs", "vcpus.max", vm.vcpus.max if vm.vcpus else None, limits.vcpus),
        ("memory", "memory.static_max", vm.memory.static_max if vm.memory else None, limits.memory),
        ("drives", "drives", _count(vm.drives), limits.drives),
        ("interfaces", "nics", _count(vm.nics), limits.nics),
        ("graphics processors", "vgpus", _count(vm.vgpus), limits.graphics),
        ("USB devices", "usb_groups", _count(vm.usb_groups), limits.usb),
    )
    for what, field, has, supported in numbers:
        if has is not None and supported is not None and has > supported:
            yield Excess(what, field, has, supported)


def _count(items: tuple[object, ...] | None) -> int | None:
    return None if items is None else len(items)
