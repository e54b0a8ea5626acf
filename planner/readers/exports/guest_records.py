"""VMs with their drives, interfaces and devices as the toolstack stores them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from planner.model.guest import VM, CpuFlags, Tools, Vgpu
from planner.readers.exports.building import Builder
from planner.readers.exports.export import TOLERATED, Export
from planner.readers.exports.getters import split
from planner.readers.exports.guest_shapes import DRIVE, GUEST, LAST_CPU, MEMORY, NIC, TOOLS, VCPUS, VGPU
from planner.readers.exports.rows import Row, entries, flag, text

T = TypeVar("T")


def guests(export: Export, builder: Builder, by_role: dict[str, list[Row]] | None, role: str) -> tuple[VM, ...] | None:
    """The VMs, templates or snapshots."""
    return None if by_role is None else tuple(_guest(export, builder, row) for row in by_role[role])


def _guest(export: Export, builder: Builder, row: Row) -> VM:
    export.refer(row, "metrics", "VM_metrics", TOLERATED)
    reported = export.refer(row, "guest_metrics", "VM_guest_metrics", TOLERATED)
    return builder.build(
        GUEST,
        row,
        {"addresses": reported} if reported else None,
        memory=builder.build(MEMORY, row),
        vcpus=builder.build(VCPUS, row),
        last_boot_cpu=_last_boot_cpu(builder, row),
        drives=_parts(export, row, "VBD", lambda each: builder.build(DRIVE, each)),
        nics=_parts(export, row, "VIF", lambda each: builder.build(NIC, each)),
        vgpus=_parts(export, row, "VGPU", lambda each: _vgpu(export, builder, each)),
        usb_groups=_usb_groups(export, row),
        vtpms=_count(export, row),
        pci_devices=_pci_devices(export, row),
        groups=_groups(export, row),
        tools=_tools(builder, reported) if reported else None,
        addresses=_addresses(reported) if reported else None,
    )


def _parts(export: Export, row: Row, kind: str, make: Callable[[Row], T]) -> tuple[T, ...] | None:
    """What a VM is made of, each as a record."""
    groups = export.owned(kind, "VM", "VM", "RF005")
    return None if groups is None else tuple(make(each) for each in groups.get(row.ref, ()))


def _last_boot_cpu(builder: Builder, row: Row) -> CpuFlags | None:
    return builder.build(LAST_CPU, row) if entries(row, "last_boot_CPU_flags") else None


def _vgpu(export: Export, builder: Builder, row: Row) -> Vgpu:
    kind = export.refer(row, "type", "VGPU_type", TOLERATED)
    return builder.build(
        VGPU,
        row,
        {"implementation": kind} if kind else None,
        type=export.name(kind) if kind else None,
        implementation=text(kind, "implementation") if kind else None,
    )


def _usb_groups(export: Export, row: Row) -> tuple[str, ...] | None:
    found = _parts(export, row, "VUSB", lambda each: export.refer(each, "USB_group", "USB_group", TOLERATED))
    if found is None:
        return None
    whole = tuple(export.name(each) for each in found if each is not None)
    return whole if len(whole) == len(found) else None


def _count(export: Export, row: Row) -> int | None:
    found = _parts(export, row, "VTPM", lambda each: each)
    return None if found is None else len(found)


def _pci_devices(export: Export, row: Row) -> tuple[str, ...] | None:
    """The devices that are passed through: wished in the VM's settings, or attached."""
    attached = export.related(row, "attached_PCIs", "PCI", "attached_VMs", TOLERATED)
    known = attached if attached is not None or "attached_PCIs" in row.values else []
    wished = entries(row, "other_config") if "other_config" in row.values else {}
    if known is None or wished is None or row.silent("other_config"):
        return None
    addresses = [part.rpartition("/")[2] for part in split(wished.get("pci", ""))]
    return tuple(dict.fromkeys([*addresses, *(address for each in known if (address := text(each, "pci_id")))]))


def _groups(export: Export, row: Row) -> tuple[str, ...] | None:
    found = export.related(row, "groups", "VM_group", "VMs", "RF006")
    return None if found is None else tuple(export.name(each) for each in found)


def _tools(builder: Builder, reported: Row) -> Tools:
    detected = flag(reported, "PV_drivers_detected")
    version = entries(reported, "PV_drivers_version")
    # Before there was a field for it, tools that were there told their version.
    installed = detected if "PV_drivers_detected" in reported.values or version is None else bool(version)
    return builder.build(TOOLS, reported, installed=installed)


def _addresses(reported: Row) -> tuple[str, ...] | None:
    found = entries(reported, "networks") if "networks" in reported.values else {}
    if found is None:
        return None
    return tuple(dict.fromkeys(value for key, value in found.items() if "/ip" in key and value))


def role(row: Row, own_domains: frozenset[str]) -> str:
    """Whether a row of class VM is a VM, a template, a snapshot, or a host's own domain."""
    if row.ref in own_domains:
        return "control domain"
    if flag(row, "is_a_snapshot"):
        return "snapshot"
    return "template" if flag(row, "is_a_template") else "vm"


def roles(export: Export, own_domains: frozenset[str]) -> dict[str, list[Row]] | None:
    """The rows of class VM by their role."""
    rows = export.rows("VM")
    if rows is None:
        return None
    sorted_rows: dict[str, list[Row]] = {"vm": [], "template": [], "snapshot": [], "control domain": []}
    for row in rows:
        sorted_rows[role(row, own_domains)].append(row)
    return sorted_rows
