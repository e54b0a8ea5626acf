"""Better assignments found by moving VMs one by one and two at a time: quick at any size, and proves nothing.

First the hosts are made to put less at risk, so that more of them may fail; then their loads are made low and even
without putting too much at risk again. Whether enough is survived the exact capacity says.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property

from planner.facts.loads import WHOLE
from planner.goals.moves.board import Board
from planner.goals.moves.evening import step_back
from planner.goals.place.asked import Asked
from planner.goals.place.boards import Boards, evened
from planner.goals.place.pot import Pot
from planner.goals.place.worth import Targets, keeps_as_well, least_load, most_failures, most_risk, surviving, worth
from planner.plans.costs import HIGHEST

_RESERVE = Fraction(1, 8)
"""The part of that with which every way of restarting comes to an end, beside which hosts are filled at random."""
_MOST_GAPS = 2
"""Up to so many gaps for each host are kept free for restarts."""
_MOST_BACK = 320
"""So often, divided by the hosts, a change is taken back after which too few hosts may fail."""
_FINE = 16
"""Their number is settled up to such a part of the number of hosts."""


class Climb:
    """An assignment that is made better; `failures` is what it survives, at least."""

    def __init__(self, asked: Asked, start: Targets, pot: Pot, failures: int) -> None:
        self._asked, self._pot = asked, pot
        self.targets, self._breaches = start, worth(asked, start).breaches
        self.failures = failures

    def raise_failures(self) -> None:
        """Have more hosts fail, as far as that is found."""
        most = most_failures(self._asked) if self._asked.wanted.guarded and self._plain else 0
        if self.failures >= most or self._pot.empty or self._calm is None:
            return
        while self.failures < most and surviving(self._asked, self._calm, self.failures + 1):
            self.targets, self.failures = self._calm, self.failures + 1

    @cached_property
    def _calm(self) -> Targets | None:
        """With hosts that put as little at risk as can be; None where that does not keep what has to be kept."""
        enough = most_risk(self._asked, max(self.failures, most_failures(self._asked)), Fraction(1))
        scale = max(place.memory for place in self._asked.wanted.places)
        board = Boards(self._asked, self.targets).risks()
        evened(self._asked, board, (enough * WHOLE // max(1, scale), WHOLE))
        targets = _of(board, self.targets)
        return targets if self._keeps(targets) else None

    def lower_plainly(self) -> bool:
        """Have loads as low as can be if no fewer failures are survived for that; whether this is so."""
        known = worth(self._asked, self.targets).highest is not None and not self._pot.empty
        best = self._lowered(0) if known else None
        return not known or self._taken(best)

    def lower_calmly(self) -> bool:
        """The same from where hosts put little at risk: more is moved than from where VMs are, and more survived."""
        if not self.failures or not self._plain or self._pot.empty or self._calm is None or self._calm is self.targets:
            return False
        return self._taken(self._lowered(0, self._calm))

    def lower_carefully(self) -> None:
        """Have them lower in ways in which more is survived."""
        if self._pot.empty:
            return
        self._taken((self._with_gaps() if self.failures else None) or self._stepwise())

    def _taken(self, best: Targets | None) -> bool:
        """Whether there is such an assignment; the better one is kept."""
        if best is not None and worth(self._asked, best).of_loads < worth(self._asked, self.targets).of_loads:
            self.targets = best
        return best is not None

    def _with_gaps(self) -> Targets | None:
        """With few gaps: their number is doubled until they are enough, and then as far as may be taken back."""
        hosts, best = len(self._asked.usable), None
        refused, wanted = 0, max(1, hosts // 8)
        while best is None and wanted <= _MOST_GAPS * hosts and not self._pot.empty:
            best = self._lowered(wanted)
            refused, wanted = (refused, wanted) if best else (wanted, 2 * wanted)
        while best and wanted - refused > max(1, hosts // _FINE) and not self._pot.empty:
            middle = (wanted + refused) // 2
            better = self._lowered(middle)
            best = better or best
            refused, wanted = (refused, middle) if better else (middle, wanted)
        return best

    def _stepwise(self) -> Targets:
        """Lower as far as all is kept: changes after which it is not are taken back, a few times."""
        board = Boards(self._asked, self.targets).loads(self._limit(self.targets))
        search = evened(self._asked, board, (least_load(self._asked), 0), tells=HIGHEST)

        def accepts(now: Board) -> bool:
            return self._accepts(_of(now, self.targets))

        for _ in range(_MOST_BACK // max(1, len(board.bins))):
            if accepts(board):
                return _of(board, self.targets)
            if self._pot.empty:
                break
            refused = step_back(search, accepts)
            if refused is not None:
                board.ban(refused.unit, refused.target)
                search.run()
        step_back(search, accepts)
        return _of(board, self.targets) if accepts(board) else self.targets

    def _accepts(self, targets: Targets) -> bool:
        return self._keeps(targets) and surviving(self._asked, targets, self.failures)

    def _keeps(self, targets: Targets) -> bool:
        return keeps_as_well(self._asked, targets, self._breaches)

    def _lowered(self, gaps: int, start: Targets | None = None) -> Targets | None:
        """Where loads are as low as can be with so many gaps; None where that does not keep what has to be kept."""
        start = start or self.targets
        board = Boards(self._asked, start).loads(self._limit(start), gaps)
        evened(self._asked, board, (least_load(self._asked), 0), tells="" if gaps else HIGHEST)
        found = _of(board, start)
        return found if self._accepts(found) else None

    def _limit(self, start: Targets) -> int | None:
        """How much each host may put at risk."""
        if not self.failures:
            return None
        now = max(Boards(self._asked, start).risks().risk)
        return max(now, most_risk(self._asked, self.failures, _RESERVE)) if self._plain else now

    @cached_property
    def _plain(self) -> bool:
        """Whether what is free is free for restarts too: nobody is ballooned, and no host is too full."""
        wanted = self._asked.wanted
        roomy = all(0 <= place.room <= place.spare and not place.closed for place in wanted.places)
        return roomy and all(item.static[host] <= item.stays[host] for item in wanted.items for host in item.static)


def _of(board: Board, start: Targets) -> Targets:
    """Where a board has the VMs; those that are held are where they were."""
    return {**start, **board.targets()}
