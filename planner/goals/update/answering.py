"""The answer to the wish to update a pool host by host: the whole schedule, or all that is in its way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.errors import GoalError
from planner.facts.lasting import unkept
from planner.facts.rolling_update import one_way, outdated
from planner.facts.serving import Serving
from planner.facts.versions import parse_version
from planner.findings import Problem
from planner.goals.moves.meanwhile import survivals
from planner.goals.moves.outcome import guard, view_of
from planner.goals.naming import label, name_of
from planner.goals.pools import one_pool
from planner.goals.power.case import in_the_way
from planner.goals.update.goal import Update
from planner.goals.update.hindrances import hindrances
from planner.goals.update.schedule import Schedule, scheduled
from planner.goals.update.stopping import named
from planner.goals.update.surroundings import brought_back, notes, put_away
from planner.goals.update.task import Moment, Task
from planner.model.inventory import Inventory
from planner.plans import Cause, NoPlan, Plan, Step
from planner.plans.applying import reference
from planner.plans.moving import MovesGuard, Survivals
from planner.plans.updating import UpdateOutcome
from planner.rules.errors import IN_AN_UPDATE, Key, brought, errors
from planner.rules.wording import counted

_MINUTE = 60


def update(goal: Update, inventory: Inventory) -> Plan | NoPlan:
    """The steps that update a pool, or why it cannot be. Raises GoalError where the wish is not clear."""
    view = one_pool(goal.pool, inventory)
    told = f"update {view.name}" if goal.to is None else f"upgrade {view.name} to {goal.to}"
    stoppable = named(goal, view)
    if goal.to is not None and parse_version(goal.to) is None:
        raise GoalError(f"{goal.to} is no release; give a number, such as 8.3.0")
    causes = tuple(in_the_way(view))
    if causes or view.coordinator is None:
        return NoPlan(told, causes)
    hosts, way, serving = outdated(view, goal.to).hosts, one_way(view, goal.to), Serving(inventory.site, view)
    task = Task(goal, inventory, reference(view), view, view.coordinator, hosts, way, serving, stoppable)
    first = tuple(put_away(task)) if hosts else ()
    schedule = scheduled(task, _begun(task).after(first))
    found = (*hindrances(goal, view), *schedule.causes)
    if found:
        return _no(told, found, schedule.ways_out)
    last = tuple(brought_back(task, view)) if hosts else ()
    steps = (*first, *schedule.steps, *last)
    survived = survivals(task.reference, inventory, steps, always=True, keep=goal.keep_failures or 0)
    if found := (*_brought(task, schedule, last), *_too_few(goal, survived)):
        return _no(told, found, ())
    return Plan(told, (), (), steps, _outcome(task, schedule, survived))


def _begun(task: Task) -> Moment:
    done = frozenset(name_of(host) for host in outdated(task.today, task.goal.to).done)
    return Moment(task.inventory, done, 0)


def _no(told: str, causes: Sequence[Cause], ways_out: tuple[str, ...]) -> NoPlan:
    """What is proven to be in the way, alone where there is such; else all that is open."""
    proven = tuple(cause for cause in causes if cause.proven)
    return NoPlan(told, tuple(dict.fromkeys(proven or causes)), (), tuple(dict.fromkeys(ways_out)))


def _brought(task: Task, schedule: Schedule, last: Sequence[Step]) -> Iterator[Cause]:
    """The errors that there would be while hosts are empty, or in the end, and wishes that are not kept then."""
    known = errors(task.inventory, but=IN_AN_UPDATE)
    found: dict[Key, Problem] = {}
    end = schedule.end.after(last)
    for state in (*schedule.empty, end.state):
        found |= brought(known, errors(state, but=IN_AN_UPDATE))
    for wish in sorted(unkept(view_of(end.state, task.reference)) - unkept(task.today)):
        told = f"in the end the wish {wish} would not be kept"
        yield Cause("", told if task.goal.returns else f"{told}; leave --no-return out", proven=False)
    for code, text in sorted({(code, f"{each.message}; {each.remedy}") for (code, *_), each in found.items()}):
        yield Cause(code, f"on the way: {text}", proven=False)


def _too_few(goal: Update, survived: Survivals) -> Iterator[Cause]:
    """The failures that are to be survived, held against those that are."""
    wanted = goal.keep_failures
    if not wanted:
        return
    if survived.lacking:
        yield Cause("", f"how many hosts may fail is not known: {', '.join(survived.lacking)}", proven=False)
    for when, each in (("while hosts are out of service", survived.during), ("in the end", survived.after)):
        if each is not None and each.lower < wanted and (goal.always or when == "in the end"):
            told = f"{counted(wanted, 'host')} may have to fail, and {when} {each.lower} may"
            yield Cause("", told, proven=each.proven and when == "in the end" and goal.returns)


def _outcome(task: Task, schedule: Schedule, survived: Survivals) -> UpdateOutcome:
    goal, view = task.goal, task.today
    stages = schedule.stages
    transfers = [each.seconds for each in stages]
    restart = None if goal.reboot_minutes is None else goal.reboot_minutes * _MINUTE
    return UpdateOutcome(
        view.name,
        task.reference,
        goal.to,
        task.one_way,
        goal.at_once,
        goal.returns,
        goal.keep_failures,
        goal.always,
        goal.limit_moves,
        guard(view),
        _resumed(task, schedule),
        stages,
        tuple(label(view.hosts, host) for host in outdated(view, goal.to).done),
        survived,
        schedule.fewest(task),
        None if None in transfers else sum(each for each in transfers if each is not None),
        tuple(each for one in schedule.toolstack for each in one.refused),
        tuple(sorted({each for one in schedule.toolstack for each in one.lacking})),
        restart,
        tuple(notes(task)),
    )


def _resumed(task: Task, schedule: Schedule) -> MovesGuard | None:
    """How the pool stands while its coordinator restarts."""
    if not task.hosts or name_of(task.hosts[0]) != name_of(task.coordinator):
        return None
    return guard(view_of(schedule.empty[0], task.reference))
