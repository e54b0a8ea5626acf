"""What unlike CPUs of the members of one pool mean for the guests that run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from planner.facts.cpu import (
    compared_mask,
    cpu_vendor,
    lacking,
    legacy_features,
    legacy_physical_features,
    masked,
    same_under_mask,
)
from planner.facts.cpu_level import by_masks
from planner.facts.cpu_masking import masks_to_set
from planner.facts.cpu_moves import Fit, Guests, Verdict, guests, own_features, same_for_guests, verdicts
from planner.facts.feature_sets import Words, common, show_features
from planner.facts.high_availability import pool_software
from planner.facts.versions import since
from planner.findings import Problem, Severity, Unknown
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.rules import rule
from planner.rules.cpu import lacks
from planner.rules.cpu_masks import licence_first, mask_steps
from planner.rules.cpu_written import drop_own
from planner.rules.wording import MOST_NAMES, listed, plural, uuid_of, xe

_Answer = tuple[frozenset[tuple[int, tuple[str, ...]]], frozenset[int]]
"""The hosts that lack features, each with these, and the hosts that fit."""


@rule("CP005", Severity.WARNING, since="0.1")
def members_with_other_cpu_features(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """Hosts of one pool have CPUs with different features.

    Up to 6.5 all hosts of a pool have to show the same features; a pool with others comes about by a forced
    join, or when a mask is set or lost on one host. A guest sees all that its host has. When it is moved to
    a host that lacks some of it, the toolstack refuses, or the guest fails.
    """
    for view in inventory.pools:
        members = view.hosts.records
        if len(members) <= 1 or by_masks(view) is False or since(pool_software(view), (5, 6)) is False:
            continue
        features = [legacy_features(host.cpu) for host in members]
        mask = compared_mask(view.pool)
        known = {masked(each, mask) for each in features if each is not None}
        if by_masks(view) is None:
            if len(known) > 1 or None in features:
                yield Unknown(view.pool, "software.product_version")
            continue
        yield from (Unknown(host, "cpu.features") for host, each in zip(members, features, strict=True) if each is None)
        if len(known) > 1:
            yield from _of_other_features(view, mask)


def _of_other_features(view: PoolView, mask: Words) -> Iterator[Problem]:
    """Each host that differs from the coordinator, or from most hosts where the coordinator's features are unknown."""
    usual = _usual(view, mask)
    vendor = cpu_vendor(usual)
    hosts = [host for host in view.hosts.records if None in (vendor, cpu_vendor(host)) or cpu_vendor(host) == vendor]
    ours = legacy_features(usual.cpu) or ()
    remedy = _masks(view, hosts, mask)
    for host in hosts:
        mine = legacy_features(host.cpu)
        if mine is None or same_under_mask(mine, ours, mask):
            continue
        sides = (
            lacks(host.name, lacking(ours, mine, mask), usual.name),
            lacks(usual.name, lacking(mine, ours, mask), host.name),
        )
        yield Problem(
            host,
            "cpu.features",
            f"the CPUs of {host.name} and of {usual.name} in {view.name} differ, and a VM that is moved live"
            f" between them may fail: {'; '.join(filter(None, sides))}",
            remedy
            or f"move no running VM between {host.name} and {usual.name}: shut it down and start it on the"
            f" other host; or make a pool of its own for {host.name}",
            (usual,),
        )


def _usual(view: PoolView, mask: Words) -> Host:
    """The host that the others are held against."""
    coordinator = view.coordinator
    if coordinator and legacy_features(coordinator.cpu) is not None:
        return coordinator
    sets = {id(host): masked(each, mask) for host in view.hosts.records if (each := legacy_features(host.cpu))}
    times = Counter(sets.values())
    hosts = (host for host in view.hosts.records if id(host) in sets)
    return min(hosts, key=lambda host: (-times[sets[id(host)]], sets[id(host)], host.name, str(cpu_vendor(host))))


def _masks(view: PoolView, hosts: list[Host], mask: Words) -> str | None:
    """How to mask all these hosts to what they have in common; None where that is not possible for certain."""
    physical = [legacy_physical_features(host.cpu) for host in hosts]
    target = common(each for each in physical if each is not None)
    found = masks_to_set(hosts, target, mask) if target and None not in physical else None
    if not found:
        return None
    return (
        f"{licence_first((view,), found)}mask the CPUs to {show_features(target)}, one host after the other:"
        f" {'; '.join(sorted(mask_steps(found)))}"
    )


@rule("CP006", Severity.WARNING, since="0.1", api_error="VM_INCOMPATIBLE_WITH_THIS_HOST")
def running_vm_cannot_move_to_host(inventory: Inventory) -> Iterator[Problem | Unknown]:
    """A running VM has seen CPU features that another host of its pool lacks.

    Since 7.0 a VM keeps the features that it was started with. When a host with fewer features joins the pool
    later, the VM can be moved live only to hosts that have all of them, and the others cannot take it over
    when its host is to be evacuated. Once started anew, it sees just what all hosts have.
    """
    for view in inventory.pools:
        groups = [group for group in guests(view) if not group.suspended]
        masks = by_masks(view)
        if len(view.hosts.records) <= 1 or not groups or masks:
            continue
        if masks is None:
            yield Unknown(view.pool, "software.product_version")
            continue
        found: defaultdict[_Answer, list[VM]] = defaultdict(list)
        for group in groups:
            answers = verdicts(view, group, (host for host in view.hosts.records if host.enabled is not False))
            yield from _undecided(view, group, answers)
            _sort_in(view, group, answers, found)
        for answer, vms in found.items():
            yield _stuck(view, answer, vms)


def _undecided(view: PoolView, group: Guests, answers: list[tuple[Host, Verdict]]) -> Iterator[Unknown]:
    """What has to be known of the VMs and of hosts to which they may have to move."""
    if group.flags is None and same_for_guests(view):
        return
    homes = {id(view.hosts.find(vm.runs_on)) for vm in group.vms}
    open_ones = [(host, verdict) for host, verdict in answers if homes != {id(host)}]
    yield from (Unknown(host, field) for host, verdict in open_ones for field in verdict.of_host)
    fields = sorted({field for _, verdict in open_ones for field in verdict.of_guest})
    yield from (Unknown(vm, field) for vm in group.vms for field in fields)


def _sort_in(
    view: PoolView, group: Guests, answers: list[tuple[Host, Verdict]], found: defaultdict[_Answer, list[VM]]
) -> None:
    """Put those VMs that some host lacks features for to others with the same answer."""
    refused = {id(host): verdict.missing for host, verdict in answers if verdict.fit is Fit.LACKS}
    fits = frozenset(id(host) for host, verdict in answers if verdict.fit is Fit.FITS)
    if not refused:
        return
    for vm in group.vms:
        home = id(view.hosts.find(vm.runs_on))
        others = frozenset((host, missing) for host, missing in refused.items() if host != home)
        if others:
            found[others, fits].append(vm)


def _stuck(view: PoolView, answer: _Answer, vms: list[VM]) -> Problem:
    refusing, fitting = answer
    missing: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    names = {id(host): host.name for host in view.hosts.records}
    for host, features in refusing:
        missing[features].append(names[host])
    vms.sort(key=lambda vm: (vm.name, vm.uuid or ""))
    homes = {id(view.hosts.find(vm.runs_on)) for vm in vms}
    fits = listed(sorted(names[host] for host in fitting if homes != {host}))
    ids = {host for host, _ in refusing}
    related = sorted((host for host in view.hosts.records if id(host) in ids), key=lambda host: host.name)
    return Problem(
        vms[0],
        "last_boot_cpu.features",
        f"{listed(vm.name for vm in vms)} {plural(vms, 'has', 'have')} seen CPU features that other hosts lack:"
        f" {_reasons(missing)}; hosts known to fit: {fits or 'none'}",
        _start_anew(vms),
        tuple(related[:MOST_NAMES]),
    )


def _reasons(missing: dict[tuple[str, ...], list[str]]) -> str:
    parts = ((sorted(hosts), features) for features, hosts in missing.items())
    return "; ".join(
        f"{listed(hosts)} {plural(hosts, 'lacks', 'lack')} {listed(features, most=len(features))}"
        for hosts, features in sorted(parts)
    )


def _start_anew(vms: list[VM]) -> str:
    """A restart lets a VM see what the pool offers; features that somebody wrote down for it stay."""
    own = next((vm for vm in vms if own_features(vm) is not None), None)
    told = "shut each down and start it again when that suits"
    if len(vms) == 1:
        told = f"run {xe('vm-reboot', uuid=uuid_of('vm', vms[0]))} when that suits"
    first = f"first take out the features that are written down for a VM, as by {drop_own(own)}" if own else ""
    return "; ".join(filter(None, (first, f"{told}: a restart from inside the VM may not do")))
