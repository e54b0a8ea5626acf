"""The order in which all of this is asked: from the cheapest argument to the dearest.

`necessary` gives the largest k that is not refuted at once. From there downwards, each k is either proved, or refuted,
or left open when its share of the effort is used up. The first k that is proved ends this: fewer failures are never
harder, since the plan for a set serves each part of it. What is left open is asked again from below, with what is
left of the effort.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial

import numpy as np

from planner import patience
from planner.failover.adversary import failing_set
from planner.failover.bundles import bundled
from planner.failover.covers import Covers
from planner.failover.crowd import Crowd
from planner.failover.dominance import dominators
from planner.failover.effort import SECOND, Effort, Exhausted
from planner.failover.enumeration import MOST, Suspicion, suspicious
from planner.failover.fitting import Packing, Unpackable, pack, pack_quickly
from planner.failover.guarantee import Guarantee
from planner.failover.layouts import traits
from planner.failover.ledger import Ledger
from planner.failover.necessary import Necessary
from planner.failover.ranking import Flags, worst_sums
from planner.failover.relaying import handed_on
from planner.failover.sharing import SIZES, shared_out
from planner.failover.taking_turns import in_turn
from planner.failover.templates import template
from planner.failover.toll import toll

CHUNK = 4096
FEW_SETS = 20000
"""Up to so many sets are simply packed, one after another."""
COUNTING = 0.2 * SECOND
"""The effort for counting suspicious sets."""
FEW_SUSPICIOUS = 200_000
"""Up to so many suspicious sets are packed before other arguments are tried."""
FEW_LARGEST = 5000
"""Up to so many sets that take most memory along are packed where others are proved."""
NOTCHES = 16
"""Into so many parts the memory of a unit is divided to find how far down the largest sets are few."""
PROBES = 6
"""How many of the most suspicious sets of each kind are packed first."""
COVERING = 50
"""The steps for finding what other sets a plan serves."""
IN_HASTE = 0.1
"""What is tried for whoever waits no longer gets no more than this part of it."""
LEAF = 4 * SECOND
"""The effort for packing one set."""
FULL = 15
"""The seconds' worth of effort for which the shares below are meant; others scale them."""


@dataclass(frozen=True, slots=True)
class Bracket:
    """What the search found: proved up to `lower`, refuted above `upper` by a set of units."""

    lower: int
    upper: int
    refuted: tuple[int, ...]
    by: str


Verdict = str | tuple[int, ...] | None
"""The name of an argument that proves k, or units that refute it, or nothing."""
Layers = list[tuple[float, Callable[[Effort], Verdict]]]
"""Arguments in the order in which they are tried, each with the seconds' worth of effort that it may take."""


def asked(numbers: Iterable[int], judge: Callable[[int], Verdict], so_far: Bracket) -> Bracket:
    """The bounds after each of these numbers was judged, as far as it was still open."""
    found = so_far
    for k in numbers:
        if not found.lower < k <= found.upper:
            continue
        if waiting := patience.waiting():
            waiting.told("hosts that may fail", str(found.lower), str(found.upper))
        verdict = judge(k)
        if isinstance(verdict, str):
            found = replace(found, lower=k, by=verdict)
        elif verdict is not None:
            found = replace(found, upper=k - 1, refuted=verdict)
    return found


class Search:
    """Looks for the largest k of one ledger."""

    def __init__(self, ledger: Ledger, effort: Effort) -> None:
        self._ledger, self._scale, self._effort = ledger, effort.left / SECOND / FULL, effort
        self._necessary = Necessary(ledger)
        self._guarantee = cache(partial(Guarantee, ledger))

    @cached_property
    def _crowd(self) -> Crowd:
        return Crowd(self._ledger)

    @cached_property
    def _dominators(self) -> Flags:
        return dominators(self._ledger, Effort(SECOND))

    def bracket(self) -> Bracket:
        """The bounds, as close as the effort allows."""
        units = len(self._ledger.units)
        upper = self._necessary.bound()
        found = self._necessary.overweight(upper + 1) if upper + 1 < units else None
        refuted = found.units if found else tuple(range(units))
        first = asked(range(upper, 0, -1), self._cheaply, Bracket(0, upper, refuted, "nothing fails"))
        return asked(range(first.lower + 1, first.upper + 1), self._dearly, first)

    def survives(self, k: int) -> bool | None:
        """Whether every k units may fail; None where the effort does not tell, or nobody waits for what is dear."""
        if k <= 0 or k > self._necessary.bound():
            return k <= 0
        verdict = self._cheaply(k)
        if verdict is None:
            verdict = self._dearly(k)
        return None if verdict is None else isinstance(verdict, str)

    def _judge(self, layers: Layers, *, spared: bool = False) -> Verdict:
        """What the first layer says that settles it; whoever waits no longer gets less of them, or is `spared` them."""
        for seconds, layer in layers:
            in_haste = patience.ended()
            if in_haste and spared:
                return None
            scale = min(self._scale, IN_HASTE) if in_haste else self._scale
            verdict = self._effort.within(seconds * SECOND * scale, layer)
            if verdict is not None:
                return verdict
        return None

    def _cheaply(self, k: int) -> Verdict:
        """What is tried first."""
        if self._guarantee(k).holds:
            return "any-fit decreasing"
        if math.comb(len(self._ledger.units), k) <= FEW_SETS:
            return self._judge([(FULL, partial(self._enumerated, k))])
        return self._judge(
            [
                (0.5, partial(self._probed, k)),
                (2.5 if self._few(k) else 0.0, partial(self._enumerated, k)),
                (1.0, partial(self._shared, k)),
                (2.5, partial(self._bundled, k)),
                (0.1, partial(self._attacked, k)),
                (0.3, partial(self._templated, k, 6)),
                (1.0, partial(self._attacked, k)),
                (1.5, partial(self._templated, k, 6)),
            ]
        )

    def _dearly(self, k: int) -> Verdict:
        """What is tried on a number that is left open; not for whoever waits no longer."""
        return self._judge(
            [
                (5.0 if self._few(k) else 0.0, partial(self._enumerated, k)),
                (8.0, partial(self._shared, k)),
                (6.0, partial(self._handed_on, k)),
                (8.0, partial(self._apart, k)),
                (6.0, partial(self._in_turn, k)),
                (4.0, partial(self._bundled, k)),
                (2.0, partial(self._attacked, k)),
                (3.0, partial(self._templated, k, 12)),
                (FULL, partial(self._enumerated, k)),
            ],
            spared=True,
        )

    def _few(self, k: int) -> bool:
        """Whether the suspicious sets are soon told, and not too many to pack."""
        return self._few_of(partial(self._suspicious, k), FEW_SUSPICIOUS)

    def _few_of(self, told: Callable[[Effort], Iterator[Flags]], most: int) -> bool:
        """Whether sets are soon told, and at most so many."""

        def counted(effort: Effort) -> int:
            return sum(map(len, told(effort)))

        found = self._effort.within(COUNTING * self._scale, counted)
        return found is not None and found <= most

    def _suspects(self, k: int) -> list[tuple[int, ...]]:
        return self._necessary.tightest(k, PROBES // 2) + self._guarantee(k).tightest(PROBES)

    def _attacked(self, k: int, effort: Effort) -> Verdict:
        """Look for a set that fails, from the most suspicious ones."""
        return failing_set(self._ledger, k, self._suspects(k), effort)

    def _probed(self, k: int, effort: Effort) -> Verdict:
        """Pack the most suspicious sets."""
        for units in self._suspects(k):
            if isinstance(pack_quickly(toll(self._ledger, self._ledger.flags(units)), effort), Unpackable):
                return units
        return None

    def _bundled(self, k: int, effort: Effort) -> Verdict:
        return "bundles on hosts of their own" if bundled(self._ledger, k, effort) else None

    def _handed_on(self, k: int, effort: Effort) -> Verdict:
        return "a host handed on" if handed_on(self._ledger, k, effort) else None

    def _in_turn(self, k: int, effort: Effort) -> Verdict:
        return "hosts served in turn" if in_turn(self._ledger, k, effort) else None

    def _shared(self, k: int, effort: Effort) -> Verdict:
        return "shares of layouts" if shared_out(self._ledger, k, effort) else None

    def _apart(self, k: int, effort: Effort) -> Verdict:
        """Pack the sets that take most memory along, where they are few, and share layouts out to all others."""
        if len(self._ledger.sizes) not in SIZES or len(self._ledger.units) > MOST:
            return None
        memory = traits(self._ledger)[-1:]
        worst, step = int(worst_sums(memory, k)[0]), max(1, int(memory.sum()) // memory.size // NOTCHES)
        for most in range(max(0, worst - NOTCHES // 2 * step), worst, step):
            largest = partial(suspicious, Suspicion(memory, np.array([most + 1], np.int64), k), self._dominators)
            if not self._few_of(largest, FEW_LARGEST):
                continue
            if not shared_out(self._ledger, k, effort, most):
                return None
            return self._each_packed(largest(effort), effort)
        return None

    def _templated(self, k: int, steps: int, effort: Effort) -> Verdict:
        found = template(self._ledger, k, int(self._guarantee(k).open.max()), steps, effort)
        return "reserved slots" if found else None

    def _enumerated(self, k: int, effort: Effort) -> Verdict:
        """Pack every suspicious set."""
        return self._each_packed(self._suspicious(k, effort), effort)

    def _each_packed(self, told: Iterator[Flags], effort: Effort) -> Verdict:
        """Pack every one of these sets."""
        covers, doubtful = Covers(self._ledger), False
        for sets in told:
            for first in range(0, len(sets), CHUNK):
                part = sets[first : first + CHUNK]
                effort.spend(2 * len(part))
                left = covers.uncovered(part[~self._crowd.packed(part)])
                while len(left):
                    verdict = self._packed(left[0], covers, effort)
                    if isinstance(verdict, tuple):
                        return verdict
                    doubtful = doubtful or not verdict
                    left = covers.uncovered_by_latest(left[1:]) if verdict else left[1:]
        return None if doubtful else "every suspicious set packed"

    def _suspicious(self, k: int, effort: Effort) -> Iterator[Flags]:
        """All sets that no guarantee covers, in portions; raises Exhausted, at once where there are too many units."""
        if len(self._ledger.units) > MOST:
            raise Exhausted
        guarantee = self._guarantee(k)
        rows = guarantee.open
        suspicion = Suspicion(guarantee.pressure[rows], guarantee.needed[rows], guarantee.k)
        return suspicious(suspicion, self._dominators, effort)

    def _packed(self, units: Flags, covers: Covers, effort: Effort) -> bool | tuple[int, ...]:
        """Whether one set could be packed, or the set itself when it cannot be."""
        found = effort.within(LEAF * self._scale, partial(pack, toll(self._ledger, self._ledger.failing(units))))
        if isinstance(found, Packing):
            effort.spend(COVERING)
            covers.add(found.taken)
            return True
        if isinstance(found, Unpackable):
            return tuple(np.flatnonzero(units).tolist())
        if effort.left <= 0:
            raise Exhausted
        return False
