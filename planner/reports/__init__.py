"""How is this told? One module per format, all of them always there."""

from __future__ import annotations

from collections.abc import Callable

from planner.errors import ConfigError
from planner.findings import Report
from planner.reports.concise import concise
from planner.reports.full import full
from planner.reports.github import github, github_summary
from planner.reports.gitlab import gitlab
from planner.reports.json_report import json_report
from planner.reports.jsonl import jsonl
from planner.reports.junit import junit
from planner.reports.markdown import markdown
from planner.reports.sarif import sarif
from planner.rules.wording import listed

FORMS: dict[str, Callable[[Report], str]] = {
    "full": full,
    "concise": concise,
    "json": json_report,
    "jsonl": jsonl,
    "sarif": sarif,
    "junit": junit,
    "github": github,
    "github-summary": github_summary,
    "gitlab": gitlab,
    "markdown": markdown,
}


def render(report: Report, form: str, *, color: bool = False, width: int | None = None) -> str:
    """A report in one of the formats of `FORMS`, ending in a line end; `color` and `width` matter to `full` alone."""
    if form not in FORMS:
        raise ConfigError(f"{form} is no format; use one of {listed(FORMS)}")
    return full(report, color=color, width=width) if form == "full" else FORMS[form](report)


__all__ = ["FORMS", "render"]
