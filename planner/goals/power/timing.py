"""How long the VMs of a pool take to go down, and how long a guest may be waited for within a given time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.facts.power_order import CLEAN_SHUTDOWN, longest
from planner.model.guest import VM
from planner.plans import Cause, NoPlan
from planner.plans.powering import PowerRound
from planner.rules.wording import listed

_MINUTE = 60
_MOST = 6


@dataclass(frozen=True, slots=True)
class Timing:
    """The rounds and their times, in seconds."""

    rounds: tuple[PowerRound, ...]
    delays: int | None
    """In all; None where one is not known."""
    most: int | None
    patience: int | None
    """For each round; None: as long as the toolstack waits by itself, and nobody is shut down hard."""
    lacking: tuple[str, ...]
    """The delays that are not known."""


def timed(rounds: Sequence[Sequence[VM]], within: int | None) -> Timing | NoPlan:
    """The times of rounds that go down one after the other; why they cannot within so many minutes."""
    waits = [longest(vm.shutdown_delay for vm in vms) for vms in rounds]
    unsaid = sorted(vm.name for vms in rounds for vm in vms if vm.shutdown_delay is None)
    open_delays = f"shutdown_delay of {listed(unsaid, _MOST)}: how long what follows waits"
    lacking = (open_delays,) if unsaid else ()
    delays = None if None in waits else sum(each for each in waits if each is not None)
    if within is None:
        return _timing(rounds, waits, None, lacking)
    if delays is None:
        told = f"whether {within} min are enough is not known: {open_delays}"
        return NoPlan("", (Cause("", told, proven=False),), (), ("without --within there is a plan",))
    if delays > within * _MINUTE:
        slow = sorted(vm.name for vms in rounds for vm in vms if (vm.shutdown_delay or 0) > 0)
        told = f"the shutdown delays of {listed(slow, _MOST)} alone take {delays} s, even if every VM is shut down hard"
        least = -(-delays // _MINUTE)
        return NoPlan(
            "", (Cause("", told),), (), (f"ask for --within {least}", "give these VMs a lower shutdown_delay")
        )
    each = (within * _MINUTE - 2 * delays) // len(rounds) if rounds else None
    return _timing(rounds, waits, each if each is None else max(0, min(CLEAN_SHUTDOWN, each)), lacking)


def _timing(
    rounds: Sequence[Sequence[VM]], waits: Sequence[int | None], patience: int | None, lacking: tuple[str, ...]
) -> Timing:
    told = tuple(
        PowerRound(number, tuple(vm.name for vm in vms), wait, bound(wait, patience))
        for number, (vms, wait) in enumerate(zip(rounds, waits, strict=True), start=1)
    )
    return Timing(told, total([each.delay for each in told]), total([each.most for each in told]), patience, lacking)


def bound(delay: int | None, patience: int | None) -> int | None:
    """The seconds after which a round is over: a guest is given up, or shut down hard, and waits its delay again."""
    if delay is None:
        return None
    if patience is None:
        return CLEAN_SHUTDOWN + delay
    return patience + 2 * delay if patience else delay


def total(each: Sequence[int | None]) -> int | None:
    """The sum; None where one of them is not known."""
    return None if None in each else sum(one for one in each if one is not None)
