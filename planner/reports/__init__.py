"""How is this told? One module per format, all of them always there."""

from __future__ import annotations

from planner.errors import ConfigError
from planner.findings import Report
from planner.reports.concise import concise
from planner.reports.full import full
from planner.reports.json_report import json_report


def render(report: Report, form: str, *, color: bool = False) -> str:
    """A report in one of the formats `full`, `concise` and `json`, ending in a line end."""
    match form:
        case "full":
            return full(report, color=color)
        case "concise":
            return concise(report)
        case "json":
            return json_report(report)
        case _:
            raise ConfigError(f"{form} is no format; use full, concise or json")


__all__ = ["render"]
