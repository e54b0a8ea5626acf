"""The plan that moves VMs to targets that were found: its steps, what becomes of the pool, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from planner.findings import Problem
from planner.goals.moves.comparing import compared
from planner.goals.moves.conditions import Conditions
from planner.goals.moves.homeward import homeward
from planner.goals.moves.meanwhile import survivals
from planner.goals.moves.ordering import Order, ordered
from planner.goals.moves.outcome import guard, host_loads, host_name, moved, view_of
from planner.goals.moves.permitted import forbidden
from planner.goals.moves.permitting import permitted_way
from planner.goals.moves.shunting import Move
from planner.goals.moves.stand import Stand
from planner.goals.moves.steps import migrations, put_back
from planner.goals.moves.surviving import Surviving
from planner.goals.naming import name_of
from planner.model.guest import VM
from planner.model.host import Host
from planner.model.inventory import Inventory
from planner.plans import Cause, NoPlan, Plan, Step
from planner.plans.applying import carried_out, reference
from planner.plans.costs import HIGHEST, UNEVEN
from planner.plans.midst import every_moment
from planner.plans.moving import Cost, MovesOutcome, Survivals
from planner.rules.errors import OF_SURVIVAL, Key, brought
from planner.rules.placing import reasons
from planner.rules.states import States
from planner.rules.wording import counted, listed


@dataclass(frozen=True, slots=True)
class _Forward:
    """The steps to where everything is to be, and what they take."""

    steps: tuple[Step, ...]
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked for: the wish, the pool as it is, and the pool once the first steps are done."""

    told: str
    conditions: Conditions
    start: Inventory
    stand: Stand
    why: str
    """Why a VM moves that does not have to leave its host."""
    first: tuple[Step, ...] = ()
    """The steps before the moves."""
    last: tuple[Step, ...] = ()
    """The steps after the moves."""
    returns: bool = True
    """There is to be a way back."""
    rounds: tuple[tuple[Move, ...], ...] | None = None
    """The moves, where their order is settled already."""
    elsewhere: bool = False
    """VMs that have to go may go to other hosts than they were to, where high availability refuses these."""


def planned(case: Case, found: Surviving) -> Plan | NoPlan:
    """The plan for targets that were found; none where its steps would bring errors, or too few hosts could fail."""
    told, inventory, stand = case.told, case.start, case.stand
    targets = found.assigned.targets or {}
    order = ordered(found.wanted.items, targets, stand.rooms()) if case.rounds is None else Order(case.rounds)
    if order.rounds is None:
        names = listed(sorted(stand.vm_of[key].name for key in order.stuck), 12)
        return NoPlan(told, (Cause("", f"no order was found in which {names} can be moved one by one", proven=False),))
    steps, seconds = migrations(stand, order.rounds, _reasons(case, found))
    forward = _Forward((*case.first, *steps, *case.last), seconds)
    pool = reference(stand.view)
    asked = case.conditions
    refused = forbidden(pool, inventory, forward.steps)
    if refused and not refused[0].proven and case.rounds is None:
        way = permitted_way(stand, found, asked, elsewhere=case.elsewhere)
        if way is not None:
            return planned(replace(case, rounds=way.rounds), way.found)
    survived = survivals(pool, inventory, forward.steps, always=asked.always, keep=asked.keep_failures or 0)
    too_little = too_few(asked, survived, alone=case.rounds is None)
    causes = (*refused, *_brought(inventory, forward.steps), *too_little)
    if causes:
        return NoPlan(told, tuple(each for each in causes if each.proven) or causes)
    end = carried_out(inventory, forward.steps)
    back, not_back = _back(stand, inventory, end) if case.returns else ((), ())
    outcome = _outcome(case, end, found, forward, survived, not_back)
    return Plan(told, (), (), forward.steps, outcome, back)


def _reasons(case: Case, found: Surviving) -> dict[str, str]:
    """Why each VM moves."""
    stand = case.stand
    leaving = {stand.key(vm) for vm in stand.leaving()}
    return {
        item.key: f"{stand.host_of[item.source].name} is to be empty" if item.key in leaving else case.why
        for item in found.wanted.items
    }


def _brought(inventory: Inventory, steps: tuple[Step, ...]) -> tuple[Cause, ...]:
    """The errors that the steps would bring, each once."""
    states = States(but=OF_SURVIVAL)
    known = states.errors(inventory)
    found: dict[Key, Problem] = {}
    for moment in every_moment(inventory, steps):
        now = states.errors(moment)
        found |= brought(known, now)
        known |= now
    told = {(code, f"on the way: {each.message}; {each.remedy}") for (code, *_), each in found.items()}
    return tuple(Cause(code, text, proven=False) for code, text in sorted(told))


def too_few(asked: Conditions, survived: Survivals, *, alone: bool = True) -> Iterator[Cause]:
    """The failures that are to be survived, held against those that are; of one end among others it proves nothing."""
    wanted, worst = asked.keep_failures, survived.during if asked.always else survived.after
    if wanted and survived.lacking:
        yield Cause("", f"how many hosts may fail is not known: {listed(survived.lacking, 6)}", proven=False)
    if not wanted or worst is None or worst.lower >= wanted:
        return
    when = "while VMs are on their way" if asked.always else "in the end"
    proven = worst.proven and not asked.always and alone
    yield Cause("", f"{counted(wanted, 'host')} may have to fail, and {when} {worst.lower} may", proven=proven)


def _back(stand: Stand, start: Inventory, end: Inventory) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    """The steps to where everything is today, and what does not come back."""
    pool = reference(stand.view)
    first, last = view_of(start, pool), view_of(end, pool)
    returning = [
        host
        for each in stand.emptied
        if (was := first.hosts.find(name_of(each))) and was.enabled is not False
        for host in (last.hosts.find(name_of(each)),)
        if host
    ]
    opened = tuple(put_back(last, returning))
    state = carried_out(end, opened)
    now = Stand(view_of(state, pool))
    found = homeward(first, now)
    stays = [f"{vm.name} does not get back to {home.name}: {_why(now, vm, home)}" for vm, home in found.stays]
    order = ordered(found.items, found.targets, now.rooms())
    if order.rounds is None:
        return (), (*stays, "no order was found in which all VMs get back")
    why = {item.key: "it ran there before" for item in found.items}
    steps, _ = migrations(now, order.rounds, why)
    if refused := forbidden(pool, end, (*opened, *steps)):
        return (), (*stays, f"there is no way back: {refused[0].told}")
    if _brought(end, (*opened, *steps)):
        return (), (*stays, "the way back would bring errors")
    return (*opened, *steps), tuple(stays)


def _why(now: Stand, vm: VM, home: Host) -> str:
    found = now.arrival(vm, home)
    return reasons(found) or "it is not known whether it can"


def _most(found: Surviving, survived: Survivals) -> int | None:
    """The failures that no plan survives more of, where that was proven for the VMs that have to go."""
    alone = all(item.key in found.wanted.must_go for item in found.wanted.items)
    if not alone or survived.after is None or not survived.after.lower <= found.most < len(found.wanted.places):
        return None
    return found.most


def _costs(case: Case, found: Surviving) -> tuple[Cost, ...]:
    """What was kept small; nothing of loads where there are hosts of which too little is known to send VMs there."""
    whole = len(found.wanted.places) == len(case.stand.targets())
    return tuple(each for each in found.assigned.costs if whole or each.name not in (HIGHEST, UNEVEN))


def _outcome(  # noqa: PLR0913, PLR0917 - the parts of an outcome
    case: Case,
    end: Inventory,
    found: Surviving,
    forward: _Forward,
    survived: Survivals,
    notes: tuple[str, ...],
) -> MovesOutcome:
    stand, asked = case.stand, case.conditions
    pool = reference(stand.view)
    first, last = view_of(case.start, pool), view_of(end, pool)
    emptied = tuple(host_name(first, host) for each in stand.emptied if (host := first.hosts.find(name_of(each))))
    leaving = {name_of(vm) for vm in stand.leaving()}
    changed = moved(first, last, (id(vm) for vm in first.vms.records if name_of(vm) in leaving))
    ours = {stand.key(vm): (found.assigned.targets or {})[stand.key(vm)] for vm in stand.leaving()}
    theirs = compared(stand, ours)
    return MovesOutcome(
        first.name,
        pool,
        emptied,
        asked.keep_failures,
        asked.always,
        guard(first),
        changed,
        host_loads(first, last, emptied),
        replace(survived, most=_most(found, survived)),
        _costs(case, found),
        forward.seconds,
        theirs,
        notes,
    )
