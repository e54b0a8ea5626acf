"""What a pool offers its guests by the CPUs of its hosts, and what each host adds to that or takes from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from planner.facts.cpu import compared_mask, guest_features, legacy_features, masked, pool_level, stated_level, telling
from planner.facts.cpu_names import feature_names, legacy_feature_names
from planner.facts.feature_sets import Words, difference, intersect
from planner.facts.high_availability import pool_software
from planner.facts.lacking import Lacking
from planner.facts.versions import legacy
from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.pool import Pool

Scope = Literal["all", "hvm", "pv"]
"""The guests that a set of features is for: up to 6.5 there is one set for all."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What one host has to offer, held against the pool."""

    host: Host
    features: Words | None
    beyond: Words | None
    """What the host has and the pool does not offer."""
    held_back: Words | None
    """What the pool would gain if just this host left."""
    held_back_together: Words | None
    """What it would gain if all hosts with the same features left."""


@dataclass(frozen=True, slots=True)
class Level:
    """What a pool offers its guests of a scope; None where that is unknown."""

    scope: Scope
    features: Words | None
    offers: tuple[Offer, ...]
    """Of all hosts that count for it."""
    lacking: tuple[Lacking, ...]


def by_masks(view: PoolView) -> bool | None:
    """Whether CPUs are made alike by hand, as up to 6.5; later the toolstack levels them.

    The coordinator decides; where its release is unknown, all hosts whose release is known have to agree.
    """
    told = legacy(pool_software(view))
    if told is not None:
        return told
    known = {each for host in view.hosts.records if (each := legacy(view.software(host))) is not None}
    if known:
        return known.pop() if len(known) == 1 else None
    return False if any(_says_what_guests_get(host) for host in view.hosts.records) else None


def _says_what_guests_get(host: Host) -> bool:
    """Whether a host has a set that only releases since 7.0 write."""
    cpu = host.cpu
    sets = (cpu.features_hvm, cpu.features_pv, cpu.features_hvm_host, cpu.features_pv_host) if cpu else ()
    return any(each is not None for each in sets)


def scopes(view: PoolView) -> tuple[Scope, ...]:
    """The scopes that a pool has a level for; none where its release is unknown."""
    masks = by_masks(view)
    return () if masks is None else ("all",) if masks else ("hvm", "pv")


def names(scope: Scope, features: Words) -> tuple[str, ...]:
    """The names of features in a set of that scope, as far as they tell what a guest can do."""
    return legacy_feature_names(features) if scope == "all" else feature_names(telling(features))


def field_of(scope: Scope) -> str:
    """The field of a host that says what it offers."""
    return "cpu.features" if scope == "all" else f"cpu.features_{scope}_host"


def offered(scope: Scope, host: Host, pool: Pool) -> Words | None:
    """What a guest that is started anew may see of a host."""
    if scope != "all":
        return guest_features(host.cpu, scope)
    features = legacy_features(host.cpu)
    return None if features is None else masked(features, compared_mask(pool))


def level(view: PoolView, scope: Scope, arriving: Iterable[Host] = ()) -> Level:
    """What a pool offers, or will once these hosts have joined: what all hosts have, disabled ones too."""
    joiners = [host for host in arriving if _counts(scope, host)]
    hosts = [*(host for host in view.hosts.records if _counts(scope, host)), *joiners]
    sets = [offered(scope, host, view.pool) for host in hosts]
    stated = None if scope == "all" else stated_level(view.pool, scope)
    summed = joiners if stated is not None else hosts
    features = [offered(scope, host, view.pool) for host in summed]
    lacking = [Lacking(host, field_of(scope)) for host, each in zip(summed, features, strict=True) if each is None]
    if stated is None and view.pool.hosts is None:
        lacking.append(Lacking(view.pool, "hosts"))
    known = [each for each in (stated, *features) if each is not None]
    found = pool_level(known) if known and not lacking else None
    return Level(scope, found, tuple(_offers(hosts, sets, found)), tuple(lacking))


def _counts(scope: Scope, host: Host) -> bool:
    """Whether a host counts for a level: without hardware virtualisation it says nothing about HVM guests."""
    return scope != "hvm" or host.hvm is not False


def _offers(hosts: list[Host], sets: list[Words | None], found: Words | None) -> Iterable[Offer]:
    known = [each for each in sets if each is not None]
    alone, together = _gains(known) if len(known) == len(sets) else (None, None)
    for number, (host, features) in enumerate(zip(hosts, sets, strict=True)):
        beyond = None if features is None or found is None else difference(features, found)
        gained = None if alone is None else alone[number]
        jointly = None if together is None or features is None else together[_core(features)]
        yield Offer(host, features, beyond, gained, jointly)


def _gains(sets: list[Words]) -> tuple[list[Words], dict[Words, Words]]:
    """What hosts with these features would have in common without each of them, and without all that are like it."""
    everything, kinds = pool_level(sets), {_core(each): each for each in sets}
    alone = [difference(without, everything) for without in _without_each(sets)]
    together = [difference(without, everything) for without in _without_each([*kinds.values()])]
    return alone, dict(zip(kinds, together, strict=True))


def _core(features: Words) -> Words:
    """The same features without empty words at the end; one is left, for a set without any word tells nothing."""
    return features[: max((place for place, word in enumerate(features, start=1) if word), default=1)]


def _without_each(sets: list[Words]) -> list[Words]:
    """For each set, what all the others have."""
    if not sets:
        return []
    before: list[Words] = [()]
    behind: list[Words] = [()]
    for features in sets[:-1]:
        before.append(intersect(before[-1], features))
    for features in reversed(sets[1:]):
        behind.append(intersect(features, behind[-1]))
    return [intersect(one, other) for one, other in zip(before, reversed(behind), strict=True)]
