"""The answer to the wish that loads be even: a plan, also one without a move, or what is not known."""

from __future__ import annotations

from collections.abc import Iterator

from planner.facts.failover_problem import Problems
from planner.facts.survival import survival
from planner.failover.answers import FailureCapacity
from planner.goals.balance.finding import Finder
from planner.goals.balance.gathering import Gathered
from planner.goals.balance.goal import Balance
from planner.goals.balance.guarding import Guard
from planner.goals.balance.planning import Asked, balanced
from planner.goals.moves.stand import Stand
from planner.goals.pools import alike, one_pool
from planner.model.inventory import Inventory
from planner.plans import Cause, NoPlan, Plan
from planner.rules.wording import counted, listed

_MOST_NAMED = 6


def balance(goal: Balance, inventory: Inventory) -> Plan | NoPlan:
    """Few moves that even out the loads of a pool. Raises GoalError where it is not clear which pool is meant."""
    view = one_pool(goal.pool, inventory)
    told = f"even out the loads of {view.name}"
    stand = Stand(view)
    gathered = Gathered(stand)
    capacity, found = survival(view)
    if causes := tuple(_open(goal, gathered, found)):
        return NoPlan(told, tuple(each for each in causes if each.proven) or causes)
    finder = Finder(goal, gathered, _guard(goal, gathered, capacity, found))
    asked = Asked(told, goal, inventory, gathered, _notes(gathered, found))
    return balanced(asked, finder)


def _open(goal: Balance, gathered: Gathered, found: Problems) -> Iterator[Cause]:
    """What keeps the question from being answered."""
    stand = gathered.stand
    if not gathered.hosts:
        yield Cause("", f"no host of {stand.view.name} is enabled and live")
    if found.guarded and goal.keep_failures and goal.keep_failures >= len(gathered.hosts):
        hosts = counted(len(gathered.hosts), "host")
        yield Cause("", f"{counted(goal.keep_failures, 'host')} may have to fail, and {hosts} can be used")
    if facts := listed(
        dict.fromkeys(f"{each.field} of {each.record.label}" for each in gathered.unsure()), _MOST_NAMED
    ):
        yield Cause("", f"the memory load of the hosts is not known: {facts}", proven=False)
    yield from alike(("hosts", stand.view.hosts))
    if goal.keep_failures and found.guarded and found.lacking:
        facts = listed(dict.fromkeys(f"{each.field} of {each.record.label}" for each in found.lacking), _MOST_NAMED)
        yield Cause("", f"how many hosts may fail is not known: {facts}", proven=False)


def _guard(goal: Balance, gathered: Gathered, capacity: FailureCapacity, found: Problems) -> Guard | None:
    """What has to be survived; None where nothing has to be, or nothing is known of it."""
    if not found.guarded or found.lacking:
        return None
    failures = capacity.lower if goal.keep_failures is None else goal.keep_failures
    return Guard(found, failures, gathered.static) if failures else None


def _notes(gathered: Gathered, found: Problems) -> tuple[str, ...]:
    """What the plan leaves out, and why."""
    notes = []
    if gathered.uncounted:
        facts = listed((f"{each.field} of {each.record.label}" for each in gathered.uncounted), _MOST_NAMED)
        notes.append(f"virtual CPUs are not counted, for lack of {facts}")
    if gathered.unsaid:
        facts = listed(dict.fromkeys(f"{each.field} of {each.record.label}" for each in gathered.unsaid), _MOST_NAMED)
        notes.append(f"more VMs could be moved than is known: {facts}")
    if gathered.passed_over:
        notes.append(f"left where they are, though they could be moved: {listed(gathered.passed_over, _MOST_NAMED)}")
    if gathered.staying:
        notes.append(f"left where they are, for they had better stay: {listed(gathered.staying, _MOST_NAMED)}")
    out = sorted(host.name for host in gathered.stand.hosts if all(host is not each for each in gathered.hosts))
    if out:
        notes.append(f"not enabled and live, so left as they are: {listed(out, _MOST_NAMED)}")
    if found.guarded and found.lacking:
        facts = listed(dict.fromkeys(f"{each.field} of {each.record.label}" for each in found.lacking), _MOST_NAMED)
        notes.append(f"whether as many hosts may fail as today is not known, for lack of {facts}")
    return tuple(notes)
