"""Local disks of VMs that are to move, moved first to repositories that other hosts have too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from planner.errors import GoalError
from planner.facts.disk_moves import free_space, into, space
from planner.facts.obstacles import Kind
from planner.facts.storage import Attachment
from planner.goals.moves.blocking import unsaid
from planner.goals.moves.outcome import view_of
from planner.goals.moves.stand import MOST, Stand
from planner.goals.naming import name_of, sets, shell
from planner.model.guest import VM, Drive
from planner.model.host import Host
from planner.model.inventory import Inventory
from planner.model.storage import Disk, Repository
from planner.plans import Cause, Phase, Plan, Step
from planner.plans.moving import DiskMoved, MovesOutcome
from planner.rules.placing import reasons
from planner.rules.wording import listed, uuid_of
from planner.units import mib_available, mib_consumed

_NAMED = 6


@dataclass(frozen=True, slots=True)
class Freed:
    """The steps that move disks, and why those of some VMs cannot be."""

    steps: tuple[Step, ...] = ()
    disks: tuple[DiskMoved, ...] = ()
    causes: tuple[Cause, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    """By UUID or name, the VMs whose disks move, and the bytes of these."""
    beside: frozenset[str] = frozenset()
    """The VMs whose disks could be moved too, and are not, as it is no better."""
    whole: bool = True
    """With these moved, VMs can be wherever they could be with any disks moved."""

    def told_in(self, plan: Plan) -> Plan:
        """A plan with the disks that move told in it."""
        outcome = plan.outcome
        if not self.disks or not isinstance(outcome, MovesOutcome):
            return plan
        names = listed(dict.fromkeys(each.vm for each in self.disks), _NAMED)
        notes = [f"how long the disks take to move is not known, and not in the time that is told: {names}"]
        notes += [f"the way back leaves the disks of {names} where they are then"] if plan.back else []
        return replace(plan, outcome=replace(outcome, disks=self.disks, notes=(*outcome.notes, *notes)))


NOTHING = Freed()


def freed_from(inventory: Inventory, reference: str, hosts: Sequence[str]) -> Freed:
    """The local disks of all VMs on some hosts, by name or UUID, moved where other hosts have them too, VM by VM."""
    view = view_of(inventory, reference)
    stand = Stand(view, tuple(host for name in hosts if (host := view.hosts.find(name))))
    return _freed(stand, stand.leaving())


def freed(inventory: Inventory, reference: str, vms: Collection[str]) -> Freed:
    """The same of some VMs that run, by UUID or name. Raises GoalError where sums would no longer be exact."""
    stand = Stand(view_of(inventory, reference))
    meant = [vm for vm in stand.guests(stand.hosts) if name_of(vm) in vms]
    found = _freed(stand, meant)
    if sum(found.sizes.values()) >= MOST:
        raise GoalError(f"disks of {stand.view.name} come to more than any pool has; give bytes")
    return replace(found, whole=found.whole and not any(_further(stand, vm) for vm in meant))


def _freed(stand: Stand, vms: Sequence[VM]) -> Freed:
    """The same of those of some VMs that can leave their hosts with their disks moved, and not without."""
    found, given = Freed(), Counter[int]()
    for vm in vms:
        if not stand.open_hosts(vm) and (hosts := _beside_disks(stand, vm)):
            freeing = _Freeing(stand, vm, hosts, given)
            done = tuple(freeing.steps())
            found = Freed(
                (*found.steps, *done),
                (*found.disks, *freeing.moved),
                (*found.causes, *freeing.causes),
                {**found.sizes, **({name_of(vm): sum(each.size for each in freeing.moved)} if done else {})},
                whole=found.whole and freeing.whole,
            )
    return found


def _further(stand: Stand, vm: VM) -> bool:
    """Whether a VM might go to further hosts with its disks moved than those that are looked at."""
    open_hosts, looked_at = stand.open_hosts(vm), list[Host]()
    closed = [host for host in stand.targets() if all(host is not each for each in open_hosts)]
    if not open_hosts:
        looked_at = _beside_disks(stand, vm)
    return len(_beside_disks(stand, vm, closed, surely=False)) > len(looked_at)


def _beside_disks(stand: Stand, vm: VM, hosts: Sequence[Host] | None = None, *, surely: bool = True) -> list[Host]:
    """The hosts to which a VM could go if its disks were there, memory aside; or to which it is not known that not."""
    bound, source = stand.bound(vm), stand.view.hosts.find(vm.runs_on)
    if not (bound.can if surely else bound.can is not False):
        return []
    others = (host for host in (stand.targets() if hosts is None else hosts) if host is not source)
    found = ((host, stand.moves.with_disks(vm, host)) for host in others)
    return [
        host
        for host, each in found
        if not (surely and each.lacking) and all(obstacle.kind is Kind.MEMORY for obstacle in each.obstacles)
    ]


class _Freeing:
    """The disks of one VM, and the repository that they are moved to; `given` is what others took of repositories."""

    def __init__(self, stand: Stand, vm: VM, hosts: Sequence[Host], given: Counter[int]) -> None:
        self._view, self._moves = stand.view, stand.moves
        self._vm, self._hosts, self._given = vm, hosts, given
        self.moved: list[DiskMoved] = []
        self.causes: list[Cause] = []
        self.whole = False
        """They are moved to where all the hosts have them; or no repository takes them, whatever else is moved."""

    def steps(self) -> Iterator[Step]:
        """A step for each disk; none, and a cause, where no repository takes all of them."""
        lacking = [
            drive
            for drive in self._vm.drives or ()
            if all(any(drive is each for each in self._moves.disks_to_move(self._vm, host)) for host in self._hosts)
        ]
        pairs = [(drive, disk) for drive in lacking if (disk := self._view.disk_and_repository(drive)[0])]
        reached = [each for each in self._view.repositories.records if self._reached(each)]
        needed = sum(space(self._view, disk) for _, disk in pairs)
        able = [each for each in reached if self._takes(lacking, each) and needed <= self._free(each)]
        if not able or len(pairs) < len(lacking):
            self.whole = not any(self._may_take(lacking, each) for each in reached)
            self.causes.append(self._why_not(lacking, needed))
            return
        target = min(able, key=lambda each: (-self._reached(each), -self._free(each), each.name, each.uuid or ""))
        self.whole = self._reached(target) == len(self._hosts)
        for _, disk in pairs:
            self._given[id(target)] += space(self._view, disk)
            yield self._step(disk, target)

    def _reached(self, repository: Repository) -> int:
        """How many of the hosts have a repository."""
        storage = self._moves.placement.storage
        return sum(storage.has(repository, host) is Attachment.ATTACHED for host in self._hosts)

    def _free(self, repository: Repository) -> int:
        return max(0, (free_space(repository) or 0) - self._given[id(repository)])

    def _takes(self, drives: Sequence[Drive], repository: Repository) -> bool:
        return all(into(self._moves, self._vm, drive, repository).can for drive in drives)

    def _may_take(self, drives: Sequence[Drive], repository: Repository) -> bool:
        return all(into(self._moves, self._vm, drive, repository).can is not False for drive in drives)

    def _step(self, disk: Disk, target: Repository) -> Step:
        view, vm = self._view, self._vm
        source = view.repositories.find(disk.repository)
        used = (target.used or 0) + self._given[id(target)]
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

    def _why_not(self, drives: Sequence[Drive], needed: int) -> Cause:
        """Why no repository that other hosts have takes the disks."""
        told, open_facts = [], []
        for each in sorted(self._view.repositories.records, key=lambda each: (each.name, each.uuid or "")):
            answers = [into(self._moves, self._vm, drive, each) for drive in drives] if self._reached(each) else []
            open_facts += [lack for found in answers if found.can is None for lack in found.lacking]
            why = "; ".join(dict.fromkeys(filter(None, map(reasons, answers))))
            if answers and not why and needed > self._free(each):
                why = f"{mib_consumed(needed)} MiB needed, {mib_available(self._free(each))} MiB left"
            told += [f"{each.name}: {why}"] if why else []
        start = f"the disks of {self._vm.name} cannot be moved to a repository that other hosts have"
        facts = f"not known are {unsaid(open_facts)}" if open_facts else ""
        more = listed(filter(None, [*told, facts]), 6) or "there is none with enough space"
        return Cause("", f"{start}: {more}", proven=False)
