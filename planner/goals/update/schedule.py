"""Host after host: when each is emptied and updated, and all that keeps any of them from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.goals.naming import label, name_of
from planner.goals.update.stage import Staged, come_home, staged
from planner.goals.update.stopping import held, may_be_stopped
from planner.goals.update.task import Moment, Task
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory
from planner.plans import Cause, NoPlan, Step
from planner.plans.moving import ToolstackEvacuation
from planner.plans.updating import Stage
from planner.rules.wording import plural, quoted


@dataclass(slots=True)
class Schedule:
    """The stages of an update, one after the other."""

    start: Moment
    end: Moment
    steps: tuple[Step, ...] = ()
    stages: tuple[Stage, ...] = ()
    empty: tuple[Inventory, ...] = ()
    """The pool each time that hosts are empty."""
    toolstack: tuple[ToolstackEvacuation, ...] = ()
    """What the toolstack itself would do to empty them."""
    causes: tuple[Cause, ...] = ()
    ways_out: tuple[str, ...] = ()
    stuck: tuple[VM, ...] = ()
    """The VMs that cannot be moved from hosts that cannot be updated, and could be shut down."""

    def take(self, found: Staged) -> None:
        """One stage more."""
        self.steps += found.steps
        self.stages += (found.stage,)
        self.empty += (found.empty,)
        self.toolstack += (found.toolstack,)
        self.end = found.then

    def fewest(self, task: Task) -> int | None:
        """The moves that no plan does without: each VM that is moved at all leaves its host, and comes back."""
        if not task.goal.returns:
            return None
        view, stopped = task.today, {each.vm for stage in self.stages for each in stage.stopped}
        found = (
            vm
            for host in task.hosts
            for vm in view.vms_on(host)
            if not vm.driver_domain and label(view.vms, vm) not in stopped
        )
        return 2 * sum(1 for _ in found)


def scheduled(task: Task, start: Moment) -> Schedule:
    """The stages, the coordinator first; where a host cannot be updated, all that is in the way of it."""
    found = Schedule(start, start)
    left = list(task.hosts)
    while left:
        alone = name_of(left[0]) == name_of(task.coordinator)
        size = 1 if alone else min(task.goal.at_once, len(left))
        size = _taken(task, found, left, size)
        left = left[size:]
    found.ways_out = (*_stopping(task, found.stuck), *found.ways_out)
    return found


def _taken(task: Task, found: Schedule, left: Sequence[Host], size: int) -> int:
    """How many hosts were taken: as many as can be emptied together, and one in any case."""
    answer = _one(task, found, left[:size], last=size == len(left))
    if isinstance(answer, Staged):
        found.take(answer)
        return size
    if size > 1:
        return _taken(task, found, left, size - 1)
    answer = _in_any_order(task, found, left[0], answer)
    found.causes += answer.because
    found.ways_out += answer.ways_out
    found.stuck += tuple(_stuck(task, found.end, left[:1]))
    return 1


def _one(task: Task, found: Schedule, hosts: Sequence[Host], *, last: bool) -> Staged | NoPlan:
    """A stage; where VMs need not come back, and some are in the way for that, they go home before it."""
    answer = staged(task, found.end, hosts, last=last)
    if task.goal.returns or (isinstance(answer, Staged) and not answer.stage.stopped):
        return answer
    home = come_home(task, found.end)
    if isinstance(home, NoPlan) or not home.steps:
        return answer
    again = staged(task, found.end.after(home.steps, home.rounds), hosts, last=last)
    if isinstance(again, NoPlan):
        return answer
    better = isinstance(answer, NoPlan) or len(again.stage.stopped) < len(answer.stage.stopped)
    return again.preceded(home) if better else answer


def _in_any_order(task: Task, found: Schedule, host: Host, answer: NoPlan) -> NoPlan:
    """Why a host cannot be updated as the first one either; where it could, that only this order was in the way."""
    if found.end == found.start:
        return answer
    first = staged(task, found.start, [host], last=False)
    if isinstance(first, NoPlan):
        return first
    told = f"no order of hosts was found in which {host.name} can be emptied once others are up to date"
    return NoPlan("", (Cause("", told, proven=False),))


def _stuck(task: Task, at: Moment, hosts: Sequence[Host]) -> Iterator[VM]:
    """The VMs that cannot be moved, and could be shut down for a while if that were allowed."""
    for each in held(at.stand(task, hosts)):
        if name_of(each.vm) not in task.stoppable and not may_be_stopped(task, each.vm):
            yield each.vm


def _stopping(task: Task, vms: Sequence[VM]) -> tuple[str, ...]:
    """That VMs which cannot be moved be shut down for a while."""
    if not vms:
        return ()
    options = " ".join(f"--may-stop {quoted(label(task.today.vms, vm))}" for vm in vms)
    them = plural(vms, "it", "them")
    return (f"with `{options}` the plan shuts {them} down and starts {them} again",)
