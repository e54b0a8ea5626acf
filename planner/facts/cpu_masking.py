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
from planner.facts.feature_sets import Words, common, parse_mask
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
        found.append(Masking(host, mask, _after_restart(host) == mask))
    return found


def forbidding_masks(views: Iterable[PoolView], found: Iterable[Masking]) -> list[PoolView]:
    """The pools whose licence is known not to allow the mask that has to be set on one of their hosts."""
    masked = {id(each.host) for each in found if not each.is_set}
    concerned = (view for view in views if any(id(host) in masked for host in view.hosts.records))
    return [view for view in concerned if restricted(view, "restrict_cpu_masking")]


def never_alike(hosts: Iterable[Host], compared: Words) -> bool:
    """Whether some of these hosts can for certain not be masked to what all of them have in common."""
    each = tuple(hosts)
    return never_shown(each, _shared(each), compared)


def never_shown(hosts: Iterable[Host], target: Words, compared: Words) -> bool:
    """Whether some of these hosts can for certain not be masked to the target."""
    return any(
        host.cpu is not None
        and (features := legacy_physical_features(host.cpu)) is not None
        and maskable_to(features, target, maskability(host.cpu), compared) is False
        for host in hosts
    )


def targets(hosts: Iterable[Host], model: Host) -> tuple[Words, ...]:
    """What hosts may be made to show, the least work first.

    What a model shows already, what all have in common, and what a host shows or will show that may not be masked.
    """
    each = tuple(hosts)
    shown = (words for host in each if host.cpu for words in (legacy_features(host.cpu), _after_restart(host)) if words)
    return tuple(dict.fromkeys(words for words in (legacy_features(model.cpu), _shared(each), *sorted(shown)) if words))


def _shared(hosts: Iterable[Host]) -> Words:
    return common(features for host in hosts if (features := legacy_physical_features(host.cpu)) is not None)


def _after_restart(host: Host) -> Words | None:
    return parse_mask(host.cpu.features_after_reboot) if host.cpu else None
