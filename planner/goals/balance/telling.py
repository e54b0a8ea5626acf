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


def names(*, together: bool) -> tuple[str, str]:
    """What the first two costs are called: loads of memory and virtual CPUs together, or of memory alone."""
    return (TOGETHER, UNEVEN_TOGETHER) if together else (MEMORY_ALONE, UNEVEN_MEMORY)


def costs_told(values: Sequence[int], bounds: Sequence[int], *, together: bool) -> Iterator[Cost]:
    """The costs with their bounds: what comes after a cost that is not proven is bound by nothing."""
    of_loads, proven = names(together=together), True
    padded = (*bounds, *(0 for _ in values[len(bounds) :]))
    for name, value, bound in zip((*of_loads, BYTES, MOVES), values, padded, strict=True):
        least = bound if proven else 0
        proven = proven and value == least
        if proven or name in of_loads:
            yield Cost(name, value, least)
