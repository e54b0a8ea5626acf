"""A guest: its memory, its disks and interfaces, where it may and where it does run."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import GetJsonSchemaHandler, SerializerFunctionWrapHandler, model_serializer, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from planner.model.fields import (
    LARGEST,
    SIZE_SCHEMA,
    AnyText,
    Bytes,
    Count,
    Factor,
    FeatureWords,
    Flag,
    Integer,
    Mac,
    PciAddress,
    Record,
    Strings,
    Text,
)
from planner.units import format_size, parse_size

PowerState = Literal["halted", "running", "paused", "suspended"]
DomainType = Literal["hvm", "pv", "pv_in_pvh", "pvh"]


class Memory(Record):
    """The limits of a guest's memory. Written as one size, it is fixed at that size."""

    written_as: ClassVar[str] = 'a size such as "4 GiB", or a mapping of limits'

    static_min: Bytes | None = None
    dynamic_min: Bytes | None = None
    dynamic_max: Bytes | None = None
    static_max: Bytes | None = None
    target: Bytes | None = None
    overhead: Bytes | None = None
    """What the host needs beside the guest's own memory, as the toolstack stored it."""

    @model_validator(mode="before")
    @classmethod
    def _fixed(cls, value: Any) -> Any:  # noqa: ANN401 - what the caller gave
        if isinstance(value, str):
            value = parse_size(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return {"dynamic_min": value, "dynamic_max": value, "static_max": value}
        return value

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Say that one size will do."""
        return {"anyOf": [SIZE_SCHEMA, dict(handler.resolve_ref_schema(handler(core)))]}

    @model_serializer(mode="wrap", when_used="json")
    def _brief(self, serialize: SerializerFunctionWrapHandler) -> Any:  # noqa: ANN401 - one size, or a mapping
        if self.static_max is not None and self == Memory.model_validate(self.static_max):
            return format_size(self.static_max)
        return serialize(self)

    @property
    def label(self) -> str:
        """It has no name of its own."""
        return "memory"


class Vcpus(Record):
    """The virtual CPUs of a guest. Written as one number, all of them are there at startup."""

    written_as: ClassVar[str] = "a number without quotes, or a mapping"

    max: Integer | None = None
    at_startup: Integer | None = None
    mask: Text | None = None
    """The physical CPUs it may use, separated by commas."""
    weight: Text | None = None
    cap: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _all(cls, value: Any) -> Any:  # noqa: ANN401 - what the caller gave
        return {"max": value, "at_startup": value} if type(value) is int else value

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Say that one number will do."""
        number = {"type": "integer", "minimum": -LARGEST - 1, "maximum": LARGEST}
        return {"anyOf": [number, dict(handler.resolve_ref_schema(handler(core)))]}

    @model_serializer(mode="wrap", when_used="json")
    def _brief(self, serialize: SerializerFunctionWrapHandler) -> Any:  # noqa: ANN401 - one number, or a mapping
        if self.max is not None and self == Vcpus(max=self.max, at_startup=self.max):
            return self.max
        return serialize(self)


class CpuFlags(Record):
    """The CPU that a guest was last booted on, as it saw it."""

    vendor: Text | None = None
    features: FeatureWords | None = None


class Drive(Record):
    """A drive of a guest (a VBD). It names its disk, or just the repository where the disk is."""

    device: Text
    """`xvda`, or the number of the slot."""
    uuid: Text | None = None
    disk: Text | None = None
    repository: Text | None = None
    """Where the disk is, when the disk itself is not described."""
    size: Bytes | None = None
    type: Literal["disk", "cd", "floppy"] | None = None
    mode: Literal["ro", "rw"] | None = None
    bootable: Flag | None = None
    attached: Flag | None = None
    empty: Flag | None = None
    """Nothing is inserted; false when it names a disk or a repository."""


class Nic(Record):
    """A network interface of a guest (a VIF)."""

    device: Text
    """The number of the slot."""
    network: Text | None = None
    uuid: Text | None = None
    mac: Mac | None = None
    mtu: Integer | None = None
    attached: Flag | None = None
    locking_mode: Text | None = None
    reserved_function: Flag | None = None
    """A virtual function of an SR-IOV network is held for it."""


class Vgpu(Record):
    """A graphics processor of a guest."""

    group: Text | None = None
    type: Text | None = None
    implementation: Text | None = None
    """`passthrough`, `nvidia`, `nvidia_sriov`, `gvt_g`, `mxgpu`."""
    uuid: Text | None = None
    attached: Flag | None = None

    @property
    def label(self) -> str:
        """Its type, where that is known."""
        return self.type or "vgpu"


class Tools(Record):
    """The guest tools, as the guest reports them."""

    installed: Flag | None = None
    version: Text | None = None
    up_to_date: Flag | None = None
    features: tuple[Text, ...] | None = None
    """What the guest says it can do: `feature-balloon`, `feature-suspend` …"""
    cannot_suspend: Text | None = None
    """Why the guest cannot be suspended now, in its own words."""


class VM(Record):
    """A guest; a template and a snapshot have the same shape."""

    name: Text
    uuid: Text | None = None
    power_state: PowerState | None = None
    runs_on: Text | None = None
    """The host that runs it."""
    scheduled_on: Text | None = None
    """The host on which a start or a migration under way has reserved room for it."""
    home: Text | None = None
    """Its home server."""
    memory: Memory | None = None
    vcpus: Vcpus | None = None
    domain_type: DomainType | None = None
    shadow_multiplier: Factor | None = None
    hardware_platform_version: Count | None = None
    platform: Strings | None = None
    firmware: Text | None = None
    nested_virtualisation: Flag | None = None
    actions_after_crash: Text | None = None
    last_boot_cpu: CpuFlags | None = None
    ha_restart_priority: AnyText | None = None
    """`restart`, `best-effort`, or empty."""
    ha_always_run: Flag | None = None
    order: Integer | None = None
    start_delay: Integer | None = None
    """Seconds after its start before VMs of the next order are started."""
    shutdown_delay: Integer | None = None
    drives: tuple[Drive, ...] | None = None
    nics: tuple[Nic, ...] | None = None
    pci_devices: tuple[PciAddress, ...] | None = None
    vgpus: tuple[Vgpu, ...] | None = None
    usb_groups: tuple[Text, ...] | None = None
    """The groups of the USB devices passed through to it."""
    vtpms: Count | None = None
    suspend_disk: Text | None = None
    suspend_repository: Text | None = None
    appliance: Text | None = None
    groups: tuple[Text, ...] | None = None
    tools: Tools | None = None
    addresses: tuple[Text, ...] | None = None
    auto_start: Flag | None = None
    """It is started when its host boots."""
    blocked_operations: tuple[Text, ...] | None = None
    operations: tuple[Text, ...] | None = None
    """What is under way on it."""
    requires_reboot: Flag | None = None
    vendor_device: Flag | None = None
    driver_domain: Flag | None = None
    """A control domain that is not dom0."""
    default_template: Flag | None = None
    snapshot_of: Text | None = None
    mac_seed: Text | None = None
    tags: tuple[Text, ...] | None = None


class Group(Record):
    """VMs that are placed with regard to each other."""

    name: Text
    uuid: Text | None = None
    placement: Literal["normal", "anti_affinity"] | None = None


class Appliance(Record):
    """VMs that are started and shut down together (a vApp)."""

    name: Text
    uuid: Text | None = None
