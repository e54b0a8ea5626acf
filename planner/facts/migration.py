"""Whether a running guest can be moved to another host, with or without its disks, and all that stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from planner.facts.guest_settings import set_true, settings
from planner.facts.high_availability import pool_software
from planner.facts.join import restricted
from planner.facts.lacking import Lacking
from planner.facts.obstacles import Answer, Cause, Kind, Obstacle, answer
from planner.facts.placement import Placement, fitting
from planner.facts.software_age import not_older
from planner.facts.storage import Attachment, driver
from planner.facts.versions import legacy, since
from planner.model.guest import VM, Drive
from planner.model.host import Host
from planner.model.storage import Disk, Repository

LIVE = "pool_migrate"
"""What the toolstack calls a live migration within a pool."""
WITH_DISKS = "migrate_send"
"""What it calls a migration that moves disks too."""
MOVES_DISKS = (6, 1)
"""The release that first moves disks of a running guest."""
_MOVED_GRAPHICS = ("nvidia", "nvidia_sriov")


class Moves:
    """Where the running guests of a pool can go on."""

    def __init__(self, placement: Placement) -> None:
        self.placement = placement
        self._view = placement.view

    def live(self, vm: VM, host: Host) -> Answer:
        """Whether a guest can be moved to a host with its disks where they are."""
        memory = fitting(vm, host, self.placement.memory.fit(vm, host))
        return answer((*self.gates(vm, LIVE), *self.arrival(vm, host), *memory))

    def arrival(self, vm: VM, host: Host) -> Iterator[Cause]:
        """What keeps a guest that arrives with its disks where they are from a host, memory aside."""
        yield from self._arrival(vm, host)
        yield from self.placement.storage.causes(vm, host)

    def with_disks(self, vm: VM, host: Host) -> Answer:
        """Whether a guest can be moved to a host together with those disks that the host does not have."""
        causes = (*self.gates(vm, WITH_DISKS), *self._arrival(vm, host), *self._versions(vm, host, always=True))
        moved = (cause for drive in self.disks_to_move(vm, host) for cause in self.movable(drive))
        memory = fitting(vm, host, self.placement.memory.fit(vm, host))
        return answer((*causes, *moved, *self._left_behind(vm, host), *memory))

    def gates(self, vm: VM, operation: str) -> Iterator[Cause]:
        """What keeps a guest from being moved to any host."""
        if operation in (vm.blocked_operations or ()):
            yield Obstacle(Kind.BLOCKED, (vm,), details=(operation,))
        if vm.power_state is None:
            yield Lacking(vm, "power_state")
        elif vm.power_state != "running":
            yield Obstacle(Kind.NOT_RUNNING, (vm,), details=(vm.power_state,))
        if vm.operations:
            yield Obstacle(Kind.BUSY, (vm,), details=tuple(sorted(vm.operations)))
        if set_true(vm, "nomigrate") or vm.nested_virtualisation:
            yield Obstacle(Kind.IMMOBILE, (vm,))
        if vm.driver_domain:
            yield Obstacle(Kind.SERVES_ITS_HOST, (vm,))
        if vm.tools and vm.tools.cannot_suspend:
            yield Obstacle(Kind.CANNOT_SUSPEND, (vm,), details=(vm.tools.cannot_suspend,))
        yield from self._licence(operation)
        yield from self._tools(vm)
        yield from self._devices(vm)
        yield from self._reset_disks(vm, operation)

    def _licence(self, operation: str) -> Iterator[Cause]:
        if operation in self._restricted:
            yield Obstacle(Kind.NOT_LICENSED, (self._view.pool,), details=("live migration",))
        if operation == WITH_DISKS and since(pool_software(self._view), MOVES_DISKS) is False:
            yield Obstacle(Kind.NOT_LICENSED, (self._view.pool,), details=("moving disks of a running VM",))

    @cached_property
    def _restricted(self) -> tuple[str, ...]:
        """The operations that the licence switches off."""
        features = {LIVE: "restrict_xen_motion", WITH_DISKS: "restrict_storage_xen_motion"}
        return tuple(operation for operation, feature in features.items() if restricted(self._view, feature))

    @cached_property
    def _legacy(self) -> bool | None:
        return legacy(pool_software(self._view))

    def _tools(self, vm: VM) -> Iterator[Cause]:
        """Whether the guest takes part in being suspended, which a move ends with; nobody asked for that up to 6.5."""
        if vm.domain_type == "pv" or self._legacy:
            return
        tools = vm.tools
        if tools and (tools.installed or "feature-suspend" in (tools.features or ())):
            return
        if tools is None:
            yield Lacking(vm, "tools")
        elif tools.installed is None:
            yield Lacking(tools, "installed")
        else:
            yield Obstacle(Kind.NO_TOOLS, (vm,))

    def _devices(self, vm: VM) -> Iterator[Cause]:
        graphics = vm.vgpus or ()
        if any(each.implementation is not None and each.implementation not in _MOVED_GRAPHICS for each in graphics):
            yield Obstacle(Kind.GRAPHICS_ATTACHED, (vm,))
        elif graphics:
            yield Lacking(graphics[0], "implementation")
        if vm.usb_groups:
            yield Obstacle(Kind.USB_ATTACHED, (vm,))
        if vm.pci_devices and not any(each.implementation == "nvidia_sriov" for each in graphics):
            yield Obstacle(Kind.PCI_ATTACHED, (vm,), details=vm.pci_devices)

    def _reset_disks(self, vm: VM, operation: str) -> Iterator[Cause]:
        for drive in vm.drives or ():
            disk = self._view.disks.find(drive.disk)
            if disk and disk.on_boot == "reset" and (disk.caching or operation == WITH_DISKS):
                yield Obstacle(Kind.RESET_AT_BOOT, (drive, disk))

    def _arrival(self, vm: VM, host: Host) -> Iterator[Cause]:
        """What of a host matters to a guest that arrives running."""
        place = self.placement
        yield from settings(vm)
        if vm.power_state != "halted":
            yield from place.cpu(vm, host)
        yield from place.there(vm, host)
        yield from place.passing(vm, host)
        yield from self._versions(vm, host, always=False)

    def _versions(self, vm: VM, host: Host, *, always: bool) -> Iterator[Cause]:
        source = self._view.hosts.find(vm.runs_on)
        if source is None or not (always or self._view.pool.rolling_upgrade):
            return
        newer = not_older(self._view, source, host)
        if isinstance(newer, Lacking):
            yield newer
        elif not newer:
            yield Obstacle(Kind.OLDER_SOFTWARE, (host, source))

    def disks_to_move(self, vm: VM, host: Host) -> tuple[Drive, ...]:
        """The drives of a guest whose disks a host does not have, and which would have to come along."""
        return tuple(drive for drive in vm.drives or () if drive.type != "cd" and self._lacks(drive, host))

    def _left_behind(self, vm: VM, host: Host) -> Iterator[Cause]:
        """A CD does not come along: the host must have it."""
        if vm.drives is None:
            yield Lacking(vm, "drives")
        for drive in vm.drives or ():
            _, repository = self._view.disk_and_repository(drive)
            if drive.type == "cd" and repository and self._lacks(drive, host):
                yield Obstacle(Kind.REPOSITORY_NOT_ATTACHED, (drive, repository))

    def _lacks(self, drive: Drive, host: Host) -> bool:
        _, repository = self._view.disk_and_repository(drive)
        if repository is None:
            return False
        return self.placement.storage.has(repository, host) in (Attachment.DETACHED, Attachment.MISSING)

    def movable(self, drive: Drive) -> Iterator[Cause]:
        """What keeps a disk from being moved to any other repository while its guest runs."""
        disk, repository = self._view.disk_and_repository(drive)
        if repository is not None:
            yield from self._mirrored(drive, repository)
        if disk is not None:
            yield from _copied(drive, disk)

    def _mirrored(self, drive: Drive, repository: Repository) -> Iterator[Cause]:
        features = [
            each.features
            for each in self._view.pool.drivers or ()
            if each.type in (driver(repository), repository.type) and each.features is not None
        ]
        if features and not any({"VDI_SNAPSHOT", "VDI_MIRROR"} <= each.keys() for each in features):
            yield Obstacle(Kind.NO_MIRRORING, (drive, repository))


def _copied(drive: Drive, disk: Disk) -> Iterator[Cause]:
    if disk.changed_block_tracking:
        yield Obstacle(Kind.CHANGES_TRACKED, (drive, disk))
    if "key_hash" in (disk.sm_config or {}):
        yield Obstacle(Kind.ENCRYPTED, (drive, disk))
