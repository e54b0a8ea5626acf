"""What is in the way where each VM by itself has a host: facts, a limit, failures, wishes or memory, in this order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from planner.goals.moves import blocking
from planner.goals.moves.assignment import left_out, possible, shortage
from planner.goals.moves.wanted import Wanted
from planner.goals.place import refusing
from planner.goals.place.asked import Asked
from planner.goals.place.giving_up import conflict, fewest
from planner.goals.place.pot import Pot
from planner.goals.place.question import Question
from planner.goals.place.refusing import no, not_found
from planner.goals.place.stages import Stages
from planner.model.guest import VM
from planner.plans import Cause, NoPlan
from planner.rules.wording import counted, listed, plural
from planner.solver import Ending
from planner.units import mib_consumed

_NAMED = 6


def refusal(question: Question, asked: Asked, *, proven: bool) -> NoPlan:
    """Why no placement was found, and the cheapest ways out."""
    bare = question.without(question.concerned)
    if bare.homeless:
        return no("", (_homeless(bare, vm) for vm in bare.homeless))
    if facts := question.unsaid():
        told = f"no way was found, and it is not known whether there is one: {listed(facts, _NAMED)}"
        return no("", (Cause("", told, proven=False),))
    if not proven:
        return no("", (not_found(),))
    failures = question.least
    free = replace(asked, wanted=replace(asked.wanted, most_moves=None))
    if asked.wanted.most_moves is not None and ending(question, failures) is Ending.FOUND:
        causes, ways = _too_few_moves(free, failures, asked.wanted.most_moves)
    elif failures and ending(question) is Ending.FOUND:
        causes, ways = _too_many_failures(free, failures)
    elif question.concerned and ending(bare) is Ending.FOUND:
        causes, ways = _wishes(question)
    else:
        return _no_room(bare)
    return no("", causes, (*ways, *_others(question)))


def ending(question: Question, failures: int = 0, limit: int | None = None) -> Ending:
    """Whether all VMs can be placed so that so many hosts may fail, with so many moves."""
    if stuck(question):
        return Ending.IMPOSSIBLE
    if question.unclear:
        return Ending.OPEN
    asked = replace(question.asked, wanted=replace(question.asked.wanted, most_moves=limit))
    return Stages(asked, Pot(None), None, failures).possible()


def stuck(question: Question) -> bool:
    """Whether a VM has no host, or VMs that stay where they are break a wish."""
    return bool(question.homeless) or any(True for _ in question.broken_for_good())


def _homeless(question: Question, vm: VM) -> Cause:
    answers = ((host, question.stand.start(vm, host)) for host in question.stand.hosts)
    return Cause("", f"{vm.name} can be started on no host: {blocking.by_host(question.stand, vm, answers)}")


def _too_few_moves(asked: Asked, failures: int, allowed: int) -> tuple[tuple[Cause, ...], Sequence[str]]:
    enough = Stages(asked, Pot(None), None, failures).fewest_moves()
    ways = () if enough is None else (f"allow {counted(enough, 'move')}, with --limit-moves {enough}",)
    told = f"{counted(allowed, 'move')} are not enough" if allowed != 1 else "1 move is not enough"
    return (Cause("", told),), ways


def _too_many_failures(asked: Asked, failures: int) -> tuple[tuple[Cause, ...], Sequence[str]]:
    most = Stages(asked, Pot(None), None).most_failures()
    told = f"{counted(failures, 'host')} cannot fail with every protected VM restarted, wherever the VMs are"
    return (Cause("", told),), () if most is None else (f"ask for --keep-failures {most}",)


def _wishes(question: Question) -> tuple[tuple[Cause, ...], Sequence[str]]:
    """The fewest wishes that cannot be kept together, and each that would be enough to give up, or how few would."""

    def asks(without: frozenset[str]) -> Ending:
        return ending(question.without(without))

    first = conflict(question.concerned, frozenset(), asks)
    if ways := [_given_up((name,)) for name in first if asks(frozenset({name})) is Ending.FOUND]:
        return (_together(question, first),), ways
    found = fewest(question.concerned, first, asks)
    ways = [_given_up(found.wishes)] if found.wishes else []
    return tuple(_together(question, each) for each in found.conflicts), ways


def _together(question: Question, kept: Sequence[str]) -> Cause:
    """That some wishes cannot be kept together, and where that is because of VMs that cannot be moved, why."""
    alone = question.without(set(question.concerned) - set(kept))
    staying = {vm.name: vm for vms in alone.broken_for_good() for vm in vms}
    why = f": {refusing.staying(alone, tuple(staying.values()))}" if staying else ""
    together = plural(kept, "", " together")
    return Cause("", f"{plural(kept, 'the wish', 'the wishes')} {listed(kept)} cannot be kept{together}{why}")


def _given_up(wishes: Sequence[str]) -> str:
    what, each = plural(wishes, "the wish", "the wishes"), plural(wishes, "it", "them")
    return f"give {what} {listed(wishes, len(wishes))} up, or say `required: false` of {each}: then there is a plan"


def _others(question: Question) -> Iterator[str]:
    """Whether it would do to let other VMs move."""
    if not question.meant.partly:
        return
    wider = Question(replace(question.goal, others=True), question.state, question.pool, question.new)
    conditions = question.goal.conditions
    if ending(wider, wider.least, conditions.limit_moves) is Ending.FOUND:
        yield "let other VMs move too, with --others: then there is a plan"


def _no_room(question: Question) -> NoPlan:
    """That the memory of the hosts is not enough for VMs that are to be started."""
    plain = question.asked.wanted
    starting = frozenset(item.key for item in plain.items if not item.source)
    wanted = replace(plain, must_go=starting, ties=(), at_least=True)
    impossible = possible(wanted)
    if impossible.targets is not None or not impossible.proven:
        return no("", (not_found(),))
    found = list(blocking.together(question.stand, wanted))
    ways = [] if question.meant.new else [way for _, mends in found for way in mends]
    return no("", (cause for cause, _ in found), (*_others(question), *ways, *_roomier(question, wanted)))


def _roomier(question: Question, wanted: Wanted) -> Iterator[str]:
    """The least memory that one host would have to have more, and the smallest VMs to leave out."""
    stand = question.stand
    more = [(size, place.key) for place in wanted.places if (size := shortage(wanted, place.key))]
    if more:
        size, key = min(more)
        yield f"with {mib_consumed(size)} MiB more free on {blocking.place_name(stand, key)} all of them find room"
    left = left_out(wanted)
    if left and len(wanted.must_go) > 1 and set(left) <= wanted.must_go:
        yield f"without {listed(stand.vm_of[key].name for key in left)} the others find room"
