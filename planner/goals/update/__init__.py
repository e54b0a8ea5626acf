"""How a pool is updated host by host while its VMs run on, and what has to be mended before the first restart."""

from __future__ import annotations

from planner.goals.update.answering import update
from planner.goals.update.goal import Update

__all__ = ["Update", "update"]
