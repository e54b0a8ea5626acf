"""What can stand between a guest and a host, and what the toolstack answers to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from planner.facts.lacking import Lacking, each_once
from planner.model.fields import Record


class Kind(Enum):
    """What stands in the way; roughly in the order in which the toolstack looks."""

    TOO_FEW_VCPUS = "too few virtual CPUs"
    VCPUS_OUT_OF_ORDER = "virtual CPUs out of order"
    MEMORY_LIMITS = "memory limits out of order"
    SHADOW_MULTIPLIER = "shadow multiplier below one"
    CRASH_ACTION = "action after a crash"
    CORES_PER_SOCKET = "cores per socket"
    MEMORY_NOT_FIXED = "memory not fixed"
    NOT_LICENSED = "feature not licensed"
    DEVICE_MODEL = "device model"
    HOST_NOT_LIVE = "host not live"
    BOUND_TO_ANOTHER_HOST = "bound to another host"
    HOST_DISABLED = "host disabled"
    HARDWARE_PLATFORM = "virtual hardware platform"
    CPU = "CPU"
    REPOSITORY_NOT_ATTACHED = "repository not attached"
    NETWORK_NOT_THERE = "network not there"
    NETWORK_ON_BONDED_NIC = "network on a bonded NIC"
    NO_IOMMU = "no IOMMU"
    NO_GRAPHICS = "no graphics processor"
    GRAPHICS_TYPE = "type of graphics processor"
    USB_ELSEWHERE = "USB device elsewhere"
    NO_VIRTUAL_FUNCTION = "no virtual function"
    NO_VIRTUALISATION = "no hardware virtualisation"
    MEMORY = "memory"
    TOO_MANY_VCPUS = "more virtual CPUs than physical ones"
    OLDER_SOFTWARE = "older software"
    EVACUATING = "being evacuated"
    BLOCKED = "operation blocked"
    NOT_RUNNING = "not running"
    NOT_HALTED = "not halted"
    MEMORY_ORDER = "size below the minimum"
    BUSY = "other operation under way"
    IMMOBILE = "immobile"
    SERVES_ITS_HOST = "serves its host"
    CANNOT_SUSPEND = "cannot be suspended"
    NO_TOOLS = "no guest tools"
    RESET_AT_BOOT = "disk reset at boot"
    PCI_ATTACHED = "PCI device attached"
    GRAPHICS_ATTACHED = "graphics processor attached"
    USB_ATTACHED = "USB device attached"
    NO_MIRRORING = "disk cannot be mirrored"
    CHANGES_TRACKED = "changed blocks tracked"
    ENCRYPTED = "disk encrypted"
    NO_HOST = "no other host"
    NOT_PROTECTED = "not protected"
    WISHED_TO_STAY = "wished to stay"
    NO_SPACE = "no space"
    DISK_SHARED = "disk of several VMs"
    MEMORY_TWICE = "memory twice"
    NOT_FOR_DISKS = "not for disks"


API_ERRORS = {
    Kind.TOO_FEW_VCPUS: "INVALID_VALUE",
    Kind.VCPUS_OUT_OF_ORDER: "VALUE_NOT_SUPPORTED",
    Kind.MEMORY_LIMITS: "MEMORY_CONSTRAINT_VIOLATION",
    Kind.SHADOW_MULTIPLIER: "INVALID_VALUE",
    Kind.CRASH_ACTION: "VALUE_NOT_SUPPORTED",
    Kind.CORES_PER_SOCKET: "VCPU_MAX_NOT_CORES_PER_SOCKET_MULTIPLE",
    Kind.MEMORY_NOT_FIXED: "MEMORY_CONSTRAINT_VIOLATION_MAXPIN",
    Kind.NOT_LICENSED: "LICENCE_RESTRICTION",
    Kind.DEVICE_MODEL: "INVALID_VALUE",
    Kind.HOST_NOT_LIVE: "HOST_NOT_LIVE",
    Kind.BOUND_TO_ANOTHER_HOST: "OPERATION_NOT_ALLOWED",
    Kind.HOST_DISABLED: "HOST_DISABLED",
    Kind.HARDWARE_PLATFORM: "VM_HOST_INCOMPATIBLE_VIRTUAL_HARDWARE_PLATFORM_VERSION",
    Kind.CPU: "VM_INCOMPATIBLE_WITH_THIS_HOST",
    Kind.REPOSITORY_NOT_ATTACHED: "VM_REQUIRES_SR",
    Kind.NETWORK_NOT_THERE: "VM_REQUIRES_NETWORK",
    Kind.NETWORK_ON_BONDED_NIC: "HOST_CANNOT_ATTACH_NETWORK",
    Kind.NO_IOMMU: "VM_REQUIRES_IOMMU",
    Kind.NO_GRAPHICS: "VM_REQUIRES_GPU",
    Kind.GRAPHICS_TYPE: "VM_REQUIRES_VGPU",
    Kind.USB_ELSEWHERE: "OPERATION_NOT_ALLOWED",
    Kind.NO_VIRTUAL_FUNCTION: "NETWORK_SRIOV_INSUFFICIENT_CAPACITY",
    Kind.NO_VIRTUALISATION: "VM_HVM_REQUIRED",
    Kind.MEMORY: "HOST_NOT_ENOUGH_FREE_MEMORY",
    Kind.TOO_MANY_VCPUS: "HOST_NOT_ENOUGH_PCPUS",
    Kind.OLDER_SOFTWARE: "VM_HOST_INCOMPATIBLE_VERSION",
    Kind.EVACUATING: "",
    Kind.BLOCKED: "OPERATION_BLOCKED",
    Kind.NOT_RUNNING: "VM_BAD_POWER_STATE",
    Kind.NOT_HALTED: "VM_BAD_POWER_STATE",
    Kind.MEMORY_ORDER: "MEMORY_CONSTRAINT_VIOLATION_ORDER",
    Kind.BUSY: "OTHER_OPERATION_IN_PROGRESS",
    Kind.IMMOBILE: "VM_IS_IMMOBILE",
    Kind.SERVES_ITS_HOST: "OPERATION_NOT_ALLOWED",
    Kind.CANNOT_SUSPEND: "VM_NON_SUSPENDABLE",
    Kind.NO_TOOLS: "VM_LACKS_FEATURE",
    Kind.RESET_AT_BOOT: "VDI_ON_BOOT_MODE_INCOMPATIBLE_WITH_OPERATION",
    Kind.PCI_ATTACHED: "VM_HAS_PCI_ATTACHED",
    Kind.GRAPHICS_ATTACHED: "VM_HAS_VGPU",
    Kind.USB_ATTACHED: "VM_HAS_VUSBS",
    Kind.NO_MIRRORING: "SR_DOES_NOT_SUPPORT_MIGRATION",
    Kind.CHANGES_TRACKED: "VDI_CBT_ENABLED",
    Kind.ENCRYPTED: "VDI_IS_ENCRYPTED",
    Kind.NO_HOST: "NO_HOSTS_AVAILABLE",
    Kind.NOT_PROTECTED: "HOST_EVACUATE_VM_NOT_HA_PROTECTED",
    Kind.WISHED_TO_STAY: "",
    Kind.NO_SPACE: "",
    Kind.DISK_SHARED: "",
    Kind.MEMORY_TWICE: "HOST_NOT_ENOUGH_FREE_MEMORY",
    Kind.NOT_FOR_DISKS: "",
}
"""What the toolstack answers to each; empty where it has nothing against it, or passes the host over without a word."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that keeps a guest from a host."""

    kind: Kind
    evidence: tuple[Record, ...] = ()
    """The records that show it, what has to change first."""
    needed: int | None = None
    available: int | None = None
    details: tuple[str, ...] = ()
    """What the guest has, or what the host lacks: features, values, operations."""

    @property
    def api_error(self) -> str:
        """What the toolstack answers to it."""
        return API_ERRORS[self.kind]


Cause = Obstacle | Lacking
_ORDER = {kind: position for position, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a guest can do something on a host: all that stands in the way, and what is not known."""

    obstacles: tuple[Obstacle, ...] = ()
    lacking: tuple[Lacking, ...] = ()

    @property
    def can(self) -> bool | None:
        """Whether it can; None while that is unknown."""
        return False if self.obstacles else None if self.lacking else True


def answer(causes: Iterable[Cause]) -> Answer:
    """All causes as one answer, each told once."""
    obstacles: list[Obstacle] = []
    lacking: list[Lacking] = []
    for cause in causes:
        if isinstance(cause, Lacking):
            lacking.append(cause)
        else:
            obstacles.append(cause)
    obstacles.sort(key=lambda each: (_ORDER[each.kind], [record.label for record in each.evidence], each.details))
    return Answer(tuple(obstacles), each_once(lacking))
