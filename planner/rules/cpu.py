"""Which CPUs go together in one pool."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from planner.facts.cpu import (
    Kind,
    compared_mask,
    cpu_vendor,
    guest_features,
    lacking,
    legacy_features,
    lost_features,
    other_cpu_vendor,
    same_under_mask,
)
from planner.facts.cpu_level import level
from planner.facts.cpu_names import feature_names, legacy_feature_names
from planner.facts.feature_sets import Words
from planner.facts.movable import can_move_without_disks
from planner.facts.versions import legacy
from planner.findings import Problem, Severity, Unknown
from planner.model.host import Host
from planner.model.inventory import Inventory, Joining, PoolView
from planner.rules import rule
from planner.rules.cpu_masks import how_to_join
from planner.rules.wording import MOST_NAMES, listed, unknown_coordinator, vendors_unsaid


@rule("CP001", Severity.ERROR, since="0.1", api_error="HOSTS_NOT_HOMOGENEOUS")
def other_cpu_features_on_joining_host(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host that is to join a pool has CPUs with other features than the pool's coordinator.

    Up to 6.5 the features have to be the same, more are as bad as fewer: a guest that moves must find
    what it saw before. Where CPUs can be masked, all hosts can be made to show only what they have in common.
    """
    for joining in inventory.joins:
        host, coordinator = joining.host, joining.pool.coordinator
        old = legacy(joining.joiner.software(host))
        if joining.join.force or old is False:
            continue
        if coordinator is None:
            yield unknown_coordinator(joining.pool)
            continue
        if other_cpu_vendor(joining.host, joining.pool, coordinator):
            continue
        mine, theirs = legacy_features(host.cpu), legacy_features(coordinator.cpu)
        if mine is None or theirs is None:
            sides = ((host, mine), (coordinator, theirs))
            yield from (Unknown(side, "cpu.features") for side, features in sides if features is None and old)
        elif not same_under_mask(mine, theirs, compared_mask(joining.pool.pool)):
            arriving = _arriving(inventory, joining.pool, coordinator)
            yield _other_features(joining, coordinator, arriving) if old else _release_unsaid(host)
            continue
        if old is None and (mine is None or theirs is None):
            yield _release_unsaid(host)


def _release_unsaid(host: Host) -> Unknown:
    return Unknown(host, "software.product_version")


def _arriving(inventory: Inventory, pool: PoolView, coordinator: Host) -> tuple[Joining, ...]:
    """The hosts that are to join a pool without force, each once; those that no mask helps are left out."""
    joinings = (each for each in inventory.joins if each.pool is pool and not each.join.force)
    hosts = {id(each.host): each for each in joinings}
    return tuple(each for each in hosts.values() if not other_cpu_vendor(each.host, pool, coordinator))


def _other_features(joining: Joining, coordinator: Host, arriving: tuple[Joining, ...]) -> Problem:
    mask = compared_mask(joining.pool.pool)
    mine, theirs = legacy_features(joining.host.cpu) or (), legacy_features(coordinator.cpu) or ()
    sides = (
        lacks(joining.host.name, lacking(theirs, mine, mask), coordinator.name),
        lacks(coordinator.name, lacking(mine, theirs, mask), joining.host.name),
    )
    return Problem(
        joining.host,
        "cpu.features",
        f"the CPUs of {joining.host.name} and of {coordinator.name} in {joining.pool.name} differ:"
        f" {'; '.join(filter(None, sides))}",
        how_to_join(joining, coordinator, arriving),
        (joining.join, coordinator),
    )


def lacks(who: str, features: Words, other: str) -> str:
    """Which features, up to 6.5, one host lacks and another has; nothing where there are none."""
    names = legacy_feature_names(features)
    return f"{who} lacks {listed(names, most=len(names))}, which {other} has" if names else ""


@rule("CP002", Severity.WARNING, since="0.1")
def forced_join_of_other_cpus(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A host is to be forced into a pool although its CPUs differ.

    The toolstack lets a forced join pass. A guest that is moved live to a host which lacks what it saw
    at its start may crash there, or is refused. Only a guest that is started anew sees the new host as it is.
    """
    for joining in inventory.joins:
        if not joining.join.force:
            continue
        coordinator = joining.pool.coordinator
        if coordinator is None:
            yield unknown_coordinator(joining.pool)
            continue
        yield from vendors_unsaid(joining, coordinator)
        if other_cpu_vendor(joining.host, joining.pool, coordinator):
            yield from _at_risk(joining, f"between {coordinator.name} and {joining.host.name}")
        elif (old := legacy(joining.joiner.software(joining.host))) is not False:
            yield from _forced_features(joining, coordinator) if old else (_release_unsaid(joining.host),)


def _forced_features(joining: Joining, coordinator: Host) -> Iterator[Problem | Unknown]:
    host = joining.host
    mine, theirs = legacy_features(host.cpu), legacy_features(coordinator.cpu)
    if mine is None or theirs is None:
        sides = ((host, mine), (coordinator, theirs))
        yield from (Unknown(side, "cpu.features") for side, features in sides if features is None)
        return
    mask = compared_mask(joining.pool.pool)
    lost_there, lost_here = lacking(theirs, mine, mask), lacking(mine, theirs, mask)
    directions = (_unsafe(coordinator, host, lost_there), _unsafe(host, coordinator, lost_here))
    if told := " or ".join(filter(None, directions)):
        yield from _at_risk(joining, told)


def _unsafe(source: Host, target: Host, lost: Words) -> str:
    if not any(lost):
        return ""
    names = legacy_feature_names(lost)
    return f"from {source.name} to {target.name}, which lacks {listed(names, most=len(names))}"


def _at_risk(joining: Joining, directions: str) -> Iterator[Problem | Unknown]:
    """The warning, with the VMs that could be moved between the hosts."""
    view, movable = joining.pool, [(vm, can_move_without_disks(joining.pool, vm)) for vm in joining.pool.vms.records]
    risked = sorted((vm for vm, can in movable if can), key=lambda vm: vm.name)
    if view.pool.vms is None:
        yield Unknown(view.pool, "vms")
    yield from (Unknown(vm, "drives") for vm, can in movable if can is None)
    yield Problem(
        joining.join,
        "force",
        f"{joining.host.name} would be forced into {view.name} although its CPUs differ: no running VM can be"
        f" moved safely {directions}; VMs at risk: {listed(vm.name for vm in risked) or 'none that is known'}",
        "shut such a VM down and start it on the other host instead of moving it, or give it a home server",
        (joining.host, *risked[:MOST_NAMES]),
    )


@rule("CP003", Severity.NOTE, since="0.1")
def pool_loses_cpu_features(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A pool will offer its guests fewer CPU features once a host has joined.

    Since 7.0 a pool offers what all its hosts have. A guest that runs keeps what it was started with, and
    cannot be moved live to the new host until it is shut down and started again.
    """
    for joining in inventory.joins:
        host, pool = joining.host, joining.pool
        if legacy(joining.joiner.software(host)) or _refused_for_vendor(joining):
            continue
        lost: dict[str, None] = {}
        for kind in _kinds(host):
            before, after = level(pool, kind), guest_features(host.cpu, kind)
            yield from (Unknown(lack.record, lack.field) for lack in before.lacking)
            if after is None:
                yield Unknown(host, f"cpu.features_{kind}_host")
            elif before.features is not None:
                lost.update(dict.fromkeys(feature_names(lost_features(before.features, after))))
        if lost:
            yield Problem(
                host,
                "cpu",
                f"with {host.name}, {pool.name} no longer offers its guests {listed(lost, most=len(lost))}",
                f"after the join, shut down and start again each VM of {pool.name} that is to move to {host.name}",
                (joining.join,),
            )


def _refused_for_vendor(joining: Joining) -> bool:
    """Whether the join is refused for the CPUs' vendor, so that the pool stays as it is."""
    coordinator = joining.pool.coordinator
    return (
        not joining.join.force and coordinator is not None and other_cpu_vendor(joining.host, joining.pool, coordinator)
    )


def _kinds(host: Host) -> tuple[Kind, ...]:
    return ("pv",) if host.hvm is False else ("hvm", "pv")


@rule("CP004", Severity.WARNING, since="0.1", api_error="VM_INCOMPATIBLE_WITH_THIS_HOST")
def members_with_other_cpu_vendors(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A pool has hosts with CPUs of different vendors.

    Such a pool comes about by a forced join. No running guest can ever be moved from a host of one vendor
    to a host of another, so maintenance means downtime, and a failed host's guests start on unlike CPUs.
    """
    for view in inventory.pools:
        hosts = view.hosts.records
        vendors = Counter(vendor for host in hosts if (vendor := cpu_vendor(host)))
        if len(hosts) > 1:
            yield from (Unknown(host, "cpu.vendor") for host in hosts if cpu_vendor(host) is None)
        if len(vendors) > 1:
            coordinator = view.coordinator
            own = cpu_vendor(coordinator) if coordinator else None
            usual = own or min(vendors, key=lambda vendor: (-vendors[vendor], vendor))
            yield from _of_other_vendors(view, usual)


def _of_other_vendors(view: PoolView, usual: str) -> Iterator[Problem]:
    alike = sorted(host.name for host in view.hosts.records if cpu_vendor(host) == usual)
    for host in view.hosts.records:
        vendor = cpu_vendor(host)
        if vendor not in (None, usual):
            yield Problem(
                host,
                "cpu.vendor",
                f"{host.name} has {vendor} CPUs, {listed(alike)} in {view.name} have {usual}",
                f"make a pool of its own for {host.name}, or replace it by a host with {usual} CPUs",
            )
