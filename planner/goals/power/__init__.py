"""In which order a pool goes down and comes up: VMs, members, coordinator, and the other way round."""

from __future__ import annotations

from planner.goals.power.goal import Shutdown, Startup
from planner.goals.power.shutdown import shutdown
from planner.goals.power.startup import startup

__all__ = ["Shutdown", "Startup", "shutdown", "startup"]
