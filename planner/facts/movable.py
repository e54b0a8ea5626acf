"""Whether the disks of a VM stay where they are when it moves."""

from __future__ import annotations

from planner.model.guest import VM, Drive
from planner.model.inventory import PoolView


def can_move_without_disks(view: PoolView, vm: VM) -> bool | None:
    """Whether all that a VM has in its drives is on shared storage; None where the inventory does not say."""
    if vm.drives is None:
        return None
    shared = [_is_shared(view, drive) for drive in vm.drives if not drive.empty]
    return False if False in shared else None if None in shared else True


def _is_shared(view: PoolView, drive: Drive) -> bool | None:
    _, repository = view.disk_and_repository(drive)
    return repository.shared if repository else None
