"""Where VMs should run: a host for each one that runs, is to be started or is new, and the moves from today."""

from __future__ import annotations

from planner.goals.place.answering import place
from planner.goals.place.goal import Place

__all__ = ["Place", "place"]
