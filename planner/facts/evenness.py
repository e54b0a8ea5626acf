"""How even the loads of hosts are, and how many of some moves are worth it for that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

LEAST_GAIN = 50
"""By how many thousandths as many moves as there are hosts have to lower what is highest to be worth it."""

_MOST_ASKED = 8


@dataclass(frozen=True, slots=True)
class Peaks:
    """The highest and the lowest load over the hosts that count, in thousandths.

    Memory when every VM takes all it may; virtual CPUs for each physical one, None where those are not counted.
    """

    memory: int
    memory_lowest: int
    vcpus: int | None
    vcpus_lowest: int | None

    @property
    def highest(self) -> int:
        """What is to be low first."""
        return self.memory + (self.vcpus or 0)

    @property
    def unevenness(self) -> int:
        """What is to be low then."""
        return self.highest - self.memory_lowest - (self.vcpus_lowest or 0)


def worthwhile(before: Peaks, after: Sequence[Peaks], hosts: int, may_stay: Callable[[int], bool]) -> int:
    """After how many moves to stop: the fewest that are found after which no further ones are worth it.

    `may_stay` says of a number of moves whether the pool may stay as it is then; with all moves it may. It is asked a
    few times.
    """
    states = (before, *after)
    stops = [number for number in range(len(states)) if not further_worth_it(states, number, hosts)]
    asked = stops[:: -(-len(stops) // _MOST_ASKED)]
    return next((number for number in asked if may_stay(number)), len(after))


def further_worth_it(states: Sequence[Peaks], number: int, hosts: int) -> bool:
    """Whether more moves than so many are worth it; `states` are what is highest before, and after each of them.

    Moves are worth it where as many of them as there are hosts would lower the highest load, or the unevenness while
    the highest load gets no higher, by a twentieth at least.
    """
    later = enumerate(states[number + 1 :], start=1)
    return any(_worth_it(states[number], each, further, hosts) for further, each in later)


def _worth_it(state: Peaks, later: Peaks, further: int, hosts: int) -> bool:
    least = LEAST_GAIN * further
    if (state.highest - later.highest) * hosts >= least:
        return True
    return later.highest <= state.highest and (state.unevenness - later.unevenness) * hosts >= least
