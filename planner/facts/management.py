"""The one interface over which a host is managed, and how those of two hosts compare."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.join import management_interfaces
from planner.facts.lacking import Lacking
from planner.model.host import Host
from planner.model.network import Interface


def management_interface(host: Host) -> Interface | None:
    """The interface that carries a host's management traffic; None unless it is just one, and known."""
    found = management_interfaces(host)
    return found[0] if len(found) == 1 else None


def management_untold(host: Host) -> Iterator[Lacking]:
    """What has to be said before it is known which interface that is; nothing where it is wrong, not unknown."""
    if host.interfaces is None:
        yield Lacking(host, "interfaces")
    elif not management_interfaces(host):
        yield from (Lacking(each, "management") for each in host.interfaces if each.management is None)


UNTAGGED = -1
"""What the toolstack writes for an interface without a tag; a VLAN with the tag 0 is not the same to it."""


def management_tag(interface: Interface) -> int:
    """The VLAN tag of an interface, as the toolstack compares it."""
    return interface.vlan.tag if interface.vlan else UNTAGGED
