"""A host: its memory, its CPUs, its software, its devices."""

from __future__ import annotations

from typing import Literal

from planner.model.fields import (
    AnyText,
    Bytes,
    Count,
    FeatureWords,
    Flag,
    PciAddress,
    Record,
    Seconds,
    Strings,
    Text,
)
from planner.model.network import Interface


class Cpu(Record):
    """The processors of a host, or the level that a pool offers its guests."""

    vendor: Text | None = None
    """`GenuineIntel`, `AuthenticAMD`, `HygonGenuine`."""
    model_name: Text | None = None
    family: Count | None = None
    model: Count | None = None
    stepping: Count | None = None
    sockets: Count | None = None
    count: Count | None = None
    """Logical CPUs: threads."""
    threads_per_core: Count | None = None
    nodes: Count | None = None
    """NUMA nodes."""
    maskable: Literal["no", "base", "full"] | None = None
    """Whether features can be hidden by masks (up to 6.5)."""
    features: FeatureWords | None = None
    """Features as they are now: four words, up to 6.5."""
    physical_features: FeatureWords | None = None
    features_after_reboot: FeatureWords | None = None
    features_hvm: FeatureWords | None = None
    """All that an HVM guest could be given: what a migration is held against (since 7.0)."""
    features_pv: FeatureWords | None = None
    features_hvm_host: FeatureWords | None = None
    """What a newly started HVM guest is given: what the pool's level is made of."""
    features_pv_host: FeatureWords | None = None
    flags: AnyText | None = None

    @property
    def label(self) -> str:
        """The model, where it is known."""
        return self.model_name or "cpu"


class Software(Record):
    """What a host runs."""

    product_brand: Text | None = None
    product_version: Text | None = None
    platform_name: Text | None = None
    platform_version: Text | None = None
    build_number: Text | None = None
    git_id: Text | None = None
    xapi: Text | None = None
    """Version of the toolstack: major and minor."""
    xapi_build: Text | None = None
    xen: Text | None = None
    linux: Text | None = None
    network_backend: Literal["openvswitch", "bridge"] | None = None
    db_schema: Text | None = None
    linux_pack: Flag | None = None
    """The supplemental Linux pack is installed."""
    packs: Strings | None = None
    """Supplemental packs: each `ORIGINATOR:NAME`, with its description."""


class ControlDomain(Record):
    """The host's own domain, dom0."""

    name: Text | None = None
    uuid: Text | None = None
    memory: Bytes | None = None
    memory_overhead: Bytes | None = None
    vcpus: Count | None = None
    operations: tuple[Text, ...] | None = None


class ExternalAuth(Record):
    """The directory against which users are authenticated."""

    type: AnyText
    service_name: AnyText = ""


class Gpu(Record):
    """A graphics processor of a host (a PGPU)."""

    name: Text | None = None
    uuid: Text | None = None
    pci: PciAddress | None = None
    group: Text | None = None
    supported_types: tuple[Text, ...] | None = None
    enabled_types: tuple[Text, ...] | None = None
    free_types: tuple[Text, ...] | None = None
    """The types of which it has room for one more guest."""
    dom0_access: Literal["enabled", "disable_on_reboot", "disabled", "enable_on_reboot"] | None = None


class UsbDevice(Record):
    """A USB device of a host (a PUSB)."""

    name: Text | None = None
    uuid: Text | None = None
    group: Text | None = None
    passthrough_enabled: Flag | None = None


class Licence(Record):
    """What a host is licensed for."""

    edition: Text | None = None
    expiry: Text | None = None
    """`YYYYMMDDThh:mm:ssZ`."""
    restrictions: Strings | None = None
    """`restrict_FEATURE` and `enable_FEATURE`, each `true` or `false`."""

    @property
    def label(self) -> str:
        """The edition."""
        return self.edition or "licence"


class Host(Record):
    """A physical host."""

    name: Text
    uuid: Text | None = None
    hostname: Text | None = None
    address: Text | None = None
    """Address of the management interface."""
    enabled: Flag | None = None
    """It may start VMs; false in maintenance."""
    live: Flag | None = None
    """The coordinator hears from it."""
    memory: Bytes | None = None
    """All memory that Xen sees."""
    memory_overhead: Bytes | None = None
    """What the hypervisor and the host's own structures take; the control domain is not in it."""
    control_domain: ControlDomain | None = None
    cpu: Cpu | None = None
    hvm: Flag | None = None
    """Hardware virtualisation is there and on."""
    iommu: Flag | None = None
    software: Software | None = None
    """What it runs; when not given, what the pool says."""
    api_version: Text | None = None
    """`MAJOR.MINOR`."""
    updates: tuple[Text, ...] | None = None
    """Names or UUIDs of the updates (patches, up to 7.0) that are applied."""
    updates_requiring_reboot: tuple[Text, ...] | None = None
    update_hash: Text | None = None
    """Identifies the set of updates (8.3 and later)."""
    latest_updates_applied: Literal["yes", "no", "unknown"] | None = None
    pending_guidances: tuple[Text, ...] | None = None
    """What must still be done after an update: `reboot_host`, `restart_toolstack` …"""
    pending_guidances_recommended: tuple[Text, ...] | None = None
    pending_guidances_full: tuple[Text, ...] | None = None
    licence: Licence | None = None
    clock_offset: Seconds | None = None
    """Seconds by which its clock is ahead of true time; negative when it is behind."""
    external_auth: ExternalAuth | None = None
    interfaces: tuple[Interface, ...] | None = None
    iscsi_iqn: Text | None = None
    multipathing: Flag | None = None
    suspend_repository: Text | None = None
    crash_dump_repository: Text | None = None
    local_cache_repository: Text | None = None
    ha_statefiles: tuple[Text, ...] | None = None
    ha_network_peers: tuple[Text, ...] | None = None
    hardware_platform_versions: tuple[Count, ...] | None = None
    power_on_mode: AnyText | None = None
    operations: tuple[Text, ...] | None = None
    """What is under way on it."""
    tls_verification: Flag | None = None
    gpus: tuple[Gpu, ...] | None = None
    usb_devices: tuple[UsbDevice, ...] | None = None
    pci_devices: tuple[PciAddress, ...] | None = None
    numa_affinity_policy: Text | None = None
    sync_vlans: Flag | None = None
    """False when VLANs of the coordinator are not to be copied to it."""
    tags: tuple[Text, ...] | None = None
