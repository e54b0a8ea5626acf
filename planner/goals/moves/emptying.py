"""Where the VMs of hosts go that are to be empty: a host for each, or all that is in the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from planner.facts.survival import survival
from planner.goals.moves import blocking
from planner.goals.moves.assignment import cheapest
from planner.goals.moves.conditions import Conditions
from planner.goals.moves.stand import Stand
from planner.goals.moves.surviving import Surviving, enough_surviving, most_surviving, surviving
from planner.goals.moves.wanted import EFFORT, PASSING_EFFORT, Item, Wanted
from planner.goals.pools import alike
from planner.model.guest import VM
from planner.plans import Cause, NoPlan
from planner.rules.wording import counted, listed, plural


def targets(asked: Conditions, stand: Stand) -> Surviving | NoPlan:
    """A host for each VM that has to leave, and for others that make room for them; or all that is in the way."""
    if not stand.guarded:
        asked = replace(asked, keep_failures=None)  # nobody is protected, so nothing is promised
    case = _case(asked, stand)
    return _no(case.causes, case.ways_out) if case.causes else _assigned(asked, stand, case)


@dataclass(frozen=True, slots=True)
class _Case:
    """The VMs that have to go, and what is in the way of some of them."""

    items: tuple[Item, ...]
    causes: tuple[Cause, ...]
    ways_out: tuple[str, ...]


def _no(causes: tuple[Cause, ...], ways_out: tuple[str, ...] = ()) -> NoPlan:
    """What is proven to be in the way, alone where there is such; else all that is open."""
    proven = tuple(cause for cause in causes if cause.proven)
    return NoPlan("", tuple(sorted(proven or causes, key=lambda each: (each.code, each.told))), (), ways_out)


def _case(asked: Conditions, stand: Stand) -> _Case:
    leaving = stand.leaving()
    if not stand.targets():
        return _Case((), (Cause("", f"no other host of {stand.view.name} would be left"),), ())
    causes: list[Cause] = list(_beforehand(asked, stand, leaving))
    items: list[Item] = []
    ways: list[str] = []
    for vm in leaving:
        source = next(host for host in stand.emptied if any(vm is each for each in stand.view.vms_on(host)))
        cause = blocking.by_itself(stand, vm, source)
        item = stand.item(vm) if cause is None else None
        if isinstance(item, Item):
            items.append(item)
        elif item is not None:
            cause = Cause("", f"what {vm.name} needs is not known: {blocking.unsaid(item)}", proven=False)
        if cause is not None:
            causes.append(cause)
            ways += [f"{vm.name}: {blocking.mend(stand, vm, source)}"] if cause.proven else []
    ordered = tuple(sorted(items, key=lambda each: each.key))
    if causes and ordered:
        for cause, mends in _short_of_memory(asked, stand, ordered):
            causes.append(cause)
            ways += mends
    return _Case(ordered, tuple(causes), tuple(ways))


def _beforehand(asked: Conditions, stand: Stand, leaving: tuple[VM, ...]) -> Iterator[Cause]:
    """What is in the way whatever the VMs are like."""
    if stand.view.pool.vms is None:
        yield Cause("", f"the VMs of {stand.view.name} are not known", proven=False)
    number = counted(len(leaving), "VM")
    if asked.limit_moves is not None and len(leaving) > asked.limit_moves:
        yield Cause("", f"{number} {plural(leaving, 'has', 'have')} to leave, and {asked.limit_moves} may be moved")
    yield from alike(("VMs", stand.view.vms), ("hosts", stand.view.hosts))


_QUESTIONS = 4
"""Among so many questions the time is shared out."""


def _share(asked: Conditions) -> float | None:
    return None if asked.seconds is None else asked.seconds / _QUESTIONS


def _wanted(
    asked: Conditions, stand: Stand, items: tuple[Item, ...], must_go: tuple[Item, ...], most: int | None = None
) -> Wanted:
    sure = [host for host in stand.targets() if not stand.unsure(host)]
    places = tuple(sorted((stand.place(host, items) for host in sure), key=lambda each: each.key))
    complete = len(sure) == len(stand.targets()) and not any(each.lacking for each in stand.guarded)
    guarded = stand.guarded if complete else ()
    return Wanted(
        items,
        places,
        frozenset(item.key for item in must_go),
        guarded,
        ties=stand.ties(items),
        most_moves=most,
        seconds=_share(asked),
        effort=PASSING_EFFORT if asked.passing else EFFORT,
    )


def with_everybody(asked: Conditions, stand: Stand, must_go: tuple[Item, ...]) -> Wanted:
    """What is asked of some VMs that have to go, and of all others that may make room for them."""
    return _wanted(asked, stand, _with_others(stand, must_go), must_go, asked.limit_moves)


def _short_of_memory(
    asked: Conditions, stand: Stand, items: tuple[Item, ...]
) -> Iterator[tuple[Cause, tuple[str, ...]]]:
    """What keeps those VMs that could go by themselves from going all together."""
    wanted = blocking.with_wishes(stand, _wanted(asked, stand, _with_others(stand, items), items))
    wanted = replace(wanted, at_least=True)
    found = surviving(wanted, 0)
    if found is not None and found.assigned.targets is None and not _open(stand):
        yield from blocking.together(stand, wanted)


def _with_others(stand: Stand, items: tuple[Item, ...]) -> tuple[Item, ...]:
    """These VMs, and all others that could be moved out of their way."""
    others = []
    for vm in stand.guests(stand.targets()):
        if stand.bound(vm).can and stand.open_hosts(vm):
            item = stand.item(vm)
            others += [item] if isinstance(item, Item) else []
    return tuple(sorted((*items, *others), key=lambda each: each.key))


def _open(stand: Stand) -> tuple[str, ...]:
    """The facts whose lack keeps a no from being proven."""
    lacking = [*stand.adrift(), *stand.unsaid()]
    for host in stand.targets():
        lacking += stand.unsure(host)
    for vm in (*stand.leaving(), *stand.guests(stand.targets())):
        lacking += stand.bound(vm).lacking if stand.bound(vm).can is None else ()
        for host in stand.targets():
            found = stand.arrival(vm, host)
            lacking += found.lacking if found.can is None else ()
    return tuple(dict.fromkeys(f"{lack.field} of {lack.record.label}" for lack in lacking))


def _assigned(asked: Conditions, stand: Stand, case: _Case) -> Surviving | NoPlan:
    """Targets for those that have to go; others are moved only where there is no way without."""
    least = asked.keep_failures or 0
    mine = _wanted(asked, stand, case.items, case.items)
    if least and not mine.guarded and stand.guarded:
        facts = (f"{lack.field} of {lack.record.label}" for lack in survival(stand.view)[1].lacking)
        return _no((Cause("", f"how many hosts may fail is not known: {listed(facts, 6)}", proven=False),))
    found = (enough_surviving if asked.passing else most_surviving)(mine, least)
    if found is not None and found.assigned.targets is not None:
        return found
    helped = surviving(with_everybody(asked, stand, case.items), least, cheapest)
    if helped is not None and helped.assigned.targets is not None:
        return helped
    return _refusal(asked, stand, case)


def _refusal(asked: Conditions, stand: Stand, case: _Case) -> NoPlan:
    """Why there are no targets: facts that are lacking, failures to be survived, a limit, wishes, or memory."""
    mine = _wanted(asked, stand, case.items, case.items)
    everybody = _wanted(asked, stand, _with_others(stand, case.items), case.items)
    strict = replace(everybody, at_least=True)
    more = tuple(blocking.ways_out(stand, mine))
    if open_facts := _open(stand):
        told = f"no way was found, and it is not known whether there is one: {listed(open_facts, 6)}"
        return _no((Cause("", told, proven=False),), more)
    if _found(surviving(everybody, 0)):
        return _too_much_asked(asked, mine, everybody, more)
    if _found(surviving(blocking.with_wishes(stand, everybody), 0)):
        cause = blocking.wishes_in_the_way(stand, strict)
        return _no((replace(cause, proven=_impossible(surviving(strict, 0))),), more)
    strict = blocking.with_wishes(stand, strict)
    if not _impossible(surviving(strict, 0)):
        return _no((Cause("", "no way was found with the effort that was allowed", proven=False),), more)
    found = list(blocking.together(stand, strict))
    mends = [way for _, ways in found for way in ways]
    return _no(tuple(cause for cause, _ in found), (*mends, *more))


def _too_much_asked(asked: Conditions, mine: Wanted, everybody: Wanted, more: tuple[str, ...]) -> NoPlan:
    """That the VMs find room, but not with so few moves, or not so that as many hosts may fail."""
    strict, limited = replace(everybody, at_least=True), replace(everybody, most_moves=asked.limit_moves)
    if asked.limit_moves is not None and not _found(surviving(limited, 0)):
        told = f"with {counted(asked.limit_moves, 'move')} there is no way: other VMs have to make room first"
        proven = _impossible(surviving(replace(strict, most_moves=asked.limit_moves), 0))
        return _no((Cause("", told, proven=proven),), more)
    failures = asked.keep_failures or 0
    proven = _impossible(surviving(replace(strict, most_moves=asked.limit_moves), failures))
    told = f"{counted(failures, 'host')} could not fail any more once the VMs have left"
    best = most_surviving(mine, 0)
    ways = (f"ask for --keep-failures {best.failures}",) if best and best.assigned.targets is not None else ()
    return _no((Cause("", told, proven=proven),), ways)


def _impossible(each: Surviving | None) -> bool:
    return each is not None and each.assigned.targets is None


def _found(each: Surviving | None) -> bool:
    return each is not None and each.assigned.targets is not None
