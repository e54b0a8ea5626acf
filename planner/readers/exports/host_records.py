"""Hosts and their devices as the toolstack stores them."""

from __future__ import annotations

from dataclasses import dataclass

from planner.model.host import Cpu, ExternalAuth, Gpu, Host, Licence, UsbDevice
from planner.readers.exports.building import Builder
from planner.readers.exports.export import NO_REFERENCE, TOLERATED, Export
from planner.readers.exports.getters import at_count
from planner.readers.exports.host_shapes import (
    CONTROL_DOMAIN,
    CPU,
    EXTERNAL_AUTH,
    GPU,
    HOST,
    LICENCE,
    LOGICAL_CPU,
    SOFTWARE,
    USB,
)
from planner.readers.exports.labels import label
from planner.readers.exports.network_records import Roles, interfaces, roles
from planner.readers.exports.rows import Row, any_text, entry, flag, integer, text


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What is needed to tell of any host, found once."""

    export: Export
    builder: Builder
    roles: Roles
    control_domains: dict[str, Row]


def hosts(export: Export, builder: Builder, control_domains: dict[str, Row]) -> tuple[Host, ...] | None:
    """The hosts of the pool."""
    rows = export.rows("host")
    if rows is None:
        return None
    around = _Surroundings(export, builder, roles(export), control_domains)
    return tuple(_host(around, row) for row in rows)


def _host(around: _Surroundings, row: Row) -> Host:
    export, builder = around.export, around.builder
    metrics = export.refer(row, "metrics", "host_metrics", TOLERATED)
    domain = around.control_domains.get(row.ref)
    return builder.build(
        HOST,
        row,
        {"memory": metrics, "live": metrics} if metrics else None,
        memory=(integer(metrics, "memory_total") or None) if metrics else None,
        live=flag(metrics, "live") if metrics else None,
        control_domain=builder.build(CONTROL_DOMAIN, domain) if domain else None,
        cpu=_cpu(export, builder, row),
        software=builder.build(SOFTWARE, row) if "software_version" in row.values else None,
        updates=_updates(export, row),
        updates_requiring_reboot=_awaiting_reboot(export, row),
        licence=_licence(builder, row),
        external_auth=_external_auth(builder, row),
        interfaces=interfaces(export, builder, row, around.roles),
        gpus=_gpus(export, builder, row),
        usb_devices=_usb_devices(export, builder, row),
        pci_devices=_pci_devices(export, row),
    )


def _cpu(export: Export, builder: Builder, row: Row) -> Cpu | None:
    """The processors: from the host's own record, or from those of its logical CPUs where that says nothing."""
    groups = export.owned("host_cpu", "host", "host", "RF001")
    logical = (groups or {}).get(row.ref, [])
    if entry(row, "cpu_info", "vendor"):
        return builder.build(CPU, row, count=at_count("cpu_count")(row, "cpu_info") or len(logical) or None)
    if logical:
        return builder.build(LOGICAL_CPU, logical[0], count=len(logical))
    return None


def _updates(export: Export, row: Row) -> tuple[str, ...] | None:
    """The updates that are applied, and the patches of old that are no updates as well."""
    groups = export.owned("host_patch", "host", "host", "RF001")
    updates = export.related(row, "updates", "pool_update", "hosts", "RF008")
    if updates is None and groups is None:
        return None
    applied = [each for each in (groups or {}).get(row.ref, ()) if flag(each, "applied")]
    patches = (export.refer(each, "pool_patch", "pool_patch", "RF008") for each in applied)
    old = [each for each in patches if each is not None and not is_update(each)]
    return tuple(export.name(each) for each in [*(updates or ()), *old])


def is_update(patch: Row) -> bool:
    """Whether a patch is but the old record of an update."""
    return patch.values.get("pool_update") not in (None, *NO_REFERENCE)


def _awaiting_reboot(export: Export, row: Row) -> tuple[str, ...] | None:
    found = export.find_all(row, "updates_requiring_reboot", "pool_update", "RF008")
    return (
        None if found is None or row.silent("updates_requiring_reboot") else tuple(export.name(each) for each in found)
    )


def _licence(builder: Builder, row: Row) -> Licence | None:
    return builder.build(LICENCE, row) if {"edition", "license_params"} & row.values.keys() else None


def _external_auth(builder: Builder, row: Row) -> ExternalAuth | None:
    kind = any_text(row, "external_auth_type")
    return None if kind is None else builder.build(EXTERNAL_AUTH, row, type=kind)


def _gpus(export: Export, builder: Builder, host: Row) -> tuple[Gpu, ...] | None:
    groups = export.owned("PGPU", "host", "host", "RF001")
    if groups is None:
        return None
    return tuple(_gpu(export, builder, row) for row in groups.get(host.ref, ()))


def _gpu(export: Export, builder: Builder, row: Row) -> Gpu:
    device = export.refer(row, "PCI", "PCI", TOLERATED)
    return builder.build(
        GPU,
        row,
        name=text(device, "device_name") if device else None,
        pci=text(device, "pci_id") if device else None,
        supported_types=_types(export, row, "supported_VGPU_types", "supported_on_PGPUs"),
        enabled_types=_types(export, row, "enabled_VGPU_types", "enabled_on_PGPUs"),
    )


def _types(export: Export, row: Row, column: str, other_column: str) -> tuple[str, ...] | None:
    found = export.related(row, column, "VGPU_type", other_column, TOLERATED)
    return None if found is None else tuple(export.name(each) for each in found)


def _usb_devices(export: Export, builder: Builder, host: Row) -> tuple[UsbDevice, ...] | None:
    groups = export.owned("PUSB", "host", "host", "RF001")
    return None if groups is None else tuple(builder.build(USB, row) for row in groups.get(host.ref, ()))


def _pci_devices(export: Export, host: Row) -> tuple[str, ...] | None:
    groups = export.owned("PCI", "host", "host", "RF001")
    if groups is None:
        return None
    return tuple(address for row in groups.get(host.ref, ()) if (address := text(row, "pci_id")))


def control_domains(export: Export) -> dict[str, Row]:
    """Each host's own domain, by the host's reference."""
    found: dict[str, Row] = {}
    for host in export.rows("host") or ():
        if domain := export.refer(host, "control_domain", "VM", "RF005"):
            found[host.ref] = domain
    resident: dict[str, list[Row]] = {}
    for row in export.rows("VM") or ():
        if flag(row, "is_control_domain"):
            resident.setdefault(str(row.values.get("resident_on")), []).append(row)
    for host in export.rows("host") or ():
        if host.ref not in found and host.ref in resident:
            found[host.ref] = min(resident[host.ref], key=_likeliness)
    return found


def _likeliness(domain: Row) -> tuple[bool, bool, str]:
    """Lowest for a host's own domain, which is number 0; other control domains serve storage."""
    serves_storage = entry(domain, "other_config", "storage_driver_domain") is not None
    return str(domain.values.get("domid")) != "0", serves_storage, label(domain)
