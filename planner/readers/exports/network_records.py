"""Networks and interfaces as the toolstack stores them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from planner.model.network import Bond, Interface, Network, Sriov, Tunnel, Vlan
from planner.readers.exports.building import Builder, Shape
from planner.readers.exports.export import TOLERATED, Export, to
from planner.readers.exports.getters import (
    at,
    called,
    false_if_absent,
    is_true,
    known_only,
    listed,
    lower_texts,
    mtu,
    split,
    texts,
    texts_map,
    to_interface,
    true_if_absent,
    word_or,
)
from planner.readers.exports.labels import interface_label
from planner.readers.exports.rows import Row, entries, entry, flag, integer, text, word

_HIGHEST_TAG = 4094
_OCTETS_IN_ADDRESS = 4
_NO_SPEED = (0, 65535)
_OCTETS = {str(byte): f"{byte:08b}" for byte in range(256)}
"""Each part of a netmask, and its bits."""


def _static_routes(row: Row, column: str) -> tuple[str, ...]:
    return split(entry(row, column, "static-routes") or "")


def _internal_management(row: Row, column: str) -> bool | None:
    found = entries(row, column) if column in row.values else {}
    if found is None:
        return None
    keys = ("is_host_internal_management_network", "is_guest_installer_network")
    return any(found.get(key) == "true" for key in keys)


NETWORK = Shape(
    Network,
    (
        ("name", "name_label", called),
        ("uuid", "uuid", text),
        ("bridge", "bridge", text),
        ("mtu", "MTU", mtu),
        ("managed", "managed", true_if_absent),
        ("purpose", "purpose", lower_texts),
        ("static_routes", "other_config", _static_routes),
        ("assumed_shared", "other_config", is_true("assume_network_is_shared")),
        ("host_internal_management", "other_config", _internal_management),
        ("default_locking_mode", "default_locking_mode", word),
        ("tags", "tags", texts),
    ),
)


def _address(row: Row, column: str) -> str | None:
    """The IPv4 address with the length of its prefix."""
    address, mask = text(row, column), text(row, "netmask")
    if address is None or mask is None:
        return address
    prefix = _prefix(mask)
    if prefix is None:
        row.malformed("netmask", "a netmask")
        return address
    return f"{address}/{prefix}"


def _prefix(mask: str) -> int | None:
    """How many bits a netmask such as 255.255.240.0 has."""
    parts = mask.split(".")
    if len(parts) != _OCTETS_IN_ADDRESS or not all(part in _OCTETS for part in parts):
        return None
    bits = "".join(_OCTETS[part] for part in parts)
    return None if "01" in bits else bits.count("1")


def _peer_dns(row: Row, column: str) -> bool | None:
    value = entry(row, column, "peerdns")
    return None if value is None else value == "true"


def _mtu_override(row: Row, column: str) -> int | None:
    """What an administrator set; the toolstack passes over what is no number."""
    value = entry(row, column, "mtu") or ""
    return int(value) if re.fullmatch(r"[0-9]{1,9}", value) else None


INTERFACE = Shape(
    Interface,
    (
        ("network", "network", to("network", "RF002")),
        ("uuid", "uuid", text),
        ("mac", "MAC", text),
        ("mtu", "MTU", mtu),
        ("mtu_override", "other_config", _mtu_override),
        ("management", "management", flag),
        ("purpose", "other_config", at("management_purpose")),
        ("attached", "currently_attached", true_if_absent),
        ("managed", "managed", true_if_absent),
        ("disallow_unplug", "disallow_unplug", false_if_absent),
        ("mode", "ip_configuration_mode", word),
        ("address", "IP", _address),
        ("gateway", "gateway", text),
        ("dns", "DNS", listed()),
        ("ipv6_mode", "ipv6_configuration_mode", word),
        ("ipv6", "IPv6", texts),
        ("ipv6_gateway", "ipv6_gateway", text),
        ("default_route", "other_config", is_true("defaultroute")),
        ("peer_dns", "other_config", _peer_dns),
        ("capabilities", "capabilities", texts),
        ("properties", "properties", texts_map),
    ),
    {
        "device": "device",
        "bond": "device",
        "vlan": "VLAN",
        "tunnel": "device",
        "sriov": "device",
        "primary_address_type": "primary_address_type",
        "carrier": "carrier",
        "speed": "speed",
        "duplex": "duplex",
        "pci": "PCI",
    },
)

BOND = Shape(
    Bond,
    (
        ("uuid", "uuid", text),
        ("mode", "mode", word_or("balance-slb")),
        ("primary", "primary_slave", to_interface("RF009")),
        ("properties", "properties", texts_map),
        ("links_up", "links_up", integer),
    ),
    {"members": "slaves"},
)
VLAN = Shape(Vlan, (("uuid", "uuid", text), ("on", "tagged_PIF", to_interface("RF009"))), {"tag": "tag"})
BARE_VLAN = Shape(Vlan, (), {"tag": "VLAN"})
TUNNEL = Shape(
    Tunnel,
    (("uuid", "uuid", text), ("on", "transport_PIF", to_interface("RF009")), ("protocol", "protocol", word)),
)
SRIOV = Shape(
    Sriov,
    (
        ("uuid", "uuid", text),
        ("on", "physical_PIF", to_interface("RF009")),
        ("requires_reboot", "requires_reboot", flag),
        ("mode", "configuration_mode", word),
    ),
)


@dataclass(frozen=True, slots=True)
class Roles:
    """By an interface's reference: what makes it more than a NIC; and the members of each bond."""

    bonds: Mapping[str, list[Row]]
    members: Mapping[str, list[Row]]
    vlans: Mapping[str, list[Row]]
    tunnels: Mapping[str, list[Row]]
    sriovs: Mapping[str, list[Row]]


def roles(export: Export) -> Roles:
    """The roles of all interfaces."""
    members: dict[str, list[Row]] = {}
    for row in export.rows("PIF") or ():
        if bond := export.refer(row, "bond_slave_of", "Bond", "RF009"):
            members.setdefault(bond.ref, []).append(row)
    by_interface = partial(export.owned, owner="PIF", code="RF009")
    vlans = by_interface("VLAN", "untagged_PIF") or {}
    for ref, rows in vlans.items():
        export.tables["PIF"][ref].values.setdefault("VLAN", rows[0].values.get("tag"))
    return Roles(
        by_interface("Bond", "master") or {},
        members,
        vlans,
        by_interface("tunnel", "access_PIF") or {},
        by_interface("network_sriov", "logical_PIF") or {},
    )


def interfaces(export: Export, builder: Builder, host: Row, roles: Roles) -> tuple[Interface, ...] | None:
    """The interfaces of a host."""
    groups = export.owned("PIF", "host", "host", "RF001")
    if groups is None:
        return None
    found = (_interface(export, builder, row, roles) for row in groups.get(host.ref, ()))
    return tuple(each for each in found if each is not None)


def _interface(export: Export, builder: Builder, row: Row, roles: Roles) -> Interface | None:
    """One interface; None, and a fault, when its tag cannot be used, since it would pass for a NIC without it."""
    tag = integer(row, "VLAN")
    if row.values.get("VLAN") not in (None, "") and (tag is None or tag > _HIGHEST_TAG):
        row.malformed("VLAN", f"a tag up to {_HIGHEST_TAG}; the interface is left out")
        return None
    metrics = export.refer(row, "metrics", "PIF_metrics", TOLERATED)
    return builder.build(
        INTERFACE,
        row,
        {"carrier": metrics, "speed": metrics, "duplex": metrics} if metrics else None,
        device=text(row, "device") or text(row, "uuid") or "unnamed interface",
        bond=_bond(builder, row, roles),
        vlan=_vlan(export, builder, row, roles, tag) if tag is not None and tag >= 0 else None,
        tunnel=next((builder.build(TUNNEL, each) for each in roles.tunnels.get(row.ref, ())), None),
        sriov=next((builder.build(SRIOV, each) for each in roles.sriovs.get(row.ref, ())), None),
        primary_address_type=text(row, "primary_address_type")
        or (None if row.silent("primary_address_type") else "IPv4"),
        carrier=flag(metrics, "carrier") if metrics else None,
        speed=_speed(metrics) if metrics else None,
        duplex=flag(metrics, "duplex") if metrics else None,
        pci=_pci(export, row, metrics),
    )


def _speed(metrics: Row) -> int | None:
    """What the link runs at; without a link the driver gives none, or the largest number of 16 bits."""
    value = integer(metrics, "speed")
    return None if value in _NO_SPEED else value


def _bond(builder: Builder, row: Row, roles: Roles) -> Bond | None:
    for bond in roles.bonds.get(row.ref, ()):
        members = tuple(interface_label(each) for each in roles.members.get(bond.ref, ()))
        return builder.build(BOND, bond, members=members)
    return None


def _vlan(export: Export, builder: Builder, row: Row, roles: Roles, tag: int) -> Vlan:
    found = next(iter(roles.vlans.get(row.ref, ())), None) or export.refer(row, "VLAN_master_of", "VLAN", "RF009")
    return builder.build(BARE_VLAN, row, tag=tag) if found is None else builder.build(VLAN, found, tag=tag)


def _pci(export: Export, row: Row, metrics: Row | None) -> str | None:
    device = export.refer(row, "PCI", "PCI", TOLERATED)
    if device is not None:
        return text(device, "pci_id")
    return known_only(metrics, "pci_bus_path") if metrics else None


def networks(export: Export, builder: Builder) -> tuple[Network, ...] | None:
    """The networks of the pool."""
    rows = export.rows("network")
    return None if rows is None else tuple(builder.build(NETWORK, row) for row in rows)
