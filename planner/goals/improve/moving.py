"""Live migrations after which so many hosts may fail: the fewest bytes, then the fewest moves.

Where they alone are not enough, promises are taken back beside, as few as can be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from planner.facts.failover_problem import Problems
from planner.facts.wishes import broken
from planner.goals.improve.mixing import fewest_beside
from planner.goals.improve.reaching import cheap_moves
from planner.goals.improve.roomier import roomier
from planner.goals.moves.conditions import Conditions
from planner.goals.moves.planning import Case, planned
from planner.goals.moves.stand import Stand
from planner.goals.moves.surviving import Surviving, surviving
from planner.goals.moves.wanted import Item, Wanted
from planner.goals.place.asked import Asked
from planner.goals.place.worth import most_failures
from planner.goals.protect.goal import Protect
from planner.goals.protect.goal import stand as promised
from planner.goals.protect.steps import promises
from planner.model.inventory import Inventory, PoolView
from planner.plans import Cause, NoPlan, Plan
from planner.plans.applying import reference
from planner.plans.costs import PROMISES
from planner.plans.moving import Cost, MovesOutcome
from planner.rules.wording import counted, listed, plural
from planner.units import format_size

_EFFORT = 0.25
_MOST_NAMED = 12
_MOST_PAIRS = 1_000_000
"""Pairs of a VM and a host of which it can be told in time whether they are possible."""


@dataclass(frozen=True, slots=True)
class Moving:
    """A pool whose VMs may move so that so many hosts may fail."""

    told: str
    inventory: Inventory
    view: PoolView
    failures: int
    stand: Stand
    wanted: Wanted
    unclear: str
    """Why no moves are searched for; empty where they are."""


def moving(told: str, inventory: Inventory, view: PoolView, failures: int) -> Moving:
    """The question of the moves of a pool."""
    stand = Stand(view)
    items = tuple(sorted(_items(stand), key=lambda each: each.key))
    places = tuple(sorted((stand.place(host, items) for host in stand.hosts), key=lambda each: each.key))
    broken_today = {each.rule.name for each in broken(view)}
    ties = tuple(tie for tie in stand.ties(items) if tie.name not in broken_today)
    wanted = Wanted(items, places, frozenset(), stand.guarded, ties=ties, effort=_EFFORT)
    return Moving(told, inventory, view, failures, stand, wanted, _unclear(stand, items))


def by_moves(asked: Moving, refused: Problems | None = None) -> Plan | NoPlan:
    """The steps of the cheapest moves, or why moves alone are not enough.

    `refused` is the problem as it is today where the toolstack's own planner has to accept it too.
    """
    if refused is not None and (bound := sorted(vm.vm.name for vm in refused.guarded if vm.agility.agile is False)):
        why = "the toolstack says that no failure can be survived while a restart is promised to VMs that are not agile"
        return NoPlan(asked.told, (Cause("", f"{why}: {listed(bound, _MOST_NAMED)}"),))
    found = _found(asked)
    if isinstance(found, NoPlan):
        return found
    accepted = found if refused is None else roomier(refused, found, asked.failures)
    if accepted is None:
        return _no(asked.told, "no live moves were found that the toolstack's own planner accepts")
    answer = planned(_case(asked), accepted)
    if refused is not None and isinstance(answer, Plan) and isinstance(answer.outcome, MovesOutcome):
        answer = replace(answer, outcome=replace(answer.outcome, for_toolstack=True))
    return answer


def _found(asked: Moving) -> Surviving | NoPlan:
    """Moves that are enough, or why there are none."""
    if asked.unclear:
        return _no(asked.told, asked.unclear)
    if (most := _most(asked.wanted)) < asked.failures:
        return _beyond(asked, most)
    found = cheap_moves(asked.wanted, asked.failures)
    if found is None:
        return _no(asked.told, "whether moves alone are enough was not found out with the effort that is allowed")
    return found if found.assigned.targets is not None else _never(asked)


def with_promises(asked: Moving, lost: int) -> Plan | None:
    """Moves, and fewer promises taken back than so many, where both together are enough; None where none are found."""
    if asked.unclear:
        return None
    mixed = fewest_beside(asked.wanted, asked.failures, lost, _most)
    if mixed is None:
        return None
    today = promised(Protect(asked.failures, pool=reference(asked.view)), asked.inventory)
    why = f"with it no moves would let {counted(asked.failures, 'host')} fail"
    steps = promises(today, today.today.keys() - mixed.lost, why)
    answer = planned(replace(_case(asked), first=steps, returns=False), mixed.found)
    if not isinstance(answer, Plan) or not isinstance(answer.outcome, MovesOutcome):
        return None
    names = sorted(asked.stand.vm_of[key].name for key in mixed.lost)
    note = f"a restart is promised no more to {counted(len(names), 'VM')}, {listed(names, _MOST_NAMED)}"
    costs = (Cost(PROMISES, len(names), mixed.least), *answer.outcome.costs)
    return replace(answer, outcome=replace(answer.outcome, costs=costs, notes=(note, *answer.outcome.notes)))


def moves_told(plan: Plan) -> str:
    """The moves as one sentence."""
    moved = plan.outcome.moved if isinstance(plan.outcome, MovesOutcome) else ()
    size = format_size(sum(each.memory for each in moved))
    ways = (f"{each.vm} to {each.target}" for each in moved)
    return f"{counted(len(moved), 'live move')}, {size}: {listed(tuple(ways), _MOST_NAMED)}"


def _case(asked: Moving) -> Case:
    why = f"so that {counted(asked.failures, 'host')} may fail"
    return Case(asked.told, Conditions(asked.failures), asked.inventory, asked.stand, why)


def _most(wanted: Wanted) -> int:
    """No assignment survives more failures."""
    return most_failures(Asked(wanted, (), frozenset(place.key for place in wanted.places)))


def _unclear(stand: Stand, items: Sequence[Item]) -> str:
    if sum(len(item.stays) for item in items) > _MOST_PAIRS:
        return f"{counted(len(items), 'VM')} on {len(stand.hosts)} hosts are more than is searched for moves"
    if unsure := sorted({host.name for host in stand.hosts if stand.unsure(host)}):
        return f"what {listed(unsure, 6)} {plural(unsure, 'has', 'have')} is not known"
    return "not all hosts are enabled and live" if len(stand.pool.usable) < len(stand.hosts) else ""


def _never(asked: Moving) -> NoPlan:
    """That no moves were found, and whether that proves that there are none."""
    if unsaid := _unsaid(asked.stand):
        return _no(asked.told, f"more VMs could be moved than is known: {listed(unsaid, 6)}")
    strict: Surviving | None = surviving(replace(asked.wanted, at_least=True), asked.failures)
    proven = strict is not None and strict.assigned.targets is None
    return NoPlan(asked.told, (Cause("", "no live moves are enough", proven=proven),))


def _beyond(asked: Moving, most: int) -> NoPlan:
    """That memory is too scarce for so many failures, wherever VMs are."""
    if unsaid := _unsaid(asked.stand):
        return _no(asked.told, f"more VMs could be moved than is known: {listed(unsaid, 6)}")
    why = f"no live moves are enough: wherever VMs are, no more than {counted(most, 'host')} may fail"
    return NoPlan(asked.told, (Cause("", why),))


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
