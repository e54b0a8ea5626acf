"""Tries of starting VMs in a pool after a failure, one group after another."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from planner.facts.after_failure import started
from planner.facts.fencing import Failure
from planner.facts.lacking import Lacking
from planner.facts.obstacles import Answer, Cause, Kind, Obstacle, answer
from planner.facts.placement import Placement
from planner.facts.restart_hosts import RestartHosts
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory, PoolView


class How(Enum):
    """How the host of a VM is chosen."""

    PLANNED = "planned"
    BY_CHANCE = "by chance"
    ONLY_ONE = "only one"
    """By chance among those that can take it, and there is one."""


@dataclass(frozen=True, slots=True)
class Started:
    """What becomes of one VM that the toolstack tries to start."""

    vm: VM
    starts: bool | None
    """None where it is chance, or not known."""
    how: How | None
    """None where no plan could be followed for lack of facts."""
    target: Host | None = None
    """Where it is started, or tried; None where that is chance or not known."""
    candidates: tuple[Host, ...] = ()
    """The hosts of which one is drawn, those first that are drawn more often."""
    attempt: int = 1
    """Attempts are two minutes apart at least."""
    answers: tuple[tuple[Host, Answer], ...] = ()
    """What stands in the way on the hosts that were tried."""
    refused: bool = False
    """There is room, but the promise to survive further failures would be broken."""
    lacking: tuple[Lacking, ...] = ()


class Trial:
    """Tries of starting VMs in a pool where hosts have lost some repositories."""

    def __init__(self, inventory: Inventory, at: int, failure: Failure) -> None:
        self.inventory = inventory
        self.at = at
        self._failure = failure
        self._lost = {id(repository) for repository in failure.repositories}

    @property
    def view(self) -> PoolView:
        """The pool as it is now."""
        return self.inventory.pools[self.at]

    def start(self, targets: dict[int, Host]) -> None:
        """Go on with these VMs started."""
        if targets:
            self.inventory = started(self.inventory, self.view, targets)

    def now(self) -> Moment:
        """What the hosts offer now."""
        return Moment(self)

    def lost(self, vm: VM, host: Host) -> list[Obstacle]:
        """What a VM has on repositories that a host has lost."""
        found: list[Obstacle] = []
        if not self._failure.loses(host):
            return found
        for drive in vm.drives or ():
            disk, repository = self.view.disk_and_repository(drive)
            if repository and id(repository) in self._lost:
                evidence = (vm, drive, *((disk,) if disk else ()), repository)
                found.append(Obstacle(Kind.REPOSITORY_NOT_ATTACHED, evidence))
        return found


class Moment:
    """What the hosts of a pool offer to VMs that are started side by side."""

    def __init__(self, trial: Trial) -> None:
        self.view = trial.view
        self.placement = Placement(self.view)
        self.hosts = tuple(host for host in self.placement.hosts if host.live is not False)
        self._trial = trial
        self._reach = RestartHosts(self.view, self.hosts)

    def answer(self, vm: VM, host: Host, *, named: bool = False) -> Answer:
        """Whether a VM can be started on a host; `named` when the toolstack does not look for one."""
        found = self.placement.start(vm, host)
        no_matter = (Kind.EVACUATING, Kind.OLDER_SOFTWARE) if named else ()
        causes: list[Cause] = [each for each in found.obstacles if each.kind not in no_matter]
        return answer((*causes, *found.lacking, *self._reach.why_not(vm, host).lacking, *self._trial.lost(vm, host)))
