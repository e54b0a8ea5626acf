"""What is wrong with the files of a command whose result is not a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import planner
from planner.cli.streams import tell

if TYPE_CHECKING:
    from planner.readers.loaded import Loaded


def tell_faults(loaded: Loaded) -> bool:
    """Tell on standard error what is wrong with the files; whether there is an error among it."""
    report = planner.check(loaded, select=["LD", "RF"], ignore=["LD012", "RF020"])
    if report.findings:
        tell(planner.render(report, "concise"))
    return not report.ok
