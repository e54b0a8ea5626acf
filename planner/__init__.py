"""Check XenServer and XCP-ng pools before anyone touches a host.

    import planner

    loaded = planner.load("lab/*.yaml")       # the inventory, and the faults found while reading
    report = planner.check(loaded)            # report.findings, report.unknown, report.ok
    print(planner.render(report, "concise"))

The program's version is `planner.__version__`.
"""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike, fspath
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from planner.findings import Report
    from planner.readers.loaded import Loaded
    from planner.rules import Rule

__version__ = "0.1.0"

Form = Literal["full", "concise", "json"]
"""The formats in which a report can be told."""


def load(*paths: str | PathLike[str], stdin_name: str | None = None) -> Loaded:
    """Read files, folders, patterns and standard input (`-`) as one inventory.

    The result holds the inventory, and the faults found while reading. `stdin_name` is what standard input is
    called in messages. Raises `planner.errors.ReadError` when a path means nothing or cannot be opened.
    """
    from planner import readers  # noqa: PLC0415 - importing planner must cost nothing
    from planner.source import collector  # noqa: PLC0415 - importing planner must cost nothing

    with collector.held_back():
        return readers.load([fspath(path) for path in paths], stdin_name=stdin_name)


def check(loaded: Loaded, *, select: Iterable[str] = (), ignore: Iterable[str] = ()) -> Report:
    """Hold what was loaded against the rules.

    `select` and `ignore` name rules by code (`JN012`), by the beginning of a code (`JN`) or by name; without
    `select` all rules are run. Raises `planner.errors.ConfigError` when a word names no rule.
    """
    from planner import checker, choice  # noqa: PLC0415 - importing planner must cost nothing
    from planner.source import collector  # noqa: PLC0415 - importing planner must cost nothing

    catalogue()
    with collector.held_back():
        return checker.check(loaded, choice.chosen(select, ignore))


def render(report: Report, form: Form = "full", *, color: bool = False) -> str:
    """A report as text: `full` for reading, `concise` with one line a finding, `json` for programs.

    `color` matters to `full` alone. Raises `planner.errors.ConfigError` when there is no such format.
    """
    from planner import reports  # noqa: PLC0415 - importing planner must cost nothing

    return reports.render(report, form, color=color)


def catalogue() -> tuple[Rule, ...]:
    """All rules, by code."""
    from planner import rules  # noqa: PLC0415 - importing planner must cost nothing

    return rules.all_rules()


__all__ = ["Form", "__version__", "catalogue", "check", "load", "render"]
