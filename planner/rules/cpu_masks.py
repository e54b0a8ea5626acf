"""How hosts with unlike CPUs can be brought into one pool, up to 6.5."""

from __future__ import annotations

from collections.abc import Iterable

from planner.facts.cpu import compared_mask, legacy_features, legacy_physical_features, maskability, maskable_to
from planner.facts.cpu_masking import Masking, forbidding_masks, masks_to_set
from planner.facts.feature_sets import Words, common, show_features
from planner.facts.join import management_interfaces
from planner.model.host import Host
from planner.model.inventory import Joining, PoolView
from planner.rules.wording import UNTOLD, listed, xe


def how_to_join(joining: Joining, coordinator: Host, arriving: tuple[Joining, ...]) -> str:
    """What to do when the CPUs of a host and of a pool differ: mask them, or force the join.

    Hosts that arrive together are masked together where that is possible: otherwise each would undo the other's mask.
    """
    members = tuple(sorted(joining.pool.hosts.records, key=lambda host: host.name))
    alone = (*members, joining.host)
    together = sorted(arriving, key=lambda each: each.host.name)
    views = (joining.pool, *(each.joiner for each in together))
    for hosts in ((*members, *(each.host for each in together)), alone):
        told = _masks(joining, coordinator, hosts, views)
        if told is not None:
            return told
    return f"{_why_not(joining, alone, common(_known(alone)))}; {_force(joining, coordinator)}"


def _known(hosts: tuple[Host, ...]) -> list[Words]:
    features = (legacy_physical_features(host.cpu) for host in hosts)
    return [each for each in features if each is not None]


def _masks(joining: Joining, coordinator: Host, hosts: tuple[Host, ...], views: Iterable[PoolView]) -> str | None:
    """How to mask all these hosts alike; None where that is not possible for certain."""
    for target in filter(None, (legacy_features(coordinator.cpu), common(_known(hosts)))):
        found = masks_to_set(hosts, target, compared_mask(joining.pool.pool))
        if found is not None:
            steps = "; ".join(mask_steps(found))
            return (
                f"{licence_first(views, found)}mask the CPUs to {show_features(target)}: {steps}; then join;"
                " `xe host-reset-cpu-features` on such a host and a restart undo it"
            )
    return None


def licence_first(views: Iterable[PoolView], found: Iterable[Masking]) -> str:
    """What has to be done before CPUs can be masked, where the licence does not allow it."""
    forbidding = [view.name for view in forbidding_masks(views, found)]
    if not forbidding:
        return ""
    edition = xe("host-apply-edition", edition=UNTOLD)
    return (
        f"the licence of {listed(forbidding)} does not allow CPUs to be masked (FEATURE_RESTRICTED):"
        f" apply an edition that does with {edition}; then "
    )


def mask_steps(found: Iterable[Masking]) -> list[str]:
    """What to do on each host to mask it."""
    return [_step(masking) for masking in found]


def _step(masking: Masking) -> str:
    host = masking.host
    if masking.is_set:
        return f"restart {host.name}, whose mask is set already"
    arguments = {"uuid": host.uuid} if host.uuid else {}
    command = xe("host-set-cpu-features", features=show_features(masking.mask), **arguments)
    return f"on {host.name} run {command}, then restart {host.name}"


def _why_not(joining: Joining, hosts: tuple[Host, ...], target: Words) -> str:
    mask = compared_mask(joining.pool.pool)
    unable, unsaid = [], []
    for host in hosts:
        physical = legacy_physical_features(host.cpu)
        maskable = maskability(host.cpu) if host.cpu else None
        possible = maskable_to(physical, target, maskable, mask) if physical is not None else None
        if possible is None:
            unsaid.append(host.name)
        elif not possible:
            unable.append(host.name)
    if unable:
        return f"masking needs CPUs that support it, and {listed(unable)} cannot be masked to {show_features(target)}"
    return (
        f"masking all hosts to {show_features(target)} needs CPUs that support it,"
        f" which is not known of {listed(unsaid)}"
    )


def _force(joining: Joining, coordinator: Host) -> str:
    address = coordinator.address or next(
        (interface.address.split("/")[0] for interface in management_interfaces(coordinator) if interface.address),
        "ADDRESS",
    )
    credentials = {"master-username": "root", "master-password": "PASSWORD"}
    command = xe("pool-join", master_address=address, **credentials, force="true")
    return (
        f"{command} on {joining.host.name} joins it anyway, and a VM that is moved live may then fail;"
        f" or make a pool of its own for {joining.host.name}"
    )
