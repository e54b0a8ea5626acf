"""How a path is told to programs that know one folder: the root of a repository."""

from __future__ import annotations

from pathlib import PurePath
from urllib.parse import quote

from planner.findings import Finding, Report


def told_path(path: str, report: Report) -> str:
    """A path with `/` between its parts, relative where it is inside the report's folder."""
    pure = PurePath(path)
    if report.base and pure.is_absolute() and pure.is_relative_to(report.base):
        pure = pure.relative_to(report.base)
    return pure.as_posix()


def told_uri(path: str, report: Report) -> str:
    """The same as a URI: relative, unless the file is elsewhere."""
    told = told_path(path, report)
    return PurePath(told).as_uri() if PurePath(told).is_absolute() else quote(told, errors="backslashreplace")


def home(finding: Finding, report: Report) -> str:
    """The path that a finding belongs to, though it have no place of its own."""
    if finding.place:
        return told_path(finding.place.path, report)
    if finding.document is not None:
        return told_path(report.documents[finding.document].path, report)
    return told_path(report.documents[0].path, report) if report.documents else ""
