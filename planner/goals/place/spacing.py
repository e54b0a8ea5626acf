"""Assignments with gaps that restarts need: hosts are filled anew around them, and then evened out.

How much is to be free on which host is laid out first, so that there are enough gaps for the highest load that is
asked for. Then VMs are put on hosts, the largest first: where they run today as long as that has room, else where most
is left; and no host gets so many that are restarted that the gaps on the others might not be enough. What remains
uneven is evened out by moves and exchanges. Whether enough is survived the exact capacity says.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping
from fractions import Fraction
from itertools import islice

from planner.facts.loads import WHOLE
from planner.goals.place.asked import Asked
from planner.goals.place.boards import Boards, Crowd, evened
from planner.goals.place.filling import Filling
from planner.goals.place.gaps import Gaps, moduli
from planner.goals.place.pot import Pot
from planner.goals.place.worth import Targets, keeps_as_well, left_free, most_risk, surviving, worth

_WAYS = tuple((part, stays) for stays in (True, False) for part in (Fraction(1, 8), Fraction(0)))
"""What part of that with which every way of restarting comes to an end is kept; and whether VMs stay where they run."""
_SIZES = 16
"""Of so many sizes of gaps no host may have too many, or lose what takes too many."""
_PAIRS = 100_000
"""So many pairs of a VM and a host are looked at, but one load is tried in any case."""


class Spacing:
    """Looks for an assignment that survives so many failures, and breaks no more preferences than the start does."""

    def __init__(self, asked: Asked, start: Targets, pot: Pot, gaps: Gaps, failures: int) -> None:
        self._asked, self._start, self._pot = asked, start, pot
        self._gaps, self._failures = gaps, failures
        self._breaches = worth(asked, start).breaches
        self._restarts = {each.key: each.size for each in asked.wanted.guarded}

    def found(self, below: int) -> Targets | None:
        """One with a highest load that is lower than that, and as low as is found."""
        if not self._gaps.known:
            return None
        low, leap = self._gaps.least_load(below) - 1, 1
        best, high = None, below
        each = len(_WAYS) * len(self._asked.wanted.places) * len(self._asked.wanted.items)
        for _ in range(1 + _PAIRS // max(1, each)):
            if high - low <= 1 or self._pot.empty:
                break
            tried = min(low + leap, (low + high) // 2)
            if (better := self._with(tried, high)) is not None:
                best, high = better, worth(self._asked, better).highest or 0
            if high > tried:
                low, leap = tried, 2 * leap
        return best

    def _with(self, highest: int, below: int) -> Targets | None:
        """The best that is found when hosts are filled up to that; its loads are lower than the other one."""
        if (free := self._gaps.layout(highest)) is None:
            return None
        tries = (self._spaced(highest, free, part, stays=stays) for part, stays in _WAYS if not self._pot.empty)
        found = [each for each in tries if each is not None and (worth(self._asked, each).highest or 0) < below]
        return min(found, key=lambda each: worth(self._asked, each).order, default=None)

    def _spaced(self, highest: int, free: Mapping[str, int], part: Fraction, *, stays: bool) -> Targets | None:
        """Hosts filled up to a load with so much left free; None where that does not keep what has to be kept."""
        free, least = self._dealt(free), self._gaps.least(highest)
        gaps, risk = {host: free[host] - least[host] for host in free}, most_risk(self._asked, self._failures, part)
        board = Boards(self._asked, self._start).with_gaps(risk, gaps, islice(self._crowds(free), _SIZES))
        staying = self._staying_on({vm for unit in board.units for vm in unit.vms})
        levels = [highest * each.memory // WHOLE - each.taken for each in board.bins]
        Filling(board, levels, [risk - free[each.key] - staying[each.key] for each in board.bins]).run(stays=stays)
        evened(self._asked, board, (highest, WHOLE))
        targets = {**self._start, **board.targets()}
        return targets if self._accepts(targets) else None

    def _accepts(self, targets: Targets) -> bool:
        kept = keeps_as_well(self._asked, targets, self._breaches)
        return kept and surviving(self._asked, targets, self._failures)

    def _staying_on(self, moving: Collection[str]) -> Counter[str]:
        """By host, what restarts take of those that stay there whatever is done."""
        found = Counter[str]()
        for each in self._asked.wanted.guarded:
            host = self._start.get(each.key, each.host)
            if each.key not in moving and host is not None:
                found[host] += each.size
        return found

    def _dealt(self, free: Mapping[str, int]) -> dict[str, int]:
        """The same with the largest gaps, of hosts that are alike, on those that have most free to begin with."""
        now, alike = left_free(self._asked, self._start), defaultdict[Hashable, list[str]](list)
        for place in self._asked.wanted.places:
            alike[place.memory, place.spare, place.room, place.taken].append(place.key)
        found: dict[str, int] = {}
        for hosts in alike.values():
            emptiest = sorted(hosts, key=lambda host: (-now[host], host))
            found |= zip(emptiest, sorted((free[host] for host in hosts), reverse=True), strict=True)
        return found

    def _crowds(self, free: Mapping[str, int]) -> Iterator[Crowd]:
        """How much may be restarted of each host so that gaps are enough: counted in each size, the largest first.

        Of sizes that make the same gaps the smallest, by which restarts weigh most, says it for all. Gaps come to N,
        and those of any k hosts with what is lost there are to be no more: so a host has N / k of both, some one more.
        """
        gaps_of: dict[tuple[int, ...], int] = {}
        for size in moduli(self._restarts.values()):
            gaps_of[tuple(max(0, each) // size for each in free.values())] = size
        for gaps, size in gaps_of.items():
            most, more = divmod(sum(gaps), self._failures)
            weigh = {key: restart // size for key, restart in self._restarts.items() if restart >= size}
            staying = Counter(dict(zip(free, gaps, strict=True)))
            now = Counter(staying)
            for each in self._asked.wanted.guarded:
                host = self._start.get(each.key, each.host)
                if host is not None:
                    now[host] += each.size // size
                    staying[host] += 0 if each.key in self._start else each.size // size
            first = sorted(free, key=lambda host: (-now[host], host))
            there = {host: staying[host] + (rank >= more) for rank, host in enumerate(first)}
            yield Crowd(most + 1, {key: weight for key, weight in weigh.items() if key in self._start}, there)
