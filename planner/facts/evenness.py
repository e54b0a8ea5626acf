"""How even the loads of hosts are, and how many of some moves are worth it for that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

LEAST_GAIN = 50
"""By how many thousandths as many moves as there are hosts have to lower what is highest to be worth it."""


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
    """After how many moves to stop: the fewest after which no further ones are worth it.

    Moves are worth it where as many of them as there are hosts would lower the highest load, or the unevenness while
    the highest load gets no higher, by a twentieth at least. `may_stay` says of a number of moves whether the pool may
    stay as it is then; with all moves it may.
    """
    states = (before, *after)
    for number, state in enumerate(states):
        later = enumerate(states[number + 1 :], start=1)
        if not any(_worth_it(state, each, further, hosts) for further, each in later) and may_stay(number):
            return number
    return len(after)


def _worth_it(state: Peaks, later: Peaks, further: int, hosts: int) -> bool:
    least = LEAST_GAIN * further
    if (state.highest - later.highest) * hosts >= least:
        return True
    return later.highest <= state.highest and (state.unevenness - later.unevenness) * hosts >= least
