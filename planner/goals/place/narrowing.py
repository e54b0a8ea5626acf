"""What is asked of a part of a pool, when all the rest stays where an assignment has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from planner.goals.moves.wanted import Item, Place, Tie
from planner.goals.place.asked import Asked, Soft
from planner.goals.place.worth import Targets


def of_hosts(asked: Asked, targets: Targets, hosts: set[str]) -> Asked:
    """What is asked of some hosts and of the VMs on them, when all others stay where an assignment has them."""
    wanted = asked.wanted
    items = tuple(item.within(hosts) for item in wanted.items if targets[item.key] in hosts)
    return _of_items(asked, targets, items, tuple(place for place in wanted.places if place.key in hosts))


def held(asked: Asked, vms: Collection[str]) -> Asked:
    """The same, where some VMs stay where they run, if they may."""
    items = tuple(
        item.within({item.source}) if item.key in vms and item.source in item.stays else item
        for item in asked.wanted.items
    )
    return replace(asked, wanted=replace(asked.wanted, items=items))


def of_vms(asked: Asked, targets: Targets, free: Collection[str]) -> Asked:
    """What is asked of some VMs and of all hosts, when all other VMs stay where an assignment has them."""
    wanted, inside = asked.wanted, set(free)
    beside: dict[str, list[Item]] = {place.key: [] for place in wanted.places}
    for item in wanted.items:
        if item.key not in inside:
            beside[targets[item.key]].append(item)
    items = tuple(item for item in wanted.items if item.key in inside)
    return _of_items(asked, targets, items, tuple(_with(place, beside[place.key]) for place in wanted.places))


def _of_items(asked: Asked, targets: Targets, items: tuple[Item, ...], places: tuple[Place, ...]) -> Asked:
    """What is asked of some VMs on some hosts, failures aside."""
    wanted, hosts, inside = asked.wanted, {place.key for place in places}, {item.key for item in items}
    limit = wanted.most_moves
    if limit is not None:
        limit -= sum(
            item.key not in inside and bool(item.source) and targets[item.key] != item.source for item in wanted.items
        )
    ties = tuple(_tie(tie, targets, inside) for tie in wanted.ties)
    return Asked(
        replace(wanted, items=items, places=places, guarded=(), ties=ties, most_moves=limit),
        tuple(_soft(soft, targets, inside) for soft in asked.softs),
        asked.usable & hosts,
        tuple(cap for cap in asked.caps if cap.host in hosts),
    )


def _tie(tie: Tie, targets: Targets, inside: set[str]) -> Tie:
    fixed = Counter(tie.fixed)
    fixed.update(tie.units[targets[vm]] for vm in tie.vms if vm not in inside)
    return replace(tie, vms=tuple(vm for vm in tie.vms if vm in inside), fixed=fixed)


def _soft(soft: Soft, targets: Targets, inside: set[str]) -> Soft:
    fixed = Counter(soft.fixed)
    fixed.update(targets[vm] for vm in soft.vms - inside)
    return replace(soft, vms=soft.vms & inside, fixed=fixed)


def _with(place: Place, items: Collection[Item]) -> Place:
    """A host with VMs that stay on it, or have come to it; what they leave for restarts is not asked in a part."""
    host = place.key
    taken = [item.taken[host] for item in items]
    came = {item.key for item in items if item.source != host}
    return replace(
        place,
        room=place.room - sum(max(item.stays[host], item.comes[host] if item.key in came else 0) for item in items),
        vcpus=place.vcpus + sum(item.vcpus for item in items),
        taken=None if place.taken is None or None in taken else place.taken + sum(size or 0 for size in taken),
    )
