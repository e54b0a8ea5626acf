"""Which properties of Xen Orchestra's objects say which columns of the toolstack's records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Way = tuple[str, tuple[str | int, ...]]
"""A column, and the way from the object to the property that says it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How objects of one type become rows."""

    kind: str
    ways: tuple[Way, ...]
    links: tuple[Way, ...] = ()
    """Properties that hold the id of another object; they are left out when there is none."""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """Columns that the type says, where no property does."""


def _same(*names: str) -> tuple[Way, ...]:
    return tuple((name, (name,)) for name in names)


def _ways(**properties: str) -> tuple[Way, ...]:
    """Columns, and the dotted ways to what says them."""
    return tuple((column, tuple(_steps(way))) for column, way in properties.items())


def _steps(way: str) -> list[str | int]:
    return [int(step) if step.isdecimal() else step for step in way.split(".")]


_NAMED = _same("uuid", "name_label")
_VM = Kind(
    "VM",
    (
        *_NAMED,
        *_same("power_state", "tags", "current_operations"),
        *_ways(
            memory_static_min="memory.static.0",
            memory_static_max="memory.static.1",
            memory_dynamic_min="memory.dynamic.0",
            memory_dynamic_max="memory.dynamic.1",
            VCPUs_max="CPUs.max",
            VCPUs_at_startup="CPUs.number",
            ha_restart_priority="high_availability",
            start_delay="startDelay",
            other_config="other",
            blocked_operations="blockedOperations",
            has_vendor_device="hasVendorDevice",
            domain_type="virtualizationMode",
            HVM_boot_params="boot",
            platform="isNestedVirtEnabled",
            is_default_template="isDefaultTemplate",
        ),
    ),
    _ways(affinity="affinityHost", suspend_SR="suspendSr", suspend_VDI="suspendVdi", snapshot_of="$snapshot_of"),
    {"is_a_template": False, "is_a_snapshot": False, "is_control_domain": False, "is_default_template": False},
)
_VDI = Kind(
    "VDI",
    (
        *_NAMED,
        *_same("missing", "cbt_enabled"),
        *_ways(virtual_size="size", physical_utilisation="usage", type="VDI_type"),
    ),
    _ways(SR="$SR", snapshot_of="$snapshot_of"),
    {"managed": True, "is_a_snapshot": False},
)


def _like(kind: Kind, without: frozenset[str] = frozenset(), **fixed: object) -> Kind:
    """A kind of which the type says something else."""
    said = {name: value for name, value in {**kind.fixed, **fixed}.items() if name not in without}
    return Kind(kind.kind, kind.ways, kind.links, said)


TYPES: dict[str, Kind] = {
    "pool": Kind(
        "pool",
        (
            *_NAMED,
            *_same("tags", "current_operations"),
            *_ways(
                ha_enabled="HA_enabled",
                ha_reboot_vm_on_internal_shutdown="haRebootVmOnInternalShutdown",
                migration_compression="migrationCompression",
                other_config="otherConfig",
            ),
        ),
        _ways(master="master", default_SR="default_SR", suspend_image_SR="suspendSr", crash_dump_SR="crashDumpSr"),
    ),
    "host": Kind(
        "host",
        (
            *_NAMED,
            *_same("hostname", "address", "enabled", "tags", "current_operations", "chipset_info", "multipathing"),
            *_same("license_params"),
            *_ways(
                cpu_info="CPUs",
                capabilities="hvmCapable",
                software_version="version",
                iscsi_iqn="iscsiIqn",
                power_on_mode="powerOnMode",
                other_config="otherConfig",
            ),
        ),
        _ways(control_domain="controlDomain"),
    ),
    "network": Kind(
        "network",
        (*_NAMED, *_same("bridge", "MTU", "other_config", "tags"), ("default_locking_mode", ("defaultIsLocked",))),
    ),
    "PIF": Kind(
        "PIF",
        (
            *_same("uuid", "device", "management", "netmask", "gateway"),
            *_ways(
                MAC="mac",
                MTU="mtu",
                VLAN="vlan",
                currently_attached="attached",
                disallow_unplug="disallowUnplug",
                ip_configuration_mode="mode",
                IP="ip",
                DNS="dns",
                ipv6_configuration_mode="ipv6Mode",
                IPv6="ipv6",
                primary_address_type="primaryAddressType",
            ),
        ),
        _ways(host="$host", network="$network"),
    ),
    "SR": Kind(
        "SR",
        (
            *_NAMED,
            *_same("content_type", "shared", "sm_config", "other_config", "tags"),
            *_ways(
                type="SR_type", physical_size="size", physical_utilisation="physical_usage", virtual_allocation="usage"
            ),
        ),
    ),
    "PBD": Kind(
        "PBD",
        (*_same("uuid", "device_config"), *_ways(currently_attached="attached", other_config="otherConfig")),
        _same("host", "SR"),
    ),
    "SM": Kind("SM", (*_NAMED, *_same("features", "required_cluster_stack"), ("type", ("SM_type",)))),
    "VDI": _VDI,
    "VDI-snapshot": _like(_VDI, is_a_snapshot=True),
    "VDI-unmanaged": _like(_VDI, managed=False),
    "VBD": Kind(
        "VBD",
        (
            *_same("uuid", "device", "bootable"),
            *_ways(userdevice="position", currently_attached="attached", type="is_cd_drive", mode="read_only"),
        ),
        _same("VM", "VDI"),
    ),
    "VIF": Kind(
        "VIF",
        (
            *_same("uuid", "device", "MAC", "MTU"),
            *_ways(currently_attached="attached", locking_mode="lockingMode"),
        ),
        _ways(VM="$VM", network="$network"),
    ),
    "VM": _VM,
    "VM-controller": _like(_VM, is_control_domain=True),
    "VM-template": _like(_VM, frozenset({"is_default_template"}), is_a_template=True),
    "VM-snapshot": _like(_VM, is_a_snapshot=True),
    "PCI": Kind("PCI", _same("uuid", "pci_id", "device_name"), _ways(host="$host")),
    "PGPU": Kind(
        "PGPU",
        (
            *_same("uuid"),
            *_ways(
                dom0_access="dom0Access",
                supported_VGPU_types="supportedVgpuTypes",
                enabled_VGPU_types="enabledVgpuTypes",
            ),
        ),
        _ways(host="host", PCI="pci", GPU_group="gpuGroup"),
    ),
    "gpuGroup": Kind("GPU_group", _NAMED),
    "vgpuType": Kind("VGPU_type", (*_same("uuid"), ("model_name", ("modelName",)))),
    "vgpu": Kind(
        "VGPU",
        (*_same("uuid", "device"), ("currently_attached", ("currentlyAttached",))),
        _ways(VM="vm", GPU_group="gpuGroup", type="vgpuType"),
    ),
    "VTPM": Kind("VTPM", _same("uuid"), _ways(VM="vm")),
    "PUSB": Kind(
        "PUSB",
        (*_same("uuid", "description"), ("passthrough_enabled", ("passthroughEnabled",))),
        _ways(host="host", USB_group="usbGroup"),
    ),
    "USB_group": Kind("USB_group", _NAMED),
    "VUSB": Kind("VUSB", _same("uuid"), _ways(VM="vm", USB_group="usbGroup")),
}
"""Every type that is read. Messages, tasks and the like say nothing of what is checked."""


def _words(false: object, true: object) -> Callable[[Any], Any]:
    return lambda value: (true if value else false) if isinstance(value, bool) else value


CONVERTED: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("host", "capabilities"): _words(["xen-3.0-x86_64"], ["xen-3.0-x86_64", "hvm-3.0-x86_64"]),
    ("host", "software_version"): lambda value: {"product_version": value},
    ("network", "default_locking_mode"): _words("unlocked", "disabled"),
    ("VBD", "type"): _words("Disk", "CD"),
    ("VBD", "mode"): _words("RW", "RO"),
    ("VM", "platform"): lambda value: {"nested-virt": value},
}
"""How the value of a property becomes that of a column where the two differ."""

IN_PART: dict[str, frozenset[str]] = {"host": frozenset({"software_version"}), "VM": frozenset({"platform"})}
"""Maps of which the properties tell some entries only."""
