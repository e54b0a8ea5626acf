"""Which VMs are elsewhere than before, and how they get back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.goals.moves.stand import Stand
from planner.goals.moves.wanted import Item
from planner.goals.naming import name_of
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import PoolView


@dataclass(frozen=True, slots=True)
class Homeward:
    """The VMs that are away and can go back, where to by keys, and those that cannot, each with its host."""

    items: tuple[Item, ...]
    targets: dict[str, str]
    stays: tuple[tuple[VM, Host], ...]


def homeward(first: PoolView, now: Stand) -> Homeward:
    """What has to move for all VMs to be where they were."""
    items, targets, stays = list[Item](), dict[str, str](), list[tuple[VM, Host]]()
    for vm, home in away(first, now):
        item = now.item(vm)
        if isinstance(item, Item) and now.key(home) in item.stays and not now.unsure(home):
            items.append(item)
            targets[item.key] = now.key(home)
        else:
            stays.append((vm, home))
    return Homeward(tuple(items), targets, tuple(stays))


def away(first: PoolView, now: Stand) -> Iterator[tuple[VM, Host]]:
    """The VMs that are elsewhere than before, each with the host that it was on."""
    for was in sorted(first.vms.records, key=lambda vm: (vm.name, vm.uuid or "")):
        vm, old = now.view.vms.find(name_of(was)), first.hosts.find(was.runs_on)
        home = now.view.hosts.find(name_of(old)) if old else None
        if vm is not None and home is not None and now.view.hosts.find(vm.runs_on) is not home:
            yield vm, home
