"""What a host's interfaces are made of, and on which networks they are."""

from __future__ import annotations

from collections import defaultdict

from planner.model.host import Host
from planner.model.inventory import PoolView
from planner.model.network import Interface, Network


def interfaces_named(host: Host, reference: str | None) -> tuple[Interface, ...]:
    """The interfaces of a host that a name or UUID can mean; several where a VLAN or SR-IOV repeats a device."""
    if reference is None:
        return ()
    return tuple(each for each in host.interfaces or () if reference in (each.label, each.uuid))


def bonded(host: Host) -> frozenset[int]:
    """The identities of the interfaces of a host that are members of a bond."""
    members = {member for each in host.interfaces or () if each.bond for member in each.bond.members or ()}
    if not members:
        return frozenset()
    return frozenset(
        id(each) for each in host.interfaces or () if not each.bond and (each.label in members or each.uuid in members)
    )


def carriers(host: Host, interface: Interface) -> tuple[Interface, ...]:
    """What a VLAN rides on, as far as it is known; any other interface stands for itself."""
    return interfaces_named(host, interface.vlan.on) if interface.vlan else (interface,)


def interfaces_by_network(view: PoolView, host: Host) -> dict[int, list[Interface]]:
    """The interfaces of a host by the identity of their network, sorted by name, less the members of bonds."""
    members = bonded(host)
    found: defaultdict[int, list[Interface]] = defaultdict(list)
    for interface in sorted(host.interfaces or (), key=lambda each: (each.label, each.uuid or "")):
        network = view.networks.find(interface.network)
        if network is not None and id(interface) not in members:
            found[id(network)].append(interface)
    return dict(found)


def of_unknown_network(view: PoolView, host: Host) -> tuple[Interface, ...]:
    """The interfaces of a host that could be on any network, because nobody says on which."""
    members = bonded(host)
    return tuple(
        each for each in host.interfaces or () if id(each) not in members and view.networks.find(each.network) is None
    )


def on_bridge(view: PoolView, bridge: str | None) -> Network | None:
    """The network of a pool on a bridge; None where nobody tells the bridge, or not just one network is on it."""
    there = [each for each in view.networks.records if bridge is not None and each.bridge == bridge]
    return there[0] if len(there) == 1 else None
