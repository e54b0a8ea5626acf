"""What `xe` calls the columns of each class, and how it writes their values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import chain
from typing import Any

from planner.readers.exports import guest_shapes, host_shapes, network_records, pool_records, storage_records
from planner.readers.exports.building import Shape
from planner.readers.exports.classes import UNREAD
from planner.readers.exports.export import NO_REFERENCE

COMMANDS = {
    "pool": "pool",
    "host": "host",
    "network": "network",
    "pif": "PIF",
    "bond": "Bond",
    "vlan": "VLAN",
    "tunnel": "tunnel",
    "network-sriov": "network_sriov",
    "sr": "SR",
    "pbd": "PBD",
    "sm": "SM",
    "vdi": "VDI",
    "cd": "VDI",
    "vbd": "VBD",
    "vif": "VIF",
    "vm": "VM",
    "template": "VM",
    "snapshot": "VM",
    "vm-group": "VM_group",
    "appliance": "VM_appliance",
    "update": "pool_update",
    "patch": "pool_patch",
    "pgpu": "PGPU",
    "gpu-group": "GPU_group",
    "vgpu": "VGPU",
    "vgpu-type": "VGPU_type",
    "pusb": "PUSB",
    "usb-group": "USB_group",
    "vusb": "VUSB",
    "vtpm": "VTPM",
    "cluster": "Cluster",
    "cluster-host": "Cluster_host",
    "sdn-controller": "SDN_controller",
}
"""The class that each command lists."""

_SIGNS = (
    ("PIF", {"VLAN", "network-uuid"}),
    ("VIF", {"vm-uuid", "network-uuid"}),
    ("VBD", {"vm-uuid", "vdi-uuid"}),
    ("VGPU", {"vm-uuid", "gpu-group-uuid"}),
    ("pool", {"default-SR"}),
    ("host", {"hostname"}),
    ("host", {"software-version"}),
    ("VM", {"power-state"}),
    ("network", {"bridge"}),
    ("PBD", {"device-config"}),
    ("SM", {"driver-filename"}),
    ("SR", {"content-type"}),
    ("VDI", {"virtual-size"}),
    ("Bond", {"slaves"}),
    ("VLAN", {"tagged-PIF"}),
    ("pool_update", {"enforce-homogeneity"}),
    ("pool_patch", {"after-apply-guidance", "size"}),
    ("VM_group", {"placement"}),
    ("PGPU", {"gpu-group-uuid"}),
    ("Cluster", {"cluster-stack"}),
    ("Cluster_host", {"cluster", "enabled"}),
)
"""Columns by which a class can be told that nothing else tells, the surest first."""

_SHAPES: dict[str, tuple[Shape[Any], ...]] = {
    "pool": (pool_records.POOL, pool_records.HA, pool_records.LEVEL),
    "host": (
        host_shapes.HOST,
        host_shapes.SOFTWARE,
        host_shapes.CPU,
        host_shapes.LICENCE,
        host_shapes.EXTERNAL_AUTH,
    ),
    "network": (network_records.NETWORK,),
    "PIF": (network_records.INTERFACE,),
    "Bond": (network_records.BOND,),
    "VLAN": (network_records.VLAN,),
    "tunnel": (network_records.TUNNEL,),
    "network_sriov": (network_records.SRIOV,),
    "SR": (storage_records.REPOSITORY,),
    "PBD": (storage_records.CONNECTION,),
    "SM": (storage_records.DRIVER,),
    "VDI": (storage_records.DISK,),
    "VBD": (guest_shapes.DRIVE,),
    "VIF": (guest_shapes.NIC,),
    "VM": (guest_shapes.GUEST, guest_shapes.MEMORY, guest_shapes.VCPUS, guest_shapes.LAST_CPU),
    "VM_group": (guest_shapes.GROUP,),
    "VM_appliance": (guest_shapes.APPLIANCE,),
    "VGPU": (guest_shapes.VGPU,),
    "pool_update": (pool_records.UPDATE,),
    "pool_patch": (pool_records.UPDATE,),
    "PGPU": (host_shapes.GPU,),
    "PUSB": (host_shapes.USB,),
    "Cluster": (pool_records.CLUSTER,),
    "Cluster_host": (pool_records.MEMBER,),
    "SDN_controller": (pool_records.SDN,),
}
_BESIDE: dict[str, tuple[str, ...]] = {
    "host": ("API_version_minor", "other_config", "edition", "control_domain"),
    "PIF": ("host", "netmask", "bond_slave_of", "VLAN_master_of"),
    "Bond": ("master",),
    "VLAN": ("untagged_PIF",),
    "tunnel": ("access_PIF",),
    "network_sriov": ("logical_PIF",),
    "SR": ("other_config",),
    "PBD": ("SR",),
    "SM": ("capabilities",),
    "VBD": ("VM", "userdevice"),
    "VIF": ("VM",),
    "VM": ("is_a_template", "is_a_snapshot", "is_control_domain", "HVM_boot_policy", "domid", "ha_always_run"),
    "VM_group": ("VMs",),
    "VGPU": ("VM", "device"),
    "VGPU_type": ("model_name", "implementation"),
    "PUSB": ("host", "description"),
    "PGPU": ("host",),
    "VUSB": ("VM", "USB_group"),
    "VTPM": ("VM",),
    "pool_update": ("hosts",),
    "Cluster_host": ("cluster",),
    "PIF_metrics": ("carrier", "speed", "duplex", "pci_bus_path"),
    "host_metrics": ("memory_total",),
    "VM_metrics": ("current_domain_type",),
    "VM_guest_metrics": (
        "PV_drivers_version",
        "PV_drivers_detected",
        "PV_drivers_up_to_date",
        "networks",
        "other",
    ),
}
"""Columns that are read outside the shapes."""

METRICS: dict[str, tuple[tuple[str, str], ...]] = {
    "host": (("metrics", "host_metrics"),),
    "PIF": (("metrics", "PIF_metrics"),),
    "VM": (("metrics", "VM_metrics"), ("guest_metrics", "VM_guest_metrics")),
}
"""Classes whose columns `xe` prints among those of another, with the reference that leads there."""
_RENAMED = {("host_metrics", "host_metrics_live"): "live", ("VM_group", "vm_uuids"): "VMs"}

_REFERENCES = frozenset({
    "master", "default_SR", "suspend_image_SR", "crash_dump_SR", "redo_log_vdi", "resident_on", "affinity",
    "scheduled_to_be_resident_on", "network", "host", "SR", "VM", "VDI", "appliance", "bond_slave_of", "VLAN_master_of",
    "snapshot_of", "suspend_VDI", "suspend_SR", "GPU_group", "PCI", "USB_group", "PIF", "cluster", "tagged_PIF",
    "untagged_PIF", "primary_slave", "introduced_by", "local_cache_sr", "suspend_image_sr", "crash_dump_sr",
    "control_domain", "access_PIF", "transport_PIF", "physical_PIF", "logical_PIF",
})  # fmt: skip
_SETS = frozenset({
    "tags", "ha_statefiles", "capabilities", "ha_network_peers", "updates", "updates_requiring_reboot",
    "pending_guidances", "pending_guidances_recommended", "pending_guidances_full", "hosts", "VMs", "groups", "purpose",
    "virtual_hardware_platform_versions", "IPv6", "slaves", "after_apply_guidance", "supported_VGPU_types",
    "enabled_VGPU_types", "required_cluster_stack", "current_operations",
})  # fmt: skip
_MAPS = frozenset({
    "other_config", "ha_configuration", "cpu_info", "software_version", "license_params", "chipset_info",
    "device_config", "sm_config", "platform", "VCPUs_params", "last_boot_CPU_flags", "HVM_boot_params",
    "blocked_operations", "restrictions", "properties", "features", "networks", "PV_drivers_version", "other",
})  # fmt: skip
_UNKNOWN = ("<expensive field>", "<unknown time>", "<not available>", "<unknown>")
_NONE = "<not in database>"
_KEY = re.compile(r"\s*([^\n]{1,300}?):(?:(?=\s)|$)(.*)", re.DOTALL)
_ENTRIES = re.compile(r";\s+(?=[^\s;]+:(?:\s|$))")


def kind_of(names: Iterable[str]) -> str | None:
    """The class of a block by what its columns are called; None when that is not clear."""
    given = set(names)
    return next((kind for kind, sign in _SIGNS if sign <= given), None)


@cache
def columns(kind: str) -> dict[str, str]:
    """The columns of a class that are read, by their names in lower case."""
    shaped = (column for shape in _SHAPES.get(kind, ()) for _, column, _ in shape.columns)
    others = (column for shape in _SHAPES.get(kind, ()) for column in shape.others.values())
    names = chain(("uuid", "name_label"), shaped, others, _BESIDE.get(kind, ()))
    return {name.lower(): name for name in names if name not in UNREAD}


@cache
def column_of(kind: str, name: str) -> str | None:
    """The column that a printed name means; None when it is not read."""
    plain = name.lower().replace("-", "_")
    if (kind, plain) in _RENAMED:
        return _RENAMED[kind, plain]
    known = columns(kind)
    return known.get(plain) or known.get(plain.removesuffix("_uuid"))


def value(kind: str, column: str, text: str) -> Any:  # noqa: ANN401 - as the column's reader takes it
    """A column's value; None when it is not known."""
    text = text.strip()
    is_reference = column in _REFERENCES or (kind, column) == ("VGPU", "type")
    if text in _UNKNOWN or (text == _NONE and not is_reference):
        return None
    if is_reference:
        return NO_REFERENCE[1] if text in (_NONE, "") else text
    if column == "current_operations":
        return {each: each for each in _set(text)}
    if column in _SETS:
        return _set(text)
    return _map(text) if column in _MAPS else text.removesuffix(" Mbit/s") if column == "speed" else text


def _set(text: str) -> list[str]:
    separator = "; " if "; " in text else ", "
    return [each for each in text.split(separator) if each]


def _map(text: str) -> dict[str, str] | str:
    """The entries of a map; the text as it is where it is none, for the reader of its column to report."""
    if text == "":
        return {}
    pairs = [_KEY.match(entry) for entry in _ENTRIES.split(text)]
    found = {pair[1]: pair[2].strip() for pair in pairs if pair}
    return found if all(pairs) else text
