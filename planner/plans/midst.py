"""The rounds of a plan, and a pool in the midst of steps that are under way at the same time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from planner.facts.disk_moves import users
from planner.model.inventory import Inventory
from planner.plans import Phase, Step
from planner.plans.applying import applied, carried_out
from planner.plans.changes import FieldChange


def rounds(steps: Iterable[Step]) -> Iterator[tuple[Step, ...]]:
    """Steps that may be under way at the same time, one such round after the other; others one by one."""
    for _, grouped in groupby(enumerate(steps), key=lambda each: each[1].round or -1 - each[0]):
        yield tuple(step for _, step in grouped)


def moments(state: Inventory, together: Sequence[Step]) -> Iterator[Inventory]:
    """The pool while a round is under way, with all its VMs on both hosts, and when it is done."""
    if (under_way := midst(state, together)) is not None:
        yield under_way
    yield carried_out(state, together)


def every_moment(state: Inventory, steps: Iterable[Step]) -> Iterator[Inventory]:
    """The pool at every moment while steps are carried out, from the first round under way to when all is done."""
    for together in rounds(steps):
        *under_way, state = moments(state, together)
        yield from (*under_way, state)


def midst(state: Inventory, steps: Iterable[Step]) -> Inventory | None:
    """The pool with room reserved for all VMs that move, and for those whose disks do; None where none does."""
    reserved = [each for step in steps for change in step.changes for each in _reserved(state, step, change)]
    return applied(state, reserved) if reserved else None


def _reserved(state: Inventory, step: Step, change: object) -> Iterable[FieldChange]:
    if not isinstance(change, FieldChange):
        return
    if step.phase is Phase.MOVE:
        yield FieldChange(change.pool, change.way, "scheduled_on", change.value)
    elif moves_disk(change):
        for view in state.pools:
            disk = view.disks.find(change.way[0][1]) if change.pool in (view.pool.uuid, view.name) else None
            for vm in users(view, disk) if disk else ():
                if vm.runs_on is not None:
                    yield FieldChange(change.pool, (("vms", vm.uuid or vm.name),), "scheduled_on", vm.runs_on)


def moves(steps: Iterable[Step]) -> list[FieldChange]:
    """The changes by which VMs that run come to other hosts."""
    found = (step for step in steps if step.phase is Phase.MOVE)
    return [each for step in found for each in step.changes if isinstance(each, FieldChange)]


def moved_by(steps: Iterable[Step]) -> set[str]:
    """The VMs that steps bring to other hosts, by UUID or name."""
    return {change.way[0][1] for change in moves(steps)}


def moves_disk(change: object) -> bool:
    """Whether a change brings a disk to another repository."""
    if not isinstance(change, FieldChange) or not change.way:
        return False
    return change.way[0][0] == "disks" and change.field == "repository"
