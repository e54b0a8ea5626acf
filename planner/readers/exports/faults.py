"""Faults of a whole file, which leave nothing of it to be read."""

from __future__ import annotations

from planner.findings import Fault, Named
from planner.readers.loaded import Reading
from planner.source.limits import LimitError, TextError
from planner.source.text import SourceText


def unreadable(source: SourceText, error: LimitError | TextError) -> Reading:
    """A file that goes beyond a limit, or does not follow its format."""
    code = "LD003" if isinstance(error, LimitError) else "LD002"
    remedy = getattr(error, "remedy", "") or "export the pool again, and give the file as it was exported"
    return Reading(faults=(file_fault(source, code, str(error), remedy, error.offset),))


def several_pools(source: SourceText, number: int) -> tuple[Fault, ...]:
    """That records of several pools are mixed, of which one is taken."""
    if number <= 1:
        return ()
    message = (
        f"there are {number} rows of the class pool, where one pool has one; the first is taken for the pool of all"
    )
    return (file_fault(source, "LD004", message, "export each pool into a file of its own"),)


def file_fault(source: SourceText, code: str, message: str, remedy: str, offset: int = 0) -> Fault:
    """A fault of the file itself."""
    return Fault(code, message, remedy, source.place(max(0, offset)), Named("document", source.path))
