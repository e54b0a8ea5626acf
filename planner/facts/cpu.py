"""Which CPUs may be in one pool, and what the pool then offers its guests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from planner.facts.feature_sets import (
    Words,
    common,
    difference,
    equal,
    intersect,
    is_subset,
    parse_features,
    parse_mask,
    zero_extend,
)
from planner.model.host import Cpu, Host
from planner.model.inventory import PoolView
from planner.model.pool import Pool

Kind = Literal["hvm", "pv"]
Maskability = Literal["no", "base", "full"]

DEFAULT_MASK: Words = (0xFFFFFF7F, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
"""What a join compares, up to 6.5: all but one bit, for a power-saving feature that guests never see."""

AMD_FROM_FAMILY = 0x10
INTEL_FAMILY = 6
INTEL_BASE_MODEL = 0x1D
INTEL_FULL_MODELS = frozenset({0x1E, 0x1F, 0x25, 0x2A, 0x2C, 0x2D, 0x2E, 0x2F, 0x3A, 0x3C, 0x3E})
"""Processors whose features can all be hidden."""
INTEL_BY_STEPPING: dict[int | None, tuple[int, Maskability, Maskability]] = {
    0x17: (4, "base", "full"),
    0x1A: (3, "full", "no"),
}
"""Processors for which the stepping decides: from which one on, what holds then, and what before."""

ACCUMULATED: Words = (0, 0, 0, 0, 0, 0, 0, 0, 1 << 20, 1 << 10, 0, 1 << 1 | 1 << 5, 0, 0, 0, 0, 1 << 17 | 1 << 28)
"""Bits that a pool has when any of its hosts has them: a workaround is needed, or there is no loss without them."""
NEGATIVE: Words = (0,) * 16 + (1 << 2 | 1 << 19,)
"""Bits whose presence is worse than their absence."""


def cpu_vendor(host: Host) -> str | None:
    """Who made a host's CPUs."""
    return host.cpu.vendor if host.cpu else None


def pool_cpu_vendor(view: PoolView, coordinator: Host) -> str | None:
    """The vendor that a join compares: what the pool says for itself (since 7.0), else the coordinator's."""
    return (view.pool.cpu.vendor if view.pool.cpu else None) or cpu_vendor(coordinator)


def other_cpu_vendor(host: Host, view: PoolView, coordinator: Host) -> bool:
    """Whether the CPUs of a host and of a pool are known to be of different vendors."""
    mine, theirs = cpu_vendor(host), pool_cpu_vendor(view, coordinator)
    return mine is not None and theirs is not None and mine != theirs


def legacy_features(cpu: Cpu | None) -> Words | None:
    """The four words in force up to 6.5; None where they are unknown."""
    return parse_mask(cpu.features) if cpu else None


def legacy_physical_features(cpu: Cpu | None) -> Words | None:
    """The four words of the processor itself, before any mask; those in force where it is not said."""
    return (parse_mask(cpu.physical_features) or parse_mask(cpu.features)) if cpu else None


def compared_mask(pool: Pool) -> Words:
    """The features that a join compares, up to 6.5."""
    return parse_mask(pool.cpu_mask) or DEFAULT_MASK


def masked(features: Words, mask: Words) -> Words:
    """The features that a mask leaves."""
    return tuple(word & kept for word, kept in zip(zero_extend(features, len(mask)), mask, strict=True))


def same_under_mask(one: Words, other: Words, mask: Words) -> bool:
    """Whether two hosts may be in one pool, up to 6.5: the same features, not just enough of them."""
    return equal(masked(one, mask), masked(other, mask))


def lacking(wanted: Words, offered: Words, mask: Words) -> Words:
    """The compared features that the first has and the other lacks."""
    return difference(masked(wanted, mask), masked(offered, mask))


def maskable_to(source: Words, target: Words, maskable: Maskability | None, mask: Words = DEFAULT_MASK) -> bool | None:
    """Whether a processor can be made to show just the target; None where nobody said if it can be masked."""
    if same_under_mask(source, target, mask):
        return True
    if maskable is None:
        return None
    if maskable == "no":
        return False
    hides_enough = is_subset(masked(target, mask), masked(source, mask))
    extended_alike = same_under_mask(source[2:], target[2:], mask[2:])
    return hides_enough and (maskable == "full" or extended_alike)


def maskability(cpu: Cpu) -> Maskability | None:
    """How features of a processor can be hidden: what it says itself, else what its model tells (up to 6.5)."""
    if cpu.maskable is not None or cpu.vendor is None:
        return cpu.maskable
    if cpu.vendor == "AuthenticAMD":
        return None if cpu.family is None else "full" if cpu.family >= AMD_FROM_FAMILY else "no"
    if cpu.vendor != "GenuineIntel":
        return "no"
    if cpu.family is None or (cpu.family == INTEL_FAMILY and cpu.model is None):
        return None
    return _intel_maskability(cpu.model, cpu.stepping) if cpu.family == INTEL_FAMILY else "no"


def _intel_maskability(model: int | None, stepping: int | None) -> Maskability | None:
    if model in INTEL_BY_STEPPING:
        first, since_first, before = INTEL_BY_STEPPING[model]
        return None if stepping is None else since_first if stepping >= first else before
    return "base" if model == INTEL_BASE_MODEL else "full" if model in INTEL_FULL_MODELS else "no"


def guest_features(cpu: Cpu | None, kind: Kind) -> Words | None:
    """What a newly started guest of that kind is given on a host, since 7.0; None where it is unknown."""
    if cpu is None:
        return None
    if kind == "hvm":
        return parse_features(cpu.features_hvm_host if cpu.features_hvm_host is not None else cpu.features_hvm)
    return parse_features(cpu.features_pv_host if cpu.features_pv_host is not None else cpu.features_pv)


def stated_level(pool: Pool, kind: Kind) -> Words | None:
    """What a pool itself says that it offers its guests."""
    if pool.cpu is None:
        return None
    return parse_features(pool.cpu.features_hvm if kind == "hvm" else pool.cpu.features_pv)


def mask_to_set(physical: Words, target: Words, maskable: Maskability) -> Words:
    """The mask that a host accepts in order to show the target: never a feature that it does not have."""
    shown = intersect(physical, target)
    return shown[:2] + physical[2:] if maskable == "base" else shown


def pool_level(hosts: Iterable[Words]) -> Words:
    """What a pool of hosts offers its guests: what all of them have."""
    return common(hosts)


def lost_features(level: Words, joining: Words) -> Words:
    """What a pool no longer offers when a host joins, less the bits that say nothing about what guests can do."""
    return telling(difference(level, pool_level((level, joining))))


def telling(features: Words) -> Words:
    """The features that tell what a guest can do: without the bits that no host can be said to lack."""
    return difference(difference(features, ACCUMULATED), NEGATIVE)


def missing_features(guest: Words, host: Words) -> Words:
    """What a guest has seen and a host cannot offer: since 7.0 it cannot go on there when there is any."""
    return difference(zero_extend(guest, len(host)), host)
