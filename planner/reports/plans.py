"""How is a plan told? One module per format, all of them always there."""

from __future__ import annotations

from planner.errors import ConfigError
from planner.plans import NoPlan, Plan
from planner.reports.plan_full import plan_full
from planner.reports.plan_json import plan_json
from planner.reports.plan_markdown import plan_markdown
from planner.reports.plan_xe import plan_xe


def render_plan(answer: Plan | NoPlan, form: str) -> str:
    """A plan, or why there is none, in one of the formats `full`, `json`, `xe` and `markdown`, ending in a line end."""
    match form:
        case "full":
            return plan_full(answer)
        case "json":
            return plan_json(answer)
        case "xe":
            return plan_xe(answer)
        case "markdown":
            return plan_markdown(answer)
        case _:
            raise ConfigError(f"{form} is no format; use full, json, xe or markdown")
