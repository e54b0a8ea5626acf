"""What is wrong with the files of a command whose result is not a report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import planner
from planner.cli.streams import tell
from planner.errors import ReadError

if TYPE_CHECKING:
    from planner.findings import Fault
    from planner.readers.loaded import Loaded


def tell_faults(loaded: Loaded) -> bool:
    """Tell on standard error what is wrong with the files; whether there is an error among it.

    Raises ReadError where files or records could not be read at all, for without them no answer would be sure.
    """
    refuse(loaded.losses)
    report = planner.check(loaded, select=["LD", "RF"], ignore=["LD012", "RF020"])
    if report.findings:
        tell(planner.render(report, "concise"))
    return not report.ok


def refuse(losses: Sequence[Fault]) -> None:
    """Raise ReadError, with the first of these faults in one line, when there are any."""
    from planner.reports.words import located  # noqa: PLC0415 - only when it is needed

    for first in losses[:1]:
        more = f" ({len(losses) - 1} more; planner check tells them all)" if losses[1:] else ""
        raise ReadError(f"{located(first.place)}: {first.message}; {first.remedy}{more}")
