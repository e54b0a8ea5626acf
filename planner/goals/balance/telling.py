"""How the gain of a move is put into words, and what is told of the costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.plans.balancing import Gain, Load
from planner.plans.costs import BYTES, MEMORY_ALONE, MOVES, TOGETHER, UNEVEN_MEMORY, UNEVEN_TOGETHER
from planner.plans.moving import Cost
from planner.units import percent, show_thousandths


def why(gain: Gain, *, worth_it: bool) -> str:
    """What a move does to its two hosts."""
    leaves = f"{gain.source} goes from {_told(gain.source_before)} to {_told(gain.source_after)}"
    told = f"{leaves}, {gain.target} from {_told(gain.target_before)} to {_told(gain.target_after)}"
    return told if worth_it else f"it gains less than it costs: {told}"


def _told(load: Load) -> str:
    memory, vcpus = load
    return percent(memory) + ("" if vcpus is None else f" and {show_thousandths(vcpus)} per CPU")


def costs_told(values: Sequence[int], bounds: Sequence[int], *, together: bool) -> Iterator[Cost]:
    """The costs with their bounds: what comes after a cost that is not proven is bound by nothing."""
    names = (TOGETHER, UNEVEN_TOGETHER) if together else (MEMORY_ALONE, UNEVEN_MEMORY)
    proven = True
    padded = (*bounds, *(0 for _ in values[len(bounds) :]))
    for name, value, bound in zip((*names, BYTES, MOVES), values, padded, strict=True):
        least = bound if proven else 0
        proven = proven and value == least
        if proven or name in names:
            yield Cost(name, value, least)
