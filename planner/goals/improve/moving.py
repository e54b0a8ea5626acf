"""Live migrations after which so many hosts may fail: the fewest bytes, then the fewest moves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from planner.facts.failover_problem import Problems
from planner.facts.wishes import broken
from planner.goals.improve.reaching import cheap_moves
from planner.goals.improve.roomier import roomier
from planner.goals.moves.conditions import Conditions
from planner.goals.moves.planning import Case, planned
from planner.goals.moves.stand import Stand
from planner.goals.moves.surviving import surviving
from planner.goals.moves.wanted import Item, Wanted
from planner.goals.place.asked import Asked
from planner.goals.place.worth import most_failures
from planner.model.inventory import Inventory, PoolView
from planner.plans import Cause, NoPlan, Plan
from planner.plans.moving import MovesOutcome
from planner.rules.wording import counted, listed
from planner.units import format_size

_EFFORT = 0.25
_MOST_NAMED = 12
_MOST_PAIRS = 1_000_000
"""Pairs of a VM and a host of which it can be told in time whether they are possible."""


def by_moves(
    told: str, inventory: Inventory, view: PoolView, failures: int, refused: Problems | None = None
) -> Plan | NoPlan:
    """The steps of the cheapest moves, or why moves alone are not enough.

    `refused` is the problem as it is today where the toolstack's own planner has to accept it too.
    """
    if refused is not None and (bound := sorted(vm.vm.name for vm in refused.guarded if vm.agility.agile is False)):
        why = "the toolstack says that no failure can be survived while a restart is promised to VMs that are not agile"
        return NoPlan(told, (Cause("", f"{why}: {listed(bound, _MOST_NAMED)}"),))
    stand = Stand(view)
    items = tuple(sorted(_items(stand), key=lambda each: each.key))
    if why := _unclear(stand, items):
        return _no(told, why)
    places = tuple(sorted((stand.place(host, items) for host in stand.hosts), key=lambda each: each.key))
    broken_today = {each.rule for each in broken(view)}
    ties = tuple(tie for tie in stand.ties(items) if tie.name not in broken_today)
    wanted = Wanted(items, places, frozenset(), stand.guarded, ties=ties, effort=_EFFORT)
    asked = Asked(wanted, (), frozenset(place.key for place in places))
    if (most := most_failures(asked)) < failures:
        return _beyond(told, stand, most)
    found = cheap_moves(wanted, failures)
    if found is None:
        return _no(told, "whether moves alone are enough was not found out with the effort that is allowed")
    if found.assigned.targets is None:
        return _never(told, stand, wanted, failures)
    if refused is not None and (found := roomier(refused, found, failures)) is None:
        return _no(told, "no live moves were found that the toolstack's own planner accepts")
    why = f"so that {counted(failures, 'host')} may fail"
    answer = planned(Case(told, Conditions(failures), inventory, stand, why), found)
    if refused is not None and isinstance(answer, Plan) and isinstance(answer.outcome, MovesOutcome):
        answer = replace(answer, outcome=replace(answer.outcome, for_toolstack=True))
    return replace(answer, goal=told)


def moves_told(plan: Plan) -> str:
    """A plan of moves as one sentence."""
    moved = plan.outcome.moved if isinstance(plan.outcome, MovesOutcome) else ()
    size = format_size(sum(each.memory for each in moved))
    ways = (f"{each.vm} to {each.target}" for each in moved)
    return f"{counted(len(moved), 'live move')}, {size}: {listed(tuple(ways), _MOST_NAMED)}"


def _unclear(stand: Stand, items: Sequence[Item]) -> str:
    """Why it is not searched for moves; empty where it is."""
    if sum(len(item.stays) for item in items) > _MOST_PAIRS:
        return f"{counted(len(items), 'VM')} on {len(stand.hosts)} hosts are more than is searched for moves"
    if unsure := sorted({host.name for host in stand.hosts if stand.unsure(host)}):
        return f"the free memory of {listed(unsure, 6)} is not known"
    return "not all hosts are enabled and live" if len(stand.pool.usable) < len(stand.hosts) else ""


def _never(told: str, stand: Stand, wanted: Wanted, failures: int) -> NoPlan:
    """That no moves were found, and whether that proves that there are none."""
    if unsaid := _unsaid(stand):
        return _no(told, f"more VMs could be moved than is known: {listed(unsaid, 6)}")
    strict = surviving(replace(wanted, at_least=True), failures)
    proven = strict is not None and strict.assigned.targets is None
    return NoPlan(told, (Cause("", "no live moves are enough", proven=proven),))


def _beyond(told: str, stand: Stand, most: int) -> NoPlan:
    """That memory is too scarce for so many failures, wherever VMs are."""
    if unsaid := _unsaid(stand):
        return _no(told, f"more VMs could be moved than is known: {listed(unsaid, 6)}")
    why = f"no live moves are enough: wherever VMs are, no more than {counted(most, 'host')} may fail"
    return NoPlan(told, (Cause("", why),))


def _no(told: str, why: str) -> NoPlan:
    return NoPlan(told, (Cause("", why, proven=False),))


def _unsaid(stand: Stand) -> tuple[str, ...]:
    """The facts that would tell of further moves."""
    lacking = [*stand.unsaid()]
    for vm in stand.guests(stand.hosts):
        lacking += stand.bound(vm).lacking if stand.bound(vm).can is None else ()
        for host in stand.hosts if stand.bound(vm).can is not False else ():
            found = stand.arrival(vm, host)
            lacking += found.lacking if found.can is None else ()
    return tuple(dict.fromkeys(f"{each.field} of {each.record.label}" for each in lacking))


def _items(stand: Stand) -> Iterator[Item]:
    """The VMs that surely can be moved to some host."""
    for vm in stand.guests(stand.hosts):
        if stand.bound(vm).can and stand.open_hosts(vm):
            item = stand.item(vm)
            if isinstance(item, Item):
                yield item
