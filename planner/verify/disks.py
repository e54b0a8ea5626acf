"""Whether disks can be moved to other repositories as the steps of a plan say, and as it is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.facts.disk_moves import into, space, users
from planner.facts.migration import Moves
from planner.facts.placement import Placement
from planner.model.inventory import Inventory, PoolView
from planner.plans import Phase, Step
from planner.plans.changes import FieldChange
from planner.plans.midst import moves_disk
from planner.plans.moving import DiskMoved, MovesOutcome
from planner.verify.subjects import pool_of, why_not


def disk_moved_by(step: Step, state: Inventory, outcome: MovesOutcome) -> Iterator[str]:
    """What is wrong with a step that moves a disk: it does that alone, and reserves the space for it."""
    changes = [each for each in step.changes if isinstance(each, FieldChange) and each.way]
    if not any(each.way[0][0] in {"disks", "repositories"} for each in changes):
        return
    moved = [each for each in changes if moves_disk(each)]
    if step.phase is not Phase.STORAGE or len(moved) != 1 or len(step.changes) > 2:  # noqa: PLR2004 - disk and space
        yield "to move a disk is that one disk is in another repository, and its space is taken there"
        return
    view = pool_of(state, outcome)
    disk, repository = view.disks.find(moved[0].way[0][1]), view.repositories.find(str(moved[0].value))
    if disk is None or repository is None:
        yield f"{moved[0].way[0][1]} or {moved[0].value} is not just one disk and one repository"
        return
    needed = space(view, disk)
    taken = [each for each in changes if each.field == "used" and each.way[0][1] in (repository.uuid, repository.name)]
    if [each.value for each in taken] != [(repository.used or 0) + needed]:
        yield f"{disk.name} takes {needed} bytes of {repository.name}, which is not told"
    vms, moves = users(view, disk), Moves(Placement(view))
    if not vms:
        yield f"{disk.name} is in no drive"
    for vm in vms:
        for drive in vm.drives or ():
            if view.disks.find(drive.disk) is disk and not (found := into(moves, vm, drive, repository)).can:
                yield f"{disk.name} cannot be moved to {repository.name}: {why_not(found)}"


def disks_as_told(steps: Sequence[Step], start: PoolView, outcome: MovesOutcome) -> Iterator[str]:
    """Whether the disks that are told to move are those of the steps."""
    found = []
    for change in (each for step in steps for each in step.changes if moves_disk(each)):
        assert isinstance(change, FieldChange)  # noqa: S101 - it moves a disk
        disk, target = start.disks.find(change.way[0][1]), start.repositories.find(str(change.value))
        source = start.repositories.find(disk.repository) if disk else None
        if disk and source and target:
            user = next((vm.name for vm in users(start, disk)), "")
            found.append(DiskMoved(user, disk.name, source.name, target.name, space(start, disk)))
    if found != list(outcome.disks):
        yield "the disks that are told to move are not those of the steps"
