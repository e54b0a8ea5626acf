"""Whether a host has the processors and devices that a guest needs."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.guest_settings import PASSED_THROUGH, set_true
from planner.facts.lacking import Lacking
from planner.facts.obstacles import Cause, Kind, Obstacle
from planner.facts.versions import Version, since
from planner.model.guest import VM, Vgpu
from planner.model.host import Gpu, Host
from planner.model.inventory import PoolView

FEWER_CPUS_REFUSED: Version = (7, 6)
"""The release that first refuses a guest with more virtual CPUs than its host has physical ones."""
PLATFORM_VERSIONS: Version = (7, 0)
"""The release that first compares versions of the virtual hardware platform."""
USB_PASSED_THROUGH: Version = (7, 3)
"""The release that first lets guests use USB devices of their host."""

NEEDS_VIRTUALISATION = ("hvm", "pvh", "pv_in_pvh")
"""The types of guests that only a host with hardware virtualisation runs."""
_EVERY_PLATFORM = frozenset({0, 1, 2})
"""All versions of the virtual hardware platform that there are."""


def devices(view: PoolView, vm: VM, host: Host) -> Iterator[Cause]:
    """What a guest needs of a host's processors and devices and the host has not."""
    yield from _hardware_platform(view, vm, host)
    yield from _graphics(view, vm, host)
    yield from _usb(view, vm, host)
    yield from _virtualisation(vm, host)
    yield from _processors(view, vm, host)


def _hardware_platform(view: PoolView, vm: VM, host: Host) -> Iterator[Cause]:
    offered, wanted = host.hardware_platform_versions, vm.hardware_platform_version
    if since(view.software(host), PLATFORM_VERSIONS) is False or wanted == 0:
        return
    if offered is not None and wanted is None:
        if not set(offered) >= _EVERY_PLATFORM:
            yield Lacking(vm, "hardware_platform_version")
    elif offered is None:
        yield (
            Lacking(vm, "hardware_platform_version") if wanted is None else Lacking(host, "hardware_platform_versions")
        )
    elif wanted not in (offered or (0,)):
        yield Obstacle(Kind.HARDWARE_PLATFORM, (vm, host), needed=wanted, details=tuple(map(str, sorted(offered))))


def _graphics(view: PoolView, vm: VM, host: Host) -> Iterator[Cause]:
    if vm.vgpus is None:
        yield Lacking(vm, "vgpus")
        return
    if any(each.implementation in PASSED_THROUGH for each in vm.vgpus):
        if host.iommu is None:
            yield Lacking(host, "iommu")
        elif not host.iommu:
            yield Obstacle(Kind.NO_IOMMU, (vm, host))
    here = view.hosts.find(vm.runs_on) is host
    for vgpu in vm.vgpus:
        if not here:
            yield from _processor_for(view, vgpu, host)


def _processor_for(view: PoolView, vgpu: Vgpu, host: Host) -> Iterator[Cause]:
    """Whether a host has a graphics processor of the group and type; whether it is taken shows where none is used."""
    if vgpu.group is None or host.gpus is None:
        yield Lacking(vgpu, "group") if vgpu.group is None else Lacking(host, "gpus")
        return
    in_group = [each for each in host.gpus if each.group == vgpu.group]
    if not in_group:
        yield (
            Lacking(host, "gpus")
            if any(each.group is None for each in host.gpus)
            else Obstacle(Kind.NO_GRAPHICS, (vgpu, host), details=(vgpu.group,))
        )
        return
    offers = [_offers(each.supported_types, each.enabled_types, vgpu.type) for each in in_group]
    if not any(offer is not False for offer in offers):
        yield Obstacle(Kind.GRAPHICS_TYPE, (vgpu, host), details=(vgpu.group, vgpu.type or ""))
    elif True not in offers:
        yield Lacking(vgpu, "type") if vgpu.type is None else Lacking(in_group[0], "enabled_types")
    elif any(each.group == vgpu.group for other in view.vms_on(host) for each in other.vgpus or ()):
        yield from _any_free(vgpu, host, in_group)


def _any_free(vgpu: Vgpu, host: Host, in_group: list[Gpu]) -> Iterator[Cause]:
    """Whether one more of a type fits, where others of the group are in use."""
    if any(vgpu.type in (each.free_types or ()) for each in in_group):
        return
    unsaid = [each for each in in_group if each.free_types is None]
    yield (
        Lacking(unsaid[0], "free_types")
        if unsaid
        else Obstacle(Kind.GRAPHICS_TYPE, (vgpu, host), details=(vgpu.group or "", vgpu.type or ""))
    )


def _offers(supported: tuple[str, ...] | None, enabled: tuple[str, ...] | None, wanted: str | None) -> bool | None:
    if wanted is None:
        return None
    if any(types is not None and wanted not in types for types in (supported, enabled)):
        return False
    return None if supported is None or enabled is None else True


def _usb(view: PoolView, vm: VM, host: Host) -> Iterator[Cause]:
    if vm.usb_groups is None:
        if since(view.software(host), USB_PASSED_THROUGH) is not False:
            yield Lacking(vm, "usb_groups")
        return
    if vm.usb_groups and host.usb_devices is None:
        yield Lacking(host, "usb_devices")
        return
    there = {each.group for each in host.usb_devices or ()}
    missing = tuple(sorted({each for each in vm.usb_groups if each not in there}))
    if missing:
        yield (
            Lacking(host, "usb_devices") if None in there else Obstacle(Kind.USB_ELSEWHERE, (vm, host), details=missing)
        )


def _virtualisation(vm: VM, host: Host) -> Iterator[Cause]:
    if host.hvm or vm.domain_type == "pv":
        return
    if vm.domain_type is None:
        yield Lacking(vm, "domain_type")
    elif host.hvm is None:
        yield Lacking(host, "hvm")
    else:
        yield Obstacle(Kind.NO_VIRTUALISATION, (vm, host), details=(vm.domain_type,))


def _processors(view: PoolView, vm: VM, host: Host) -> Iterator[Cause]:
    wanted, most = virtual_cpus(vm), most_virtual_cpus(view, host)
    if wanted is None or most is None:
        return
    if isinstance(wanted, Lacking):
        yield wanted
    elif isinstance(most, Lacking):
        yield most
    elif wanted > most:
        yield Obstacle(Kind.TOO_MANY_VCPUS, (vm, host), needed=wanted, available=most)


def virtual_cpus(vm: VM) -> int | Lacking | None:
    """For how many virtual CPUs a guest wants physical ones; None where it wants none of its own."""
    if set_true(vm, "vcpu-unrestricted"):
        return None
    return vm.vcpus.max if vm.vcpus and vm.vcpus.max is not None else Lacking(vm, "vcpus.max")


def most_virtual_cpus(view: PoolView, host: Host) -> int | Lacking | None:
    """How many virtual CPUs a guest of a host may have at most; None where its release takes any number."""
    refused = since(view.software(host), FEWER_CPUS_REFUSED)
    if refused is False:
        return None
    if refused is None:
        return Lacking(host, "software.product_version" if view.software(host) else "software")
    return host.cpu.count if host.cpu and host.cpu.count is not None else Lacking(host, "cpu.count")
