"""Networks, and the interfaces by which hosts take part in them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from planner.model.fields import Count, Flag, Integer, IPv4, IPv4WithPrefix, Mac, Record, Strings, Text

AddressMode = Literal["none", "dhcp", "static"]


class Network(Record):
    """A layer-2 network of the pool, and the bridge that stands for it on each host."""

    name: Text
    uuid: Text | None = None
    bridge: Text | None = None
    """Name of the bridge: `xenbr0` for the first NIC. Networks of two pools that join are matched by it."""
    mtu: Count | None = None
    """Bytes; the toolstack's default is 1500."""
    managed: Flag | None = None
    purpose: tuple[Literal["nbd", "insecure_nbd"], ...] | None = None
    static_routes: tuple[Text, ...] | None = None
    """Each `SUBNET/PREFIX/GATEWAY`."""
    assumed_shared: Flag | None = None
    """A network without interfaces is taken to reach every host."""
    host_internal_management: Flag | None = None
    """The network between a host and its own guests, which never counts for reachability."""
    default_locking_mode: Literal["unlocked", "disabled"] | None = None
    tags: tuple[Text, ...] | None = None


class Bond(Record):
    """Several NICs used as one."""

    members: tuple[Text, ...] | None = None
    """Names of the interfaces of this host that are bonded."""
    uuid: Text | None = None
    mode: Literal["balance-slb", "active-backup", "lacp"] | None = None
    primary: Text | None = None
    """The member whose MAC address and IP configuration the bond takes over."""
    properties: Strings | None = None
    links_up: Integer | None = None


class Vlan(Record):
    """A tagged network that rides on another interface."""

    tag: Annotated[int, Field(strict=True, ge=0, le=4094)]
    on: Text | None = None
    """Name of the interface of this host that carries the tag."""
    uuid: Text | None = None


class Tunnel(Record):
    """An encapsulated network that rides on another interface's address."""

    on: Text | None = None
    """Name of the interface of this host that transports it."""
    uuid: Text | None = None
    protocol: Literal["gre", "vxlan"] | None = None


class Sriov(Record):
    """The virtual functions of a NIC, offered as a network."""

    on: Text | None = None
    """Name of the NIC whose functions these are."""
    uuid: Text | None = None
    requires_reboot: Flag | None = None
    mode: Literal["sysfs", "modprobe", "manual", "unknown"] | None = None
    idle_functions: Count | None = None
    """How many virtual functions no guest has; `xe network-sriov-param-get` tells it as remaining capacity."""


class Interface(Record):
    """A host's attachment to a network: a NIC, unless it says that it is a bond, a VLAN, a tunnel or SR-IOV."""

    device: Text
    """`eth0`, or `bond0`; a VLAN repeats the device that carries it."""
    network: Text | None = None
    uuid: Text | None = None
    bond: Bond | None = None
    vlan: Vlan | None = None
    tunnel: Tunnel | None = None
    sriov: Sriov | None = None
    mac: Mac | None = None
    mtu: Integer | None = None
    """What the device reports; below zero while it is not up."""
    mtu_override: Count | None = None
    """What it is to be set to, in place of its network's."""
    management: Flag | None = None
    """It carries the management traffic; exactly one interface of a host does."""
    purpose: Text | None = None
    """What a secondary address is for, such as `Storage`."""
    attached: Flag | None = None
    managed: Flag | None = None
    disallow_unplug: Flag | None = None
    """A dedicated interface that has to stay up."""
    mode: AddressMode | None = None
    """How it gets its IPv4 address."""
    address: IPv4WithPrefix | None = None
    gateway: IPv4 | None = None
    dns: tuple[Text, ...] | None = None
    ipv6_mode: Literal["none", "dhcp", "static", "autoconf"] | None = None
    ipv6: tuple[Text, ...] | None = None
    """Each `ADDRESS/PREFIX`."""
    ipv6_gateway: Text | None = None
    primary_address_type: Literal["IPv4", "IPv6"] | None = None
    default_route: Flag | None = None
    """Its gateway is the host's default, even if it is not the management interface."""
    peer_dns: Flag | None = None
    carrier: Flag | None = None
    speed: Count | None = None
    """Mbit/s."""
    duplex: Flag | None = None
    """Full duplex."""
    capabilities: tuple[Text, ...] | None = None
    properties: Strings | None = None
    pci: Text | None = None

    @property
    def label(self) -> str:
        """The device; with the tag for a VLAN, for which `eth0.20` tells it from the NIC."""
        return f"{self.device}.{self.vlan.tag}" if self.vlan else self.device

    @property
    def physical(self) -> bool:
        """It is a NIC of the host's hardware."""
        return not (self.bond or self.vlan or self.tunnel or self.sriov)
