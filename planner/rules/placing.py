"""Why a guest cannot be on a host, and to what its memory could be lowered, in words that rules and overviews share."""

from __future__ import annotations

from collections.abc import Callable

from planner.facts.obstacles import Answer, Kind, Obstacle
from planner.model.fields import Record
from planner.model.guest import VM, Drive
from planner.model.host import Host
from planner.model.network import Interface, Network
from planner.model.storage import Disk, Repository
from planner.rules.wording import UNTOLD, listed, plural, uuid_of, xe
from planner.units import format_size, mib_available, mib_consumed

_PLAIN = {
    Kind.SHADOW_MULTIPLIER: "its shadow multiplier is {details}, less than one",
    Kind.CRASH_ACTION: "what it is to do after a crash, {details}, is not possible",
    Kind.MEMORY_NOT_FIXED: "its memory has to be fixed for {details}",
    Kind.MEMORY_LIMITS: "a minimum of its memory is above the maximum",
    Kind.NOT_LICENSED: "{details} is switched off by the licence, or came with a later release",
    Kind.HOST_NOT_LIVE: "the host is not live",
    Kind.HOST_DISABLED: "the host is disabled",
    Kind.EVACUATING: "the host is being evacuated",
    Kind.HARDWARE_PLATFORM: "it needs version {needed} of the virtual hardware platform, the host has {details}",
    Kind.NO_IOMMU: "it needs a whole device, and the host has no IOMMU",
    Kind.NO_GRAPHICS: "the host has no graphics processor of group {details}",
    Kind.GRAPHICS_TYPE: "no graphics processor of the host has room for type {details}",
    Kind.USB_ELSEWHERE: "the host has no USB device of group {details}",
    Kind.NO_VIRTUAL_FUNCTION: "it needs {needed} virtual functions of a NIC, and {available} are idle",
    Kind.NO_VIRTUALISATION: "it needs hardware virtualisation, which the host does not have or has switched off",
    Kind.TOO_MANY_VCPUS: "it has {needed} virtual CPUs, and the host has {available} CPUs",
    Kind.OLDER_SOFTWARE: "the host runs older software than it may have during a rolling upgrade",
    Kind.BLOCKED: "its operation {details} is blocked",
    Kind.NOT_RUNNING: "it is {details}",
    Kind.NOT_HALTED: "it is {details}",
    Kind.BUSY: "{details} is under way on it",
    Kind.IMMOBILE: "it is marked as immobile, or has nested virtualisation",
    Kind.SERVES_ITS_HOST: "it serves its host",
    Kind.CANNOT_SUSPEND: "it says that it cannot be suspended: {details}",
    Kind.NO_TOOLS: "it has no guest tools",
    Kind.PCI_ATTACHED: "it has devices of its host: {details}",
    Kind.GRAPHICS_ATTACHED: "it has a graphics processor of its host",
    Kind.USB_ATTACHED: "it has a USB device of its host",
    Kind.NO_HOST: "no other host is enabled and has software that is not older",
    Kind.WISHED_TO_STAY: "the wish {details} does not let it be moved",
    Kind.NOT_FOR_DISKS: "it holds no disks",
    Kind.NOT_PROTECTED: "high availability is on and does not protect it",
    Kind.TOO_FEW_VCPUS: "the number of its virtual CPUs is {available}",
    Kind.VCPUS_OUT_OF_ORDER: "it has {needed} virtual CPUs at startup, more than its maximum of {available}",
    Kind.CORES_PER_SOCKET: "its {needed} virtual CPUs cannot be spread over sockets of {details}",
}


def told(obstacle: Obstacle) -> str:
    """What stands in the way, in words."""
    pattern = _PLAIN.get(obstacle.kind)
    if pattern:
        return pattern.format(details=listed(obstacle.details), needed=obstacle.needed, available=obstacle.available)
    own = _OWN_WORDS.get(obstacle.kind)
    return own(obstacle) if own else f"{_content(obstacle)} cannot come along: {obstacle.kind.value}"


def reasons(answer: Answer) -> str:
    """All that stands in the way, each reason once."""
    return "; ".join(dict.fromkeys(told(each) for each in answer.obstacles))


def _memory(obstacle: Obstacle) -> str:
    return f"memory: {needed(obstacle.needed or 0)} needed, {free(obstacle.available or 0)} free"


def _space(obstacle: Obstacle) -> str:
    return (
        f"{needed(obstacle.needed or 0)} needed, {free(obstacle.available or 0)} free on {_named(obstacle, Repository)}"
    )


def _shared_disk(obstacle: Obstacle) -> str:
    return f"{_content(obstacle)} is in the drives of {listed(obstacle.details)} too"


def _memory_twice(obstacle: Obstacle) -> str:
    host, size = _named(obstacle, Host), needed(obstacle.needed or 0)
    return f"meanwhile it needs its memory twice on {host}: {size} needed, {free(obstacle.available or 0)} free"


def _memory_order(obstacle: Obstacle) -> str:
    return f"{format_size(obstacle.available or 0)} is below its static minimum of {format_size(obstacle.needed or 0)}"


def needed(size: int) -> str:
    """Memory that is needed, never told too low."""
    return f"{mib_consumed(size)} MiB"


def free(size: int) -> str:
    """Memory that is free, never told too high."""
    return f"{mib_available(size)} MiB"


def _cpu(obstacle: Obstacle) -> str:
    if obstacle.details:
        return f"its CPU lacks what the VM has seen of another: {listed(obstacle.details)}"
    return "its CPU is of another vendor than the one that the VM has seen"


def _storage(obstacle: Obstacle) -> str:
    return f"{_content(obstacle)} is on {_named(obstacle, Repository)}, which is not attached there"


def _other_host(obstacle: Obstacle) -> str:
    return f"it serves {_named(obstacle, Host)}"


def _device_model(obstacle: Obstacle) -> str:
    return f"{obstacle.details[0]} does not go with {obstacle.details[1]}"


def _named(obstacle: Obstacle, kind: type[Record]) -> str:
    return next((record.label for record in obstacle.evidence if isinstance(record, kind)), UNTOLD)


def _content(obstacle: Obstacle) -> str:
    """What is in a drive, or what the guest was suspended to."""
    drive = next((each for each in obstacle.evidence if isinstance(each, Drive)), None)
    disk = next((each for each in obstacle.evidence if isinstance(each, Disk)), None)
    if drive is None:
        return f"what it was suspended to, {disk.name if disk else UNTOLD},"
    return f"its {'CD' if drive.type == 'cd' else 'disk'} {disk.name if disk else drive.device}"


def _network(obstacle: Obstacle) -> str:
    name = _named(obstacle, Network)
    if obstacle.kind is Kind.NETWORK_ON_BONDED_NIC:
        nics = [each.label for each in obstacle.evidence if isinstance(each, Interface)]
        return f"{listed(nics)} of network {name} {plural(nics, 'is', 'are')} bonded there"
    users = [each.label for each in obstacle.evidence if isinstance(each, VM)]
    if users:
        return f"network {name} has no interface, and {listed(users)} {plural(users, 'uses', 'use')} it on another host"
    return f"the host has no interface on network {name}"


def lower_to(vm: VM, size: int) -> str:
    """The command that fixes the memory of a halted guest at a size."""
    least = vm.memory.static_min if vm.memory else None
    limits = {"static_min": str(size if least is None else min(size, least)), "dynamic_min": str(size)}
    limits |= {"dynamic_max": str(size), "static_max": str(size)}
    return xe("vm-memory-limits-set", uuid=uuid_of("vm", vm), **limits)


def balloon_to(vm: VM, size: int) -> str:
    """The command that lowers the dynamic minimum of a guest to a size, and leaves it as much as it has at most."""
    memory = vm.memory
    highest = str(memory.dynamic_max) if memory and memory.dynamic_max is not None else UNTOLD
    if memory and memory.static_min is not None and size >= memory.static_min:
        return xe("vm-memory-dynamic-range-set", uuid=uuid_of("vm", vm), min=str(size), max=highest)
    static_max = str(memory.static_max) if memory and memory.static_max is not None else UNTOLD
    limits = {"static_min": str(size), "dynamic_min": str(size), "dynamic_max": highest, "static_max": static_max}
    return xe("vm-memory-limits-set", uuid=uuid_of("vm", vm), **limits)


_OWN_WORDS: dict[Kind, Callable[[Obstacle], str]] = {
    Kind.MEMORY: _memory,
    Kind.MEMORY_ORDER: _memory_order,
    Kind.NO_SPACE: _space,
    Kind.DISK_SHARED: _shared_disk,
    Kind.MEMORY_TWICE: _memory_twice,
    Kind.CPU: _cpu,
    Kind.REPOSITORY_NOT_ATTACHED: _storage,
    Kind.NETWORK_NOT_THERE: _network,
    Kind.NETWORK_ON_BONDED_NIC: _network,
    Kind.BOUND_TO_ANOTHER_HOST: _other_host,
    Kind.DEVICE_MODEL: _device_model,
}
