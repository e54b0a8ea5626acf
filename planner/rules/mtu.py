"""What is wrong with the frame sizes of networks."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.join import management_interfaces
from planner.facts.mtu import USUAL, reported_mtu, wanted_mtu
from planner.facts.wiring import Wiring, wirings
from planner.findings import Problem, Severity
from planner.model.inventory import Inventory, PoolView
from planner.model.network import Interface
from planner.rules import rule
from planner.rules.wording import UNTOLD, uuid_of, xe


@rule("NW014", Severity.WARNING, since="0.1")
def mtu_differs_from_network(inventory: Inventory) -> Iterator[Problem]:
    """An interface has another MTU than its network.

    Hosts of one network then send frames of different sizes. Small ones pass, so that connections are made and
    storage attaches; large ones are lost, and it stalls.
    """
    for view, wiring in wirings(inventory):
        for interface in wiring.interfaces:
            network = view.networks.find(interface.network)
            if network is None or network.mtu is None or wiring.bonds_over(interface):
                continue
            for field, found in (("mtu_override", interface.mtu_override), ("mtu", reported_mtu(interface))):
                if found is not None and found != network.mtu:
                    runs = "is set to" if field == "mtu_override" else "runs with"
                    change = xe("network-param-set", uuid=uuid_of("network", network), MTU=str(network.mtu))
                    yield Problem(
                        interface,
                        field,
                        message=f"{interface.label} of {wiring.host.name} {runs} an MTU of {found}, "
                        f"but its network {network.name} has {network.mtu}",
                        remedy=f"take the MTU of its own from the interface: "
                        f"{xe('pif-param-remove', uuid=interface.uuid or UNTOLD, param_name='other-config')[:-1]} "
                        f"param-key=mtu`"
                        if field == "mtu_override"
                        else f"have the MTU set on all hosts anew: {change}, then unplug and plug "
                        f"{interface.label} of {wiring.host.name} or restart the host",
                        related=(network,),
                    )
                    break


@rule("NW015", Severity.WARNING, since="0.1")
def mtu_above_carrier(inventory: Inventory) -> Iterator[Problem]:
    """A VLAN or tunnel has a larger MTU than the interface that carries it.

    Its large frames do not pass below, and are lost.
    """
    for view, wiring in wirings(inventory):
        for interface in wiring.interfaces:
            if interface.vlan or interface.tunnel:
                yield from _above(view, wiring, interface)


def _above(view: PoolView, wiring: Wiring, interface: Interface) -> Iterator[Problem]:
    mine = wanted_mtu(view.networks.find(interface.network), interface)
    for carrier in wiring.below(interface):
        theirs = wanted_mtu(view.networks.find(carrier.network), carrier)
        if mine is not None and theirs is not None and mine > theirs:
            yield Problem(
                interface,
                "",
                message=f"{interface.label} of {wiring.host.name} has an MTU of {mine}, "
                f"but {carrier.label}, which carries it, has {theirs}",
                remedy=f"give the network of {carrier.label} an MTU of {mine} and see that the switch takes it, "
                f"or give that of {interface.label} one of {theirs}",
                related=(carrier,),
            )


@rule("NW016", Severity.WARNING, since="0.1")
def large_frames_for_management(inventory: Inventory) -> Iterator[Problem]:
    """The management network has an MTU above the usual one.

    Management has to reach clients and gateways of any kind. Where one on the way does not take large frames, hosts
    seem to work and fall silent under load.
    """
    for view in inventory.pools:
        found: dict[int, str] = {}
        for host in sorted(view.hosts.records, key=lambda each: each.name, reverse=True):
            for interface in management_interfaces(host):
                if (network := view.networks.find(interface.network)) and (network.mtu or 0) > USUAL:
                    found[id(network)] = host.name
        for network in view.networks.records:
            if id(network) in found:
                yield Problem(
                    network,
                    "mtu",
                    message=f"{network.name}, over which {found[id(network)]} is managed, has an MTU of {network.mtu}",
                    remedy=f"set it to {USUAL}: "
                    f"{xe('network-param-set', uuid=uuid_of('network', network), MTU=str(USUAL))}, "
                    f"and give storage a network of its own",
                )
