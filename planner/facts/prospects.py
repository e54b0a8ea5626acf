"""What a pool will look like once a host has joined it."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.interfaces import carriers, interfaces_named, on_bridge
from planner.facts.join import management_interfaces
from planner.model.host import Host
from planner.model.inventory import Joining, PoolView
from planner.model.network import Bond, Interface, Vlan

_MOVED_FROM_BOND = (
    "management",
    "purpose",
    "mode",
    "address",
    "gateway",
    "dns",
    "default_route",
    "primary_address_type",
)
"""What the first NIC of a bond takes over when the bond is destroyed."""


def after_join(joining: Joining) -> tuple[PoolView, Host]:
    """The pool with the host in it, and the host as the toolstack will have it after its first start.

    NICs land on the pool's network of the same bridge, whatever the networks were called. The host's own bonds have to
    be gone by then, their address is with the first of their NICs. Bonds and VLANs are made as the coordinator has
    them; addresses are never copied from other hosts.
    """
    interfaces = joining.host.interfaces
    host = joining.host.model_copy(update={"interfaces": None if interfaces is None else tuple(_interfaces(joining))})
    pool = joining.pool.pool
    return PoolView(pool.model_copy(update={"hosts": (*(pool.hosts or ()), host)})), host


def _interfaces(joining: Joining) -> Iterator[Interface]:
    coordinator = joining.pool.coordinator
    dissolved = _dissolved(joining.host)
    nics = [_moved(dissolved.get(id(each), each), joining) for each in joining.host.interfaces or () if each.physical]
    yield from nics
    yield from _management_vlan(joining)
    theirs = coordinator.interfaces or () if coordinator else ()
    bonds = [bond for each in theirs if each.bond and (bond := _bond(each, each.bond, nics))]
    yield from bonds
    if coordinator:
        yield from _vlans(coordinator, [*bonds, *nics])


def _dissolved(host: Host) -> dict[int, Interface]:
    """By the identity of each bonded NIC, the NIC as it is without the bond."""
    return {key: nic for each in host.interfaces or () for key, nic in members_without(host, each).items()}


def members_without(host: Host, bond: Interface) -> dict[int, Interface]:
    """By the identity of each NIC of a bond, the NIC as it is once the bond is gone; none for what is no bond."""
    names = bond.bond.members or () if bond.bond else ()
    members = [nic for name in names for nic in interfaces_named(host, name)]
    primary = [nic for nic in members if bond.bond and bond.bond.primary in (nic.label, nic.uuid)] or members[:1]
    found: dict[int, Interface] = {}
    for nic in members:
        taken_over = {field: getattr(bond, field) for field in _MOVED_FROM_BOND} if nic in primary[:1] else {}
        found[id(nic)] = nic.model_copy(update={"attached": bond.attached, **taken_over})
    return found


def _moved(nic: Interface, joining: Joining) -> Interface:
    """A NIC on the pool's network that has the bridge its own network had."""
    own = joining.joiner.networks.find(nic.network)
    theirs = on_bridge(joining.pool, own.bridge) if own else None
    return nic.model_copy(update={"network": (theirs.uuid or theirs.name) if theirs else None})


def _management_vlan(joining: Joining) -> Iterator[Interface]:
    """The VLAN that carries the host's management, which lands on the coordinator's management network."""
    coordinator = joining.pool.coordinator
    theirs = management_interfaces(coordinator) if coordinator else ()
    for each in management_interfaces(joining.host):
        if each.vlan:
            yield each.model_copy(update={"network": theirs[0].network if len(theirs) == 1 else None})


def _bond(theirs: Interface, bond: Bond, nics: list[Interface]) -> Interface | None:
    """The coordinator's bond over the NICs of the same positions, with the address that one of those had."""
    members = [nic for nic in nics if nic.device in (bond.members or ())]
    if not members:
        return None
    addressed = [nic for nic in members if nic.management] or [nic for nic in members if nic.address] or members[:1]
    primary = addressed[0]
    made = Bond(members=tuple(nic.device for nic in members), mode=bond.mode, primary=primary.device)
    return primary.model_copy(
        update={
            "device": theirs.device,
            "uuid": None,
            "network": theirs.network,
            "bond": made,
            "carrier": _any_carrier(members),
        }
    )


def _any_carrier(members: list[Interface]) -> bool | None:
    states = {nic.carrier for nic in members}
    return True if True in states else None if None in states else False


def _vlans(coordinator: Host, own: list[Interface]) -> Iterator[Interface]:
    """The coordinator's VLANs on the interface of the same network, without an address and not attached."""
    for theirs in coordinator.interfaces or ():
        below = carriers(coordinator, theirs) if theirs.vlan else ()
        if theirs.vlan is None or theirs.management or len(below) != 1:
            continue
        carrying = [each for each in own if each.network is not None and each.network == below[0].network]
        if len(carrying) == 1:
            yield Interface(
                device=carrying[0].device,
                network=theirs.network,
                vlan=Vlan(tag=theirs.vlan.tag, on=carrying[0].label),
                mode="none",
                attached=False,
                managed=True,
                management=False,
            )
