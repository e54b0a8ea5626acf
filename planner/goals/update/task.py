"""What a rolling update starts from, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from planner.facts.obstacles import Answer, Kind, Obstacle, answer
from planner.facts.serving import Serving
from planner.goals.moves.conditions import Conditions
from planner.goals.moves.outcome import view_of
from planner.goals.moves.stand import Stand
from planner.goals.naming import name_of
from planner.goals.update.goal import Update
from planner.model.guest import VM
from planner.model.host import Host, Software
from planner.model.inventory import Inventory, PoolView
from planner.plans import Step
from planner.plans.applying import carried_out


@dataclass(frozen=True, slots=True)
class Task:
    """A pool that is to be updated."""

    goal: Update
    inventory: Inventory
    reference: str
    today: PoolView
    coordinator: Host
    hosts: tuple[Host, ...]
    """Those to be updated, in order."""
    one_way: bool
    serving: Serving
    stoppable: frozenset[str]
    """The VMs that may be shut down."""

    def every_software(self) -> Iterator[Software | None]:
        """What the hosts of all pools run today."""
        return (view.software(host) for view in self.inventory.pools for host in view.hosts.records)

    def conditions(self, hosts: int) -> Conditions:
        """What is asked of the moves that empty so many hosts at once."""
        goal = self.goal
        return Conditions(
            goal.keep_failures if goal.always else None,
            limit_moves=None if goal.limit_moves is None else goal.limit_moves * hosts,
            seconds=None if goal.seconds is None else goal.seconds / max(1, len(self.hosts)),
        )


@dataclass(frozen=True, slots=True)
class Moment:
    """How far an update has come."""

    state: Inventory
    done: frozenset[str]
    """The hosts that are up to date, by UUID or name."""
    rounds: int
    """So many rounds of moves are behind."""

    def after(self, steps: Iterable[Step], rounds: int = 0, done: Sequence[Host] = ()) -> Moment:
        """The same with more steps done."""
        state = carried_out(self.state, steps)
        return Moment(state, self.done | {name_of(host) for host in done}, self.rounds + rounds)

    def view(self, task: Task) -> PoolView:
        """The pool as it is then."""
        return view_of(self.state, task.reference)

    def stand(self, task: Task, emptied: Iterable[Host] = ()) -> Directed:
        """The pool as those see it who move its VMs."""
        view = self.view(task)
        hosts = tuple(host for each in emptied if (host := view.hosts.find(name_of(each))))
        return Directed(view, hosts, self.done if task.one_way else None)


class Directed(Stand):
    """A pool in which no VM may go from a host that is up to date to one that is not."""

    def __init__(self, view: PoolView, emptied: Iterable[Host], done: frozenset[str] | None) -> None:
        super().__init__(view, emptied)
        self._done = done

    def arrival(self, vm: VM, host: Host) -> Answer:
        """What keeps a VM from a host to which it would be moved, memory aside."""
        source = self.view.hosts.find(vm.runs_on)
        if source is not None and self.backwards(source, host):
            return answer((Obstacle(Kind.OLDER_SOFTWARE, (host,)),))
        return super().arrival(vm, host)

    def backwards(self, source: Host, target: Host) -> bool:
        """Whether it would be a move from a host that is up to date to one that is not, where that matters."""
        return self._done is not None and name_of(source) in self._done and name_of(target) not in self._done
