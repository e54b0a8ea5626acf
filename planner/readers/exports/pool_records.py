"""A whole pool as the toolstack stores it."""

from __future__ import annotations

from pathlib import PurePath

from planner.model.pool import (
    Certificate,
    Cluster,
    ClusterMember,
    CpuLevel,
    HighAvailability,
    Pool,
    SdnController,
    Update,
)
from planner.readers.exports.building import Builder, R, Shape
from planner.readers.exports.export import TOLERATED, Export, to
from planner.readers.exports.getters import (
    at,
    at_count,
    called,
    disks_in_text,
    false_if_absent,
    integer_or,
    is_true,
    only,
    texts,
    to_interface,
    to_repository,
    true_if_absent,
    values_of,
)
from planner.readers.exports.guest_records import guests
from planner.readers.exports.guest_records import roles as guest_roles
from planner.readers.exports.guest_shapes import APPLIANCE, GROUP
from planner.readers.exports.host_records import control_domains, hosts, is_update
from planner.readers.exports.host_shapes import first_at
from planner.readers.exports.network_records import networks
from planner.readers.exports.rows import Row, any_text, entries, entry, flag, integer, number, text, word
from planner.readers.exports.storage_records import disks, drivers, repositories
from planner.source.text import SourceText


def _restrictions(row: Row, column: str) -> dict[str, str] | None:
    """What the licence allows; an empty map is that of a pool which has not worked it out yet."""
    return only(entries(row, column), ("restrict_", "enable_")) or None


def _upgrading(row: Row, column: str) -> bool | None:
    found = entries(row, column) if column in row.values else {}
    return None if found is None else "rolling_upgrade_in_progress" in found


POOL = Shape(
    Pool,
    (
        ("uuid", "uuid", text),
        ("coordinator", "master", to("host", "RF001")),
        ("default_repository", "default_SR", to_repository),
        ("suspend_repository", "suspend_image_SR", to_repository),
        ("crash_dump_repository", "crash_dump_SR", to("SR", TOLERATED)),
        ("cpu_mask", "other_config", at("cpuid_feature_mask")),
        ("restrictions", "restrictions", _restrictions),
        ("operations", "current_operations", values_of),
        ("rolling_upgrade", "other_config", _upgrading),
        ("tls_verification", "tls_verification_enabled", false_if_absent),
        ("vswitch_controller", "vswitch_controller", any_text),
        ("redo_log", "redo_log_enabled", flag),
        ("redo_log_disk", "redo_log_vdi", to("VDI", "RF004")),
        ("workload_balancing", "wlb_enabled", flag),
        ("migration_compression", "migration_compression", false_if_absent),
        ("coordinator_bias", "coordinator_bias", true_if_absent),
        ("no_vendor_device", "policy_no_vendor_device", flag),
        ("live_patching_disabled", "live_patching_disabled", flag),
        ("igmp_snooping", "igmp_snooping_enabled", flag),
        ("secret_rotation_pending", "is_psr_pending", flag),
        ("auto_start", "other_config", is_true("auto_poweron")),
        ("default_ha_timeout", "other_config", at_count("default_ha_timeout")),
        ("memory_ratio_hvm", "other_config", at("memory-ratio-hvm")),
        ("memory_ratio_pv", "other_config", at("memory-ratio-pv")),
        ("sync_connections", "other_config", lambda row, column: entry(row, column, "sync_create_pbds") != "nosync"),
        ("tags", "tags", texts),
    ),
    {
        "name": "name_label",
        "ha": "ha_enabled",
        "cpu": "cpu_info",
    },
)
HA = Shape(
    HighAvailability,
    (
        ("enabled", "ha_enabled", false_if_absent),
        ("timeout", "ha_configuration", at_count("timeout")),
        ("statefiles", "ha_statefiles", disks_in_text),
        ("failures_to_tolerate", "ha_host_failures_to_tolerate", integer_or(0)),
        ("plan_exists_for", "ha_plan_exists_for", integer_or(0)),
        ("allow_overcommit", "ha_allow_overcommit", false_if_absent),
        ("overcommitted", "ha_overcommitted", false_if_absent),
        ("cluster_stack", "ha_cluster_stack", lambda row, column: text(row, column) or "xhad"),
        ("reboot_vm_on_internal_shutdown", "ha_reboot_vm_on_internal_shutdown", true_if_absent),
        ("fault_tolerance_limit", "other_config", at_count("hci-limit-fault-tolerance")),
    ),
)
LEVEL = Shape(
    CpuLevel,
    (
        ("vendor", "cpu_info", at("vendor")),
        ("features_hvm", "cpu_info", lambda row, column: first_at(row, column, "features_hvm_host", "features_hvm")),
        ("features_pv", "cpu_info", lambda row, column: first_at(row, column, "features_pv_host", "features_pv")),
    ),
)
UPDATE = Shape(
    Update,
    (
        ("name", "name_label", called),
        ("uuid", "uuid", text),
        ("version", "version", any_text),
        ("guidance", "after_apply_guidance", texts),
        ("enforce_homogeneity", "enforce_homogeneity", false_if_absent),
    ),
)
CERTIFICATE = Shape(
    Certificate,
    (
        ("name", "name", lambda row, column: any_text(row, column) or ""),
        ("uuid", "uuid", text),
        ("type", "type", text),
        ("host", "host", to("host", "RF001")),
        ("fingerprint_sha256", "fingerprint_sha256", text),
        ("not_before", "not_before", text),
        ("not_after", "not_after", text),
        ("purpose", "purpose", texts),
    ),
)
SDN = Shape(
    SdnController,
    (
        ("uuid", "uuid", text),
        ("protocol", "protocol", text),
        ("address", "address", any_text),
        ("port", "port", integer),
    ),
)
CLUSTER = Shape(
    Cluster,
    (
        ("uuid", "uuid", text),
        ("stack", "cluster_stack", word),
        ("pool_auto_join", "pool_auto_join", flag),
        ("quorate", "is_quorate", flag),
        ("token_timeout", "token_timeout", number),
    ),
)
MEMBER = Shape(
    ClusterMember,
    (
        ("uuid", "uuid", text),
        ("interface", "PIF", to_interface("RF009")),
        ("enabled", "enabled", flag),
        ("joined", "joined", flag),
        ("live", "live", flag),
    ),
    {"host": "host"},
)


def pool(export: Export, source: SourceText, fallback: str = "") -> tuple[Pool, Builder]:
    """The pool of an export, and the origin of all its records; `fallback` names a pool that nothing names."""
    builder = Builder(source)
    found = _pool(export, builder, fallback or PurePath(source.path).stem or "pool")
    builder.root = found
    return found, builder


def _pool(export: Export, builder: Builder, fallback: str) -> Pool:
    _report_lost_parts(export)
    domains = control_domains(export)
    export.own_domains = frozenset(row.ref for row in domains.values())
    by_role = guest_roles(export, export.own_domains)
    parts: dict[str, object] = {
        "name": export.pool_name or fallback,
        "networks": networks(export, builder),
        "hosts": hosts(export, builder, domains),
        "repositories": repositories(export, builder),
        "disks": disks(export, builder),
        "vms": guests(export, builder, by_role, "vm"),
        "templates": guests(export, builder, by_role, "template"),
        "snapshots": guests(export, builder, by_role, "snapshot"),
        "groups": _all(export, builder, "VM_group", GROUP),
        "appliances": _all(export, builder, "VM_appliance", APPLIANCE),
        "updates": _updates(export, builder),
        "drivers": drivers(export, builder),
        "certificates": _all(export, builder, "Certificate", CERTIFICATE),
        "cluster": _cluster(export, builder),
        "sdn_controllers": _all(export, builder, "SDN_controller", SDN),
    }
    row = export.pool
    if row is None:
        return Pool.model_validate(parts)
    any_text(row, "name_label")
    level = builder.build(LEVEL, row) if entries(row, "cpu_info") else None
    return builder.build(POOL, row, None, ha=builder.build(HA, row), cpu=level, **parts)


def _report_lost_parts(export: Export) -> None:
    """Report all rows whose owners are missing, though no record be asked for its parts."""
    for kind in ("VBD", "VIF", "VGPU", "VUSB", "VTPM"):
        export.owned(kind, "VM", "VM", "RF005")
    for kind in ("PIF", "PGPU", "PUSB", "PCI", "host_cpu", "host_patch"):
        export.owned(kind, "host", "host", "RF001")
    export.owned("PBD", "SR", "SR", "RF003")


def _all(export: Export, builder: Builder, kind: str, shape: Shape[R]) -> tuple[R, ...] | None:
    rows = export.rows(kind)
    return None if rows is None else tuple(builder.build(shape, row) for row in rows)


def _updates(export: Export, builder: Builder) -> tuple[Update, ...] | None:
    """The updates that the pool knows, and the patches of old that are no updates as well."""
    updates, patches = export.rows("pool_update"), export.rows("pool_patch")
    if updates is None and patches is None:
        return None
    old = [row for row in patches or () if not is_update(row)]
    return tuple(builder.build(UPDATE, row) for row in [*(updates or ()), *old])


def _cluster(export: Export, builder: Builder) -> Cluster | None:
    """The cluster, of which a pool has one at most."""
    for row in export.rows("Cluster") or ():
        groups = export.owned("Cluster_host", "cluster", "Cluster", TOLERATED)
        members = None if groups is None else _members(export, builder, groups.get(row.ref, []))
        return builder.build(CLUSTER, row, members=members)
    return None


def _members(export: Export, builder: Builder, rows: list[Row]) -> tuple[ClusterMember, ...]:
    found = ((row, export.refer(row, "host", "host", "RF001", needed=True)) for row in rows)
    return tuple(builder.build(MEMBER, row, host=export.name(host)) for row, host in found if host)
