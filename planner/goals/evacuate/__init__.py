"""How hosts are emptied for maintenance: where each VM goes, in which order, what blocks it, and the way back."""

from __future__ import annotations

from planner.goals.evacuate.answering import evacuate
from planner.goals.evacuate.goal import Evacuate

__all__ = ["Evacuate", "evacuate"]
