"""The toolstack's classes that describe a pool: how they are spelt, since when they exist, what we call them."""

from __future__ import annotations

KINDS = {
    "pool": "pool",
    "host": "host",
    "host_metrics": "host metrics",
    "host_cpu": "cpu",
    "network": "network",
    "PIF": "interface",
    "PIF_metrics": "interface metrics",
    "Bond": "bond",
    "VLAN": "vlan",
    "tunnel": "tunnel",
    "network_sriov": "sriov",
    "SR": "repository",
    "PBD": "connection",
    "SM": "driver",
    "VDI": "disk",
    "VBD": "drive",
    "VIF": "nic",
    "VM": "vm",
    "VM_metrics": "vm metrics",
    "VM_guest_metrics": "tools",
    "VM_group": "group",
    "VM_appliance": "appliance",
    "pool_update": "update",
    "pool_patch": "update",
    "host_patch": "update",
    "PCI": "pci device",
    "PGPU": "gpu",
    "GPU_group": "gpu group",
    "VGPU": "vgpu",
    "VGPU_type": "vgpu type",
    "PUSB": "usbdevice",
    "USB_group": "usb group",
    "VUSB": "usb device of a vm",
    "VTPM": "vtpm",
    "Cluster": "cluster",
    "Cluster_host": "clustermember",
    "Certificate": "certificate",
    "SDN_controller": "sdncontroller",
}
"""Every class that is read, and the word for its objects."""

SPELLINGS = {name.lower(): name for name in KINDS}
"""Class names as bundles may write them, to how the API does."""

OF_TOOLSTACK = {
    "blob", "console", "crashdump", "feature", "host_crashdump", "message", "pbd_metrics", "repository", "role",
    "secret", "session", "subject", "task", "user", "vbd_metrics", "vif_metrics", "vmpp", "vmss", "dr_task", "observer",
}  # fmt: skip
"""Classes that exports have too, and that say nothing about what is checked, in lower case."""

FIRST_SCHEMA = {
    "tunnel": 61,
    "VM_appliance": 63,
    "PCI": 63,
    "PGPU": 63,
    "GPU_group": 63,
    "VGPU": 63,
    "VGPU_type": 68,
    "pool_update": 108,
    "SDN_controller": 120,
    "PUSB": 133,
    "USB_group": 133,
    "VUSB": 133,
    "network_sriov": 142,
    "Cluster": 203,
    "Cluster_host": 203,
    "Certificate": 504,
    "VM_group": 775,
}
"""Minor number of a database schema before which there were no objects of a class."""

SIGNATURES: dict[str, frozenset[str]] = {
    "pool": frozenset({"master", "default_SR"}),
    "host": frozenset({"hostname", "software_version"}),
    "host_metrics": frozenset({"memory_total", "live"}),
    "host_cpu": frozenset({"host", "stepping", "number"}),
    "network": frozenset({"bridge", "MTU"}),
    "PIF": frozenset({"VLAN", "MAC", "host"}),
    "PIF_metrics": frozenset({"carrier", "duplex"}),
    "Bond": frozenset({"master", "slaves"}),
    "VLAN": frozenset({"tagged_PIF", "untagged_PIF"}),
    "tunnel": frozenset({"access_PIF", "transport_PIF"}),
    "network_sriov": frozenset({"physical_PIF", "logical_PIF"}),
    "SR": frozenset({"physical_size", "content_type"}),
    "PBD": frozenset({"device_config", "SR", "host"}),
    "SM": frozenset({"driver_filename", "required_api_version"}),
    "VDI": frozenset({"virtual_size", "sharable", "SR"}),
    "VBD": frozenset({"VM", "VDI", "userdevice"}),
    "VIF": frozenset({"VM", "network", "MAC"}),
    "VM": frozenset({"power_state", "is_a_template"}),
    "VM_metrics": frozenset({"VCPUs_number", "install_time"}),
    "VM_guest_metrics": frozenset({"PV_drivers_version", "networks"}),
    "VM_group": frozenset({"placement", "VMs"}),
    "VM_appliance": frozenset({"VMs", "current_operations"}),
    "pool_update": frozenset({"after_apply_guidance", "hosts"}),
    "pool_patch": frozenset({"after_apply_guidance", "pool_applied"}),
    "host_patch": frozenset({"pool_patch", "timestamp_applied"}),
    "PCI": frozenset({"pci_id", "class_name"}),
    "PGPU": frozenset({"PCI", "GPU_group", "host"}),
    "GPU_group": frozenset({"GPU_types", "PGPUs"}),
    "VGPU": frozenset({"VM", "GPU_group", "device"}),
    "VGPU_type": frozenset({"framebuffer_size", "max_heads"}),
    "PUSB": frozenset({"USB_group", "host", "passthrough_enabled"}),
    "USB_group": frozenset({"PUSBs", "VUSBs"}),
    "VUSB": frozenset({"VM", "USB_group"}),
    "VTPM": frozenset({"VM", "backend"}),
    "Cluster": frozenset({"cluster_hosts", "cluster_stack"}),
    "Cluster_host": frozenset({"cluster", "host", "joined"}),
    "Certificate": frozenset({"fingerprint", "not_after"}),
    "SDN_controller": frozenset({"protocol", "address", "port"}),
}
"""Fields by which records of a class can be told from those of every other."""


def guess(fields: frozenset[str]) -> str | None:
    """The class whose records have such fields; None when that is not clear."""
    fitting = [name for name, signature in SIGNATURES.items() if signature <= fields]
    return fitting[0] if len(fitting) == 1 else None


UNREAD = frozenset({
    "ref", "_ref", "__ctime", "__mtime", "allowed_operations", "name__description", "name_description", "blobs",
    "recommendations", "last_booted_record", "snapshot_metadata", "NVRAM", "xenstore_data", "bios_strings",
    "gui_config", "health_check_config", "logging", "power_on_config", "external_auth_configuration", "license_server",
    "uefi_certificates", "custom_uefi_certificates", "wlb_username", "wlb_password", "cluster_token", "cluster_config",
    "configuration", "copyright", "runtime_properties", "disks", "services", "contents", "qos__algorithm_params",
    "qos__supported_algorithms", "supported_bootloaders", "repository_proxy_password", "telemetry_uuid",
})  # fmt: skip
"""Columns that are dropped at once: they say nothing about what is checked, are large, or hold secrets."""
