"""How large the frames of an interface may be."""

from __future__ import annotations

from planner.model.network import Interface, Network

USUAL = 1500
"""Bytes; what every device takes."""


def wanted_mtu(network: Network | None, interface: Interface) -> int | None:
    """What an interface is to be set to: its own setting, else its network's."""
    if interface.mtu_override is not None:
        return interface.mtu_override
    return network.mtu if network else None


def reported_mtu(interface: Interface) -> int | None:
    """What an interface runs with; None while it is not up or does not say."""
    return interface.mtu if interface.attached and interface.mtu is not None and interface.mtu > 0 else None
