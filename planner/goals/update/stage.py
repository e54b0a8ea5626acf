"""One host of a rolling update, or several at the same time: emptied, updated, and filled again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from planner.facts.transfers import transferred
from planner.goals.moves.blocking import unsaid
from planner.goals.moves.comparing import compared
from planner.goals.moves.emptying import targets
from planner.goals.moves.homeward import homeward
from planner.goals.moves.ordering import ordered
from planner.goals.moves.shunting import Move
from planner.goals.moves.steps import migrations, taken_out
from planner.goals.moves.wanted import Item
from planner.goals.naming import label, name_of
from planner.goals.update.restarting import restarted
from planner.goals.update.stopping import Stop, cannot_start, held, may_be_stopped, started, stopped
from planner.goals.update.task import Directed, Moment, Task
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory
from planner.plans import Cause, NoPlan, Step
from planner.plans.moving import ToolstackEvacuation
from planner.plans.updating import Stage, Stopped
from planner.rules.placing import reasons
from planner.rules.wording import listed, plural


@dataclass(frozen=True, slots=True)
class Journey:
    """Moves one round after the other, and what they take."""

    steps: tuple[Step, ...] = ()
    seconds: int | None = 0
    rounds: int = 0


@dataclass(frozen=True, slots=True)
class Staged:
    """The steps for some hosts, what is told of them, and how far the update is then."""

    steps: tuple[Step, ...]
    stage: Stage
    then: Moment
    empty: Inventory
    """The pool when the hosts are empty."""
    toolstack: ToolstackEvacuation
    """What the toolstack itself would do to empty them."""

    def preceded(self, home: Journey) -> Staged:
        """The same with VMs going home first."""
        names = self.steps[0].stage if self.steps else ""
        first = tuple(replace(step, stage=names) for step in home.steps)
        seconds = (
            None if None in (self.stage.seconds, home.seconds) else (self.stage.seconds or 0) + (home.seconds or 0)
        )
        stage = replace(self.stage, leave=self.stage.leave + len(first), seconds=seconds)
        return replace(self, steps=(*first, *self.steps), stage=stage)


def staged(task: Task, at: Moment, hosts: Sequence[Host], *, last: bool) -> Staged | NoPlan:
    """The steps that bring some hosts up to date, or why they cannot be."""
    view = at.view(task)
    out = tuple(taken_out(view, [host for each in hosts if (host := view.hosts.find(name_of(each)))]))
    begun = at.after(out)
    stops = tuple(_stops(task, at, hosts))
    leaving = _left(task, begun, hosts, stops)
    if isinstance(leaving, NoPlan) and len(hosts) == 1:
        stops, leaving = _with_more_stops(task, begun, hosts, stops, leaving)
    if isinstance(leaving, NoPlan):
        return _told(task, leaving, hosts, tuple(held(begun.stand(task, hosts))))
    gone = at.after((*out, *leaving.steps), leaving.rounds)
    down = tuple(stopped(task, gone.view(task), stop) for stop in stops)
    empty = gone.after(down)
    fresh = tuple(restarted(task, empty, hosts, last=last))
    ready = empty.after(fresh, done=hosts)
    if held_down := tuple(cannot_start(ready.view(task), stops)):
        return NoPlan("", held_down)
    up = tuple(started(task, ready.view(task), stop) for stop in stops)
    back = come_home(task, ready.after(up)) if task.goal.returns else Journey()
    if isinstance(back, NoPlan):
        return back
    steps = (*out, *leaving.steps, *down, *fresh, *up, *back.steps)
    seconds = None if leaving.seconds is None or back.seconds is None else leaving.seconds + back.seconds
    view = task.today
    told = sorted(
        (Stopped(label(view.vms, each.vm), label(view.hosts, each.host), each.why) for each in stops), key=str
    )
    names = tuple(label(view.hosts, host) for host in hosts)
    stage = Stage(names, len(leaving.steps), len(back.steps), tuple(told), seconds)
    return Staged(
        tuple(replace(step, stage=_called(names)) for step in steps),
        stage,
        ready.after((*up, *back.steps), back.rounds),
        empty.state,
        compared(begun.stand(task, hosts), {}),
    )


def _called(names: Sequence[str]) -> str:
    return f"{plural(names, 'host', 'hosts')} {listed(names)}"


def _stops(task: Task, at: Moment, hosts: Sequence[Host]) -> Iterator[Stop]:
    """The VMs that cannot be moved even where theirs is the only host to be empty, and may be shut down."""
    view = at.view(task)
    for each in hosts:
        host = view.hosts.find(name_of(each))
        alone = at.after(taken_out(view, [host] if host else []))
        for stop in held(alone.stand(task, [each])):
            if name_of(stop.vm) in task.stoppable and not may_be_stopped(task, stop.vm):
                yield stop


def _with_more_stops(
    task: Task, at: Moment, hosts: Sequence[Host], stops: tuple[Stop, ...], refusal: NoPlan
) -> tuple[tuple[Stop, ...], Journey | NoPlan]:
    """The same with VMs shut down for which there is no room, none of them in vain; a refusal where that is no way."""
    why = f"there is no room for it while {listed(host.name for host in hosts)} is out of service"
    already = {name_of(each.vm) for each in stops}
    more = [Stop(vm, host, why) for vm, host in _could_stop(task, at, hosts) if name_of(vm) not in already]
    found = _left(task, at, hosts, (*stops, *more)) if more else refusal
    for each in sorted(more, key=_largest_first) if isinstance(found, Journey) else ():
        fewer = [one for one in more if one is not each]
        if isinstance(without := _left(task, at, hosts, (*stops, *fewer)), Journey):
            more, found = fewer, without
    return (*stops, *more), found if isinstance(found, Journey) else refusal


def _could_stop(task: Task, at: Moment, hosts: Sequence[Host]) -> Iterator[tuple[VM, Host]]:
    """The VMs on hosts that may be shut down, and can be, each with its host, by name."""
    stand = at.stand(task, hosts)
    for vm in stand.leaving():
        host = stand.view.hosts.find(vm.runs_on)
        if host is not None and name_of(vm) in task.stoppable and not may_be_stopped(task, vm):
            yield vm, host


def _largest_first(stop: Stop) -> tuple[int, str, str]:
    return -(transferred(stop.vm) or 0), stop.vm.name, name_of(stop.vm)


def _told(task: Task, answer: NoPlan, hosts: Sequence[Host], stuck: Sequence[Stop]) -> NoPlan:
    """Why some hosts cannot be emptied, beside what is in the way of others."""
    by_itself = {each.why: each.vm for each in stuck}
    causes = []
    for cause in answer.because:
        vm = by_itself.get(cause.told)
        if vm is None:
            told = f"to empty {listed(host.name for host in hosts)}: {cause.told}"
        else:
            why = may_be_stopped(task, vm) if name_of(vm) in task.stoppable else ""
            told = f"{cause.told}; {why}" if why else cause.told
        causes.append(replace(cause, told=told))
    return replace(answer, because=tuple(causes))


def _left(task: Task, at: Moment, hosts: Sequence[Host], stops: Sequence[Stop]) -> Journey | NoPlan:
    """The moves after which no other VM is on the hosts."""
    later = at.after(stopped(task, at.view(task), stop) for stop in stops)
    stand = later.stand(task, hosts)
    if not stand.leaving():
        return Journey()
    asked = task.conditions(len(hosts))
    found = targets(replace(asked, passing=True), stand)
    if isinstance(found, NoPlan):
        found = targets(asked, stand)
    if isinstance(found, NoPlan):
        return found
    leaving = {stand.key(vm) for vm in stand.leaving()}
    why = {
        item.key: f"{stand.host_of[item.source].name} is to be empty" if item.key in leaving else "it makes room"
        for item in found.wanted.items
    }
    return _journey(at, stand, found.wanted.items, found.assigned.targets or {}, why)


def come_home(task: Task, at: Moment) -> Journey | NoPlan:
    """The moves after which every VM is where it is today, those aside that have to wait for its host."""
    now = at.stand(task)
    found = homeward(task.today, now)
    causes = []
    for vm, home in found.stays:
        source = now.view.hosts.find(vm.runs_on)
        if source is not None and now.backwards(source, home):
            continue
        causes.append(_stays_away(now, vm, home))
    if causes:
        return NoPlan("", tuple(causes), (), ("with --no-return VMs stay where they are in the end",))
    why_back = {item.key: "it ran there before" for item in found.items}
    return _journey(at, now, found.items, found.targets, why_back)


def _stays_away(now: Directed, vm: VM, home: Host) -> Cause:
    arrival, item = now.arrival(vm, home), now.item(vm)
    if arrival.obstacles:
        return Cause("", f"{vm.name} would not get back to {home.name}: {reasons(arrival)}")
    lacking = (*(arrival.lacking if isinstance(item, Item) else item), *now.unsure(home))
    told = f"whether {vm.name} gets back to {home.name} is not known: {unsaid(lacking)}"
    return Cause("", told, proven=False)


def _journey(
    at: Moment, stand: Directed, items: Sequence[Item], there: Mapping[str, str], why: dict[str, str]
) -> Journey | NoPlan:
    """The moves in an order in which each is possible."""
    order = ordered(items, there, stand.rooms())
    if order.rounds is None or any(_backwards(stand, each) for moves in order.rounds for each in moves):
        names = listed(sorted(stand.vm_of[item.key].name for item in items if there[item.key] != item.source), 12)
        told = f"no order was found in which {names} can be moved one by one"
        return NoPlan("", (Cause("", told, proven=False),))
    steps, seconds = migrations(stand, order.rounds, why, at.rounds + 1)
    return Journey(steps, seconds, len(order.rounds))


def _backwards(stand: Directed, move: Move) -> bool:
    return stand.backwards(stand.host_of[move.source], stand.host_of[move.target])
