"""The answer to the wish that loads be even: a plan, also one without a move, or what is not known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.facts.failover_problem import Problems
from planner.facts.survival import survival
from planner.failover.answers import FailureCapacity
from planner.goals.balance.board import Board
from planner.goals.balance.bounds import least_highest
from planner.goals.balance.finding import improve
from planner.goals.balance.gathering import Gathered
from planner.goals.balance.goal import Balance
from planner.goals.balance.guarding import Guard
from planner.goals.balance.planning import Found, balanced
from planner.goals.balance.proving import Proven, costs, prove
from planner.goals.balance.searching import WORK
from planner.goals.balance.sequencing import moves_of, sequenced
from planner.goals.moves.ordering import Move
from planner.goals.moves.stand import Stand
from planner.goals.moves.wanted import Item
from planner.goals.naming import name_of
from planner.goals.pools import one_pool
from planner.model.inventory import Inventory
from planner.plans import Cause, NoPlan, Plan
from planner.rules.wording import counted, listed

_A_SECOND = 1_000_000
"""The changes that are looked at in about a second."""
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
    guard = _guard(goal, gathered, capacity, found)
    return balanced(told, goal, inventory, gathered, _found(goal, gathered, guard), _notes(gathered, found))


def _open(goal: Balance, gathered: Gathered, found: Problems) -> Iterator[Cause]:
    """What keeps the question from being answered."""
    stand = gathered.stand
    if not gathered.hosts:
        yield Cause("", f"no host of {stand.view.name} is enabled and live")
    if goal.keep_failures and found.guarded and goal.keep_failures >= max(1, len(gathered.hosts)):
        hosts = counted(len(gathered.hosts), "host")
        yield Cause("", f"{counted(goal.keep_failures, 'host')} may have to fail, and {hosts} can be used")
    if facts := listed(
        dict.fromkeys(f"{each.field} of {each.record.label}" for each in gathered.unsure()), _MOST_NAMED
    ):
        yield Cause("", f"the memory load of the hosts is not known: {facts}", proven=False)
    twins = sorted({host.name for host in stand.hosts if stand.view.hosts.find(name_of(host)) is not host})
    if twins:
        yield Cause("", f"several hosts are called {listed(twins)}, and no UUID tells them apart", proven=False)
    if goal.keep_failures and found.guarded and found.lacking:
        facts = listed(dict.fromkeys(f"{each.field} of {each.record.label}" for each in found.lacking), _MOST_NAMED)
        yield Cause("", f"how many hosts may fail is not known: {facts}", proven=False)


def _guard(goal: Balance, gathered: Gathered, capacity: FailureCapacity, found: Problems) -> Guard | None:
    """What has to be survived; None where nothing has to be, or nothing is known of it."""
    if not found.guarded or found.lacking:
        return None
    failures = capacity.lower if goal.keep_failures is None else goal.keep_failures
    return Guard(found, failures, gathered.static) if failures else None


def _found(goal: Balance, gathered: Gathered, guard: Guard | None) -> Found:
    """The moves, in an order in which each of them is possible, and what no plan can be better than."""
    board = gathered.board()
    work = WORK if goal.seconds is None else int(goal.seconds * _A_SECOND)
    search = improve(board, guard, goal.limit_moves, work)
    proven = prove(board, goal.limit_moves, goal.seconds)
    bounds = (max(least_highest(board), *proven.bounds[:1]), *proven.bounds[1:]) if proven else (least_highest(board),)
    for at in (*_better(board, proven, guard), tuple(board.at)):
        moves = sequenced(gathered.board(), at, lambda vms: _items(gathered.stand, vms))
        if moves is not None:
            return Found(moves, bounds, guard)
    start, made = gathered.board(), list[Move]()
    for each in search.done:
        made += moves_of(start, each.unit, each.target)
        start.shift(each.unit, each.target)
    return Found(made, bounds, guard)


def _better(board: Board, proven: Proven | None, guard: Guard | None) -> Iterator[tuple[int, ...]]:
    """The places that the solver found where they are better, and as many hosts may fail then."""
    if proven is None or proven.at is None:
        return
    before = costs(board)
    places = list(board.at)
    _put(board, proven.at)
    better = costs(board) < before and (guard is None or guard.holds(board))
    _put(board, places)
    if better:
        yield proven.at


def _put(board: Board, at: Sequence[int]) -> None:
    for unit, host in enumerate(at):
        if board.at[unit] != host:
            board.shift(unit, host)


def _items(stand: Stand, vms: Sequence[str]) -> list[Item]:
    return [item for vm in vms if isinstance(item := stand.item(stand.vm_of[vm]), Item)]


def _notes(gathered: Gathered, found: Problems) -> tuple[str, ...]:
    """What the plan leaves out, and why."""
    notes = []
    if gathered.uncounted:
        facts = listed((f"{each.field} of {each.record.label}" for each in gathered.uncounted), _MOST_NAMED)
        notes.append(f"virtual CPUs are not counted, for lack of {facts}")
    out = sorted(host.name for host in gathered.stand.hosts if all(host is not each for each in gathered.hosts))
    if out:
        notes.append(f"not enabled and live, so left as they are: {listed(out, _MOST_NAMED)}")
    if found.guarded and found.lacking:
        facts = listed(dict.fromkeys(f"{each.field} of {each.record.label}" for each in found.lacking), _MOST_NAMED)
        notes.append(f"whether as many hosts may fail as today is not known, for lack of {facts}")
    return tuple(notes)
