"""Which columns say what of a host, its processors, its software and its devices."""

from __future__ import annotations

from planner.model.host import ControlDomain, Cpu, ExternalAuth, Gpu, Host, Licence, Software, UsbDevice
from planner.readers.exports.building import Shape
from planner.readers.exports.export import TOLERATED, to
from planner.readers.exports.getters import (
    at,
    at_count,
    called,
    counts,
    disks_in_text,
    false_if_absent,
    is_true,
    only,
    texts,
    to_repository,
    values_of,
    word_or,
)
from planner.readers.exports.labels import plain_text
from planner.readers.exports.rows import Row, any_text, entries, entry, flag, integer, members, text, word


def _hardware_virtualisation(row: Row, column: str) -> bool | None:
    """Whether the host can run HVM guests; no capabilities at all say nothing."""
    found = members(row, column)
    return any(each.startswith("hvm") for each in found) if found else None


def _iommu(row: Row, column: str) -> bool | None:
    value = entry(row, column, "iommu")
    return None if value is None else value == "true"


def _api_version(row: Row, column: str) -> str | None:
    major, minor = integer(row, column), integer(row, "API_version_minor")
    return None if major is None or minor is None else f"{major}.{minor}"


def _initiator(row: Row, column: str) -> str | None:
    return text(row, column) or entry(row, "other_config", "iscsi_iqn")


def _multipathing(row: Row, column: str) -> bool | None:
    return is_true("multipathing")(row, "other_config") if row.values.get(column) is None else flag(row, column)


def _peers(row: Row, column: str) -> tuple[str, ...] | None:
    """The hosts that are seen over the network, which are stored by their UUIDs."""
    hosts = {plain_text(each, "uuid"): each for each in row.export.rows("host") or ()}
    seen = texts(row, column)
    for uuid in seen or ():
        if uuid not in hosts:
            message = f"{row.export.title(row)} names in {column} the host {uuid}, which the export does not have"
            row.export.fault("RF001", row, column, message)
    return None if seen is None else tuple(row.export.name(hosts[uuid]) for uuid in seen if uuid in hosts)


def _vlans_synchronised(row: Row, column: str) -> bool:
    return entry(row, column, "sync_vlans") != "nosync"


HOST = Shape(
    Host,
    (
        ("name", "name_label", called),
        ("uuid", "uuid", text),
        ("hostname", "hostname", text),
        ("address", "address", text),
        ("enabled", "enabled", flag),
        ("memory_overhead", "memory_overhead", integer),
        ("hvm", "capabilities", _hardware_virtualisation),
        ("iommu", "chipset_info", _iommu),
        ("api_version", "API_version_major", _api_version),
        ("update_hash", "last_update_hash", text),
        ("latest_updates_applied", "latest_synced_updates_applied", word),
        ("pending_guidances", "pending_guidances", texts),
        ("pending_guidances_recommended", "pending_guidances_recommended", texts),
        ("pending_guidances_full", "pending_guidances_full", texts),
        ("iscsi_iqn", "iscsi_iqn", _initiator),
        ("multipathing", "multipathing", _multipathing),
        ("suspend_repository", "suspend_image_sr", to_repository),
        ("crash_dump_repository", "crash_dump_sr", to("SR", TOLERATED)),
        ("local_cache_repository", "local_cache_sr", to_repository),
        ("ha_statefiles", "ha_statefiles", disks_in_text),
        ("ha_network_peers", "ha_network_peers", _peers),
        ("hardware_platform_versions", "virtual_hardware_platform_versions", counts((0,))),
        ("power_on_mode", "power_on_mode", any_text),
        ("operations", "current_operations", values_of),
        ("tls_verification", "tls_verification_enabled", false_if_absent),
        ("numa_affinity_policy", "numa_affinity_policy", text),
        ("sync_vlans", "other_config", _vlans_synchronised),
        ("tags", "tags", texts),
    ),
    {
        "memory": "memory_total",
        "live": "live",
        "control_domain": "control_domain",
        "cpu": "cpu_info",
        "software": "software_version",
        "updates": "updates",
        "updates_requiring_reboot": "updates_requiring_reboot",
        "licence": "license_params",
        "external_auth": "external_auth_type",
    },
)


def _linux_pack(row: Row, column: str) -> bool | None:
    found = entries(row, column)
    if found is None or column in row.in_part:
        return None
    return "xs:linux" in found or found.get("package-linux") == "installed"


def _packs(row: Row, column: str) -> dict[str, str] | None:
    found = entries(row, column)
    if found is None or column in row.in_part:
        return None
    return {key: value for key, value in found.items() if ":" in key}


_VERSIONS = (
    "product_brand",
    "product_version",
    "platform_name",
    "platform_version",
    "build_number",
    "git_id",
    "xapi",
    "xapi_build",
    "xen",
    "linux",
    "network_backend",
    "db_schema",
)
SOFTWARE = Shape(
    Software,
    (
        *((key, "software_version", at(key)) for key in _VERSIONS),
        ("linux_pack", "software_version", _linux_pack),
        ("packs", "software_version", _packs),
    ),
)


def first_at(row: Row, column: str, *keys: str) -> str | None:
    """The text of a map under the first of some keys that it has."""
    return next((value for key in keys if (value := entry(row, column, key))), None)


CPU = Shape(
    Cpu,
    (
        ("vendor", "cpu_info", at("vendor")),
        ("model_name", "cpu_info", at("modelname")),
        ("family", "cpu_info", at_count("family")),
        ("model", "cpu_info", at_count("model")),
        ("stepping", "cpu_info", at_count("stepping")),
        ("sockets", "cpu_info", at_count("socket_count")),
        ("threads_per_core", "cpu_info", at_count("threads_per_core")),
        ("nodes", "cpu_info", at_count("nr_nodes")),
        ("maskable", "cpu_info", at("maskable")),
        ("features", "cpu_info", at("features")),
        ("physical_features", "cpu_info", at("physical_features")),
        ("features_after_reboot", "cpu_info", at("features_after_reboot")),
        ("features_hvm", "cpu_info", at("features_hvm")),
        ("features_pv", "cpu_info", at("features_pv")),
        (
            "features_hvm_host",
            "cpu_info",
            lambda row, column: first_at(row, column, "features_hvm_host", "features_hvm"),
        ),
        ("features_pv_host", "cpu_info", lambda row, column: first_at(row, column, "features_pv_host", "features_pv")),
        ("flags", "cpu_info", at("flags")),
    ),
    {"count": "cpu_info"},
)
LOGICAL_CPU = Shape(
    Cpu,
    (
        ("vendor", "vendor", text),
        ("model_name", "modelname", text),
        ("family", "family", integer),
        ("model", "model", integer),
        ("stepping", "stepping", integer),
        ("features", "features", text),
        ("flags", "flags", text),
    ),
    {"count": "number"},
)


CONTROL_DOMAIN = Shape(
    ControlDomain,
    (
        ("name", "name_label", called),
        ("uuid", "uuid", text),
        ("memory", "memory_static_max", integer),
        ("memory_overhead", "memory_overhead", integer),
        ("vcpus", "VCPUs_max", integer),
        ("operations", "current_operations", values_of),
    ),
)
LICENCE = Shape(
    Licence,
    (
        ("edition", "edition", lambda row, column: text(row, column) or entry(row, "license_params", "sku_type")),
        ("expiry", "license_params", at("expiry")),
        (
            "restrictions",
            "license_params",
            lambda row, column: only(entries(row, column), ("restrict_", "enable_")),
        ),
    ),
)
EXTERNAL_AUTH = Shape(
    ExternalAuth,
    (("service_name", "external_auth_service_name", lambda row, column: any_text(row, column) or ""),),
    {"type": "external_auth_type"},
)
GPU = Shape(
    Gpu,
    (
        ("uuid", "uuid", text),
        ("group", "GPU_group", to("GPU_group", TOLERATED)),
        ("dom0_access", "dom0_access", word_or("enabled")),
    ),
    {"name": "PCI", "pci": "PCI", "supported_types": "supported_VGPU_types", "enabled_types": "enabled_VGPU_types"},
)
USB = Shape(
    UsbDevice,
    (
        ("name", "product_desc", lambda row, column: text(row, column) or text(row, "description")),
        ("uuid", "uuid", text),
        ("group", "USB_group", to("USB_group", TOLERATED)),
        ("passthrough_enabled", "passthrough_enabled", flag),
    ),
)
