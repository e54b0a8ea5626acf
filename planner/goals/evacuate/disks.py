"""Local disks of VMs that have to leave, moved first to repositories that other hosts have too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.facts.disk_moves import free_space, into, space
from planner.facts.obstacles import Kind
from planner.facts.storage import Attachment
from planner.goals.moves.blocking import unsaid
from planner.goals.moves.outcome import view_of
from planner.goals.moves.stand import Stand
from planner.goals.naming import name_of, sets, shell
from planner.model.guest import VM, Drive
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView
from planner.model.storage import Disk, Repository
from planner.plans import Cause, Phase, Step
from planner.plans.applying import carried_out
from planner.plans.moving import DiskMoved
from planner.rules.placing import reasons
from planner.rules.wording import listed, uuid_of


@dataclass(frozen=True, slots=True)
class Freed:
    """The steps that move disks, and why those of some VMs cannot be."""

    steps: tuple[Step, ...]
    disks: tuple[DiskMoved, ...]
    causes: tuple[Cause, ...]


def freed(inventory: Inventory, reference: str, hosts: Sequence[str]) -> Freed:
    """The local disks of all VMs on some hosts, by name or UUID, moved where other hosts have them too, VM by VM."""
    state, steps, disks, causes = inventory, list[Step](), list[DiskMoved](), list[Cause]()
    for name in _bound(view_of(inventory, reference), hosts):
        freeing = _Freeing(view_of(state, reference), name, hosts)
        done = list(freeing.steps())
        steps += done
        disks += freeing.moved
        causes += freeing.causes
        state = carried_out(state, done)
    return Freed(tuple(steps), tuple(disks), tuple(causes))


def _bound(view: PoolView, hosts: Sequence[str]) -> list[str]:
    """The VMs that can leave with their disks moved, and not without, by name."""
    stand = _stand(view, hosts)
    return [name_of(vm) for vm in stand.leaving() if not stand.open_hosts(vm) and _beside_disks(stand, vm)]


def _stand(view: PoolView, hosts: Sequence[str]) -> Stand:
    return Stand(view, tuple(host for name in hosts if (host := view.hosts.find(name))))


def _beside_disks(stand: Stand, vm: VM) -> list[Host]:
    """The hosts to which a VM could go if its disks were there."""
    if not stand.bound(vm).can:
        return []
    found = ((host, stand.moves.with_disks(vm, host)) for host in stand.targets())
    return [
        host
        for host, each in found
        if not each.lacking and all(obstacle.kind is Kind.MEMORY for obstacle in each.obstacles)
    ]


class _Freeing:
    """The disks of one VM, and the repository that they are moved to."""

    def __init__(self, view: PoolView, vm: str, hosts: Sequence[str]) -> None:
        stand = _stand(view, hosts)
        self._view = view
        self._vm = next(each for each in view.vms.records if name_of(each) == vm)
        self._hosts = _beside_disks(stand, self._vm)
        self._moves = stand.moves
        self.moved: list[DiskMoved] = []
        self.causes: list[Cause] = []

    def steps(self) -> Iterator[Step]:
        """A step for each disk; none, and a cause, where no repository takes all of them."""
        lacking = [
            drive
            for drive in self._vm.drives or ()
            if all(any(drive is each for each in self._moves.disks_to_move(self._vm, host)) for host in self._hosts)
        ]
        pairs = [(drive, disk) for drive in lacking if (disk := self._view.disk_and_repository(drive)[0])]
        able = [each for each in self._view.repositories.records if self._reached(each) and self._takes(pairs, each)]
        if not able or len(pairs) < len(lacking):
            self.causes.append(self._why_not(lacking))
            return
        target = min(able, key=lambda each: (-self._reached(each), -_free(each), each.name, each.uuid or ""))
        used = target.used or 0
        for _, disk in pairs:
            used += space(self._view, disk)
            yield self._step(disk, target, used)

    def _reached(self, repository: Repository) -> int:
        """How many of the hosts have a repository."""
        storage = self._moves.placement.storage
        return sum(storage.has(repository, host) is Attachment.ATTACHED for host in self._hosts)

    def _takes(self, pairs: Sequence[tuple[Drive, Disk]], repository: Repository) -> bool:
        needed = sum(space(self._view, disk) for _, disk in pairs)
        return needed <= _free(repository) and all(
            into(self._moves, self._vm, drive, repository).can for drive, _ in pairs
        )

    def _step(self, disk: Disk, target: Repository, used: int) -> Step:
        view, vm = self._view, self._vm
        source = view.repositories.find(disk.repository)
        self.moved.append(DiskMoved(vm.name, disk.name, source.name if source else "", target.name, space(view, disk)))
        return Step(
            Phase.STORAGE,
            f"move disk {disk.name} of {vm.name} to {target.name}",
            f"{source.name if source else 'its repository'} is on no other host to which {vm.name} could go",
            view.coordinator.name if view.coordinator else "",
            (shell("vdi-pool-migrate", uuid=uuid_of("vdi", disk), sr_uuid=uuid_of("sr", target)),),
            changes=(
                *sets(view, (("disks", name_of(disk)),), repository=name_of(target)),
                *sets(view, (("repositories", name_of(target)),), used=used),
            ),
        )

    def _why_not(self, drives: Sequence[Drive]) -> Cause:
        """Why no repository that other hosts have takes the disks."""
        told, open_facts = [], []
        for each in sorted(self._view.repositories.records, key=lambda each: (each.name, each.uuid or "")):
            answers = [into(self._moves, self._vm, drive, each) for drive in drives] if self._reached(each) else []
            open_facts += [lack for found in answers if found.can is None for lack in found.lacking]
            why = "; ".join(dict.fromkeys(filter(None, map(reasons, answers))))
            told += [f"{each.name}: {why}"] if why else []
        start = f"the disks of {self._vm.name} cannot be moved to a repository that other hosts have"
        facts = f"not known are {unsaid(open_facts)}" if open_facts else ""
        more = listed(filter(None, [*told, facts]), 6) or "there is none with enough space"
        return Cause("", f"{start}: {more}", proven=False)


def _free(repository: Repository) -> int:
    return max(0, free_space(repository) or 0)
