"""What in the settings of a guest keeps it from being started anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from planner.facts.join import restricted
from planner.facts.lacking import Lacking
from planner.facts.obstacles import Cause, Kind, Obstacle
from planner.model.guest import VM, Memory
from planner.model.inventory import PoolView

_COUNT = re.compile(r"[0-9]{1,9}")
_TRUE = ("true", "1")
_DUMPS = ("coredump_and_destroy", "coredump_and_restart")
PASSED_THROUGH = ("passthrough", "nvidia_sriov", "mxgpu")
"""Graphics processors that are whole devices, or virtual functions of one, so that an IOMMU is needed."""


def settings(vm: VM) -> Iterator[Obstacle]:
    """What the toolstack refuses of a guest's settings, whenever it is to run: on any host, started or moved there."""
    yield from virtual_cpus(vm)
    memory = vm.memory
    if memory:
        ranges = ((memory.static_min, memory.static_max), (memory.dynamic_min, memory.dynamic_max))
        if any(low is not None and high is not None and low > high for low, high in ranges):
            yield Obstacle(Kind.MEMORY_LIMITS, (vm,))
    yield from shadow_multiplier(vm)
    yield from crash_action(vm)


def shadow_multiplier(vm: VM) -> Iterator[Obstacle]:
    """Whether the memory for a guest's page tables is made too small."""
    if vm.shadow_multiplier is not None and vm.shadow_multiplier < 1:
        yield Obstacle(Kind.SHADOW_MULTIPLIER, (vm,), details=(str(vm.shadow_multiplier),))


def crash_action(vm: VM) -> Iterator[Obstacle]:
    """Whether what a guest is to do after a crash is not possible: only paravirtual guests are dumped."""
    action = vm.actions_after_crash
    if action == "rename_restart" or (action in _DUMPS and vm.domain_type not in ("pv", None)):
        yield Obstacle(Kind.CRASH_ACTION, (vm,), details=(action,))


def virtual_cpus(vm: VM) -> Iterator[Obstacle]:
    """What is wrong with the numbers of a guest's virtual CPUs."""
    highest, first = (vm.vcpus.max, vm.vcpus.at_startup) if vm.vcpus else (None, None)
    for field, number in (("max", highest), ("at_startup", first)):
        if number is not None and number < 1:
            yield Obstacle(Kind.TOO_FEW_VCPUS, (vm,), needed=1, available=number, details=(field,))
    if highest is not None and first is not None and first > max(highest, 1):
        yield Obstacle(Kind.VCPUS_OUT_OF_ORDER, (vm,), needed=first, available=highest)


def settings_at_start(view: PoolView, vm: VM) -> Iterator[Cause]:
    """What the toolstack refuses of a guest's settings besides, when it is started anew."""
    yield from cores_per_socket(vm)
    yield from memory_not_fixed(vm)
    if vm.nested_virtualisation and restricted(view, "restrict_nested_virt"):
        yield Obstacle(Kind.NOT_LICENSED, (vm,), details=("nested virtualisation",))
    yield from device_model(vm)


def cores_per_socket(vm: VM) -> Iterator[Obstacle]:
    """Whether the virtual CPUs of a guest cannot be spread over sockets of the size that it asks for."""
    cores = (vm.platform or {}).get("cores-per-socket")
    highest = vm.vcpus.max if vm.vcpus else None
    if cores is None or vm.domain_type == "pv" or highest is None:
        return
    number = int(cores) if _COUNT.fullmatch(cores) else 0
    if number < 1 or highest % number:
        yield Obstacle(Kind.CORES_PER_SOCKET, (vm,), needed=highest, details=(cores,))


def must_be_fixed(vm: VM) -> str:
    """Why the memory of a guest has to be fixed while it runs; empty where it need not be."""
    if vm.nested_virtualisation:
        return "nested virtualisation"
    if any(each.implementation == "nvidia_sriov" for each in vm.vgpus or ()):
        return "a graphics processor by virtual functions"
    return ""


def memory_not_fixed(vm: VM) -> Iterator[Cause]:
    """Whether the memory of a guest may be ballooned though it has to be fixed."""
    memory, why = vm.memory, must_be_fixed(vm)
    if not why or memory is None:
        return
    if ballooned(memory):
        yield Obstacle(Kind.MEMORY_NOT_FIXED, (vm,), details=(why,))
    else:
        limits = ("dynamic_min", "dynamic_max", "static_max")
        yield from (Lacking(vm, f"memory.{name}") for name in limits if getattr(memory, name) is None)


def ballooned(memory: Memory) -> bool:
    """Whether limits that would be the same if the memory were fixed are known to differ."""
    limits = (memory.dynamic_min, memory.dynamic_max, memory.static_max)
    return len({each for each in limits if each is not None}) > 1


def device_model(vm: VM) -> Iterator[Obstacle]:
    """Firmware, USB devices and TPMs that want another device model than the one that is set."""
    model = (vm.platform or {}).get("device-model")
    if vm.usb_groups and model is not None and not model.startswith("qemu-upstream-"):
        yield Obstacle(Kind.DEVICE_MODEL, (vm,), details=(model, "USB devices"))
    if vm.firmware == "uefi" and model == "qemu-trad":
        yield Obstacle(Kind.DEVICE_MODEL, (vm,), details=(model, "UEFI"))
    if vm.firmware == "bios" and model == "qemu-upstream-uefi":
        yield Obstacle(Kind.DEVICE_MODEL, (vm,), details=(model, "BIOS"))
    if vm.firmware == "bios" and vm.vtpms:
        yield Obstacle(Kind.DEVICE_MODEL, (vm,), details=("BIOS", "a TPM"))


def set_true(vm: VM, *keys: str) -> bool:
    """Whether one of these settings of the guest's platform is on."""
    return any((vm.platform or {}).get(key) in _TRUE for key in keys)
