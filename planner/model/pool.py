"""What a pool is made of."""

from __future__ import annotations

from typing import Literal

from planner.model.fields import AnyText, Count, Factor, FeatureMask, FeatureWords, Flag, Integer, Record, Strings, Text
from planner.model.guest import VM, Appliance, Group
from planner.model.host import Host, Software
from planner.model.network import Network
from planner.model.storage import Disk, Driver, Repository
from planner.model.wishes import Wished


class HighAvailability(Record):
    """High availability as the pool has it now."""

    enabled: Flag | None = None
    timeout: Count | None = None
    """Seconds."""
    statefiles: tuple[Text, ...] | None = None
    """The heartbeat disks."""
    heartbeat: Text | None = None
    """The repository of the heartbeat disks, where these are not described."""
    failures_to_tolerate: Count | None = None
    plan_exists_for: Count | None = None
    allow_overcommit: Flag | None = None
    overcommitted: Flag | None = None
    cluster_stack: Text | None = None
    """`xhad` or `corosync`."""
    reboot_vm_on_internal_shutdown: Flag | None = None
    fault_tolerance_limit: Count | None = None
    """An upper limit for the failures to tolerate, set by the storage layer."""

    @property
    def label(self) -> str:
        """It has no name of its own."""
        return "high availability"


class Update(Record):
    """An update (a patch, up to 7.0) that the pool knows."""

    name: Text
    uuid: Text | None = None
    version: AnyText | None = None
    guidance: tuple[Text, ...] | None = None
    """What has to be done after it is applied."""
    enforce_homogeneity: Flag | None = None
    """All hosts must have it, or none."""


class Certificate(Record):
    """A certificate that the pool trusts or a host shows."""

    name: AnyText = ""
    uuid: Text | None = None
    type: Text | None = None
    host: Text | None = None
    fingerprint_sha256: Text | None = None
    not_before: Text | None = None
    not_after: Text | None = None
    purpose: tuple[Text, ...] | None = None


class SdnController(Record):
    """A controller of the pool's virtual switches."""

    uuid: Text | None = None
    protocol: Text | None = None
    address: AnyText | None = None
    port: Count | None = None


class ClusterMember(Record):
    """A host's part in the cluster."""

    host: Text
    uuid: Text | None = None
    interface: Text | None = None
    enabled: Flag | None = None
    joined: Flag | None = None
    live: Flag | None = None


class Cluster(Record):
    """The cluster that clustered repositories need."""

    uuid: Text | None = None
    stack: Text | None = None
    pool_auto_join: Flag | None = None
    quorate: Flag | None = None
    token_timeout: Factor | None = None
    members: tuple[ClusterMember, ...] | None = None


class CpuLevel(Record):
    """What the pool offers all its guests, levelled over its hosts (since 7.0)."""

    vendor: Text | None = None
    features_hvm: FeatureWords | None = None
    features_pv: FeatureWords | None = None


class Pool(Wished):
    """A resource pool, as one document describes it. A host outside any pool is a pool of its own."""

    kind: Literal["Pool"] = "Pool"
    name: Text
    uuid: Text | None = None
    coordinator: Text | None = None
    """The host that manages the pool, its master; the only host, where there is one."""
    software: Software | None = None
    """What its hosts run that do not say it themselves."""
    hosts: tuple[Host, ...] | None = None
    networks: tuple[Network, ...] | None = None
    repositories: tuple[Repository, ...] | None = None
    disks: tuple[Disk, ...] | None = None
    vms: tuple[VM, ...] | None = None
    templates: tuple[VM, ...] | None = None
    snapshots: tuple[VM, ...] | None = None
    groups: tuple[Group, ...] | None = None
    appliances: tuple[Appliance, ...] | None = None
    updates: tuple[Update, ...] | None = None
    drivers: tuple[Driver, ...] | None = None
    default_repository: Text | None = None
    suspend_repository: Text | None = None
    crash_dump_repository: Text | None = None
    ha: HighAvailability | None = None
    cpu: CpuLevel | None = None
    cpu_mask: FeatureMask | None = None
    """Features that are compared at a join (up to 6.5); the toolstack's default leaves out one bit."""
    restrictions: Strings | None = None
    """`restrict_FEATURE` and `enable_FEATURE`, each `true` or `false`, in force for the whole pool."""
    operations: tuple[Text, ...] | None = None
    """What is under way on the pool."""
    rolling_upgrade: Flag | None = None
    tls_verification: Flag | None = None
    certificates: tuple[Certificate, ...] | None = None
    cluster: Cluster | None = None
    sdn_controllers: tuple[SdnController, ...] | None = None
    vswitch_controller: AnyText | None = None
    redo_log: Flag | None = None
    redo_log_disk: Text | None = None
    workload_balancing: Flag | None = None
    migration_compression: Flag | None = None
    coordinator_bias: Flag | None = None
    no_vendor_device: Flag | None = None
    live_patching_disabled: Flag | None = None
    igmp_snooping: Flag | None = None
    secret_rotation_pending: Flag | None = None
    auto_start: Flag | None = None
    """VMs that ask for it are started when their host boots."""
    default_ha_timeout: Integer | None = None
    """Seconds."""
    memory_ratio_hvm: Text | None = None
    memory_ratio_pv: Text | None = None
    sync_connections: Flag | None = None
    """False when a new member is not to get connections to shared repositories."""
    tags: tuple[Text, ...] | None = None
