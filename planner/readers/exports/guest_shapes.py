"""Which columns say what of a VM and its parts."""

from __future__ import annotations

import re

from planner.model.guest import VM, Appliance, CpuFlags, Drive, Group, Memory, Nic, Tools, Vcpus, Vgpu
from planner.readers.exports.building import Shape
from planner.readers.exports.export import NO_REFERENCE, TOLERATED, to
from planner.readers.exports.getters import (
    at,
    called,
    false_if_absent,
    integer_or,
    is_true,
    mtu,
    texts,
    texts_map,
    values_of,
    word_or,
)
from planner.readers.exports.rows import Row, any_text, entries, entry, flag, integer, number, text, word

_OLD_PRIORITIES = 61
"""The last schema in which a priority of high availability was a number."""
_BEFORE_BOSTON = 63
_NUMBER = re.compile(r"[0-9]{1,9}")


def _old(row: Row, last: int) -> bool:
    schema = row.export.schema
    return schema is not None and schema <= last


def _priority(row: Row, column: str) -> str | None:
    """The restart priority in today's words."""
    value = any_text(row, column) if row.values.get(column) is not None else ""
    if value is None:
        return None
    if _NUMBER.fullmatch(value):
        return "restart"
    if value == "" and _starts_anyway(row):
        return "best-effort"
    if _old(row, _OLD_PRIORITIES) and value != "best-effort":
        return ""
    if value in ("", "restart", "best-effort"):
        return value
    row.malformed(column, "restart, best-effort or empty")
    return None


def _starts_anyway(row: Row) -> bool:
    """Whether high availability of old started the VM where it could, for it was to start with its host."""
    pool = row.export.pool
    with_ha = pool is not None and flag(pool, "ha_enabled")
    return bool(with_ha) and _old(row, _BEFORE_BOSTON - 1) and entry(row, "other_config", "auto_poweron") == "true"


def _order(row: Row, column: str) -> int | None:
    """The place in the sequence of starts, which the priority was in old databases."""
    priority = row.values.get("ha_restart_priority")
    if column not in row.values and isinstance(priority, str) and _NUMBER.fullmatch(priority):
        return int(priority)
    return 0 if row.values.get(column) is None else integer(row, column)


def _domain_type(row: Row, column: str) -> str | None:
    """How the VM is virtualised: as it runs now, as it is set, or as its way to boot tells."""
    metrics = row.export.tables.get("VM_metrics", {}).get(str(row.values.get("metrics")))
    current = word(metrics, "current_domain_type") if metrics and word(row, "power_state") == "running" else None
    for known in (current, word(row, column)):
        if known not in (None, "unspecified"):
            return known
    policy = any_text(row, "HVM_boot_policy")
    return None if policy is None else ("hvm" if policy else "pv")


def _nested(row: Row, column: str) -> bool | None:
    found = entries(row, column) if column in row.values else {}
    return None if found is None else any(found.get(key) in ("true", "1") for key in ("nested-virt", "exp-nested-hvm"))


def _multiplier(row: Row, column: str) -> float | None:
    return 1.0 if row.values.get(column) is None else number(row, column)


def _default_template(row: Row, column: str) -> bool | None:
    return is_true("default_template")(row, "other_config") or false_if_absent(row, column)


def _driver_domain(row: Row, column: str) -> bool | None:
    """Whether it serves storage or the like, and is no host's own domain, which is told apart before."""
    return flag(row, column) or is_true("is_system_domain")(row, "other_config")


def _blocked(row: Row, column: str) -> tuple[str, ...] | None:
    found = entries(row, column) if column in row.values else {}
    return None if found is None else tuple(sorted(found))


GUEST = Shape(
    VM,
    (
        ("name", "name_label", called),
        ("uuid", "uuid", text),
        ("power_state", "power_state", word),
        ("runs_on", "resident_on", to("host", "RF001")),
        ("scheduled_on", "scheduled_to_be_resident_on", to("host", "RF001")),
        ("home", "affinity", to("host", TOLERATED)),
        ("domain_type", "domain_type", _domain_type),
        ("shadow_multiplier", "HVM_shadow_multiplier", _multiplier),
        ("hardware_platform_version", "hardware_platform_version", integer_or(0)),
        ("platform", "platform", texts_map),
        ("firmware", "HVM_boot_params", at("firmware")),
        ("nested_virtualisation", "platform", _nested),
        ("actions_after_crash", "actions_after_crash", text),
        ("ha_restart_priority", "ha_restart_priority", _priority),
        ("ha_always_run", "ha_always_run", flag),
        ("order", "order", _order),
        ("start_delay", "start_delay", integer_or(0)),
        ("shutdown_delay", "shutdown_delay", integer_or(0)),
        ("suspend_disk", "suspend_VDI", to("VDI", "RF004")),
        ("suspend_repository", "suspend_SR", to("SR", TOLERATED)),
        ("appliance", "appliance", to("VM_appliance", "RF007")),
        ("auto_start", "other_config", is_true("auto_poweron")),
        ("blocked_operations", "blocked_operations", _blocked),
        ("operations", "current_operations", values_of),
        ("requires_reboot", "requires_reboot", false_if_absent),
        ("vendor_device", "has_vendor_device", flag),
        ("driver_domain", "is_control_domain", _driver_domain),
        ("default_template", "is_default_template", _default_template),
        ("snapshot_of", "snapshot_of", to("VM", TOLERATED)),
        ("mac_seed", "other_config", at("mac_seed")),
        ("tags", "tags", texts),
    ),
    {
        "memory": "memory_static_max",
        "vcpus": "VCPUs_max",
        "last_boot_cpu": "last_boot_CPU_flags",
        "drives": "VBDs",
        "nics": "VIFs",
        "vgpus": "VGPUs",
        "vtpms": "VTPMs",
        "pci_devices": "other_config",
        "usb_groups": "VUSBs",
        "groups": "groups",
        "tools": "guest_metrics",
        "addresses": "networks",
    },
)
MEMORY = Shape(
    Memory,
    tuple(
        (key, f"memory_{key}", integer)
        for key in ("static_min", "dynamic_min", "dynamic_max", "static_max", "target", "overhead")
    ),
)
VCPUS = Shape(
    Vcpus,
    (
        ("max", "VCPUs_max", integer),
        ("at_startup", "VCPUs_at_startup", integer),
        ("mask", "VCPUs_params", at("mask")),
        ("weight", "VCPUs_params", at("weight")),
        ("cap", "VCPUs_params", at("cap")),
    ),
)
LAST_CPU = Shape(
    CpuFlags, (("vendor", "last_boot_CPU_flags", at("vendor")), ("features", "last_boot_CPU_flags", at("features")))
)


def _inserted(row: Row, column: str) -> str | None:
    """The disk of a drive; of an empty one, whatever is left there is of no account."""
    empty = flag(row, "empty")
    found = row.export.refer(row, column, "VDI", TOLERATED if empty else "RF004")
    return row.export.name(found) if found and not empty else None


DRIVE = Shape(
    Drive,
    (
        ("device", "device", called),
        ("uuid", "uuid", text),
        ("disk", "VDI", _inserted),
        ("type", "type", word),
        ("mode", "mode", word),
        ("bootable", "bootable", flag),
        ("attached", "currently_attached", flag),
        ("empty", "empty", flag),
    ),
)


def _reserved_function(row: Row, column: str) -> bool | None:
    """Whether a virtual function is held for it, which only databases say."""
    reference = str(row.values.get(column, ""))
    return None if column not in row.values else reference.startswith("OpaqueRef:") and reference not in NO_REFERENCE


NIC = Shape(
    Nic,
    (
        ("device", "device", called),
        ("network", "network", to("network", "RF002")),
        ("uuid", "uuid", text),
        ("mac", "MAC", text),
        ("mtu", "MTU", mtu),
        ("attached", "currently_attached", flag),
        ("locking_mode", "locking_mode", word),
        ("reserved_function", "reserved_pci", _reserved_function),
    ),
)
VGPU = Shape(
    Vgpu,
    (
        ("group", "GPU_group", to("GPU_group", TOLERATED)),
        ("uuid", "uuid", text),
        ("attached", "currently_attached", flag),
    ),
    {"type": "type", "implementation": "implementation"},
)


def _version(row: Row, column: str) -> str | None:
    found = entries(row, column) or {}
    parts = [found[key] for key in ("major", "minor", "micro", "build") if found.get(key)]
    return ".".join(parts) or None


def _guest_features(row: Row, column: str) -> tuple[str, ...] | None:
    found = entries(row, column)
    if found is None:
        return None
    return tuple(sorted(key for key, value in found.items() if key.startswith("feature-") and value not in ("", "0")))


TOOLS = Shape(
    Tools,
    (
        ("version", "PV_drivers_version", _version),
        ("up_to_date", "PV_drivers_up_to_date", flag),
        ("features", "other", _guest_features),
        ("cannot_suspend", "other", at("data-cant-suspend-reason")),
    ),
    {"installed": "PV_drivers_detected"},
)
GROUP = Shape(
    Group, (("name", "name_label", called), ("uuid", "uuid", text), ("placement", "placement", word_or("normal")))
)
APPLIANCE = Shape(Appliance, (("name", "name_label", called), ("uuid", "uuid", text)))
