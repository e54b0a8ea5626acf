"""What a plan that evens out the loads of hosts says of each move, and when to stop."""

from __future__ import annotations

from dataclasses import dataclass

from planner.facts.evenness import Peaks

Load = tuple[int, int | None]
"""How much of a host's memory is taken, and how many virtual CPUs it runs for each physical one, both in thousandths.

None where virtual CPUs are not counted.
"""


@dataclass(frozen=True, slots=True)
class Gain:
    """A move, the loads of its two hosts before and after it, and what is highest and lowest then; by name."""

    vm: str
    source: str
    target: str
    source_before: Load
    target_before: Load
    source_after: Load
    target_after: Load
    peaks: Peaks


@dataclass(frozen=True, slots=True)
class VcpuLoad:
    """The virtual CPUs that a host runs for each physical one, in thousandths; None where that is not known."""

    host: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Balancing:
    """What the moves do to the loads, one after the other."""

    hosts: tuple[str, ...]
    """Those that count, by name: enabled and live."""
    before: Peaks
    gains: tuple[Gain, ...]
    enough: int
    """After so many moves, further ones gain less than they cost."""
    keeps: int | None
    """So many hosts may fail after these moves and after all of them, at least; None where that is not asked."""
    vcpus: tuple[VcpuLoad, ...]
