"""To which VMs a restart is promised, in sections that several formats tell."""

from __future__ import annotations

from collections.abc import Iterator

from planner.plans.protecting import Kept, Promise, ProtectionOutcome
from planner.rules.wording import counted, listed
from planner.units import show_size

_MOST_NAMED = 12


def protection_sections(outcome: ProtectionOutcome) -> list[tuple[str, list[str]]]:
    """To whom a restart is promised, and what each further failure costs; each part with a heading."""
    names = dict(outcome.names)
    promise = outcome.promise
    says = "not known" if outcome.toolstack is None else str(outcome.toolstack)
    named = listed(sorted(names[vm] for vm in promise.vms), _MOST_NAMED) or "nobody"
    sections = [
        (f"a restart is promised to {_vms(promise)}", [named, _quality(promise)]),
        ("failures that the toolstack says can be survived then", [says, *outcome.notes]),
        ("what each further failure costs", list(_frontier(outcome))),
        ("promised nothing, whatever room there is", [f"{names[each.vm]}: {each.why}" for each in outcome.left_out]),
    ]
    return [section for section in sections if section[1]]


def _vms(promise: Promise) -> str:
    weight = f", weight {promise.weight}" if promise.weight else ""
    return f"{counted(len(promise.vms), 'VM')}, {show_size(promise.memory)}{weight}"


def _quality(promise: Promise) -> str:
    """How good it is proven to be."""
    if promise.proven:
        return "no other choice is better"
    return f"whether another choice is better is not decided: at most {_measure(promise.kept[-1])}"


def _measure(kept: Kept) -> str:
    size = kept.name.startswith("bytes")
    bound = show_size(kept.bound) if size else str(kept.bound)
    return f"{bound}{kept.name.removeprefix('bytes')}" if size else f"{kept.name} {bound}"


def _frontier(outcome: ProtectionOutcome) -> Iterator[str]:
    before: Promise | None = None
    for each in outcome.frontier:
        open_end = "" if each.proven else f" (at most {_measure(each.kept[-1])})"
        yield f"{counted(each.failures, 'failure')}: {_vms(each)}{open_end}{_lost(before, each)}"
        before = each


def _lost(before: Promise | None, now: Promise) -> str:
    if before is None or (before.memory == now.memory and len(before.vms) == len(now.vms)):
        return ""
    vms = len(before.vms) - len(now.vms)
    told = f"{counted(vms, 'VM')} fewer" if vms > 0 else f"{counted(-vms, 'VM')} more" if vms else "as many VMs"
    memory = before.memory - now.memory
    return f"; {told}, {show_size(abs(memory))} {'less' if memory >= 0 else 'more'}"
