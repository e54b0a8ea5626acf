"""IPv4 addresses of interfaces: what they are, which subnet they are in, whose gateway counts."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from planner.model.host import Host
from planner.model.network import Interface

_NO_ADDRESS = "0.0.0.0"  # noqa: S104 - what databases write for none


def address(interface: Interface) -> str | None:
    """The address of an interface, without its prefix; None where it has none or nobody says it."""
    if interface.address is None or interface.mode == "none":
        return None
    bare = interface.address.partition("/")[0]
    return None if bare == _NO_ADDRESS else bare


def subnet(interface: Interface) -> IPv4Network | None:
    """The subnet that an interface is in; None where the address or its prefix is unknown."""
    if interface.address is None or "/" not in interface.address or address(interface) is None:
        return None
    return IPv4Network(interface.address, strict=False)


def inside(text: str, network: IPv4Network) -> bool:
    """Whether an address is in a subnet."""
    return IPv4Address(text) in network


def gateway(interface: Interface) -> str | None:
    """The gateway that an interface names, if any."""
    return None if interface.gateway == _NO_ADDRESS else interface.gateway


def with_gateway_that_counts(host: Host) -> tuple[Interface, ...]:
    """The interfaces whose gateway can be the host's default; the gateways of all others have no effect.

    It is one, unless several claim to be the default route or nobody says which interface is for management.
    """
    configured = [each for each in host.interfaces or () if address(each) and each.primary_address_type != "IPv6"]
    chosen = [each for each in configured if each.default_route]
    return tuple(chosen or [each for each in configured if each.management] or configured)
