"""How is a plan told? One module per format."""

from __future__ import annotations

from planner.errors import ConfigError
from planner.plans import NoPlan, Plan
from planner.reports.plan_full import plan_full


def render_plan(answer: Plan | NoPlan, form: str) -> str:
    """A plan, or why there is none, in one of the formats `full`, `json`, `xe` and `markdown`."""
    match form:
        case "full":
            return plan_full(answer)
        case _:
            raise ConfigError(f"{form} is no format; use full, json, xe or markdown")
