"""How hosts are made to show the same CPU features, up to 6.5."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.facts.cpu import (
    legacy_features,
    legacy_physical_features,
    mask_to_set,
    maskability,
    maskable_to,
    same_under_mask,
)
from planner.facts.feature_sets import Words, common, parse_features
from planner.facts.join import restricted
from planner.model.host import Host
from planner.model.inventory import PoolView


@dataclass(frozen=True, slots=True)
class Masking:
    """A host whose CPUs have to be masked."""

    host: Host
    mask: Words
    is_set: bool
    """The mask is set already; a restart is all that is lacking."""


def masks_to_set(hosts: Iterable[Host], target: Words, compared: Words) -> list[Masking] | None:
    """The hosts to mask, so that all show the target; None where one of them cannot be masked to it for certain."""
    found = []
    for host in hosts:
        cpu, features, physical = host.cpu, legacy_features(host.cpu), legacy_physical_features(host.cpu)
        if cpu is None or features is None or physical is None:
            return None
        if same_under_mask(features, target, compared):
            continue
        maskable = maskability(cpu)
        if maskable in (None, "no") or not maskable_to(physical, target, maskable, compared):
            return None
        mask = mask_to_set(physical, target, maskable)
        found.append(Masking(host, mask, parse_features(cpu.features_after_reboot) == mask))
    return found


def forbidding_masks(views: Iterable[PoolView], found: Iterable[Masking]) -> list[PoolView]:
    """The pools whose licence is known not to allow the mask that has to be set on one of their hosts."""
    masked = {id(each.host) for each in found if not each.is_set}
    concerned = (view for view in views if any(id(host) in masked for host in view.hosts.records))
    return [view for view in concerned if restricted(view, "restrict_cpu_masking")]


def never_alike(hosts: Iterable[Host], compared: Words) -> bool:
    """Whether some of these hosts can for certain not be masked to what all of them have in common."""
    each = [(host, features) for host in hosts if (features := legacy_physical_features(host.cpu)) is not None]
    shared = common(features for _, features in each)
    return any(
        host.cpu is not None and maskable_to(features, shared, maskability(host.cpu), compared) is False
        for host, features in each
    )


def maskings(hosts: Iterable[Host], model: Host, compared: Words) -> tuple[Words, list[Masking] | None]:
    """What all these hosts can be made to show, and how: what a model shows already, else what they have in common."""
    each = tuple(hosts)
    physical = [features for host in each if (features := legacy_physical_features(host.cpu)) is not None]
    shared = common(physical)
    for target in filter(None, (legacy_features(model.cpu), shared)):
        found = masks_to_set(each, target, compared)
        if found is not None:
            return target, found
    return shared, None
