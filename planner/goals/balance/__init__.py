"""How the loads of hosts are evened out: few moves, what each of them gains, and when to stop."""

from __future__ import annotations

from planner.goals.balance.answering import balance
from planner.goals.balance.goal import Balance

__all__ = ["Balance", "balance"]
